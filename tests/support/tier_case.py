"""Tests of a federation broker: its process, and what it says over HTTP."""

import http.client
import json
import signal
import unittest

from tests.support import process
from tests.support.broker import SLOWNESS
from tests.support.choria import Site
from tests.support.client import Client
from tests.support.places import LOOPBACK, free_port
from tests.support.process_facts import complaints, sanitizer_of
from tests.support.site_broker import SiteBroker, antiphon

READY = "passing on requests and replies"


class TierCase(unittest.TestCase):
    http_port = 0  # of the one that was configured last
    slowness = 1.0  # of the one that was started last

    def run_tier(self, config: str, ready: bool = True) -> process.Process:
        started = process.Process([antiphon(), "federation", "run", "--config", config])
        self.addCleanup(started.end)
        self.slowness = SLOWNESS[sanitizer_of(started.pid)]
        if ready:
            started.wait_for_line(READY, 30 * self.slowness)
        return started

    def stop(self, started: process.Process) -> None:
        started.signal(signal.SIGTERM)
        self.assertEqual(started.wait(30 * self.slowness), 0, started.lines()[-20:])
        self.assertEqual(complaints(started.lines()), [])

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(LOOPBACK, self.http_port, timeout=10 * self.slowness)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def status(self) -> dict:
        return json.loads(self.get("/federationz")[1])


class SitePairCase(TierCase):
    """A broker where clients are (`federation`) and one where nodes are (`collective`), for all tests of a class."""

    one_authority = True
    with_collective = True  # else each test starts its own

    @classmethod
    def setUpClass(cls):
        cls.federation_site = Site("")
        cls.site = Site("", cls.federation_site.authority if cls.one_authority else None)
        cls.certificate = cls.site.certificate("probe.mcollective")
        cls.federation = SiteBroker(cls.federation_site)
        cls.slowness = SLOWNESS[sanitizer_of(cls.federation.process.pid)]
        if cls.with_collective:
            cls.collective = SiteBroker(cls.site)

    @classmethod
    def tearDownClass(cls):
        for broker in (cls.federation, *([cls.collective] if cls.with_collective else [])):
            broker.process.end()
        for site in (cls.site, cls.federation_site):
            site.close()

    def run_federation(self, identity: str, more: str = "", ready: bool = True) -> process.Process:
        """A federation broker of the cluster dc1 between the two, with metrics."""
        self.http_port = free_port()
        config = self.site.federation_config(
            "dc1", self.federation.port, self.http_port, identity, more
        )
        return self.run_tier(config, ready)

    def join(self, broker: SiteBroker) -> Client:
        """A client with a certificate of the nodes' authority."""
        client = Client(broker.port, tls=self.site.authority.client_context(self.certificate))
        self.addCleanup(client.close)
        return client
