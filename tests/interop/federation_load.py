"""Messages through a federation broker and what they cost: what the two measurements of it share.

MODEL   A driver keeps a number of messages under way and counts what arrives: requests with 200 targets, of
        which the last is somebody; replies. Each message has other data: what is repeated would be dropped.
"""

import argparse
import base64
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.nats_socket import NatsSocket
from tests.support.process_facts import cpu_seconds

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


@dataclass(frozen=True)
class Effort:
    """How long and how often is measured."""

    seconds: float  # of each load
    samples: int  # of the delay
    rounds: int  # each measures both kinds

    @staticmethod
    def from_flags(
        parser: argparse.ArgumentParser, seconds: float, rounds: int
    ) -> tuple[argparse.Namespace, "Effort"]:
        """All flags, of which `server` is the program to measure; and how it is measured."""
        parser.add_argument("--server", default="build/release/cli/antiphon", help="the antiphon program")
        parser.add_argument("--seconds", type=float, default=seconds, help="of each measured load")
        parser.add_argument("--rounds", type=int, default=rounds, help="each measures both")
        parser.add_argument("--samples", type=int, default=300, help="of the delay, in each round")
        flags = parser.parse_args()
        return flags, Effort(flags.seconds, flags.samples, flags.rounds)

    def measure(self, pids: list[int], load: Flow, single: Flow, under_way: int, figures: Figures) -> None:
        """At rest the delay of one message, then the load."""
        single.delay_ms()
        figures.delays_ms += take_delays(single, self.samples)
        load.run(WARM_UP_S, under_way)
        run_load(pids, load, self.seconds, under_way, figures)

    def in_turns(self, kinds: tuple[str, str], measure: Callable[[str], None]) -> None:
        for number in range(self.rounds):
            for kind in kinds if number % 2 == 0 else reversed(kinds):
                measure(kind)
                print(f"round {number + 1}: {kind} done", file=sys.stderr, flush=True)


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]


class Table:
    """Two columns of figures and how many times better the first is."""

    def __init__(self, left: str, right: str):
        print(f"{'':28}{left:>12}{right:>12}{'ratio':>8}")

    @staticmethod
    def row(title: str, left: float, right: float, smaller_is_better: bool = False) -> None:
        better, worse = (right, left) if smaller_is_better else (left, right)
        form = ",.3g" if left < 100 and right < 100 else ",.0f"
        ratio = f"{better / worse:7.1f}x" if worse else "      -"
        print(f"{title:28}{left:12{form}}{right:12{form}}{ratio}")

    def rows(self, name: str, left: Figures, right: Figures) -> None:
        self.row(f"{name}/s", statistics.median(left.rate), statistics.median(right.rate))
        self.row(f"{name}/s per core", statistics.median(left.per_core), statistics.median(right.per_core))
        for part, text in ((0.5, "p50"), (0.99, "p99")):
            delays = (percentile(one.delays_ms, part) for one in (left, right))
            self.row(f"{name}: delay {text}, ms", *delays, smaller_is_better=True)
        self.row(f"{name}: lost", left.lost, right.lost, True)
