"""What the federation tier costs inside its collective's broker, and beside it over TLS on the loopback.

    python3 -m tests.interop.federation_inside_bench --server build/release/cli/antiphon

MODEL   One federation of two collectives: the broker of dc1 has the tier inside, that of dc2 has
        `antiphon federation run` beside it. Replies, and requests of 200 targets, pass through one
        and the other in turns. Counted is the processor time of the collective's broker and
        the tier together: what a site pays. The clients' broker and the driver are the same for both.
"""

import argparse
import os
import statistics
import sys

from tests.interop.federation_bench import (
    LAST,
    REPLIES_UNDER_WAY,
    REPLY,
    REQUESTS_UNDER_WAY,
    TARGETS,
    WARM_UP_S,
    Figures,
    Flow,
    percentile,
    reply_parts,
    request_parts,
    run_load,
    take_delays,
)
from tests.interop.federation_world import OURS, World, subscribe

INSIDE, BESIDE = "inside", "beside"
CLUSTER = {INSIDE: "dc1", BESIDE: "dc2"}


class Bench:
    def __init__(self, world: World, seconds: float, samples: int):
        self._world, self._seconds, self._samples = world, seconds, samples
        beside = world.start(OURS, CLUSTER[BESIDE], "fed-beside.test")
        self._pids = {
            INSIDE: [world.brokers[CLUSTER[INSIDE]].pid],
            BESIDE: [world.brokers[CLUSTER[BESIDE]].pid, beside.process.pid],
        }
        self.figures = {kind: {"replies": Figures(), "requests": Figures()} for kind in CLUSTER}

    def measure(self, kind: str) -> None:
        cluster = CLUSTER[kind]
        with (
            self._world.connect(cluster) as here,
            self._world.connect("federation") as above,
            self._world.connect(cluster) as node,
            self._world.connect("federation") as asker,
        ):
            subscribe(node, LAST)
            subscribe(asker, REPLY)
            at = f"choria.federation.{cluster}"
            reply = Flow(here, asker, f"{at}.collective", reply_parts(), REPLY)
            request = Flow(above, node, f"{at}.federation", request_parts(TARGETS), LAST)
            single = Flow(above, node, f"{at}.federation", request_parts(1), LAST)
            self._one(kind, "replies", reply, reply, REPLIES_UNDER_WAY)
            self._one(kind, "requests", request, single, REQUESTS_UNDER_WAY)

    def _one(self, kind: str, name: str, load: Flow, single: Flow, under_way: int) -> None:
        figures = self.figures[kind][name]
        single.delay_ms()
        figures.delays_ms += take_delays(single, self._samples)
        load.run(WARM_UP_S, under_way)
        run_load(self._pids[kind], load, self._seconds, under_way, figures)


def report(bench: Bench) -> None:
    print(f"{'':28}{INSIDE:>12}{BESIDE:>12}{'ratio':>8}")

    def row(title: str, inside: float, beside: float) -> None:
        form = ",.0f" if inside >= 100 else ".3g"
        print(f"{title:28}{inside:12{form}}{beside:12{form}}{inside / beside if beside else 0:7.2f}x")

    for name in ("replies", "requests"):
        inside, beside = (bench.figures[kind][name] for kind in (INSIDE, BESIDE))
        row(f"{name}/s", statistics.median(inside.rate), statistics.median(beside.rate))
        row(f"{name}/s per core", statistics.median(inside.per_core), statistics.median(beside.per_core))
        for part, text in ((0.5, "p50"), (0.99, "p99")):
            row(f"{name}: delay {text}, ms", percentile(inside.delays_ms, part), percentile(beside.delays_ms, part))
        print(f"{name}: lost {inside.lost} and {beside.lost}")
    print("per core: of the collective's broker and the tier together")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--server", default="build/release/cli/antiphon", help="the antiphon program")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each measured load")
    parser.add_argument("--rounds", type=int, default=4, help="each measures both")
    parser.add_argument("--samples", type=int, default=300, help="of the delay, in each round")
    flags = parser.parse_args()
    world = World(os.path.realpath(flags.server), "", with_servers=False, inside=(CLUSTER[INSIDE],))
    try:
        bench = Bench(world, flags.seconds, flags.samples)
        for number in range(flags.rounds):
            for kind in (INSIDE, BESIDE) if number % 2 == 0 else (BESIDE, INSIDE):
                bench.measure(kind)
                print(f"round {number + 1}: {kind} done", file=sys.stderr, flush=True)
        report(bench)
    finally:
        world.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
