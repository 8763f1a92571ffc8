"""`antiphon federation run` finds its brokers by name: SRV records, their order, and names that move."""

import re
import time
import unittest

from tests.support import certificates, process
from tests.support.dns_server import DnsServer
from tests.support.places import LOOPBACK, free_port
from tests.support.tier_case import READY, SitePairCase

BROKER = "broker.choria.test"  # what the brokers' certificates carry
NOBODY = "127.0.0.9"  # nothing listens there
FEDERATION = "_mcollective-federation_server._tcp.example.test"
OLD_FEDERATION = "_x-puppet-mcollective_federation._tcp.example.test"
COLLECTIVE = "_mcollective-server._tcp.example.test"
OLD_COLLECTIVE = "_x-puppet-mcollective._tcp.example.test"
RECONNECT_DEADLINE_S = 60.0
QUICK_S = 5.0  # what has nothing to do with DNS takes less


@unittest.skipUnless(certificates.available(), "there is no openssl program")
class FederationNames(SitePairCase):
    def setUp(self):
        self.dns = DnsServer()
        self.addCleanup(self.dns.close)
        self.dns.hosts = {BROKER: [LOOPBACK], "gone.example.test": [NOBODY]}

    def start(self, identity: str, federation: str = "", collective: str = "") -> process.Process:
        """Without hosts a side goes by SRV records."""
        self.http_port = free_port()
        path = self.site.federation_config("dc1", 1, self.http_port, identity)
        with open(path, encoding="utf-8") as text:
            lines = [line for line in text.read().splitlines() if not re.search(
                r"middleware_hosts|use_srv|srv_domain", line)]  # fmt: skip
        for key, hosts in (("federation_middleware_hosts", federation), ("middleware_hosts", collective)):
            if hosts:
                lines.append(f"plugin.choria.{key} = {hosts}")
        lines += ["plugin.choria.srv_domain = example.test",
                  f"plugin.antiphon.federation.dns_servers = {self.dns.address}"]  # fmt: skip
        with open(path, "w", encoding="utf-8") as text:
            text.write("\n".join(lines) + "\n")
        return self.run_tier(path, ready=False)

    def test_srv_records_in_the_order_of_their_priority(self):
        self.dns.services = {
            FEDERATION: [(10, 5, self.federation.port, BROKER)],
            COLLECTIVE: [(20, 5, self.collective.port, BROKER), (10, 5, self.collective.port, "gone.example.test")],
        }  # fmt: skip
        started = self.start("fed1.test")
        started.wait_for_line(READY, 30 * self.slowness)
        text = "\n".join(started.lines())
        self.assertIn(f"the collective side's brokers are nats://gone.example.test:{self.collective.port}, "
                      f"nats://{BROKER}:{self.collective.port} (SRV record {COLLECTIVE})", text)  # fmt: skip
        self.assertIn("collective side at nats://gone.example.test", text)
        self.assertIn(f"connected to the collective side at nats://{BROKER}:{self.collective.port}", text)
        self.assertIn(f"connected to the federation side at nats://{BROKER}:{self.federation.port}", text)
        metrics = self.get("/metrics")[1]
        self.assertRegex(metrics, r'antiphon_federation_lookups_total\{cluster="dc1",side="collective"\} [1-9]')
        self.stop(started)

    def test_the_older_names_of_the_records_count_for_want_of_the_newer(self):
        self.dns.services = {
            OLD_FEDERATION: [(0, 0, self.federation.port, BROKER)],
            OLD_COLLECTIVE: [(0, 0, self.collective.port, BROKER)],
        }
        started = self.start("fed2.test")
        started.wait_for_line(READY, 30 * self.slowness)
        self.assertLess(self.dns.asked.index(FEDERATION), self.dns.asked.index(OLD_FEDERATION))
        self.assertLess(self.dns.asked.index(COLLECTIVE), self.dns.asked.index(OLD_COLLECTIVE))
        self.stop(started)

    def test_without_records_the_collective_is_at_puppet(self):
        self.dns.hosts["puppet"] = [NOBODY]
        started = self.start("fed3.test", federation=f"{LOOPBACK}:{self.federation.port}")
        started.wait_for_line("collective side at nats://puppet:4222: dial: ", 30 * self.slowness)
        self.stop(started)

    def test_a_name_that_moves_is_looked_up_before_the_next_round(self):
        self.dns.hosts[BROKER] = [NOBODY]
        started = self.start("fed4.test", federation=f"{LOOPBACK}:{self.federation.port}",
                             collective=f"{BROKER}:{self.collective.port}")  # fmt: skip
        started.wait_for_line(f"collective side at nats://{BROKER}", 30 * self.slowness)
        self.dns.hosts[BROKER] = [LOOPBACK]
        started.wait_for_line(READY, RECONNECT_DEADLINE_S)
        self.stop(started)

    def test_a_broker_that_moved_is_found_when_it_is_lost(self):
        self.dns.services = {COLLECTIVE: [(0, 0, self.federation.port, BROKER)]}  # as if it were there
        started = self.start("fed5.test", federation=f"{LOOPBACK}:{self.federation.port}")
        started.wait_for_line(READY, 30 * self.slowness)
        self.dns.services = {COLLECTIVE: [(0, 0, self.collective.port, BROKER)]}
        self.federation.kill()
        self.addCleanup(lambda: self.federation.process.running or self.federation.start())
        started.wait_for_line(f"connected to the collective side at nats://{BROKER}:{self.collective.port}",
                              RECONNECT_DEADLINE_S)  # fmt: skip
        lines = len(started.lines())
        self.federation.start()
        started.wait_for_line(READY, RECONNECT_DEADLINE_S, lines)
        self.stop(started)

    def test_dns_that_does_not_answer_stops_nothing_else(self):
        self.dns.silent = True
        started = self.start("fed6.test", federation=f"{LOOPBACK}:{self.federation.port}",
                             collective=f"{BROKER}:{self.collective.port}")  # fmt: skip
        started.wait_for_line("connected to the federation side", 30 * self.slowness)
        process.wait_until(lambda: BROKER in self.dns.asked, "the name is asked for")
        begin = time.monotonic()
        status, text = self.get("/healthz")
        self.assertEqual(status, 503, text)
        self.assertLess(time.monotonic() - begin, QUICK_S * self.slowness)
        started.wait_for_line(f"collective side: no broker is found: {BROKER}: .*; the next attempt follows in",
                              RECONNECT_DEADLINE_S)  # fmt: skip
        self.dns.silent = False
        started.wait_for_line(READY, RECONNECT_DEADLINE_S)
        self.assertRegex(self.get("/metrics")[1],
                         r'antiphon_federation_lookup_failures_total\{cluster="dc1",side="collective"\} [1-9]')  # fmt: skip
        self.stop(started)

    def test_it_ends_while_it_waits_for_dns(self):
        self.dns.silent = True
        started = self.start("fed7.test", federation=f"{LOOPBACK}:{self.federation.port}",
                             collective=f"{BROKER}:{self.collective.port}")  # fmt: skip
        started.wait_for_line("connected to the federation side", 30 * self.slowness)
        process.wait_until(lambda: BROKER in self.dns.asked, "the name is asked for")
        begin = time.monotonic()
        self.stop(started)
        self.assertLess(time.monotonic() - begin, QUICK_S * self.slowness)


if __name__ == "__main__":
    unittest.main()
