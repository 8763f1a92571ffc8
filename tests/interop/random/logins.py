"""Random logins to our broker in Choria's dialect and to Choria's own: who is let in, and what each may
do.

python3 -m tests.interop.random.logins --server build/release/cli/antiphon --first 1 --seeds 5000
"""

import argparse
import dataclasses
import os
import sys
import time
from collections import Counter

from tests.interop.random.login_cases import Case, make_case, smaller
from tests.interop.random.login_differences import (
    DELIVERED,
    LATER,
    LET_IN,
    REFUSED,
    Delivered,
    Difference,
    Later,
)
from tests.interop.random.login_said import looks_at_token
from tests.interop.random.login_scene import ENDED, Scene, Verdict
from tests.interop.random.shrink import shrink
from tests.interop.results import PeerResult, expect
from tests.support import choria_v2
from tests.support.peers import program

SEEDS, SEEDS_IN_A_CHECK = 200, 20  # of a normal run
_LET_IN = {True: "let in", False: "refused"}


def differences(case: Case, ours: Verdict, theirs: Verdict) -> list[str]:
    """In words; none if both do the same, or differ as declared."""
    if ours.said == ENDED:
        return ["ours has ended"]
    rows = [row for row in REFUSED if looks_at_token(case) and row.applies(case)]
    if rows and not ours.let_in:
        return []
    if names := [row.name for row in rows if row.always]:
        return [f"ours: let in in spite of: {', '.join(names)}"]
    if ours.let_in != theirs.let_in:
        sides = {"ours": ours, "reference": theirs}
        return ["; ".join(f"{who}: {_LET_IN[one.let_in]} {one.said}" for who, one in sides.items())]
    if ours.said != theirs.said:
        return [f"ours says {ours.said!r}, the reference {theirs.said!r}"]
    return _other_subjects(case, ours, theirs)


def _other_subjects(case: Case, ours: Verdict, theirs: Verdict) -> list[str]:
    later = {at for at, probe in enumerate(case.probes) if any(row.applies(case, probe) for row in LATER)}
    found = []
    for at in sorted(ours.refused ^ theirs.refused):
        if at not in later or at in ours.refused:
            who = "ours" if at in ours.refused else "the reference"
            found.append(f"{case.probes[at].verb} {case.probes[at].subject}: refused by {who}")
    for account, at in sorted(ours.seen ^ theirs.seen):
        who = "ours" if (account, at) in ours.seen else "the reference"
        found.append(f"PUB {case.probes[at].subject}: arrives in {account} only with {who}")
    for came in sorted(ours.got ^ theirs.got):
        account, at, subject = came
        is_ours = came in ours.got
        declared = (
            at in later if is_ours else any(row.applies(case, case.probes[at], subject) for row in DELIVERED)
        )
        if not declared:
            who = "ours" if is_ours else "the reference"
            found.append(f"SUB {case.probes[at].subject}: {subject} of {account} comes only with {who}")
    return found


class Comparison:
    def __init__(self, scene: Scene):
        self.scene = scene
        self.counts: Counter[str] = Counter()

    def verdicts(self, case: Case, field: str = "") -> tuple[Verdict, Verdict]:
        """Of ours and the reference, to which the token may be shown in another place."""
        now = int(time.time())
        shown = dataclasses.replace(case, field=field or case.field)
        return self.scene.play("ours", case, now), self.scene.play("reference", shown, now)

    def compare(self, case: Case) -> list[str]:
        ours, theirs = self.verdicts(case, "auth_token" if case.field == "jwt" else case.field)
        self.counts[_LET_IN[theirs.let_in]] += 1
        self.counts["subjects"] += len(case.probes) if theirs.let_in else 0
        return differences(case, ours, theirs)

    def seed(self, seed: int) -> str:
        """What is wrong, shrunk; empty if nothing is."""
        case = make_case(seed)
        if not self.compare(case):
            return ""
        less = shrink(case, smaller, lambda less: bool(self.compare(less)))
        return f"seed {seed}: {'; '.join(self.compare(less))}\n  {shown(less)}"

    def example(self, row: Difference) -> str:
        """It still differs, and as declared."""
        expect(row.applies(row.example), "it does not describe its example")
        ours, theirs = self.verdicts(row.example)
        wanted = row in LET_IN
        expect(ours.let_in == wanted, f"ours: {_LET_IN[ours.let_in]} {ours.said}")
        expect(theirs.let_in != wanted, f"the reference has changed: {_LET_IN[theirs.let_in]} {theirs.said}")
        return row.why

    def delivered(self, row: Delivered) -> None:
        subject = row.example.probes[1].subject
        expect(row.applies(row.example, row.example.probes[0], subject), "it does not describe its example")
        ours, theirs = self.verdicts(row.example)
        came = ("choria", 0, subject)
        expect(ours.let_in and came not in ours.got, f"ours delivers it {ours.said}")
        expect(came in theirs.got, "the reference has changed")

    def later(self, row: Later) -> None:
        expect(row.applies(row.example, row.example.probes[0]), "it does not describe its example")
        ours, theirs = self.verdicts(row.example)
        expect(ours.let_in and not ours.refused, f"ours refuses it {ours.said}")
        expect(theirs.let_in and theirs.refused, "the reference has changed")


def shown(case: Case) -> str:
    """As it is written in a test."""
    plain = Case()
    fields = {name: value for name, value in case.__dict__.items() if value != getattr(plain, name)}
    return f"Case({', '.join(f'{name}={value!r}' for name, value in fields.items())})"


def run(site: choria_v2.Site, commands: dict[str, list[str]], result: PeerResult) -> dict[str, str]:
    """The declared differences, then the first seeds; returns the brokers' logs."""
    scene = Scene(site, commands)
    try:
        comparison = Comparison(scene)
        for row in REFUSED + LET_IN:
            name = f"difference.{row.name}".replace(" ", "_")
            result.check(name, lambda row=row: comparison.example(row))
        for row in DELIVERED:
            name = f"delivered.{row.name}".replace(" ", "_")
            result.check(name, lambda row=row: comparison.delivered(row))
        for row in LATER:
            name = f"later.{row.name}".replace(" ", "_")
            result.check(name, lambda row=row: comparison.later(row))
        for first in range(1, SEEDS, SEEDS_IN_A_CHECK):

            def same(first=first) -> str:
                before = comparison.counts.copy()
                found = [comparison.seed(seed) for seed in range(first, first + SEEDS_IN_A_CHECK)]
                expect(not any(found), "\n".join(filter(None, found)))
                return str(dict(comparison.counts - before))

            result.check(f"seeds.{first}-{first + SEEDS_IN_A_CHECK - 1}", same)
    finally:
        scene.close()
    return scene.logs


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tests.interop.random.logins", description=__doc__)
    parser.add_argument("--server", required=True, help="antiphon")
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1000)
    chosen = parser.parse_args()
    programs = {"ours": os.path.realpath(chosen.server), "reference": program("choria")}
    site = choria_v2.Site(programs["reference"], programs["ours"])
    scene = Scene(site, {who: [one, "broker", "run", "--config"] for who, one in programs.items()})
    failed, begin = 0, time.monotonic()
    try:
        comparison = Comparison(scene)
        for seed in range(chosen.first, chosen.first + chosen.seeds):
            if found := comparison.seed(seed):
                failed += 1
                print(found, flush=True)
        said = f"{chosen.seeds} seeds, {failed} differ; {dict(comparison.counts)}"
        print(f"random logins: {said}; {time.monotonic() - begin:.1f} s")
    finally:
        scene.close()
        site.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
