"""The one table of differences that are known and wanted, each with its reason.

We follow the current release. A difference applies when the case name matches, the peer is in the
range and, with `ours_only`, when the server under test is ours and not another nats-server;
between two servers of one version there is none. It has one of three forms:

  lines     exactly these lines differ: "- " is said by the peer alone, "+ " by our server alone
  rewrites  (pattern, replacement) pairs that make our words into the peer's; None as replacement
            leaves a line out. With `of_peer` they make the peer's words into ours.
  neither   the case is not compared with such a peer

Several entries for one case add up. A difference that is declared but not there is a failure.
"""

import re
from collections.abc import Iterable
from fnmatch import fnmatch

from tests.conformance.difference import Difference
from tests.conformance.difference_table import TABLE
from tests.conformance.peers import Binary


def _in_range(version: tuple[int, ...], wanted: str) -> bool:
    operator, number = re.fullmatch(r"(<|>=)([\d.]+)", wanted).groups()
    bound = tuple(int(part) for part in number.split("."))
    return (version < bound) == (operator == "<")


def between(peer: Binary, server: Binary) -> list[Difference]:
    """The differences that may show when this server is compared with this peer."""
    in_range = [difference for difference in TABLE if _in_range(peer.number, difference.peers)]
    if same_build(peer, server):
        return [difference for difference in in_range if difference.not_compared]
    return [difference for difference in in_range if server.is_ours or not difference.ours_only]


def same_build(peer: Binary, server: Binary) -> bool:
    return peer.version == server.version and not server.is_ours


def matching(case: str, differences: Iterable[Difference]) -> list[Difference]:
    return [difference for difference in differences if fnmatch(case, difference.case)]


def rewritten(lines: list[str], difference: Difference) -> list[str]:
    result = []
    for line in lines:
        for pattern, replacement in difference.rewrites:
            if replacement is not None:
                line = re.sub(pattern, replacement, line)
            elif re.fullmatch(pattern, line):
                break
        else:
            result.append(line)
    return result
