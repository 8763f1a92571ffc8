"""Plays conversations that seeds decide to a real nats-server and to ours. See ../README.md."""

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

from tests.conformance import compare, peers
from tests.conformance.random import configuration
from tests.conformance.random.conversation import Conversation
from tests.conformance.random.servers import Contest, Outcome, Servers
from tests.conformance.random.shrink import Example, Shrinker

EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_SKIPPED = 0, 1, 2, 77
SEEDS_PER_CONFIGURATION = 5
PEER = "2.15"
THREADS = 4


def shards_of(seed: int) -> int:
    return (seed // SEEDS_PER_CONFIGURATION) % 3 + 1


def example_of(seed: int) -> Example:
    of_configuration = Random(f"configuration {seed // SEEDS_PER_CONFIGURATION}")
    drawn = configuration.draw(of_configuration)
    conversation = Conversation(drawn, Random(f"conversation {seed}"), shards_of(seed) == 1)
    return Example(drawn, tuple(conversation.steps()))


def contest_of(contest: Contest, seed: int) -> Contest:
    return replace(contest, shards=shards_of(seed))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m tests.conformance.random", description=__doc__
    )
    parser.add_argument("--server", help=f"our nats-server link (else ${peers.ENV_SERVER}, build/)")
    parser.add_argument("--peer", help="a real nats-server, release 2.15")
    parser.add_argument("--self-check", action="store_true", help="the peer against itself")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--seeds", type=int, default=200, help="how many")
    parser.add_argument("--show", action="store_true", help="print the transcripts of the peer")
    parser.add_argument("--no-shrink", action="store_true", help="show differences as they are")
    parser.add_argument("--failures", type=int, default=5, help="how many differences are shown")
    return parser.parse_args()


def find_peer(path: str | None) -> peers.Binary | None:
    found = [peers.binary(path)] if path else peers.find_peers()[0]
    return next((peer for peer in found if path or peer.version.startswith(PEER + ".")), None)


def play_group(contest: Contest, seeds: list[int]) -> dict[int, Outcome]:
    """Seeds of one configuration."""
    first = example_of(seeds[0])
    with Servers(contest_of(contest, seeds[0]), first.configuration) as servers:
        return {seed: servers.play(list(example_of(seed).steps)) for seed in seeds}


def report(contest: Contest, seed: int, outcome: Outcome, shrinks: bool) -> None:
    example = example_of(seed)
    of_seed = contest_of(contest, seed)
    print(f"\nDIFFERENT seed {seed}, {of_seed.shards} shards", flush=True)
    if shrinks:
        shrinker = Shrinker(of_seed)
        again = shrinker.play(example)
        if again.diff:
            example, outcome = shrinker.shrink(example)
            print(f"(after {shrinker.tries} tries)")
        else:
            shrinker.stop()
            print("(not on fresh servers, after which these lines differed)")
            print("\n".join(outcome.diff))
            return
    print(example.configuration.text())
    name = f"nats-server v{contest.peer.version}"
    print("\n".join(compare.side_by_side(outcome.peer, outcome.ours, name)))
    print("\n".join(["", "the lines that differ, whole:", *outcome.diff]))


def main() -> int:
    options = arguments()
    peer = find_peer(options.peer)
    if peer is None:
        print(f"conformance.random: SKIPPED no nats-server {PEER}")
        return EXIT_FAILED if os.environ.get(peers.ENV_REQUIRED) == "1" else EXIT_SKIPPED
    path = options.server or peers.find_ours()
    if not path and not options.self_check:
        print(f"no server to test: give --server, set {peers.ENV_SERVER}", file=sys.stderr)
        return EXIT_USAGE
    contest = Contest(peer, peer if options.self_check else peers.binary(path))
    seeds = range(options.first, options.first + options.seeds)
    groups: dict[int, list[int]] = {}
    for seed in seeds:
        groups.setdefault(seed // SEEDS_PER_CONFIGURATION, []).append(seed)
    started, played, different = time.monotonic(), 0, []
    with ThreadPoolExecutor(THREADS) as threads:
        for outcomes in threads.map(lambda group: play_group(contest, group), groups.values()):
            for seed, outcome in outcomes.items():
                played += 1
                if options.show:
                    print(f"\nseed {seed}\n{example_of(seed).configuration.text()}")
                    print("\n".join(outcome.peer))
                elif outcome.diff:
                    different.append((seed, outcome))
    for seed, outcome in different[: options.failures]:
        report(contest, seed, outcome, not options.no_shrink)
    print(
        f"conformance.random: {played} conversations, {len(different)} different, "
        f"peer nats-server v{peer.version}, {time.monotonic() - started:.0f} s"
    )
    if different:
        print("seeds: " + " ".join(str(seed) for seed, _ in different))
    return EXIT_FAILED if different else EXIT_OK


if __name__ == "__main__":
    sys.exit(main())
