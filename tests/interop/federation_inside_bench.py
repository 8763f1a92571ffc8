"""What the federation tier costs inside its collective's broker, and beside it over TLS on the loopback.

    python3 -m tests.interop.federation_inside_bench --server build/release/cli/antiphon

MODEL   One federation of two collectives: the broker of dc1 has the tier inside, that of dc2 has
        `antiphon federation run` beside it. Replies, and requests of 200 targets, pass through one
        and the other in turns. Counted is the processor time of the collective's broker and
        the tier together: what a site pays. The clients' broker and the driver are the same for both.
"""

import argparse
import os
import sys

from tests.interop.federation_load import (
    LAST,
    REPLIES_UNDER_WAY,
    REPLY,
    REQUESTS_UNDER_WAY,
    TARGETS,
    Effort,
    Figures,
    Flow,
    Table,
    reply_parts,
    request_parts,
)
from tests.interop.federation_world import OURS, World, subscribe

INSIDE, BESIDE = "inside", "beside"
CLUSTER = {INSIDE: "dc1", BESIDE: "dc2"}


class Bench:
    def __init__(self, world: World, effort: Effort):
        self._world, self._effort = world, effort
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
            pids, figures = self._pids[kind], self.figures[kind]
            single.delay_ms()  # nobody gets a reply who has not asked
            self._effort.measure(pids, reply, reply, REPLIES_UNDER_WAY, figures["replies"])
            self._effort.measure(pids, request, single, REQUESTS_UNDER_WAY, figures["requests"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    flags, effort = Effort.from_flags(parser, seconds=4.0, rounds=4)
    world = World(os.path.realpath(flags.server), "", with_servers=False, inside=(CLUSTER[INSIDE],))
    try:
        bench = Bench(world, effort)
        effort.in_turns((INSIDE, BESIDE), bench.measure)
        table = Table(INSIDE, BESIDE)
        for name in ("replies", "requests"):
            table.rows(name, bench.figures[INSIDE][name], bench.figures[BESIDE][name])
        print("per core: of the collective's broker and the tier together")
    finally:
        world.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
