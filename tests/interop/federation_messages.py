"""Messages given to our federation broker and to Choria's: name -> how many messages they make of it, and the bytes.

What is written as Go writes it (no spaces, its escapes, its order of fields) must come out the same
byte for byte; other forms of the same are left to the unit tests.
"""

import base64
import json

_DATA = base64.b64encode(b'{"protocol":"choria:secure:request:1","message":"{}"}' * 20).decode()
_HOPS = [["nats://fed.test:4222", "bastion.test", "nats://fed.test:4222"]]
_REPLY = "mcollective.reply.74ce5a833e16d4afa24ecbc90fff8506.8b2c6d6e9a9a4a0b8a77d1f0c36d7c11"
_ID = "8b2c6d6e9a9a4a0b8a77d1f0c36d7c11"


def _go(document: dict) -> bytes:
    """As Go's encoder writes it."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    for letter in "<>&":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text.encode()


def v1(headers: dict, data: str = _DATA) -> bytes:
    return _go({"protocol": "choria:transport:1", "data": data, "headers": headers})


def v2(headers: dict, data: str = _DATA) -> bytes:
    return _go({"protocol": "io.choria.protocol.v2.transport", "data": data, "headers": headers})


def _targets(count: int, name: str = "n") -> list[str]:
    return [f"mcollective.node.{name}{number}.test" for number in range(count)]


REQUESTS: dict[str, tuple[int, bytes]] = {
    "request.v1": (2, v1({
        "reply-to": _REPLY, "mc_sender": "bastion.test", "seen-by": _HOPS,
        "federation": {"req": _ID, "target": _targets(2, "a")},
    })),
    "request.v1.broadcast": (1, v1({
        "reply-to": _REPLY, "mc_sender": "bastion.test", "seen-by": _HOPS,
        "federation": {"req": _ID, "target": ["mcollective.broadcast.agent.nobody"]},
    })),
    "request.v1.200_targets": (200, v1({
        "reply-to": _REPLY, "mc_sender": "bastion.test", "seen-by": _HOPS,
        "federation": {"req": _ID, "target": _targets(200, "b")},
    })),
    "request.v1.bare": (1, v1({"reply-to": _REPLY, "federation": {"target": _targets(1, "c")}})),
    "request.v1.texts": (1, v1({
        "reply-to": _REPLY, "mc_sender": 'a<b>&"\\é', "seen-by": [["", "x\u2028", ""], *_HOPS],
        "federation": {"req": "é", "target": _targets(1, "d")},
    }).replace("\u2028".encode(), b"\\u2028")),
    "request.v1.unknown_fields": (1, v1({
        "reply-to": _REPLY, "x": {"y": [1, 2]},
        "federation": {"req": _ID, "z": None, "target": _targets(1, "e")},
    })),
    "request.v1.spaces": (1, json.dumps({
        "data": _DATA, "protocol": "choria:transport:1",
        "headers": {"federation": {"target": _targets(1, "f"), "req": _ID}, "reply-to": _REPLY},
    }, indent=2).encode()),
    "request.v1.large": (1, v1(
        {"reply-to": _REPLY, "federation": {"req": _ID, "target": _targets(1, "g")}},
        base64.b64encode(bytes(range(256)) * 1000).decode(),
    )),
    "request.v2": (3, v2({
        "reply": _REPLY, "sender": "bastion.test", "trace": _HOPS,
        "federation": {"request": _ID, "targets": _targets(3, "h")},
    })),
    "request.v2.no_trace": (1, v2({
        "reply": _REPLY, "sender": "bastion.test",
        "federation": {"request": _ID, "targets": ["mcollective.broadcast.service.nobody"]},
    })),
}  # fmt: skip

REPLIES: dict[str, tuple[int, bytes]] = {
    "reply.v1": (1, v1({
        "mc_sender": "n1.test", "seen-by": _HOPS, "federation": {"req": _ID, "reply-to": _REPLY},
    })),
    "reply.v1.bare": (1, v1({"federation": {"reply-to": _REPLY}})),
    "reply.v1.with_reply_subject": (1, v1({
        "reply-to": "dev.null", "mc_sender": "n1.test", "federation": {"req": _ID, "reply-to": _REPLY},
    })),
    "reply.v2": (1, v2({
        "sender": "n1.test", "trace": _HOPS, "federation": {"request": _ID, "reply": _REPLY},
    })),
}  # fmt: skip

MARKERS = 40  # for each of the ten workers that a stage of Choria's has, some


def marker(side: str, number: int) -> bytes:
    """A good message with data of its own, to stand behind others that come from that side."""
    data = base64.b64encode(b"marker%06d" % number).decode()
    if side == "federation":
        return v1({"reply-to": _REPLY, "federation": {"req": _ID, "target": ["mcollective.node.marker.test"]}}, data)
    return v1({"mc_sender": "marker.test", "federation": {"req": _ID, "reply-to": _REPLY}}, data)


def is_marker(payload: bytes) -> bool:
    return b'"data":"' + base64.b64encode(b"marker") in payload


# Which side they come from, and the bytes; both kinds publish nothing.
REFUSED: dict[str, tuple[str, bytes]] = {
    "nonsense": ("federation", b"nonsense"),
    "not federated": ("federation", v1({"reply-to": _REPLY})),
    "no targets": ("federation", v1({"reply-to": _REPLY, "federation": {"req": _ID}})),
    "empty targets": ("federation", v1({"reply-to": _REPLY, "federation": {"req": _ID, "target": []}})),
    "no reply": ("federation", v1({"federation": {"req": _ID, "target": _targets(1, "i")}})),
    "bad data": ("federation", v1(
        {"reply-to": _REPLY, "federation": {"req": _ID, "target": _targets(1, "j")}}, "Zm9v!")),
    "reply not federated": ("collective", v1({"mc_sender": "n1.test"})),
    "reply without a subject": ("collective", v1({"federation": {"req": _ID}})),
    "reply nonsense": ("collective", b"{}"),
}  # fmt: skip
