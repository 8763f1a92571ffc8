"""How fast our federation broker is beside Choria's own, in one run on one machine.

    python3 -m tests.interop.federation_bench --server build/release/cli/antiphon

MODEL   Two brokers of ours and between them one federation broker, ours and Choria's in turns, over
        mutual TLS. A driver keeps a number of messages under way and counts what arrives: requests
        with 200 targets, of which the last is somebody; replies. The processor time is that of the
        federation broker alone, so messages per second of it do not depend on what the driver
        and the brokers need. Each message has other data: what is repeated would be dropped.
LIMITS  One driver process in Python: where it is the slowest part, messages per second of the
        clock say little, and those per second of processor time what they should.
"""

import argparse
import base64
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.interop.federation_world import OURS, THEIRS, World, subscribe
from tests.interop.peers.install import install
from tests.support.nats_socket import NatsSocket
from tests.support.peers import program
from tests.support.process_facts import cpu_seconds, resident_bytes

TARGETS = 200
DATA_BYTES = 3000  # a signed request of version 1 with its certificate; as base64 4,000
REPLY_DATA_BYTES = 700
NUMBER = "0000000000AAAAAA"  # in the data, where each message has its own
REQUESTS_UNDER_WAY = 32
REPLIES_UNDER_WAY = 200
FAN_OUTS_UNDER_WAY = 8
WARM_UP_S = 1.0
STALL_S = 2.0  # after this without an arrival, what is under way is lost
LAST = "mcollective.node.last.test"
REPLY = "mcollective.reply.74ce5a833e16d4afa24ecbc90fff8506.8b2c6d6e9a9a4a0b8a77d1f0c36d7c11"


def transport(headers: dict, data_bytes: int) -> tuple[bytes, bytes]:
    """The message in two parts; between them stands the number."""
    data = NUMBER + base64.b64encode(b"{" * (data_bytes - 12)).decode()
    document = {"protocol": "choria:transport:1", "data": data, "headers": headers}
    before, after = json.dumps(document, separators=(",", ":")).split(NUMBER)
    return before.encode(), after.encode()


def request_parts(targets: int) -> tuple[bytes, bytes]:
    names = [f"mcollective.node.node{number}.example.net" for number in range(targets - 1)]
    hops = [["nats://fed.test:4222", "bastion.test", "nats://fed.test:4222"]]
    return transport(
        {
            "reply-to": REPLY, "mc_sender": "bastion.test", "seen-by": hops,
            "federation": {"req": "8b2c6d6e9a9a4a0b8a77d1f0c36d7c11", "target": [*names, LAST]},
        },
        DATA_BYTES,
    )  # fmt: skip


def reply_parts() -> tuple[bytes, bytes]:
    hops = [
        ["nats://fed.test:4222", "bastion.test", "nats://fed.test:4222"],
        ["nats://fed.test:4222", "fed9 (choria_nats_ingest:1, choria_request_transformer:2, "
         "choria_nats_egest:3)", "nats://dc1.test:4222"],
        ["nats://dc1.test:4222", "n1.test", "nats://dc1.test:4222"],
    ]  # fmt: skip
    federation = {"req": "8b2c6d6e9a9a4a0b8a77d1f0c36d7c11", "reply-to": REPLY}
    headers = {"mc_sender": "n1.test", "seen-by": hops, "federation": federation}
    return transport(headers, REPLY_DATA_BYTES)


class Flow:
    """Messages from one broker to the other, as many under way as wanted."""

    _number = 0  # unique for the whole run

    def __init__(self, out: NatsSocket, back: NatsSocket, subject: str, parts, marker: str, sid: int = 1):
        self._out, self._back = out, back
        before, after = parts
        size = len(before) + len(NUMBER) + len(after)
        self._begin = f"PUB {subject} {size}\r\n".encode() + before
        self._end = after + b"\r\n"
        self._marker = f"MSG {marker} {sid} ".encode()
        self._tail = b""

    def send(self, count: int) -> None:
        lines = []
        for _ in range(count):
            Flow._number += 1
            lines += (self._begin, b"%016d" % Flow._number, self._end)
        self._out.send(b"".join(lines))

    def arrived(self, deadline_s: float) -> int:
        text = self._tail + self._back.receive(deadline_s)
        self._tail = text[-(len(self._marker) - 1) :]
        return text.count(self._marker)

    def run(self, seconds: float, under_way_max: int) -> tuple[int, int]:
        """(arrived, lost)"""
        end = time.monotonic() + seconds
        under_way = arrived = lost = 0
        while time.monotonic() < end:
            if under_way <= under_way_max // 2:
                self.send(under_way_max - under_way)
                under_way = under_way_max
            got = self.arrived(STALL_S)
            if not got and self._back.timed_out:
                lost, under_way = lost + under_way, 0
            under_way = max(under_way - got, 0)
            arrived += got
        while under_way > 0:
            under_way = max(under_way - self.arrived(STALL_S), 0)
            if self._back.timed_out:
                break
        return arrived, lost + under_way

    def delay_ms(self) -> float:
        begin = time.perf_counter()
        self.send(1)
        while not self.arrived(STALL_S):
            if self._back.timed_out:
                raise AssertionError("a message was lost")
        return (time.perf_counter() - begin) * 1000


@dataclass
class Figures:
    rate: list[float] = field(default_factory=list)  # per second of the clock
    per_core: list[float] = field(default_factory=list)  # per second of processor time
    delays_ms: list[float] = field(default_factory=list)
    lost: int = 0


def take_delays(single: Flow, samples: int) -> list[float]:
    delays = []
    for _ in range(samples):
        delays.append(single.delay_ms())
        time.sleep(0.001)  # an idle broker, not a busy one
    return delays


def run_load(pids: list[int], load: Flow, seconds: float, under_way: int, figures: Figures) -> None:
    """Adds what passed, by the clock and by the processor time of these processes together."""
    cpu, begin = sum(map(cpu_seconds, pids)), time.monotonic()
    arrived, lost = load.run(seconds, under_way)
    elapsed, cpu = time.monotonic() - begin, sum(map(cpu_seconds, pids)) - cpu
    figures.rate.append(arrived / elapsed)
    figures.per_core.append(arrived / cpu if cpu else 0.0)
    figures.lost += lost


class Bench:
    def __init__(self, world: World, seconds: float, samples: int):
        self._world, self._seconds, self._samples = world, seconds, samples
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
                figures = self.figures[kind][name]
                single.delay_ms()
                figures.delays_ms += self._delays(single)
                load.run(WARM_UP_S, under_way)
                self._load(broker.process.pid, load, under_way, figures)
            if kind == OURS:
                self.refused += broker.metric("antiphon_federation_refused_total")
                for name in ("choria_request_transformer", "choria_reply_transformer"):
                    spent = broker.metric("choria_federation_time_sum", name=name)
                    count = broker.metric("choria_federation_time_count", name=name)
                    self.transform_us[name] = spent / count * 1e6
            self.memory[kind] = resident_bytes(broker.process.pid) / 2**20
        finally:
            self._world.end_federation_brokers()

    def _delays(self, single: Flow) -> list[float]:
        return take_delays(single, self._samples)

    def _load(self, pid: int, load: Flow, under_way: int, figures: Figures) -> None:
        run_load([pid], load, self._seconds, under_way, figures)

    def measure_fan_out(self) -> None:
        """What a broker needs to write the bytes of a request's messages to one connection."""
        out, back = self._world.connect("dc1"), self._world.connect("dc1")
        subscribe(back, *[LAST] * TARGETS)
        before, after = request_parts(1)
        flow = Flow(out, back, LAST, (before, after), LAST, sid=TARGETS)
        flow.run(WARM_UP_S, FAN_OUTS_UNDER_WAY)
        self._load(self._world.brokers["dc1"].pid, flow, FAN_OUTS_UNDER_WAY, self.fan_out)

    def measure_direct(self) -> None:
        """One broker alone, from publisher to subscriber: what the two hops begin with."""
        out, back = self._world.connect("dc1"), self._world.connect("dc1")
        subscribe(back, LAST)
        flow = Flow(out, back, LAST, request_parts(1), LAST)
        flow.delay_ms()
        self.direct_ms = self._delays(flow)


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]


def report(bench: Bench) -> None:
    print(f"{'':28}{'antiphon':>12}{'choria':>12}{'ratio':>8}")

    def row(title: str, value: Callable[[str], float], smaller_is_better: bool = False) -> None:
        ours, theirs = value(OURS), value(THEIRS)
        better, worse = (theirs, ours) if smaller_is_better else (ours, theirs)
        ratio = f"{better / worse:7.1f}x" if worse else "      -"
        print(f"{title:28}{ours:12,.3g}{theirs:12,.3g}{ratio}" if ours < 100 and theirs < 100
              else f"{title:28}{ours:12,.0f}{theirs:12,.0f}{ratio}")  # fmt: skip

    for name in ("requests", "replies"):
        at = {kind: bench.figures[kind][name] for kind in (OURS, THEIRS)}
        row(f"{name}/s", lambda kind, at=at: statistics.median(at[kind].rate))
        row(f"{name}/s per core", lambda kind, at=at: statistics.median(at[kind].per_core))
        row(f"{name}: delay p50, ms", lambda kind, at=at: percentile(at[kind].delays_ms, 0.5), True)
        row(f"{name}: delay p99, ms", lambda kind, at=at: percentile(at[kind].delays_ms, 0.99), True)
        row(f"{name}: lost", lambda kind, at=at: at[kind].lost, True)
    row("memory, MiB", lambda kind: bench.memory[kind], True)
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
    parser.add_argument("--server", default="build/release/cli/antiphon", help="the antiphon program")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measured load")
    parser.add_argument("--rounds", type=int, default=3, help="each measures both")
    parser.add_argument("--samples", type=int, default=300, help="of the delay, in each round")
    flags = parser.parse_args()
    install("choria")
    world = World(os.path.realpath(flags.server), program("choria"), with_servers=False)
    try:
        bench = Bench(world, flags.seconds, flags.samples)
        bench.measure_direct()
        bench.measure_fan_out()
        for number in range(flags.rounds):
            for kind in (OURS, THEIRS) if number % 2 == 0 else (THEIRS, OURS):
                bench.measure(kind)
                print(f"round {number + 1}: {kind} done", file=sys.stderr, flush=True)
        report(bench)
    finally:
        world.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
