"""The two servers of one configuration, and the transcripts that they give."""

import time
from dataclasses import dataclass

from tests.conformance import compare
from tests.conformance.peers import Binary
from tests.conformance.random.configuration import Configuration
from tests.conformance.random.play import NOT_RELOADED, RELOADED, Player, wait_until_quiet
from tests.conformance.random.steps import Reload, Step
from tests.conformance.script import LISTEN, MONITOR
from tests.support.nats_server import NatsServer
from tests.support.process import DEFAULT_DEADLINE_S, DeadlineExceeded

REFUSED = "!! the configuration is refused"


@dataclass(frozen=True)
class Contest:
    """Who is compared with whom."""

    peer: Binary
    ours: Binary
    shards: int = 2


@dataclass(frozen=True)
class Outcome:
    peer: list[str]
    ours: list[str]

    @property
    def diff(self) -> list[str]:
        return compare.diff_lines(self.peer, self.ours)

    @property
    def is_about_configuration(self) -> bool:
        """Whether one server alone refuses one."""
        return any(line[2:].strip() in (REFUSED, RELOADED, NOT_RELOADED) for line in self.diff)


class _Side:
    def __init__(self, binary: Binary, configuration: Configuration, more: str = ""):
        self._binary, self._configuration, self._more = binary, configuration, more
        self._server: NatsServer | None = None
        self._refused = False

    def play(self, steps: list[Step]) -> list[str]:
        if self._server is None and not self._refused:
            self._start()
        if self._refused:
            return [REFUSED]
        lines = Player(self._server, self._text_of).play(steps)
        self._clear(lines)
        if any(isinstance(step, Reload) for step in steps):
            self.stop()
        return lines

    def _text_of(self, configuration: Configuration) -> str:
        return LISTEN + MONITOR + configuration.text() + self._more

    def _start(self) -> None:
        began = time.monotonic()
        try:
            self._server = NatsServer(self._binary.path, self._text_of(self._configuration))
        except DeadlineExceeded as error:
            if time.monotonic() - began >= DEFAULT_DEADLINE_S:
                raise
            self._refused = True
            self.last_words = str(error)

    def _clear(self, lines: list[str]) -> None:
        """A server that has ended, or keeps what was there, is not played to again."""
        try:
            if not self._server.process.running:
                raise AssertionError("the server has ended")
            wait_until_quiet(self._server, 0)
        except (AssertionError, OSError, ValueError) as error:
            lines.append(f"!! {error}: {self._server.process.lines()[-5:]}")
            self.stop()

    def stop(self) -> None:
        if self._server:
            self._server.stop()
            self._server = None


class Servers:
    """Started when they are first played to."""

    def __init__(self, contest: Contest, configuration: Configuration):
        more = f"antiphon {{ shards: {contest.shards} }}\n" if contest.ours.is_ours else ""
        self._peer = _Side(contest.peer, configuration)
        self._ours = _Side(contest.ours, configuration, more)

    def play(self, steps: list[Step]) -> Outcome:
        return Outcome(self._peer.play(steps), self._ours.play(steps))

    def stop(self) -> None:
        self._peer.stop()
        self._ours.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
