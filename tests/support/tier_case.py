"""Tests of a federation broker: its process, and what it says over HTTP."""

import http.client
import json
import signal
import unittest

from tests.support import process
from tests.support.broker import SLOWNESS
from tests.support.places import LOOPBACK
from tests.support.process_facts import complaints, sanitizer_of
from tests.support.site_broker import antiphon

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
