"""Runs an upstream suite and compares the outcome with the tests that nats-server passes.

MODEL   Every test of a suite is on the list of exclusions (with a reason), on the recorded list of
        tests that pass against the current nats-server, or on the recorded list of tests that never
        reach a server. Some suites record what does not pass there either, by reason. A test that is
        on none of these fails the run, so a newer version is noticed.
"""

import json
import os
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.interop.namespace import private_network
from tests.interop.results import PeerResult
from tests.support import process
from tests.support.peers import Absent

NO_SERVER_REASON = "never reaches a server"
TRIES_MAX = 3
REPEATED_MAX = 20  # more failures than that are not a matter of timing


@dataclass(frozen=True)
class Outcome:
    ok: bool
    detail: str = ""
    reached_server: bool = True


class Suite(ABC):
    peer: str
    version: str
    needs: tuple[str, ...]  # components
    recorded_file: str
    exclusions: Sequence[tuple[str, str]]  # (pattern of a whole name, reason), first match counts

    @abstractmethod
    def names(self) -> list[str]:
        """All tests of the suite."""

    @abstractmethod
    def run(self, names: Sequence[str], server: str, directory: str) -> dict[str, Outcome]:
        """Runs these tests with the server's binary; logs go to the directory."""

    def reason(self, name: str) -> str | None:
        matching = (why for pattern, why in self.exclusions if re.fullmatch(pattern, name))
        return next(matching, None)

    def recorded(self) -> dict:
        with open(self.recorded_file, encoding="utf-8") as file:
            return json.load(file)

    def check(self, server: str, directory: str, result: PeerResult) -> None:
        """Every test on the recorded list must pass."""
        recorded = self.recorded()
        passes = recorded["passes"]
        why_not = {name: why for why, names in recorded.get("excluded", {}).items() for name in names}
        why_not |= dict.fromkeys(recorded["no_server"], NO_SERVER_REASON)
        reasons: Counter[str] = Counter()
        for name in self.names():
            if reason := self.reason(name) or why_not.get(name):
                reasons[reason] += 1
            elif name not in passes:
                result.add(name, False, "on none of the lists; record the suite again")
        result.excluded = dict(reasons)
        outcomes = self._run_patiently(passes, server, directory)
        for name in passes:
            result.add(name, outcomes[name].ok, outcomes[name].detail)
        result.repeated = [name for name in passes if outcomes[name].ok and outcomes[name].detail]

    def _run_patiently(
        self, names: Sequence[str], server: str, directory: str
    ) -> dict[str, Outcome]:
        """What fails is tried again: these tests have narrow time limits that a busy machine misses."""
        outcomes = {name: Outcome(False, "was not run") for name in names}
        wanted = list(names)
        for attempt in range(1, TRIES_MAX + 1):
            for name, outcome in self.run(wanted, server, directory).items():
                if outcome.ok and attempt > 1:
                    outcome = replace(outcome, detail=f"at try {attempt}")
                outcomes[name] = outcome
            wanted = [name for name in names if not outcomes[name].ok]
            if not wanted or len(wanted) > REPEATED_MAX:
                break
        return outcomes

    def record(self, server: str, version: str, directory: str) -> list[str]:
        """Writes the lists anew from a run against the reference server; returns what failed."""
        wanted = [name for name in self.names() if not self.reason(name)]
        outcomes = self._run_patiently(wanted, server, directory)
        passed = {name: one for name, one in outcomes.items() if one.ok}
        failed = {name: one for name, one in outcomes.items() if not one.ok}
        lists = {
            "recorded_with": f"nats-server {version}",
            "passes": [name for name, one in passed.items() if one.reached_server],
            "no_server": [name for name, one in passed.items() if not one.reached_server],
        }
        if excluded := self.explained(failed):
            lists["excluded"] = excluded
        with open(self.recorded_file, "w", encoding="utf-8") as file:
            json.dump(lists, file, indent=1)
            file.write("\n")
        explained = {name for names in excluded.values() for name in names}
        return [f"{name}: {one.detail}" for name, one in failed.items() if name not in explained]

    def explained(self, failed: dict[str, Outcome]) -> dict[str, list[str]]:
        """Of what fails against the reference server: the tests that cannot pass from outside, by reason."""
        return {}


def beside(module_file: str, *parts: str) -> str:
    return os.path.join(os.path.dirname(os.path.abspath(module_file)), *parts)


def need_private_network() -> None:
    """For suites whose tests name their ports."""
    probe = process.run(private_network(["true"]), process.DEFAULT_DEADLINE_S)
    if probe.status != 0:
        raise Absent(f"no private network for fixed ports: {probe.stderr.strip()}")
