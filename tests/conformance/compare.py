"""Compares two transcripts of a case and judges the difference against the declared ones."""

import difflib
from collections import Counter
from dataclasses import dataclass

from tests.conformance import differences
from tests.conformance.difference import Difference
from tests.conformance.player import BROKEN

COLUMN = 78

EQUAL, DECLARED, FAILED = "equal", "declared", "failed"


@dataclass(frozen=True)
class Verdict:
    case: str
    result: str  # EQUAL, DECLARED or FAILED
    reason: str = ""
    diff: tuple[str, ...] = ()
    used: tuple[Difference, ...] = ()


def _opcodes(peer: list[str], ours: list[str]):
    return difflib.SequenceMatcher(None, peer, ours, autojunk=False).get_opcodes()


def diff_lines(peer: list[str], ours: list[str]) -> list[str]:
    """Lines that the peer alone has said begin with "- ", those of our server with "+ "."""
    lines = []
    for op, a, b, c, d in _opcodes(peer, ours):
        if op != "equal":
            lines += [f"- {line}" for line in peer[a:b]] + [f"+ {line}" for line in ours[c:d]]
    return lines


def _broken(lines: list[str]) -> str | None:
    return next((line[len(BROKEN) :] for line in lines if line.startswith(BROKEN)), None)


def judge(
    case: str,
    peer: list[str],
    ours: list[str],
    declared: list[Difference],
    self_check: bool = False,
) -> Verdict:
    """`declared` are the differences that may show in this case."""
    used = [difference for difference in declared if difference.not_compared]
    if used and self_check:
        return Verdict(case, DECLARED, used[0].reason, used=tuple(used))
    # What cannot be compared because of us, ours need not even be able to begin.
    ours_fails = any(difference.ours_only for difference in used)
    for who, lines in (("server", [] if ours_fails else ours), ("peer", [] if used else peer)):
        if problem := _broken(lines):
            return Verdict(case, FAILED, f"{who}: {problem}")
    if used:
        return Verdict(case, DECLARED, used[0].reason, used=tuple(used))

    expected: Counter[str] = Counter()
    for difference in declared:
        before = peer, ours
        if difference.of_peer:
            peer = differences.rewritten(peer, difference)
        else:
            ours = differences.rewritten(ours, difference)
        expected.update(difference.lines)
        if difference.lines or before != (peer, ours):
            used.append(difference)

    diff = diff_lines(peer, ours)
    if Counter(diff) == expected:
        reasons = "; ".join(dict.fromkeys(difference.reason for difference in used))
        return Verdict(case, DECLARED if used else EQUAL, reasons, used=tuple(used))
    problem = "different" if not expected else "not the difference that is declared"
    return Verdict(case, FAILED, problem, tuple(diff), tuple(used))


def side_by_side(peer: list[str], ours: list[str], peer_name: str) -> list[str]:
    """Both transcripts in two columns, lines that differ marked with "|"."""

    def cut(line: str) -> str:
        return line if len(line) <= COLUMN else line[: COLUMN - 3] + "..."

    rows = [f"  {peer_name:<{COLUMN}}   server under test"]
    for op, a, b, c, d in _opcodes(peer, ours):
        left, right = peer[a:b], ours[c:d]
        for i in range(max(len(left), len(right))):
            pair = [side[i] if i < len(side) else "" for side in (left, right)]
            mark = " " if op == "equal" else "|"
            rows.append(f"  {cut(pair[0]):<{COLUMN}} {mark} {cut(pair[1])}".rstrip())
    return rows
