"""One kind of abuse: what each attacker does, and exactly what must come of it.

MODEL   All copies are brought into their hostile state, one after the other, and stay there
        together; those that drip then write on, all of them a byte at a time; at last each goes
        its way to the end. Meanwhile memory and the witness are watched.
"""

import re
import resource
import unittest
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from tests.abuse.attacker import DEADLINE_S, Attacker, drip_together
from tests.abuse.stage import Listener, Stage
from tests.support import certificates

COPIES = 100
DRIP_PAUSE_S = 0.05
DESCRIPTORS_SPARE = 200  # what this process and the broker need besides the attackers
_ERROR = re.compile(rb"-ERR '[^\r\n]*'\r\n")
_HARMLESS = re.compile(rb"INFO \{[^\n]*\} ?\r\n|PING\r\n")

Outcome = tuple[str | None, str]  # the text of the -ERR, or None for no word; the reason in /connz

VIOLATION: Outcome = ("Authorization Violation", "Authentication Failure")
TIMEOUT: Outcome = ("Authentication Timeout", "Authentication Timeout")
TOO_LONG: Outcome = ("maximum control line exceeded", "Maximum Control Line Exceeded")
TOO_LARGE: Outcome = ("Maximum Payload Violation", "Maximum Message Payload Exceeded")
UNKNOWN: Outcome = ("Unknown Protocol Operation", "Protocol Violation")
MALFORMED: Outcome = (None, "Protocol Violation")
STALE: Outcome = ("Stale Connection", "Stale Connection")
TLS_FAILURE: Outcome = (None, "TLS Handshake Failure")
GONE: Outcome = (None, "Client Closed")
READ_ERROR: Outcome = (None, "Read Error")


@dataclass(frozen=True)
class Abuse:
    name: str  # of the test, a sentence with underscores
    listener: Listener
    provoke: Callable[[Attacker], None] | bytes  # up to the hostile state
    outcome: Outcome
    drip: bytes = b""  # written on from there
    leave: Callable[[Attacker], None] | None = None  # None: reads until the broker hangs up
    logged: str = ""  # a pattern that the log must hold for each attacker
    copies: int = COPIES
    greeted: bool = True  # reads INFO first, if there is one
    extra: str = ""  # configuration

    # ---- Playing it

    def _attack(self, stage: Stage) -> Attacker:
        attacker = Attacker(stage.broker.port)
        if self.greeted and self.listener.greets:
            attacker.take_greeting()
        if callable(self.provoke):
            self.provoke(attacker)
        else:
            attacker.send(self.provoke)
        return attacker

    def _outcome(self, attacker: Attacker) -> str:
        """What the attacker was told, as text: "closed", "-ERR ...", or what was not expected."""
        if self.leave:
            self.leave(attacker)
            return "left"
        heard = attacker.rest()
        attacker.close()
        errors = _ERROR.findall(heard)
        others = _HARMLESS.sub(b"", _ERROR.sub(b"", heard))
        if others and not attacker.hears_records:
            return f"heard {heard[:300]!r}"
        return b"".join(errors).decode("latin-1").strip() or "closed"

    def _expected(self) -> str:
        if self.leave:
            return "left"
        error, _ = self.outcome
        return "closed" if error is None else f"-ERR '{error}'"

    def _problems_of_the_log(self, stage: Stage, copies: int) -> list[str]:
        def count() -> int:
            lines = stage.broker.process.lines()
            return sum(re.search(self.logged, line) is not None for line in lines)

        if not self.logged or stage.comes_true(lambda: count() >= copies):
            return []
        lines = stage.broker.process.lines()
        errors = Counter(re.sub(r".*- ", "", line) for line in lines if "[ERR]" in line)
        return [f"logged {count()} times {self.logged!r} but {dict(errors)}"]

    def play(self, stage: Stage) -> list[str]:
        """What was not as it must be."""
        copies = max(self.copies // stage.broker.slowness, 1)
        attackers = [self._attack(stage) for _ in range(copies)]
        if self.drip:
            drip_together(attackers, self.drip, DRIP_PAUSE_S)
        outcomes = Counter(self._outcome(attacker) for attacker in attackers)
        problems = stage.problems_of_growth(copies)
        problems += stage.problems_of_the_witness()
        ports = [attacker.local_port for attacker in attackers]
        reasons = Counter(stage.wait_for_reasons(ports, DEADLINE_S).values())
        for what, seen, expected in (
            ("told", outcomes, self._expected()),
            ("closed for the reason", reasons, self.outcome[1]),
        ):
            if set(seen) != {expected}:
                problems.append(f"{what} {dict(seen)} instead of {expected!r}")
        problems += self._problems_of_the_log(stage, copies)
        return problems + stage.problems_afterwards()


class AbuseTest(unittest.TestCase):
    """The base of the modules' classes; `abuses` below fills them from tables."""

    def play(self, abuse: Abuse) -> None:
        if abuse.listener.tls and not certificates.available():
            self.skipTest("there is no openssl program")
        if missing := _missing_descriptors(abuse.copies):
            self.skipTest(f"the descriptor limit is too low by {missing}")
        with Stage(abuse.listener, abuse.extra) as stage:
            problems = abuse.play(stage)
            print(stage.summary(), end=" ")
            self.assertEqual(problems, [])


def _missing_descriptors(copies: int) -> int:
    """Raises the limit as far as it goes; the broker inherits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return max(copies + DESCRIPTORS_SPARE - hard, 0)


def abuses(table: list[Abuse]):
    """A class decorator: one test for each row."""

    def add_tests(cls):
        for abuse in table:
            name = f"test_{abuse.listener.name}_{abuse.name}"
            if hasattr(cls, name):
                raise ValueError(f"twice: {name}")
            setattr(cls, name, lambda self, abuse=abuse: self.play(abuse))
        return cls

    return add_tests
