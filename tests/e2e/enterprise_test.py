"""An emulated enterprise, small: every node answers one ping through the federation tier; who is cut off is named."""

import unittest

from tests.e2e.enterprise import Enterprise
from tests.support import certificates
from tests.support.broker import SLOWNESS
from tests.support.process_facts import sanitizer_of

COLLECTIVES, NODES = 3, 40
ALL = COLLECTIVES * NODES


@unittest.skipUnless(certificates.available(), "there is no openssl program")
class EmulatedEnterprise(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.enterprise = Enterprise(COLLECTIVES, NODES)
        cls.slowness = SLOWNESS[sanitizer_of(cls.enterprise.federation.process.pid)]

    @classmethod
    def tearDownClass(cls):
        cls.enterprise.close()

    def test_all_answer_and_a_site_that_is_cut_off_is_named(self):
        ping = self.enterprise.ping(ALL, 20 * self.slowness)
        self.assertEqual((ping["replies"], ping["repeated"]), (ALL, 0))
        self.assertEqual(len({one["node"] for one in ping["nodes"]}), ALL)
        told = self.enterprise.request(ping["request"])
        self.assertEqual((told["expected"], told["answered"], told["missing"]), (ALL, ALL, 0))
        self.enterprise.cut_off(1)
        ping = self.enterprise.ping(ALL - NODES, 20 * self.slowness)
        self.assertEqual(ping["replies"], ALL - NODES)
        told = self.enterprise.request(ping["request"])
        self.assertEqual((told["expected"], told["answered"], told["missing"]), (ALL, ALL - NODES, NODES))
        site = told["clusters"]["site2"]
        self.assertFalse(site["seen"])
        self.assertEqual(sorted(site["missing"])[0], "node1.site2.test")
        self.assertEqual(told["clusters"]["site1"]["missing"], [])


if __name__ == "__main__":
    unittest.main()
