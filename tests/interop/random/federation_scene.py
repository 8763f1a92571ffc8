"""Our federation broker and Choria's beside each other, of two collectives of one federation: what each
makes of a message.

MODEL   A message is sent to both with marks of their own; what comes out on any side is known by its
        mark. Nothing is left on the way when the workers of Choria's have counted everything and
        markers have come back by each of the connections that it publishes by; ours has one for each
        side.
"""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.interop.federation_messages import is_marker, marker
from tests.interop.federation_world import OURS, THEIRS, Metrics, World, messages, publish
from tests.interop.random.transport_cases import IDENTITY, TAG, Case, payload_of
from tests.support import process

CLUSTERS = {OURS: "dc1", THEIRS: "dc2"}
# What is compared is the transform: replies need no requests here.
_MORE = {OURS: "plugin.antiphon.federation.unasked_replies = pass\n", THEIRS: ""}
_MARKS = {OURS: "a", THEIRS: "b"}
_WORKERS = 10
_SETTLE_S = 20
_TAG = re.compile(r"k\d{6}[ab]")
_WORKER = re.compile(r"(choria_[a-z_]+):\d+")
_INGEST = re.compile(rb"choria_nats_ingest:(\d+), choria_\w+_transformer:\d+, choria_nats_egest:\d+\)")
_EGEST = re.compile(rb"choria_nats_egest:(\d+)\)")
_MARKER_DATA = re.compile(rb'"data":"([^"]*)"')
_OWN_HOP = f"{IDENTITY} (".encode()
SIDES = ("federation", "collective")


@dataclass(frozen=True)
class Published:
    side: str
    subject: str
    document: str  # its JSON in one form, `data` as it is
    is_refusal: bool = False  # what the federation broker itself tells an asker


def normal_text(text: str) -> str:
    """Without what differs by chance; as Go reads it."""
    text = re.sub("[\ud800-\udfff\ufffd]+", "\ufffd", text)
    text = text.replace("dc1", "dcX").replace("dc2", "dcX")
    return re.sub(r"127\.0\.0\.1:\d+", "HOST", _WORKER.sub(r"\1:0", text))


def normal(value):
    match value:
        case str():
            return normal_text(value)
        case list():
            return [normal(one) for one in value]
        case dict():
            return {
                normal_text(name): _data(one) if name == "data" else normal(one)
                for name, one in value.items()
            }
    return value


def _data(value):
    """What stands there in base64."""
    try:
        return base64.b64decode(re.sub("[\r\n]", "", value), validate=True).decode("latin-1")
    except (TypeError, ValueError):
        return value


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")


class Side:
    """One broker's network, with a client that hears everything there."""

    def __init__(self, world: World, name: str, side: str):
        self.name, self.side = name, side
        self.socket = world.connect(name)
        self.socket.send(b"SUB > 1\r\nPING\r\n")
        self.socket.read_until(lambda frame: frame.verb == "PONG")
        self.sender = world.connect(name)
        self.heard: list[tuple[str, bytes]] = []

    def send(self, subject: str, payload: bytes, headers: bool = False) -> None:
        if not headers:
            publish(self.sender, subject, payload)
            return
        head = b"NATS/1.0\r\nX: y\r\n\r\n"
        line = b"HPUB %s %d %d\r\n" % (subject.encode(), len(head), len(head) + len(payload))
        self.sender.send(line + head + payload + b"\r\n")

    def flush(self) -> None:
        self.sender.send(b"PING\r\n")
        frames = self.sender.read_until(lambda frame: frame.verb == "PONG")
        if any(frame.verb == "PING" for frame in frames):
            self.sender.send(b"PONG\r\n")

    def hear(self, enough: Callable[[str, bytes], bool]) -> None:
        """Collects until enough(subject, payload) of a message."""

        def take(frame) -> bool:
            if frame.verb == "PING":
                self.socket.send(b"PONG\r\n")
            got = messages([frame])
            self.heard.extend(got)
            return any(enough(*one) for one in got)

        self.socket.read_until(take)
        if self.socket.ended:
            raise AssertionError(f"the broker of {self.name} has closed the connection")

    def close(self) -> None:
        self.socket.close()
        self.sender.close()


class Scene:
    def __init__(self, antiphon: str, program: str):
        self.world = World(antiphon, program, with_servers=False)
        self._sides: dict[str, Side] = {}
        try:
            self.brokers = {
                who: self.world.start(who, cluster, IDENTITY, _MORE[who]) for who, cluster in CLUSTERS.items()
            }
            for name in ("federation", "dc1", "dc2"):
                side = "federation" if name == "federation" else "collective"
                self._sides[name] = Side(self.world, name, side)
        except BaseException:
            self.close()
            raise
        self.number = 0
        self._markers = 0

    def _source(self, who: str, side: str) -> Side:
        return self._sides["federation" if side == "federation" else CLUSTERS[who]]

    def _send(self, who: str, side: str, payload: bytes, headers: bool = False) -> None:
        self._source(who, side).send(f"choria.federation.{CLUSTERS[who]}.{side}", payload, headers)

    def play(self, cases: list[Case], who: str) -> list[list[Published]]:
        """What comes of each; the last entry is what has no mark."""
        tags = {}
        for case in cases:
            self.number += 1
            tag = f"k{self.number:06d}{_MARKS[who]}"
            tags[tag] = len(tags)
            self._send(who, case.side, payload_of(case, tag), case.headers)
        self._settle(who)
        found: list[list[Published]] = [[] for _ in range(len(cases) + 1)]
        for side in self._sides.values():
            for subject, payload in side.heard:
                if (one := self._published(side, subject, payload)) is not None:
                    marks = set(_TAG.findall(subject + _decoded(payload)))
                    places = {tags[mark] for mark in marks if mark in tags}
                    found[places.pop() if len(places) == 1 else len(cases)].append(one)
            side.heard.clear()
        return [sorted(each, key=repr) for each in found]

    def _published(self, side: Side, subject: str, payload: bytes) -> Published | None:
        text = _decoded(payload)
        if is_marker(payload) or subject.startswith("choria.federation.") or IDENTITY not in text:
            return None  # what was sent
        try:
            document = json.loads(text)
        except ValueError:
            return None
        refusal = isinstance(document, dict) and IDENTITY in (document.get("headers") or {}).values()
        document = json.dumps(normal(document))
        return Published(side.side, _TAG.sub(TAG, normal_text(subject)), _TAG.sub(TAG, document), refusal)

    # ---- Waiting ------------------------------------------------------------------------------

    def _settle(self, who: str) -> None:
        for side in self._sides.values():
            side.flush()
        if who == THEIRS:
            for side in SIDES:
                self._mark(who, side, _INGEST, _WORKERS)
            self._wait_for_stages(self.brokers[who])
        for side in SIDES:
            self._mark(who, side, _EGEST, _WORKERS if who == THEIRS else 1)

    def _mark(self, who: str, side: str, stage: re.Pattern, workers: int) -> None:
        """Sends markers until one has come through each of a stage's workers, and all have come."""
        other = self._sides[CLUSTERS[who] if side == "federation" else "federation"]
        seen: set[bytes] = set()
        while len(seen) < workers:
            missing = set()
            for _ in range(2 * (workers - len(seen)) - 1):
                self._markers += 1
                payload = marker(side, self._markers)
                missing.add(json.loads(payload)["data"].encode())
                self._send(who, side, payload)

            def own(_, heard: bytes, missing=missing) -> bool:
                data = _MARKER_DATA.search(heard)
                if data and data.group(1) in missing and _OWN_HOP in heard:
                    missing.discard(data.group(1))
                    seen.update(stage.findall(heard))
                return not missing

            other.hear(own)

    @staticmethod
    def _wait_for_stages(broker: Metrics) -> None:
        """All that Choria's has taken in has been through each stage."""

        def count(family: str, name: str, **labels: str) -> float:
            return broker.metric(f"choria_federation_{family}", name=name, **labels)

        def is_through(side: str, other: str) -> bool:
            transformer = f"choria_{'request' if side == 'federation' else 'reply'}_transformer"
            taken = count("received_msgs", "nats_ingest", connected_to=side)
            passed = count("received_msgs", transformer)
            ended = count("time_count", "nats_egest", connected_to=other)
            return count("time_count", transformer) == taken and ended == passed

        process.wait_until(
            lambda: is_through("federation", "collective") and is_through("collective", "federation"),
            "Choria's federation broker is at rest", _SETTLE_S,
        )  # fmt: skip

    def send_alone(self, case: Case) -> process.Process:
        """To Choria's, which is not waited for."""
        self._send(THEIRS, case.side, payload_of(case, "k000000b"))
        return self.brokers[THEIRS].process

    def logs(self) -> dict[str, str]:
        self.world.end_federation_brokers()
        return self.world.logs()

    def close(self) -> None:
        for side in self._sides.values():
            side.close()
        self.world.close()
