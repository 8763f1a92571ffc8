"""Plays the conformance transcript to our server and to real ones, and compares. See README.md."""

import argparse
import importlib
import json
import os
import pkgutil
import sys
import time
from collections import Counter
from dataclasses import dataclass
from fnmatch import fnmatch

from tests.conformance import cases as case_modules
from tests.conformance import compare, differences, peers, player
from tests.conformance.script import Case
from tests.support import certificates

EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_SKIPPED = 0, 1, 2, 77


def all_cases() -> list[Case]:
    modules = sorted(module.name for module in pkgutil.iter_modules(case_modules.__path__))
    areas = [importlib.import_module(f"{case_modules.__name__}.{name}").AREA for name in modules]
    return [case for area in areas for case in area.cases]


def chosen_cases(patterns: list[str]) -> tuple[list[Case], list[str]]:
    """The cases to play, and what is skipped for want of a tool."""
    chosen = [
        case
        for case in all_cases()
        if not patterns or any(fnmatch(case.name, pattern) for pattern in patterns)
    ]
    if certificates.available():
        return chosen, []
    without = [case for case in chosen if not case.setup.needs_openssl]
    return without, [
        f"{len(chosen) - len(without)} TLS cases: no openssl program to make certificates"
    ]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python3 -m tests.conformance.run", description=__doc__)
    parser.add_argument("--server", help=f"our nats-server link (else ${peers.ENV_SERVER}, build/)")
    parser.add_argument("--peer", action="append", help="a real nats-server; may be repeated")
    parser.add_argument("--self-check", action="store_true", help="each peer against itself")
    parser.add_argument("--only", action="append", default=[], help="cases by shell pattern")
    parser.add_argument("--json", action="store_true", help="results as JSON on stdout")
    parser.add_argument("--list", action="store_true", help="show the cases, play nothing")
    parser.add_argument("--show", action="store_true", help="print the peer's transcripts")
    return parser.parse_args()


@dataclass(frozen=True)
class Result:
    """All verdicts about one server compared with one peer."""

    server: peers.Binary
    peer: peers.Binary
    verdicts: list[compare.Verdict]

    @property
    def summary(self) -> str:
        count = Counter(verdict.result for verdict in self.verdicts)
        return (
            f"{len(self.verdicts)} cases, {count[compare.EQUAL]} equal, "
            f"{count[compare.DECLARED]} declared differences, {count[compare.FAILED]} failures"
        )

    def as_json(self) -> dict:
        return {
            "server": {"path": self.server.path, "version": self.server.version},
            "peer": {"path": self.peer.path, "version": self.peer.version},
            "summary": self.summary,
            "cases": [
                {"name": v.case, "result": v.result, "reason": v.reason, "diff": v.diff}
                for v in self.verdicts
            ],
        }


class Run:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.out = sys.stderr if options.json else sys.stdout
        self.skipped: list[str] = []

    def say(self, text: str) -> None:
        print(text, file=self.out, flush=True)

    def find_peers(self) -> list[peers.Binary]:
        if self.options.peer:
            return [peers.binary(path) for path in self.options.peer]
        found, missing = peers.find_peers()
        self.skipped += missing
        return found

    def find_server(self) -> peers.Binary:
        if path := self.options.server or peers.find_ours():
            return peers.binary(path)
        print(
            f"no server to test: give --server, set {peers.ENV_SERVER} or build it", file=sys.stderr
        )
        raise SystemExit(EXIT_USAGE)

    def play(self) -> int:
        cases, skipped = chosen_cases(self.options.only)
        found = self.find_peers()
        self.skipped += skipped
        started = time.monotonic()
        if self.options.self_check:
            comparisons = [self.play_against(peer, [peer], cases) for peer in found]
            results = [result for comparison in comparisons for result in comparison]
        else:
            results = self.play_against(self.find_server(), found, cases)
        for reason in self.skipped:
            self.say(f"conformance: SKIPPED {reason}")
        for result in results:
            self.say(f"conformance: {result.summary}, peer nats-server v{result.peer.version}")
        if self.options.json:
            self.print_json(results, time.monotonic() - started)
        return self.status(results)

    def play_against(
        self, server: peers.Binary, opponents: list[peers.Binary], cases: list[Case]
    ) -> list[Result]:
        binaries = [server.path, *(peer.path for peer in opponents)]
        for path in dict.fromkeys(binaries):
            if problem := player.starts(path):
                print(f"{path} cannot be played to: {problem}", file=sys.stderr)
                raise SystemExit(EXIT_FAILED)
        # Waiting for what an older peer never says would take most of the time.
        passed_over = [set(), *(self.not_compared(server, peer, cases) for peer in opponents)]
        ours, *theirs = player.play_all(binaries, cases, passed_over)
        return [
            Result(server, peer, self.judge(server, peer, ours, transcripts, cases))
            for peer, transcripts in zip(opponents, theirs)
        ]

    def not_compared(self, server, peer, cases: list[Case]) -> set[str]:
        """Cases that the peer cannot do at all."""
        unable = [d for d in differences.between(peer, server) if d.not_compared and not d.ours_only]
        return {case.name for case in cases if differences.matching(case.name, unable)}

    def judge(self, server, peer, ours, theirs, cases) -> list[compare.Verdict]:
        declared = differences.between(peer, server)
        self_check = differences.same_build(peer, server)
        verdicts = []
        for case in cases:
            mine, his = ours[case.name], theirs[case.name]
            of_case = differences.matching(case.name, declared)
            verdict = compare.judge(case.name, his, mine, of_case, self_check)
            verdicts.append(verdict)
            if self.options.show:
                self.say(f"\n{case.name}: {case.about}\n" + "\n".join(f"  {line}" for line in his))
            if verdict.result == compare.FAILED:
                self.say(f"\nFAILED {case.name}: {verdict.reason}\n  {case.about}")
                self.say("\n".join(compare.side_by_side(his, mine, f"nats-server v{peer.version}")))
        return verdicts + self.unused(declared, server, verdicts)

    def unused(self, declared, server, verdicts) -> list[compare.Verdict]:
        """Entries of the table that nothing needs are failures, once everything was played."""
        if self.options.only or self.skipped:
            return []
        used = {difference for verdict in verdicts for difference in verdict.used}
        missing = [d for d in declared if d not in used and (d.ours_only or not server.is_ours)]
        failures = [
            compare.Verdict(f"table: {d.case}", compare.FAILED, f"not there: {d.reason}")
            for d in missing
        ]
        for verdict in failures:
            self.say(f"\nFAILED {verdict.case}: {verdict.reason}")
        return failures

    def print_json(self, results: list[Result], seconds: float) -> None:
        report = {
            "seconds": round(seconds, 1),
            "skipped": self.skipped,
            "comparisons": [result.as_json() for result in results],
        }
        json.dump(report, sys.stdout, indent=2)
        print()

    def status(self, results: list[Result]) -> int:
        if any(v.result == compare.FAILED for result in results for v in result.verdicts):
            return EXIT_FAILED
        if self.skipped and os.environ.get(peers.ENV_REQUIRED) == "1":
            return EXIT_FAILED
        return EXIT_OK if results else EXIT_SKIPPED


def main() -> int:
    options = arguments()
    if options.list:
        for case in chosen_cases(options.only)[0]:
            print(f"{case.name:<48} {case.about}")
        return EXIT_OK
    return Run(options).play()


if __name__ == "__main__":
    sys.exit(main())
