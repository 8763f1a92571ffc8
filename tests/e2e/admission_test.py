"""A crowd at the TLS door: what /varz, /metrics and the log say of the queue, its rate and its end.

WHY   Who waits must not depend on how fast this machine is. A handshake thread has so many handshakes
      under way and no more; clients that say hello and nothing else hold these places for as long as
      the test likes, so that whoever comes next waits. Some of those under way are real clients:
      each that finishes counts for the rate, and gives its place to one that waits.
"""

import datetime
import math
import re
import socket
import ssl
import unittest

from tests.support import certificates, process
from tests.support.broker import Broker
from tests.support.places import LOOPBACK, TempDir

RUNNING_MAX = 4096  # HandshakeWorker::kRunningMax; there is one thread
FINISHERS = 400  # real clients among them
WAITING = 500  # more than there are finishers; the log speaks from 100 on
DEADLINE_S = 90.0  # hardly ever needed: 4,096 handshakes begin on a machine that may be busy
DAY_S = 24 * 60 * 60

QUEUED = "antiphon_tls_handshakes_queued"
PER_SECOND = "antiphon_tls_handshakes_per_second"
LEFT_SECONDS = "antiphon_tls_handshakes_left_seconds"
WAIT_LINE = (
    r" (\d\d:\d\d:\d\d)\.\d+ \[INF\] TLS handshakes: (\d+) clients wait, (\d+) a second are "
    r"established, all of them by (\d\d:\d\d:\d\d)$"
)
LAST_LINE = (
    r"TLS handshakes: nobody waits any more; (\d+) established in \d+\.\d s, "
    r"(\d+) left before their turn$"
)


class HalfwayClient:
    """A real client that has said hello and reads what comes back when it is told to."""

    def __init__(self, port: int, context: ssl.SSLContext):
        self._from_server, self._to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(
            self._from_server, self._to_server, server_hostname="localhost"
        )
        self._socket = socket.create_connection((LOOPBACK, port), DEADLINE_S)
        while not self._socket.recv(4096).endswith(b"\r\n"):  # INFO
            pass
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self.hello = self._to_server.read()
        self._socket.sendall(self.hello)

    def finish(self, deadline_s: float) -> None:
        """Is let in, and logs in."""
        self._socket.settimeout(deadline_s)
        self._until_done(self._tls.do_handshake)
        self._tls.write(b'CONNECT {"verbose":false}\r\n')
        self.ping()

    def ping(self) -> None:
        self._tls.write(b"PING\r\n")
        said = b""
        while b"PONG\r\n" not in said:
            said += self._until_done(lambda: self._tls.read(4096))

    def _until_done(self, step):
        while True:
            try:
                done = step()
                self._socket.sendall(self._to_server.read())
                return done
            except ssl.SSLWantReadError:
                self._socket.sendall(self._to_server.read())
            piece = self._socket.recv(16384)
            if not piece:
                raise AssertionError("the server closed the connection")
            self._from_server.write(piece)

    def close(self) -> None:
        self._socket.close()


def seconds_of(time_of_day: str) -> int:
    hours, minutes, seconds = map(int, time_of_day.split(":"))
    return (hours * 60 + minutes) * 60 + seconds


@unittest.skipUnless(certificates.available(), "openssl is not installed")
class Admission(unittest.TestCase):
    def setUp(self):
        directory = self.enterContext(TempDir())
        authority = certificates.Authority(directory.path)
        server = authority.issue("localhost")
        self.broker = self.enterContext(
            Broker(
                f'tls {{ cert_file: "{server.cert}", key_file: "{server.key}", '
                f'ca_file: "{authority.ca.cert}", verify: true, timeout: 600 }}\n'
                "antiphon { shards: 1, handshake_threads: 1 }\n"
            )
        )
        self.deadline_s = DEADLINE_S * self.broker.slowness
        self.context = authority.client_context(authority.issue("node"))
        self.finishers: list[HalfwayClient] = []
        self.inside: list[HalfwayClient] = []

    def admission(self) -> dict:
        return self.broker.varz()["tls_admission"]

    def wait_for(self, what: str, condition):
        return process.wait_until(condition, what, self.deadline_s, poll_s=0.05)

    def wait_for_admission(self, **fields) -> None:
        self.wait_for(
            f"tls_admission has {fields}", lambda: fields.items() <= self.admission().items()
        )

    def mute_clients(self, count: int) -> list[socket.socket]:
        """They say hello and nothing else."""
        made = []
        for _ in range(count):
            client = socket.create_connection((LOOPBACK, self.broker.port), self.deadline_s)
            self.addCleanup(client.close)
            client.sendall(self.finishers[0].hello)
            made.append(client)
        return made

    def fill_every_place(self) -> list[socket.socket]:
        for _ in range(FINISHERS):
            client = HalfwayClient(self.broker.port, self.context)
            self.addCleanup(client.close)
            self.finishers.append(client)
        self.wait_for_admission(running=FINISHERS, queued=0)
        mute = self.mute_clients(RUNNING_MAX - FINISHERS)
        self.wait_for_admission(running=RUNNING_MAX, queued=0)
        return mute

    def let_one_in(self) -> None:
        self.assertTrue(self.finishers, "all are inside, and it was never told")
        client = self.finishers.pop()
        client.finish(self.deadline_s)
        self.inside.append(client)

    def told_while_they_come(self, what: str, look):
        """What look() finds, while one client after the other is let in."""

        def found():
            self.let_one_in()
            return look()

        return self.wait_for(what, found)

    def assert_varz_has_an_estimate(self):
        def page():
            varz = self.broker.varz()
            return varz if "all_by" in varz["tls_admission"] else None

        varz = self.told_while_they_come("/varz says until when", page)
        told = varz["tls_admission"]
        now, all_by = map(datetime.datetime.fromisoformat, (varz["now"], told["all_by"]))
        left_s = math.ceil(told["queued"] / told["per_second"])
        self.assertEqual(all_by - now, datetime.timedelta(seconds=left_s))

    def assert_metrics_have_an_estimate(self):
        def page():
            metrics = self.broker.metrics()
            return metrics if LEFT_SECONDS in metrics else None

        told = self.told_while_they_come("/metrics say until when", page)
        self.assertGreater(told[QUEUED], 0)
        self.assertEqual(told[LEFT_SECONDS], math.ceil(told[QUEUED] / told[PER_SECOND]))

    def assert_the_log_has_an_estimate(self):
        def found():
            return [m for line in self.broker.process.lines() if (m := re.search(WAIT_LINE, line))]

        told = self.told_while_they_come("the log says until when", found)[0]
        said_at, queued, per_second, all_by = told.groups()
        self.assertGreater(int(queued), WAITING - FINISHERS)
        left_s = math.ceil(int(queued) / int(per_second))
        # The line's own time is taken a moment after the one it reckons from.
        late_s = (seconds_of(said_at) + left_s - seconds_of(all_by)) % DAY_S
        self.assertIn(late_s, (0, 1))

    def test_queue_rate_and_end_are_told_while_a_crowd_waits(self):
        mute = self.fill_every_place()
        waiting = self.mute_clients(WAITING)
        self.wait_for_admission(queued=WAITING, running=RUNNING_MAX)
        self.assertNotIn("all_by", self.admission(), "nobody was let in yet: no rate is known")
        self.assertEqual(self.broker.metrics()[QUEUED], WAITING)
        self.assertNotIn(LEFT_SECONDS, self.broker.metrics())

        self.assert_varz_has_an_estimate()
        self.assert_metrics_have_an_estimate()
        self.assert_the_log_has_an_estimate()
        let_in = len(self.inside)
        # Each gave its place to one that waited.
        self.wait_for_admission(queued=WAITING - let_in, running=RUNNING_MAX, established=let_in)

        # There was a crowd before, and it was told to be over, when all places were filled.
        seen = len(self.broker.process.lines())
        for client in waiting:
            client.close()
        self.wait_for("nobody waits", lambda: self.admission()["queued"] == 0)
        self.assertEqual(self.admission()["left_the_queue"], WAITING - let_in)
        self.assertNotIn("all_by", self.admission())
        self.assertEqual(self.broker.metrics()[LEFT_SECONDS], 0)
        last = self.broker.process.wait_for_line(LAST_LINE, self.deadline_s, seen)
        self.assertIn(int(last[1]), range(1, let_in + 1))
        self.assertEqual(int(last[2]), WAITING - let_in)

        for client in mute + self.finishers:
            client.close()
        self.wait_for_admission(running=0)
        self.broker.wait_for_connections(let_in, self.deadline_s)
        for client in self.inside:
            client.ping()
