"""The three sites of configs/ as one federation: the sample files with the addresses and certificates of this machine."""

import json
import os
import re
import signal
import unittest

from tests.docs.sample_configs import ROOT
from tests.support import certificates, process
from tests.support.choria import Site
from tests.support.places import LOOPBACK, free_port
from tests.support.site_broker import SiteBroker, antiphon
from tests.support.tier_case import TierCase

SITES = ("ams", "nyc", "tyo")
NODES = 5  # a site
ALL = NODES * len(SITES)


def with_values(text: str, values: dict[str, str]) -> str:
    for key, value in values.items():
        text, found = re.subn(rf"(?m)^{re.escape(key)} = .*$", f"{key} = {value}", text)
        if found != 1:
            raise AssertionError(f"{key} stands {found} times in the sample")
    return text


@unittest.skipUnless(certificates.available(), "there is no openssl program")
class FederationSites(TierCase):
    @classmethod
    def setUpClass(cls):
        above = Site("")
        cls.addClassCleanup(above.close)
        cls.authority = above.authority
        cls.federation = SiteBroker(above)
        cls.addClassCleanup(cls.federation.process.end)
        cls.sites, cls.brokers = {}, {}
        for name in SITES:
            cls.sites[name] = site = Site("", cls.authority)
            cls.addClassCleanup(site.close)
            cls.brokers[name] = broker = SiteBroker(site)
            cls.addClassCleanup(broker.process.end)
        cls.asker = cls.files(above, "asker.mcollective")

    @classmethod
    def files(cls, site: Site, name: str) -> list[str]:
        made = site.certificate(name)
        return ["--tls-cert", made.cert, "--tls-key", made.key, "--tls-ca", cls.authority.ca.cert]

    def run_site(self, name: str, identity: str) -> process.Process:
        """A federation broker with that site's sample file."""
        with open(os.path.join(ROOT, "configs", f"federation-{name}.conf"), encoding="utf-8") as sample:
            text = sample.read()
        site, self.http_port = self.sites[name], free_port()
        made = site.certificate(identity)
        text = with_values(text, {
            "identity": identity,
            "plugin.choria.federation_middleware_hosts": f"{LOOPBACK}:{self.federation.port}",
            "plugin.choria.middleware_hosts": f"{LOOPBACK}:{self.brokers[name].port}",
            "plugin.security.file.certificate": made.cert,
            "plugin.security.file.key": made.key,
            "plugin.security.file.ca": self.authority.ca.cert,
            "plugin.choria.stats_port": str(self.http_port),
        })  # fmt: skip
        return self.run_tier(site.directory.write(f"{identity}/federation.conf", text))

    def run_nodes(self, name: str) -> None:
        started = process.Process(
            [antiphon(), "emulate", "--nodes", str(NODES), "--identity", f"web{{n}}.{name}",
             "--server", f"tls://{LOOPBACK}:{self.brokers[name].port}", *self.files(self.sites[name], f"nodes.{name}")]
        )  # fmt: skip
        self.addCleanup(started.end)
        started.wait_for_line(f"ready: {NODES} of {NODES}", 30 * self.slowness)

    def ping(self) -> dict:
        done = process.run(
            [antiphon(), "ping", "--unsigned", "--server", f"tls://{LOOPBACK}:{self.federation.port}", *self.asker,
             "--federations", ",".join(SITES), "--expect", str(ALL), "--timeout", str(5 * self.slowness), "--json"],
            30 * self.slowness,
        )  # fmt: skip
        return json.loads(done.stdout)

    def assert_all_answer(self) -> None:
        got = self.ping()
        self.assertEqual((got["replies"], got["repeated"]), (ALL, 0))
        self.assertEqual({one["node"] for one in got["nodes"]},
                         {f"web{n}.{name}" for name in SITES for n in range(1, NODES + 1)})  # fmt: skip

    def test_one_client_asks_the_nodes_of_all_and_a_federation_broker_may_be_killed(self):
        started = [self.run_site(name, f"fed1.{name}.example.net") for name in SITES]
        for name in SITES:
            self.run_nodes(name)
        self.assert_all_answer()
        second = self.run_site("ams", "fed2.ams.example.net")
        self.assert_all_answer()
        started[0].signal(signal.SIGKILL)
        started[0].wait(30 * self.slowness)
        process.wait_until(lambda: self.ping()["replies"] == ALL, "the other one has its work", 60 * self.slowness)
        self.assert_all_answer()
        for one in (second, *started[1:]):
            self.stop(one)


if __name__ == "__main__":
    unittest.main()
