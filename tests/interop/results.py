"""What a peer's checks came to: a line for people, a JSON document for docs/compatibility.md."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field


def expect(condition, detail) -> None:
    if not condition:
        raise AssertionError(detail)


@dataclass(frozen=True)
class Check:
    name: str
    ok: bool
    detail: str = ""


@dataclass
class PeerResult:
    """All checks of one client, suite or fleet; or the reason why it could not be run."""

    peer: str
    version: str = ""
    checks: list[Check] = field(default_factory=list)
    skipped: str = ""
    excluded: dict[str, int] = field(default_factory=dict)  # reason -> tests of an upstream suite
    repeated: list[str] = field(default_factory=list)  # passed, but not at the first try
    seconds: float = 0.0

    def add(self, name: str, ok: bool, detail: str = "") -> None:
        self.checks.append(Check(name, ok, detail))

    def check(self, name: str, what: Callable[[], str | None]) -> None:
        """Whatever it raises is reported as this check's failure; what it returns is its detail."""
        try:
            self.add(name, True, what() or "")
        except Exception as problem:
            self.add(name, False, f"{type(problem).__name__}: {problem}")

    @property
    def failures(self) -> list[Check]:
        return [check for check in self.checks if not check.ok]

    @property
    def passed(self) -> int:
        return len(self.checks) - len(self.failures)

    def line(self) -> str:
        title = " ".join(part for part in ("interop", self.peer, self.version) if part)
        if self.skipped:
            return f"{title}: skipped: {self.skipped}"
        text = f"{title}: {len(self.checks)} checks, {self.passed} passed"
        if self.failures:
            text += f", {len(self.failures)} FAILED"
        if self.repeated:
            text += f", {len(self.repeated)} of them not at the first try"
        if self.excluded:
            text += f", {sum(self.excluded.values())} excluded"
        return text

    def as_dict(self) -> dict:
        return {
            "peer": self.peer,
            "version": self.version,
            "checks": len(self.checks),
            "passed": self.passed,
            "failed": [{"name": bad.name, "detail": bad.detail} for bad in self.failures],
            "skipped": self.skipped,
            "not_at_first_try": self.repeated,
            "excluded": self.excluded,
            "seconds": round(self.seconds, 1),
        }


def totals(results: list[PeerResult]) -> tuple[int, int, int]:
    """(passed, failed, skipped): skipped counts peers, the others checks."""
    passed = sum(result.passed for result in results)
    failed = sum(len(result.failures) for result in results)
    return passed, failed, sum(1 for result in results if result.skipped)


def write_summary(path: str, server: str, results: list[PeerResult], unavailable: dict) -> None:
    document = {
        "server": server,
        "peers": [result.as_dict() for result in results],
        "suites_that_cannot_be_run": unavailable,
    }
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:
        json.dump(document, out, indent=2)
        out.write("\n")
