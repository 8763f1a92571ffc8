"""One kind of abuse: what each attacker does, and exactly what must come of it.

MODEL   All copies are brought into their hostile state, one after the other, and stay there
        together; then each goes its way to the end. Meanwhile memory and the witness are watched.
"""

import re
import unittest
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace

from tests.abuse.attacker import DEADLINE_S, Attacker
from tests.abuse.stage import Listener, Stage, forget_certificates
from tests.support import certificates

COPIES = 200
_ERROR = re.compile(rb"-ERR '[^\r\n]*'\r\n")


@dataclass(frozen=True)
class Abuse:
    name: str  # of the test, a sentence with underscores
    listener: Listener
    provoke: Callable[[Attacker], None] | bytes  # up to the hostile state
    error: str | None  # the text of the -ERR; None: closed without a word
    reason: str  # in /connz
    leave: Callable[[Attacker], None] | None = None  # None: reads until the broker hangs up
    copies: int = COPIES
    greeted: bool = True  # reads INFO first, if there is one
    extra: str = ""  # configuration

    def on(self, listener: Listener) -> "Abuse":
        return replace(self, listener=listener)

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
        others = _ERROR.sub(b"", heard)
        if others and not self.listener.tls:  # under TLS those are records
            return f"heard {heard[:300]!r}"
        return b"".join(errors).decode("latin-1").strip() or "closed"

    def _expected(self) -> str:
        if self.leave:
            return "left"
        return "closed" if self.error is None else f"-ERR '{self.error}'"

    def play(self, stage: Stage) -> list[str]:
        """What was not as it must be."""
        copies = max(self.copies // stage.broker.slowness, 1)
        attackers = [self._attack(stage) for _ in range(copies)]
        outcomes = Counter(self._outcome(attacker) for attacker in attackers)
        problems = stage.problems_of_growth(copies)
        problems += stage.problems_of_the_witness()
        ports = [attacker.local_port for attacker in attackers]
        reasons = Counter(stage.wait_for_reasons(ports, DEADLINE_S).values())
        for what, seen, expected in (
            ("told", outcomes, self._expected()),
            ("closed for the reason", reasons, self.reason),
        ):
            if set(seen) != {expected}:
                problems.append(f"{what} {dict(seen)} instead of {expected!r}")
        return problems + stage.problems_afterwards()


class AbuseTest(unittest.TestCase):
    """The base of the modules' classes; `abuses` below fills them from tables."""

    @classmethod
    def tearDownClass(cls):
        forget_certificates()

    def play(self, abuse: Abuse) -> None:
        if abuse.listener.tls and not certificates.available():
            self.skipTest("there is no openssl program")
        with Stage(abuse.listener, abuse.extra) as stage:
            problems = abuse.play(stage)
            if stage._measuring:
                print(f"{stage.growth_per_attacker / 1024:.1f} KiB, {stage.report}", end=" ")
            self.assertEqual(problems, [])


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
