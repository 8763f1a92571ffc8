"""Random messages through our federation broker and Choria's: what each publishes for the same one.

python3 -m tests.interop.random.federation --server build/release/cli/antiphon --first 1 --seeds 10000
"""

import argparse
import os
import sys
import time
from collections import Counter
from itertools import chain

from tests.interop.federation_world import OURS, THEIRS
from tests.interop.random.federation_differences import (
    AGAIN,
    ENDING,
    HARMFUL,
    REFUSED,
    TWICE,
    Difference,
    asker,
    ends_reference,
    harms_reference,
    sends_twice,
)
from tests.interop.random.federation_scene import Published, Scene
from tests.interop.random.shrink import shrink
from tests.interop.random.transport_cases import Case, make_case, smaller
from tests.interop.results import PeerResult, expect
from tests.support import process
from tests.support.peers import program

SEEDS, SEEDS_IN_A_CHECK = 1000, 50  # of a normal run
_SHOWN_MAX = 600


def passed(published: list[Published]) -> list[Published]:
    return [one for one in published if not one.is_refusal]


def difference(case: Case, ours: list[Published], theirs: list[Published] | None) -> str:
    """In words; empty if both do the same, or differ as declared. None: the reference was not asked."""
    told = [one for one in ours if one.is_refusal]
    if any(one.side != "federation" or one.subject != asker(case) for one in told) or len(told) > 1:
        return f"ours tells somebody else: {told}"
    if names := [row.name for row in REFUSED if row.applies(case)]:
        return f"ours passes on in spite of: {', '.join(names)}: {passed(ours)}" if passed(ours) else ""
    if theirs is None:
        return f"ours passes on what harms the reference: {passed(ours)}" if passed(ours) else ""
    if sends_twice(case):
        theirs = sorted(set(theirs), key=repr)
    if passed(ours) != theirs:
        mine = [one for one in passed(ours) if one not in theirs]
        other = [one for one in theirs if one not in passed(ours)]
        return f"only ours: {mine}; only the reference: {other}"
    if theirs and len(passed(ours)) < len(ours):
        return f"ours refuses what it has passed on: {ours}"
    return ""


class Comparison:
    def __init__(self, scene: Scene):
        self.scene = scene
        self.counts: Counter[str] = Counter()

    def _play(self, cases: list[Case]) -> tuple[list[str], bool]:
        """A line for each, and whether all that came is known to be of one of them."""
        asked = [case for case in cases if not ends_reference(case) and not harms_reference(case)]
        *ours, strange = self.scene.play(cases, OURS)
        *theirs, other = self.scene.play(asked, THEIRS)
        of = dict(zip(map(id, asked), theirs, strict=True))
        self.counts["messages"] += len(cases)
        self.counts["not for the reference"] += len(cases) - len(asked)
        self.counts["passed on"] += sum(bool(passed(one)) for one in ours)
        found = [difference(case, mine, of.get(id(case))) for case, mine in zip(cases, ours, strict=True)]
        return found, not strange and not other

    def _all(self, case: Case, who: str) -> list[Published]:
        return sorted(chain(*self.scene.play([case], who)), key=repr)

    def alone(self, case: Case) -> str:
        """All that comes is of this one."""
        asked = not ends_reference(case) and not harms_reference(case)
        ours = self._all(case, OURS)
        theirs = self._all(case, THEIRS) if asked else None
        return difference(case, ours, theirs)

    def seeds(self, first: int, count: int) -> list[str]:
        """What is wrong, shrunk."""
        cases = [make_case(seed) for seed in range(first, first + count)]
        found, all_known = self._play(cases)
        failures = []
        for seed, case, line in zip(range(first, first + count), cases, found, strict=True):
            if (line or not all_known) and self.alone(case):
                less = shrink(case, smaller, lambda less: bool(self.alone(less)))
                said = f"{self.alone(less)[:_SHOWN_MAX]}\n  {str(less)[:_SHOWN_MAX]}"
                failures.append(f"seed {seed}: {said}")
        return failures

    def both(self, case: Case) -> tuple[list[Published], list[Published]]:
        return passed(self._all(case, OURS)), self._all(case, THEIRS)

    def example(self, row: Difference) -> str:
        """It still differs, and as declared."""
        expect(row.applies(row.example), "it does not describe its example")
        ours, theirs = self.both(row.example)
        expect(not ours, f"ours passes it on: {ours}")
        expect(theirs, "the reference has changed: it passes nothing on")
        return row.why

    def twice(self) -> None:
        expect(sends_twice(TWICE), "it does not describe its example")
        ours, theirs = self.both(TWICE)
        expect(len(ours) == 1 and theirs == ours * 2, f"ours {ours}, the reference {theirs}")

    def again(self) -> None:
        """Ours sends a request to a target once, however it is written."""
        counts = [[len(one) for one in self.both(case)] for case in AGAIN]
        expect([ours for ours, _ in counts] == [1, 0, 0, 0], f"ours {counts}")
        expect(all(theirs == 1 for _, theirs in counts), f"the reference has changed: {counts}")

    def ending(self) -> str:
        """The reference does not survive it; ours serves on."""
        expect(ends_reference(ENDING), "it does not describe its example")
        [ours, _] = self.scene.play([ENDING], OURS)
        expect(not ours, f"ours makes something of it: {ours}")
        reference = self.scene.send_alone(ENDING)
        process.wait_until(lambda: not reference.running, "the reference has ended")
        [line] = [line for line in reference.lines() if line.startswith("panic:")]
        return line


def run(antiphon: str, program: str, result: PeerResult) -> dict[str, str]:
    """The declared differences, then the first seeds; returns what all processes said."""
    scene = Scene(antiphon, program)
    try:
        comparison = Comparison(scene)
        for row in (*REFUSED, HARMFUL):
            name = f"difference.{row.name}".replace(" ", "_")
            result.check(name, lambda row=row: comparison.example(row))
        result.check("difference.sent_twice", comparison.twice)
        result.check("difference.sent_again", comparison.again)
        for first in range(1, SEEDS, SEEDS_IN_A_CHECK):

            def same(first=first) -> str:
                before = comparison.counts.copy()
                found = comparison.seeds(first, SEEDS_IN_A_CHECK)
                expect(not found, "\n".join(found))
                return str(dict(comparison.counts - before))

            result.check(f"seeds.{first}-{first + SEEDS_IN_A_CHECK - 1}", same)
        result.check("difference.ends_the_reference", comparison.ending)
        return scene.logs()
    finally:
        scene.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tests.interop.random.federation", description=__doc__)
    parser.add_argument("--server", required=True, help="antiphon")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=5000)
    chosen = parser.parse_args()
    scene = Scene(os.path.realpath(chosen.server), program("choria"))
    failed, begin = 0, time.monotonic()
    try:
        comparison = Comparison(scene)
        for first in range(chosen.first, chosen.first + chosen.seeds, SEEDS_IN_A_CHECK):
            count = min(SEEDS_IN_A_CHECK, chosen.first + chosen.seeds - first)
            for line in comparison.seeds(first, count):
                failed += 1
                print(line, flush=True)
        took = time.monotonic() - begin
        print(
            f"random federation: {chosen.seeds} seeds, {failed} differ; {dict(comparison.counts)}; {took:.1f} s"
        )
    finally:
        scene.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
