"""How fast our federation broker is beside Choria's own, in one run on one machine.

    python3 -m tests.interop.federation_bench --server build/release/cli/antiphon

MODEL   Two brokers of ours and between them one federation broker, ours and Choria's in turns, over
        mutual TLS. The processor time is that of the federation broker alone, so messages per
        second of it do not depend on what the driver and the brokers need.
LIMITS  One driver process in Python: where it is the slowest part, messages per second of the
        clock say little, and those per second of processor time what they should.
        With `--brokers nats` the brokers are configured as nats-server's and offer what that offers:
        no frames for many subjects.
"""

import argparse
import os
import sys

from tests.interop.federation_load import (
    DATA_BYTES,
    LAST,
    REPLIES_UNDER_WAY,
    REPLY,
    REPLY_DATA_BYTES,
    REQUESTS_UNDER_WAY,
    TARGETS,
    WARM_UP_S,
    Effort,
    Figures,
    Flow,
    Table,
    percentile,
    reply_parts,
    request_parts,
    run_load,
    take_delays,
)
from tests.interop.federation_world import OURS, THEIRS, World, subscribe
from tests.interop.peers.install import install
from tests.support.nats_socket import NatsSocket
from tests.support.peers import program
from tests.support.process_facts import resident_bytes

FAN_OUTS_UNDER_WAY = 8


class Bench:
    def __init__(self, world: World, effort: Effort):
        self._world, self._effort = world, effort
        self.figures = {kind: {"requests": Figures(), "replies": Figures()} for kind in (OURS, THEIRS)}
        self.direct_ms: list[float] = []
        self.memory: dict[str, float] = {}
        self.fan_out = Figures()
        self.refused = 0.0  # by ours
        self.transform_us: dict[str, float] = {}  # ours, of the clock, for one message

    def _flows(self) -> dict[str, tuple[Flow, Flow, int]]:
        """What runs: (the load, the single message whose delay is measured, how many under way)."""
        fed, site = "choria.federation.dc1.federation", "choria.federation.dc1.collective"

        def pair(source: str, target: str, marker: str) -> tuple[NatsSocket, NatsSocket]:
            out, back = self._world.connect(source), self._world.connect(target)
            subscribe(back, marker)
            return out, back

        to_site = pair("federation", "dc1", LAST)
        to_fed = pair("dc1", "federation", REPLY)
        reply = Flow(*to_fed, site, reply_parts(), REPLY)
        return {
            "requests": (Flow(*to_site, fed, request_parts(TARGETS), LAST),
                         Flow(*to_site, fed, request_parts(1), LAST), REQUESTS_UNDER_WAY),
            "replies": (reply, reply, REPLIES_UNDER_WAY),
        }  # fmt: skip

    def measure(self, kind: str) -> None:
        broker = self._world.start(kind, "dc1", f"fed-{kind}.test")
        try:
            for name, (load, single, under_way) in self._flows().items():
                self._effort.measure([broker.process.pid], load, single, under_way, self.figures[kind][name])
            if kind == OURS:
                self.refused += broker.metric("antiphon_federation_refused_total")
                for name, side in (("choria_request_transformer", "federation"),
                                   ("choria_reply_transformer", "collective")):  # fmt: skip
                    read = {"name": "nats_ingest", "connected_to": side}
                    spent = [broker.metric("choria_federation_time_sum", **labels) for labels in (read, {"name": name})]
                    count = broker.metric("choria_federation_time_count", name=name)
                    self.transform_us[name] = sum(spent) / count * 1e6
            self.memory[kind] = resident_bytes(broker.process.pid) / 2**20
        finally:
            self._world.end_federation_brokers()

    def measure_fan_out(self) -> None:
        """What a broker needs to write the bytes of a request's messages to one connection."""
        out, back = self._world.connect("dc1"), self._world.connect("dc1")
        subscribe(back, *[LAST] * TARGETS)
        before, after = request_parts(1)
        flow = Flow(out, back, LAST, (before, after), LAST, sid=TARGETS)
        flow.run(WARM_UP_S, FAN_OUTS_UNDER_WAY)
        pid = self._world.brokers["dc1"].pid
        run_load([pid], flow, self._effort.seconds, FAN_OUTS_UNDER_WAY, self.fan_out)

    def measure_direct(self) -> None:
        """One broker alone, from publisher to subscriber: what the two hops begin with."""
        out, back = self._world.connect("dc1"), self._world.connect("dc1")
        subscribe(back, LAST)
        flow = Flow(out, back, LAST, request_parts(1), LAST)
        flow.delay_ms()
        self.direct_ms = take_delays(flow, self._effort.samples)


def report(bench: Bench) -> None:
    table = Table(OURS, THEIRS)
    for name in ("requests", "replies"):
        table.rows(name, *(bench.figures[kind][name] for kind in (OURS, THEIRS)))
    table.row("memory, MiB", bench.memory[OURS], bench.memory[THEIRS], True)
    print(f"refused by antiphon: {bench.refused:g}")
    for name, spent in bench.transform_us.items():
        print(f"antiphon, {name}: {spent:.2f} us a message")
    print(f"a broker of ours that writes the bytes of a request to one connection: "
          f"{bench.fan_out.per_core[0]:,.0f} times a second of a core")
    direct = bench.direct_ms
    print(f"one broker alone: delay p50 {percentile(direct, 0.5):.3g} ms, p99 {percentile(direct, 0.99):.3g} ms")
    print(f"{TARGETS} targets a request, {DATA_BYTES} bytes of data; replies of {REPLY_DATA_BYTES}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--brokers", choices=("choria", "nats"), default="choria", help="their dialect")
    flags, effort = Effort.from_flags(parser, seconds=5.0, rounds=3)
    install("choria")
    world = World(
        os.path.realpath(flags.server), program("choria"), with_servers=False, dialect=flags.brokers
    )
    try:
        bench = Bench(world, effort)
        bench.measure_direct()
        bench.measure_fan_out()
        effort.in_turns((OURS, THEIRS), bench.measure)
        report(bench)
    finally:
        world.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
