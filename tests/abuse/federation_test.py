"""What a federation broker is sent by somebody who means ill: refused with its exact reason, and nothing published.

MODEL   Rows of a message, the side that it comes from, and the reason; each is played in both versions of the
        protocol. Behind all of them goes one good message, which must be the first that anybody gets.
"""

import dataclasses
import json
import unittest
from collections import Counter

from tests.support import certificates, process
from tests.support.tier_case import SitePairCase

LATE_S = 2.0  # that a reply waits for its request

REQUESTS, REPLIES = "choria.federation.dc1.federation", "choria.federation.dc1.collective"
TARGET = "mcollective.node.n1.test"
ASKER = "mcollective.reply.asker.1"
ILL = "mcollective.reply.ill.1"  # refusals are told there, where nobody listens
WATCHED = "mcollective.reply.asker.>"
HOPS_MAX, TARGETS_MAX = 16, 1000
US = "fed1.test"


@dataclasses.dataclass(frozen=True)
class Version:
    protocol: str
    reply: str
    sender: str
    trace: str
    request_id: str
    asker: str
    targets: str


VERSIONS = (
    Version("choria:transport:1", "reply-to", "mc_sender", "seen-by", "req", "reply-to", "target"),
    Version("io.choria.protocol.v2.transport", "reply", "sender", "trace", "request", "reply", "targets"),
)  # fmt: skip


def text(version: Version, headers: dict, data: str) -> bytes:
    return json.dumps({"protocol": version.protocol, "data": data, "headers": headers}).encode()


def request(version: Version, targets, asker: str = ILL, hops=(), data: str = "e30=") -> bytes:
    headers = {version.reply: asker, version.sender: "ill.test", version.trace: list(hops),
               "federation": {version.request_id: "1", version.targets: targets}}  # fmt: skip
    return text(version, headers, data)


def reply(version: Version, asker: str = ILL, hops=(), number: str = "1", **changed) -> bytes:
    federation = {version.request_id: number, version.asker: asker} | changed
    headers = {version.sender: "n1.test", version.trace: list(hops), "federation": federation}
    return text(version, headers, "e30=")


def hops(count: int) -> list[list[str]]:
    return [["nats://a:1", f"hop{n}", "nats://b:1"] for n in range(count)]


def been_here(stage: str) -> list[list[str]]:
    return [["nats://a:1", f"{US} (choria_nats_ingest:0, choria_{stage}_transformer:0, choria_nats_egest:0)",
             "nats://b:1"]]  # fmt: skip


FORGED = (
    REQUESTS, REPLIES, "$SYS.REQ.SERVER.PING", "mcollective.node.>", "mcollective.node.*", ASKER,
    "choria.lifecycle.event.startup.x", "mcollective.node.n1.test x", "mcollective.node..x", "",
    "mcollective.broadcast.other.x", "other",
)  # fmt: skip
WITH_CONTROLS = ("mcollective.node.n1\r\nPUB x 0\r\n", "mcollective.node.n\0", "mcollective.node.n\t")
REQUEST_ROWS = {
    **{f"forged target {one!r}": ("target_not_allowed", lambda v, one=one: request(v, [one])) for one in FORGED},
    **{f"target {one!r}": ("malformed", lambda v, one=one: request(v, [one])) for one in WITH_CONTROLS},
    "a forged one among good ones": ("target_not_allowed", lambda v: request(v, [TARGET, REPLIES])),
    "10,000 targets": ("too_many_targets", lambda v: request(v, [f"{TARGET}.{n}" for n in range(10_000)])),
    "one target too many": ("too_many_targets", lambda v: request(v, [f"{TARGET}.{n}" for n in range(TARGETS_MAX + 1)])),
    "no target": ("no_targets", lambda v: request(v, [])),
    "10,000 hops": ("too_many_hops", lambda v: request(v, [TARGET], hops=hops(10_000))),
    "one hop too many": ("too_many_hops", lambda v: request(v, [TARGET], hops=hops(HOPS_MAX + 1))),
    "a hop of 100,000 bytes": ("text_too_long", lambda v: request(v, [TARGET], hops=[["a", "x" * 100_000, "b"]])),
    "a target of 100,000 bytes": ("text_too_long", lambda v: request(v, ["mcollective.node." + "x" * 100_000])),
    "a hop of this broker": ("loop", lambda v: request(v, [TARGET], hops=been_here("request"))),
    "answers to the broker's own requests": ("reply_not_allowed", lambda v: request(v, [TARGET], REQUESTS)),
    "answers to everybody": ("reply_not_allowed", lambda v: request(v, [TARGET], "mcollective.reply.>")),
    "data that is no base64": ("bad_data", lambda v: request(v, [TARGET], data="{}")),
    "targets that are no list": ("malformed", lambda v: request(v, TARGET)),
    "targets that are no texts": ("malformed", lambda v: request(v, [{"a": 1}])),
    "no federation": ("not_federated", lambda v: text(v, {v.reply: ILL}, "e30=")),
    "another protocol": ("wrong_protocol", lambda v: b'{"protocol":"x","data":"e30=","headers":{}}'),
    "no JSON": ("malformed", lambda v: b"nonsense"),
    "100,000 brackets": ("malformed", lambda v: b'{"a":' + b"[" * 100_000),
    "half of a request": ("malformed", lambda v: request(v, [TARGET])[:-40]),
    "nothing": ("malformed", lambda v: b""),
    "a field twice": ("ambiguous_field", lambda v: request(v, [TARGET]).replace(b'"data"', b'"data":"AA==","data"', 1)),
}
REPLY_ROWS = {
    "no federation, as if nobody had asked": ("not_federated", lambda v: text(v, {v.sender: "n1"}, "e30=")),
    "no reply subject": ("no_reply", lambda v: reply(v, **{v.asker: ""})),
    **{f"forged asker {one!r}": ("reply_not_allowed", lambda v, one=one: reply(v, one))
       for one in (REQUESTS, REPLIES, "$SYS.x", "mcollective.reply.>", TARGET, "mcollective.broadcast.agent.x")},
    "10,000 hops": ("too_many_hops", lambda v: reply(v, hops=hops(10_000))),
    "a hop of this broker": ("loop", lambda v: reply(v, hops=been_here("reply"))),
    "no JSON": ("malformed", lambda v: b"\0\r\n" * 100),
}  # fmt: skip


@unittest.skipUnless(certificates.available(), "there is no openssl program")
class Federation(SitePairCase):
    def refused(self, direction: str) -> Counter:
        return Counter(self.status()[direction]["refused"])

    def play(self, direction: str, subject: str, rows: dict, publisher) -> None:
        for version in VERSIONS:
            for name, (reason, make) in rows.items():
                with self.subTest(direction, row=name, protocol=version.protocol):
                    before = self.refused(direction)
                    publisher.publish(subject, make(version))
                    process.wait_until(lambda before=before: self.refused(direction) != before,
                                       f"{name} is refused", 20 * self.slowness)  # fmt: skip
                    self.assertEqual(self.refused(direction) - before, Counter([reason]))

    def test_is_refused_with_its_reason_and_nothing_is_published(self):
        tier = self.run_federation(US)
        nodes, asker = self.join(self.collective), self.join(self.federation)
        nodes.subscribe(">")
        asker.subscribe(WATCHED, "1")
        asker.subscribe("choria.federation.>", "2", "others")  # what comes back to the federation would be here
        nodes.settle()
        asker.settle()
        ill_asker, ill_node = self.join(self.federation), self.join(self.collective)
        self.play("requests", REQUESTS, REQUEST_ROWS, ill_asker)
        self.play("replies", REPLIES, REPLY_ROWS, ill_node)
        for direction in ("requests", "replies"):
            self.assertEqual(self.status()[direction]["published"], 0)
        (good,) = VERSIONS[:1]
        ill_asker.publish(REQUESTS, request(good, [TARGET], ASKER))
        got = self.first_of(nodes, lambda subject: not subject.startswith(REPLIES))
        self.assertEqual(got, TARGET)
        ill_node.publish(REPLIES, reply(good, ASKER))
        got = self.first_of(asker, lambda subject: not subject.startswith(REQUESTS))
        self.assertEqual(got, ASKER)
        self.assertTrue(self.status()["ready"])
        self.stop(tier)

    def test_replies_that_nobody_asked_for_are_refused_from_the_start(self):
        tier = self.run_federation(US)
        asker, ill, nodes = self.join(self.federation), self.join(self.collective), self.join(self.collective)
        asker.subscribe("*.reply.>", "1")
        nodes.subscribe("*.node.>")
        asker.settle()
        nodes.settle()
        for version in VERSIONS:  # before anything was asked
            ill.publish(REPLIES, reply(version, ASKER, number="made up"))
        self.wait_for_refused({"no_request": 2})
        for number, version in enumerate(VERSIONS):
            asker.publish(REQUESTS, request(version, [TARGET], ASKER, data=f"AAA{number}"))
            nodes.messages(1, 30 * self.slowness)
            ill.publish(REPLIES, reply(version, "mcollective.reply.another.1"))
            ill.publish(REPLIES, reply(version, ASKER, number="2"))
            ill.publish(REPLIES, reply(version, ASKER, number=f"1{chr(0)}"))
        self.wait_for_refused({"no_request": 6, "other_asker": 2})
        status = self.status()
        self.assertEqual(status["replies"]["published"], 0)
        self.assertEqual(status["asked"]["unknown_passed"], 0)
        self.assertFalse(status["asked"]["others_known"])
        metrics = self.get("/metrics")[1]
        for reason, count in (("no_request", 6), ("other_asker", 2)):
            line = f'antiphon_federation_refused_total{{cluster="dc1",direction="reply",reason="{reason}"}} {count}'
            self.assertIn(line, metrics)
        tier.wait_for_line("replies were refused that nobody has asked for", 30 * self.slowness)
        # What was asked for is the first that anybody gets.
        ill.publish(REPLIES, reply(VERSIONS[0], ASKER))
        (frame,) = asker.messages(1, 30 * self.slowness)
        self.assertEqual(frame.line.split()[1].decode(), ASKER)
        self.assertEqual(self.status()["replies"]["published"], 1)
        self.stop(tier)

    def test_a_flood_of_them_is_refused_and_what_was_asked_for_passes(self):
        tier = self.run_federation("fed2.test")
        asker, ill = self.join(self.federation), self.join(self.collective)
        asker.subscribe(WATCHED, "1")
        asker.settle()
        asker.publish(REQUESTS, request(VERSIONS[0], [TARGET], ASKER, data="BBBB"))
        process.wait_until(lambda: self.status()["requests"]["published"] == 1, "it is asked", 30 * self.slowness)
        flood = 20_000  # more than may wait
        for number in range(flood):
            ill.publish(REPLIES, reply(VERSIONS[number % 2], ASKER, number=f"x{number}"))
        ill.publish(REPLIES, reply(VERSIONS[0], ASKER))
        asker.messages(1, 60 * self.slowness)
        self.wait_for_refused({"no_request": flood})
        self.assertEqual(self.status()["replies"]["published"], 1)
        self.stop(tier)

    def test_they_pass_where_the_configuration_says_so(self):
        tier = self.run_federation("fed3.test", "plugin.antiphon.federation.unasked_replies = pass\n")
        asker, node = self.join(self.federation), self.join(self.collective)
        asker.subscribe(WATCHED, "1")
        asker.settle()
        for version in VERSIONS:
            node.publish(REPLIES, reply(version, ASKER, number="made up"))
        asker.messages(2, 30 * self.slowness)
        self.assertEqual(self.refused("replies"), Counter())
        self.stop(tier)

    def wait_for_refused(self, reasons: dict) -> None:
        expected = Counter(reasons)
        process.wait_until(lambda: self.refused("replies") == expected, f"{reasons} are refused",
                           (LATE_S + 30) * self.slowness)  # fmt: skip

    def first_of(self, client, counts) -> str:
        """The subject of the first message that is none of those which this test publishes itself."""
        while True:
            (frame,) = client.messages(1, 30 * self.slowness)
            subject = frame.line.split()[1].decode()
            if counts(subject):
                return subject
