"""Random messages for a federation broker: requests and replies of both versions, good ones and bent
ones.

MODEL   A document is made of tuples of pairs (objects, so that a field can stand there twice), lists,
        texts, numbers and `Raw` JSON. `TAG` stands where a message's own mark goes: what comes of it
        is known by that, wherever it comes.
"""

import base64
import dataclasses
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass

TAG = "@tag@"
REPLY = f"mcollective.reply.74ce5a833e16d4afa24ecbc90fff8506.{TAG}"
IDENTITY = "fed.test"  # of the federation brokers


@dataclass(frozen=True)
class Raw:
    text: str


@dataclass(frozen=True)
class Names:
    """How a version calls its fields."""

    protocol: str
    reply: str
    sender: str
    hops: str
    request_id: str
    federation_reply: str
    targets: str


NAMES = {
    1: Names("choria:transport:1", "reply-to", "mc_sender", "seen-by", "req", "reply-to", "target"),
    2: Names("io.choria.protocol.v2.transport", "reply", "sender", "trace", "request", "reply", "targets"),
}


@dataclass(frozen=True)
class Case:
    side: str  # where it comes from: "federation" (a request) or "collective" (a reply)
    version: int
    document: tuple
    spelling: str = "compact"
    headers: bool = False  # NATS's own


def written(value) -> str:
    match value:
        case Raw(text):
            return text
        case tuple():
            return "{" + ",".join(f"{json.dumps(name)}:{written(one)}" for name, one in value) + "}"
        case list():
            return "[" + ",".join(written(one) for one in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def payload_of(case: Case, tag: str) -> bytes:
    """`data` holds the mark in base64."""
    text = _spelled(written(case.document), case.spelling).replace(TAG, tag)
    data = text.encode("utf-8", "surrogateescape")
    for marked in (DATA, _MARKED_MORE):
        data = data.replace(
            marked.encode(), base64.b64encode(base64.b64decode(marked).replace(TAG.encode(), tag.encode()))
        )
    return data


def _marked(text: bytes) -> str:
    return base64.b64encode(text).decode()


DATA = _marked(b'{"protocol":"choria:secure:request:1","message":"%s"}' % TAG.encode())
_MARKED_MORE = _marked(bytes(range(256)) + TAG.encode())
_WORDS = ("a", "web1", "é", "\u2028", "\U0001f600", "<&>", "x" * 60)
_TEXTS = (
    "", " ", "a b", 'quote"', "back\\slash", "\x00", "\x1f", "\x7f", "\u2028\u2029", "é", "\U0001f600", "<b>&amp;",
    "x" * 500, "x" * 600, "x" * 5000, "nats://u:p@h:1", "\udcff\udcfe", "null",
)  # fmt: skip
_VALUES = (
    None, True, 0, -1, 1.5, "", "x", [], (), [None], [[]], [""], (("x", 1),), Raw("1e999"), Raw('"\\ud800"'),
    Raw('"\\u0041\\/"'), Raw('"\\ud83d\\ude00"'), Raw("[" * 90 + "]" * 90), Raw("[" * 200 + "]" * 200),
)  # fmt: skip
_DATA = (
    "", "Zm9v", "Zm9vCg==", "Zm9v!", "Zm9vYg", "Zm9vYg=", "Zm9vYh==", "Zm9v\nYmFy",
    "Zm-_", "Zm9v====", "=", "é",
    " Zm9v",
    Raw('"Zm9v\\u0041\\u0041\\u0041\\u003d"'), Raw('"Zm9v\\/\\/\\/\\/"'),
)  # fmt: skip
_TARGETS = (
    "", "*", ">", "mcollective.node.*", "mcollective.node.>", "mcollective.node", "mcollective", ".a", "a.", "a..b.c",
    "mcollective.broadcast.agent.*", "mcollective.broadcast.agent.x.y", "mcollective.broadcast.service.x",
    "mcollective.reply.x.y", "mcollective.broadcast.x.y", "other.node.x", "$SYS.REQ.x", "$JS.API.x", "é.node.ü",
    f"mcollective.node.{'x' * 4100}", f"mcollective.node.{'x' * 4100}", f"mcollective.node.{'x' * 2030}", f"mcollective.node.{'y.' * 100}z", "MCOLLECTIVE.node.x", "a.b.node.x", "_INBOX.x",
    Raw('"mcollective.node.\\u0061"'), "mcollective.node.a\x00b", "mcollective.node.a\x7fb", "mcollective.node.\udcff",
)  # fmt: skip
# What the reference writes into a line of NATS's protocol, or sends to itself: only ours is asked.
UNSAFE_TARGETS = (
    "mcollective.node.a b", "mcollective.node.a\tb", "mcollective.node.a\r\nPUB mcollective.node.z 0",
    " mcollective.node.a",
    "choria.federation.dc1.federation", "choria.federation.dc2.collective", "choria.federation.x.y",
)  # fmt: skip


def _target(rng: random.Random) -> str:
    kind = rng.choices(("node", "agent", "service"), (8, 2, 1))[0]
    collective = rng.choice(("mcollective", "mcollective", "c1", "Ü"))
    if kind == "node":
        return f"{collective}.node.{TAG}.{rng.choice(('test', 'é.test', 'a.b.c.test'))}{rng.randrange(1000)}"
    return f"{collective}.broadcast.{kind if kind == 'service' else 'agent'}.{TAG}"


def _hops(rng: random.Random) -> list:
    def hop():
        url = rng.choice(("nats://fed.test:4222", "", "é", "x" * 100))
        return [
            url,
            rng.choice(
                (f"bastion{TAG}", "n1.test", "other (choria_nats_ingest:1, choria_request_transformer:2)", "")
            ),
            url,
        ]

    return [hop() for _ in range(rng.choice((0, 1, 1, 2, 5, 15)))]


def _targets(rng: random.Random) -> list:
    count = rng.choices((1, 2, 3, 20, 200), (8, 4, 4, 2, 1))[0]
    return [f"{_target(rng)}n{number}" for number in range(count)]


def _document(rng: random.Random, side: str, names: Names) -> tuple:
    federation = []
    if rng.random() < 0.9:
        federation.append((names.request_id, f"8b2c6d6e{TAG}"))
    if side == "federation":
        federation.append((names.targets, _targets(rng)))
    if side == "collective" or rng.random() < 0.1:
        federation.append((names.federation_reply, REPLY))
    if side == "collective" and rng.random() < 0.3:
        federation.append((names.targets, _targets(rng)))
    headers: list = []
    if side == "federation" or rng.random() < 0.3:
        headers.append((names.reply, REPLY))
    if rng.random() < 0.9:
        headers.append((names.sender, rng.choice((f"bastion{TAG}.test", "n1.test", "é"))))
    if rng.random() < 0.8:
        headers.append((names.hops, _hops(rng)))
    headers.append(("federation", tuple(federation)))
    data = rng.choices((DATA, _MARKED_MORE), (9, 1))[0]
    document = [("protocol", names.protocol), ("data", data), ("headers", tuple(headers))]
    if rng.random() < 0.1:
        rng.shuffle(document)
    return tuple(document)


# ---- Bends ------------------------------------------------------------------------------------------


def _paths(value, path: tuple = ()) -> Iterator[tuple]:
    """Every place in a document, as the steps to it."""
    yield path
    children = (
        [one for _, one in value] if isinstance(value, tuple) else value if isinstance(value, list) else []
    )
    for index, one in enumerate(children):
        yield from _paths(one, (*path, index))


def _changed(value, path: tuple, change):
    """change(container as a list, index) gives the container's new items."""
    if len(path) == 1:
        return type(value)(change(list(value), path[0]))
    items = list(value)
    index, rest = path[0], path[1:]
    if isinstance(value, tuple):
        items[index] = (items[index][0], _changed(items[index][1], rest, change))
    else:
        items[index] = _changed(items[index], rest, change)
    return type(value)(items)


def _odd(rng: random.Random, name: str):
    if rng.random() < 0.25:
        return rng.choice(_VALUES)
    if name == "data":
        return rng.choice(_DATA)
    if name == "protocol":
        return rng.choice(
            (*(one.protocol for one in NAMES.values()), "choria:transport:3", "", "CHORIA:TRANSPORT:1")
        )
    if name in ("reply-to", "reply", ""):
        return rng.choice((*_TARGETS, *UNSAFE_TARGETS)) if rng.random() < 0.7 else rng.choice(_TEXTS)
    if name in ("seen-by", "trace"):
        own = f"{IDENTITY} (choria_nats_ingest:1, choria_request_transformer:2, choria_nats_egest:3)"
        answered = own.replace("request_transformer", "reply_transformer")
        return rng.choice(([["a"]], [["a", "b", "c", "d"]], [[]], [["a", None, "c"]], [["", own, ""]],
                           [["", answered, ""]],
                           [["a", "b", "c"]] * 16, [["a", "b", "c"]] * 17, [["a", "x" * 2000, "c"]], [None]))  # fmt: skip
    if name in ("target", "targets"):
        good = f"mcollective.node.{TAG}"
        return rng.choice((good, [good, good], [good, ""], [f"{good}{number}" for number in range(1001)], [good, None],
                           [good, rng.choice(_TARGETS)], [f"{good}{number}" for number in range(1000)]))  # fmt: skip
    return rng.choice((*_TEXTS, *_VALUES))


def _bend(rng: random.Random, document: tuple) -> tuple:
    paths = [path for path in _paths(document) if path]
    path = rng.choice(paths)
    kind = rng.choices(("odd", "drop", "twice", "case", "unknown", "null"), (10, 3, 1, 1, 2, 2))[0]

    def change(items: list, index: int) -> list:
        is_field = (
            isinstance(items[index], tuple) and len(items[index]) == 2 and isinstance(items[index][0], str)
        )
        name, old = items[index] if is_field else ("", items[index])

        def put(name, value):
            return (name, value) if is_field else value

        match kind:
            case "drop":
                return items[:index] + items[index + 1 :]
            case "twice":
                return [*items, put(name, rng.choice((old, _odd(rng, name))))]
            case "case":
                items[index] = put(rng.choice((name.upper(), name.title(), name.replace("s", "\u017f"))), old)
            case "unknown":
                items.insert(
                    rng.randint(0, len(items)), put(rng.choice(("x", "Tag", "", "é")), rng.choice(_VALUES))
                )
            case "null":
                items[index] = put(name, None)
            case _:
                items[index] = put(name, _odd(rng, name))
        return items

    return _changed(document, path, change)


def _spelled(text: str, spelling: str) -> str:
    match spelling:
        case "spaces":
            return text.replace('":', '" :\t').replace("},", "} ,\r\n ") + "\n"
        case "cut":
            return text[:-1]
        case "more":
            return text + "x"
        case "twice":
            return text + text
        case "byte order":
            return "\ufeff" + text
        case "not utf-8":
            return text.replace("bastion", "bas\udcfftion")
        case "array":
            return f"[{text}]"
    return text


_SPELLINGS = ("spaces", "cut", "more", "twice", "byte order", "not utf-8", "array")


def make_case(seed: int) -> Case:
    rng = random.Random(seed)
    side = rng.choices(("federation", "collective"), (3, 2))[0]
    version = rng.choice((1, 2))
    document = _document(rng, side, NAMES[version])
    for _ in range(rng.choices((0, 1, 2, 3), (3, 6, 2, 1))[0]):
        if document:
            document = _bend(rng, document)
    spelling = rng.choice(_SPELLINGS) if rng.random() < 0.08 else "compact"
    return Case(side, version, document, spelling, rng.random() < 0.05)


def smaller(case: Case) -> Iterator[Case]:
    """Cases with a little less in them each."""
    if case.headers:
        yield dataclasses.replace(case, headers=False)
    if case.spelling != "compact":
        yield dataclasses.replace(case, spelling="compact")
    for path in _paths(case.document):
        if path:
            less = _changed(case.document, path, lambda items, index: items[:index] + items[index + 1 :])
            yield dataclasses.replace(case, document=less)
