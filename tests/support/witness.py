"""A well-behaved user in a process of its own, who notices when the broker serves others badly.

WHY     A test that attacks the broker is busy itself; only a separate process can time fairly.
MODEL   Two connections do request and reply without pause for thought, and again and again a new
        one logs in. A line of JSON on standard input says where; "report" is answered with a line
        of JSON: the worst of both since the last report, and how late this process itself was woken
        at worst (`late_ms`): the machine's own hiccups, which are not the broker's; "leave" is
        answered when both connections are closed, and the next broker can be named.
"""

import atexit
import contextlib
import json
import select
import ssl
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from tests.support import lifeline
from tests.support.broker import ROOT
from tests.support.client import Client

PAUSE_S = 0.002  # between two requests
LOGIN_EVERY_S = 0.1
ROUND_TRIP_DEADLINE_S = 30.0
NAME = "witness"  # of its connections, in /connz


@dataclass(frozen=True)
class Access:
    """How one gets in; everything that a Client needs, in a form that can be written down."""

    port: int
    user: str = ""
    password: str = ""
    ca: str = ""  # not empty: TLS
    cert: str = ""
    key: str = ""
    tls_first: bool = False

    def client(self) -> Client:
        options = {"user": self.user, "pass": self.password} if self.user else {}
        return Client(
            self.port,
            tls=self._tls() if self.ca else None,
            tls_first=self.tls_first,
            deadline_s=ROUND_TRIP_DEADLINE_S,
            name=NAME,
            **options,
        )

    def _tls(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.ca)
        if self.cert:
            context.load_cert_chain(self.cert, self.key)
        return context


@dataclass
class Report:
    round_trips: int = 0
    round_trip_ms: float = 0.0  # the worst
    logins: int = 0
    login_ms: float = 0.0  # the worst
    late_ms: float = 0.0


class _Process:
    """Lives as long as the run, because to start it takes longer than most that it watches."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.witness"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )
        lifeline.guard(self._process.pid)
        atexit.register(self.end)

    def ask(self, line: str) -> str:
        """The answer; empty when the process has ended, having said why on standard error."""
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
            return self._process.stdout.readline()
        except BrokenPipeError:
            return ""

    def end(self) -> None:
        atexit.unregister(self.end)
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait(ROUND_TRIP_DEADLINE_S)
        self._process.stdout.close()
        lifeline.release(self._process.pid)


class Witness:
    """The other process, as the test sees it. LIMITS: one at a time."""

    _process: _Process | None = None

    def __init__(self, access: Access):
        if Witness._process is None:
            Witness._process = _Process()
        self._ask(json.dumps(asdict(access)))

    def _ask(self, line: str) -> str:
        answer = Witness._process.ask(line) if Witness._process else ""
        if not answer:
            self._forget_process()
            raise AssertionError("the witness was not served any more; it said why above")
        return answer

    @staticmethod
    def _forget_process() -> None:
        if Witness._process:
            Witness._process.end()
            Witness._process = None

    def report(self) -> Report:
        return Report(**json.loads(self._ask("report")))

    def close(self) -> None:
        if Witness._process:
            self._ask("leave")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _ask(requester: Client, responder: Client) -> float:
    start = time.monotonic()
    requester.publish("witness.service", b"?", reply="witness.inbox")
    (request,) = responder.messages(1, ROUND_TRIP_DEADLINE_S)
    responder.publish(request.line.split()[3].decode(), b"!")
    requester.messages(1, ROUND_TRIP_DEADLINE_S)
    return (time.monotonic() - start) * 1000


def _log_in(access: Access) -> float:
    start = time.monotonic()
    access.client().close()
    return (time.monotonic() - start) * 1000


def _watch(access: Access) -> None:
    with access.client() as requester, access.client() as responder:
        responder.subscribe("witness.service")
        requester.subscribe("witness.inbox")
        for client in (responder, requester):
            client.settle(ROUND_TRIP_DEADLINE_S)
        print("watching", flush=True)
        _ask_until_told(access, requester, responder)
    print("left", flush=True)


def _ask_until_told(access: Access, requester: Client, responder: Client) -> None:
    report, last_login = Report(), 0.0
    while True:
        report.round_trip_ms = max(report.round_trip_ms, _ask(requester, responder))
        report.round_trips += 1
        if time.monotonic() - last_login > LOGIN_EVERY_S:
            report.login_ms = max(report.login_ms, _log_in(access))
            report.logins += 1
            last_login = time.monotonic()
        before = time.monotonic()
        told, _, _ = select.select([sys.stdin], [], [], PAUSE_S)
        if not told:
            report.late_ms = max(report.late_ms, (time.monotonic() - before - PAUSE_S) * 1000)
            continue
        if sys.stdin.readline() != "report\n":
            return
        print(json.dumps(asdict(report)), flush=True)
        report = Report()


if __name__ == "__main__":
    while line := sys.stdin.readline():
        _watch(Access(**json.loads(line)))
