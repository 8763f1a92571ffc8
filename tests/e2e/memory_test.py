"""What an idle node costs: the sums of docs/memory.md, as resident memory of the real broker."""

import json
import os
import unittest

from tests.support import certificates, process, process_facts
from tests.support.broker import Broker, binary

KIB = 1024
NODES = 3000  # of fewer, each bears more of what a broker has once
# What is wanted; 19,000 nodes take 1.6 and 20.1.
PLAIN_BYTES_MAX = 2 * KIB
TLS_BYTES_MAX = 22 * KIB  # 21.1 KB with so few; 20.1 with 19,000
OTHER_ALLOCATORS = 1.5  # builds for daily work have glibc's
DEADLINE_S = 240


class IdleNode(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with Broker() as broker:
            if broker.sanitizer:
                raise unittest.SkipTest("sanitizers have an allocator of their own")
            cls.factor = 1.0 if process_facts.uses_jemalloc(broker.pid) else OTHER_ALLOCATORS

    def memory_of_a_node(self, *flags: str) -> float:
        antiphon = os.path.join(os.path.dirname(binary()), "antiphon")
        argv = [antiphon, "bench", "fleet", "idle", "--nodes", str(NODES), "--json",
                "--server", binary(), *flags]  # fmt: skip
        done = process.run(argv, deadline_s=DEADLINE_S)
        self.assertEqual(done.status, 0, done.stdout + done.stderr)
        (server,) = json.loads(done.stdout)["cases"][0]["servers"]
        (found,) = [one for one in server["metrics"] if one["name"] == "memory a node"]
        return found["median"]

    def test_plain(self):
        self.assertLessEqual(self.memory_of_a_node(), PLAIN_BYTES_MAX * self.factor)

    @unittest.skipUnless(certificates.available(), "openssl is not installed")
    def test_mutual_tls(self):
        self.assertLessEqual(self.memory_of_a_node("--tls"), TLS_BYTES_MAX * self.factor)
