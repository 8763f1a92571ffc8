"""Gives the configurations of nats-server's own tests to it and to ours. See ../README.md."""

import argparse
import os
import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from pathlib import Path

from tests.conformance import peers
from tests.conformance.configurations import upstream
from tests.conformance.configurations.contest import Contest, Result, play
from tests.conformance.configurations.difference_table import TABLE
from tests.support.places import TempDir

EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_SKIPPED = 0, 1, 2, 77
PEER = "2.15"
THREADS = 4
ALL = "*"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m tests.conformance.configurations", description=__doc__
    )
    parser.add_argument("--server", help=f"our nats-server link (else ${peers.ENV_SERVER}, build/)")
    parser.add_argument("--peer", help="a real nats-server, release 2.15")
    parser.add_argument("--self-check", action="store_true", help="the peer against itself")
    parser.add_argument("--only", default=ALL, metavar="PATTERN", help="such as 'server/opts_test.go:*'")
    parser.add_argument("--show", action="store_true", help="print each with both verdicts")
    parser.add_argument("--failures", type=int, default=10, help="how many differences are shown")
    return parser.parse_args()


def find_peer(path: str | None) -> peers.Binary | None:
    found = [peers.binary(path)] if path else peers.find_peers()[0]
    return next((peer for peer in found if path or peer.version.startswith(PEER + ".")), None)


def absent(peer: peers.Binary | None, module: Path | None) -> str | None:
    if peer is None:
        return f"no nats-server {PEER}"
    return None if module else f"no sources of nats-server {peer.version} in Go's module cache"


def play_all(contest: Contest, chosen: list[upstream.Configuration]) -> list[Result]:
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(lambda one: play(contest, *one), enumerate(chosen)))


def declared_by(line: str) -> str | None:
    return next((pattern for pattern in TABLE if re.search(pattern, line)), None)


def show(result: Result) -> None:
    print(f"\n{result.configuration.name}")
    print("\n".join(f"  | {line}" for line in result.text.splitlines() if line.strip()))
    for who, verdict in (("peer", result.peer), ("ours", result.ours)):
        print("\n".join(f"  {who} {line}" for line in verdict.lines()))


def judge(results: list[Result], options: argparse.Namespace) -> tuple[int, int, list[str]]:
    """How many differ as declared, how many otherwise, and what is declared but not there."""
    unknown, as_declared, used = [], 0, set()
    for result in results:
        patterns = {line: declared_by(line) for line in result.differences()}
        used |= set(patterns.values())
        others = [line for line, pattern in patterns.items() if pattern is None]
        as_declared += bool(patterns) and not others
        unknown += [(result, others)] if others else []
        if options.show:
            show(result)
    for result, others in unknown[: options.failures]:
        show(result)
        print("\n".join(f"  DIFFERENT {line}" for line in others))
    whole = options.only == ALL and not options.self_check
    return as_declared, len(unknown), [one for one in TABLE if one not in used] if whole else []


def main() -> int:
    options, began = arguments(), time.monotonic()
    peer = find_peer(options.peer)
    module = upstream.find_module(peer.version) if peer else None
    if reason := absent(peer, module):
        print(f"conformance.configurations: SKIPPED {reason}")
        return EXIT_FAILED if os.environ.get(peers.ENV_REQUIRED) == "1" else EXIT_SKIPPED
    ours = peer.path if options.self_check else options.server or peers.find_ours()
    if not ours:
        print(f"no server to test: give --server, set {peers.ENV_SERVER}", file=sys.stderr)
        return EXIT_USAGE
    chosen = [one for one in upstream.configurations(module) if fnmatch(one.name, options.only)]
    with TempDir() as directory:
        root = Path(directory.path)
        upstream.lay_out(module, root)
        results = play_all(Contest(peer.path, os.path.abspath(ours), root), chosen)
    as_declared, failures, unused = judge(results, options)
    for pattern in unused:
        print(f"declared, but not there: {pattern}")
    print(
        f"conformance.configurations: {len(results)} configurations, "
        f"{len(results) - as_declared - failures} equal, {as_declared} declared differences, "
        f"{failures} failures, peer nats-server v{peer.version}, {time.monotonic() - began:.0f} s"
    )
    return EXIT_FAILED if failures or unused else EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
