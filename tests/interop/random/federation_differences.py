"""What our federation broker refuses on purpose and Choria's passes on (docs/federation.md): data, each
with an example.

MODEL   Of a message that a row describes ours publishes nothing, whatever the reference does. The
        example is played in every run, and the reference must publish something of it, or the row is
        out of date. What would cost the reference a connection, or end it, is played to ours alone,
        but for one example of each.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.interop.random.transport_cases import DATA, IDENTITY, NAMES, REPLY, TAG, Case, Raw

_HOPS_MAX, _HOP_BYTES_MAX = 16, 1024
_TARGETS_MAX = 1000
_NAME_BYTES_MAX = 512
_SUBJECT_BYTES_MAX = 2048
_JSON_DEPTH_MAX = 100


@dataclass(frozen=True)
class Difference:
    name: str
    why: str
    applies: Callable[[Case], bool]
    example: Case


# ---- What a message says --------------------------------------------------------------------------


def _fields(value) -> list[tuple[str, object]]:
    return list(value) if isinstance(value, tuple) else []


def _folded(name: str) -> str:
    """As Go compares names of fields."""
    return name.replace("\u017f", "s").replace("\u212a", "k").lower()


def _said(value, name: str):
    """The last field of that name, as Go understands it."""
    found = None
    for own, one in _fields(value):
        if _folded(own) == name and one is not None:
            found = one
    return found


def _names(case: Case):
    """Of the version that the message names itself."""
    said = _said(case.document, "protocol")
    return next((one for one in NAMES.values() if one.protocol == said), NAMES[case.version])


def _headers(case: Case):
    return _said(case.document, "headers")


def _federation(case: Case):
    return _said(_headers(case), "federation")


def _subjects(case: Case) -> Iterator:
    """Where something would be published to, or asked for."""
    names = _names(case)
    if case.side == "federation":
        yield _said(_headers(case), names.reply)
        targets = _said(_federation(case), names.targets)
        yield from targets if isinstance(targets, list) else []
    else:
        yield _said(_federation(case), names.federation_reply)


def _text(value) -> str:
    return value.text[1:-1] if isinstance(value, Raw) else value if isinstance(value, str) else ""


def _bytes(value) -> int:
    return len(_text(value).encode("utf-8", "surrogateescape"))


def _is_target(subject: str) -> bool:
    tokens = subject.split(".")
    if tokens[1:3] in (["broadcast", "agent"], ["broadcast", "service"]):
        return len(tokens) == 4
    return len(tokens) > 2 and tokens[1] == "node"


def _is_plain(subject: str) -> bool:
    """Literal, and nothing in it ends a word of NATS's protocol."""
    if subject.startswith(("$", "choria.federation.")) or not all(subject.split(".")):
        return False
    return all(letter > " " and letter not in "\x7f*>" for letter in subject)


def _forbidden(case: Case) -> bool:
    names = _names(case)
    reply = (
        _said(_headers(case), names.reply)
        if case.side == "federation"
        else _said(_federation(case), names.federation_reply)
    )
    targets = _said(_federation(case), names.targets) if case.side == "federation" else []
    if isinstance(reply, str) and reply:
        tokens = reply.split(".")
        if not _is_plain(reply) or len(tokens) < 3 or tokens[1] != "reply":
            return True
    texts = [one for one in targets if isinstance(one, str)] if isinstance(targets, list) else []
    return any(not _is_plain(one) or not _is_target(one) for one in texts)


def _is_ambiguous(case: Case) -> bool:
    names = _names(case)
    levels = (
        (case.document, ("protocol", "data", "headers")),
        (_headers(case), (names.reply, names.sender, names.hops, "federation")),
        (_federation(case), (names.request_id, names.federation_reply, names.targets)),
    )
    for value, known in levels:
        own = [name for name, _ in _fields(value) if _folded(name) in known]
        if len({_folded(name) for name in own}) < len(own) or any(name not in known for name in own):
            return True
    return False


def _has_odd_hop(case: Case) -> bool:
    hops = _said(_headers(case), _names(case).hops)
    if not isinstance(hops, list):
        return False
    return any(not isinstance(hop, list) or len(hop) != 3 or None in hop for hop in hops)


def _is_long(case: Case) -> bool:
    headers, names = _headers(case), _names(case)
    hops = _said(headers, names.hops)
    texts = [text for hop in hops if isinstance(hop, list) for text in hop] if isinstance(hops, list) else []
    own = (_said(headers, names.sender), _said(_federation(case), names.request_id))
    subjects = [_said(headers, names.reply), _said(_federation(case), names.federation_reply)]
    targets = _said(_federation(case), names.targets)
    subjects += targets if isinstance(targets, list) else []
    return (
        any(_bytes(one) > _HOP_BYTES_MAX for one in texts)
        or any(_bytes(one) > _NAME_BYTES_MAX for one in own)
        or any(_bytes(one) > _SUBJECT_BYTES_MAX for one in subjects)
    )


def _has_many(case: Case) -> bool:
    hops = _said(_headers(case), _names(case).hops)
    targets = _said(_federation(case), _names(case).targets)
    return (isinstance(hops, list) and len(hops) > _HOPS_MAX) or (
        isinstance(targets, list) and len(targets) > _TARGETS_MAX
    )


def _is_loop(case: Case) -> bool:
    hops = _said(_headers(case), _names(case).hops)
    stages = ("choria_reply_transformer:",)
    if case.side == "federation":
        stages += ("choria_request_transformer:",)
    processors = (
        [hop[1] for hop in hops if isinstance(hop, list) and len(hop) == 3] if isinstance(hops, list) else []
    )
    return any(
        isinstance(one, str) and one.startswith(f"{IDENTITY} (") and any(stage in one for stage in stages)
        for one in processors
    )


def _has_escapes(case: Case) -> bool:
    return any(isinstance(one, Raw) and "\\" in one.text or "\\" in _text(one) or '"' in _text(one)
               or any(letter < " " for letter in _text(one)) for one in _all_subjects(case))  # fmt: skip


def _all_subjects(case: Case) -> list:
    names = _names(case)
    targets = _said(_federation(case), names.targets)
    found = [_said(_headers(case), names.reply), _said(_federation(case), names.federation_reply)]
    return [*found, *(targets if isinstance(targets, list) else [])]


def _lacks_data(case: Case) -> bool:
    data = [one for name, one in _fields(case.document) if _folded(name) == "data"]
    return not data or None in data


def _has_odd_data(case: Case) -> bool:
    """No text, or one with escapes other than line ends."""
    data = _said(case.document, "data")
    if isinstance(data, Raw):
        return not data.text.startswith('"') or "\\" in data.text
    return data is not None and not isinstance(data, str)


def _has_null_target(case: Case) -> bool:
    targets = _said(_federation(case), _names(case).targets)
    return isinstance(targets, list) and None in targets


def _depth(value) -> int:
    if isinstance(value, Raw):
        return value.text.count("[") if value.text.startswith("[") else 0
    children = (
        [one for _, one in value] if isinstance(value, tuple) else value if isinstance(value, list) else []
    )
    return 1 + max(map(_depth, children), default=0) if isinstance(value, tuple | list) else 0


# ---- The rows ---------------------------------------------------------------------------------------


def _request(version: int = 1, **fields) -> Case:
    names = NAMES[version]
    said = {
        "targets": [f"mcollective.node.{TAG}"],
        "reply": REPLY,
        "sender": f"b{TAG}",
        "hops": [],
        "data": DATA,
    } | fields
    federation = ((names.request_id, f"r{TAG}"), (names.targets, said["targets"]))
    headers = (
        (names.reply, said["reply"]),
        (names.sender, said["sender"]),
        (names.hops, said["hops"]),
        ("federation", federation),
    )
    return Case(
        "federation", version, (("protocol", names.protocol), ("data", said["data"]), ("headers", headers))
    )


_OWN = f"{IDENTITY} (choria_nats_ingest:1, choria_request_transformer:2, choria_nats_egest:3)"
REFUSED = (
    Difference("target or reply not allowed", "it has the rights to publish everywhere, and is asked by anybody",
               _forbidden, _request(targets=[f"mcollective.other.{TAG}"])),
    Difference("ambiguous field", "two readers may take two values", _is_ambiguous,
               Case("federation", 1, (*_request().document, ("data", DATA)))),
    Difference("odd hop", "a hop has three texts", _has_odd_hop, _request(hops=[["a", "b"]])),
    Difference("long text", "names and subjects have bounds", _is_long, _request(sender="x" * 600)),
    Difference("many hops or targets", "they have bounds", _has_many, _request(hops=[["a", "b", "c"]] * 17)),
    Difference("loop", "it has been here", _is_loop, _request(hops=[["a", _OWN, "c"]])),
    Difference("escape in a subject", "a subject goes into a line of NATS's protocol as it stands", _has_escapes,
               _request(targets=[Raw(f'"mcollective.\\u006eode.{TAG}"')])),
    Difference("no data", "nothing would be sent", _lacks_data, _request(data=None)),
    Difference("data written oddly", "it is passed on, and remembered, as it is written", _has_odd_data,
               _request(data=Raw('"Zm9v\\/\\/\\/\\/"'))),
    Difference("null among targets", "it is no subject", _has_null_target,
               _request(targets=[f"mcollective.node.{TAG}", None])),
    Difference("deep", "nesting has a bound", lambda case: _depth(case.document) > _JSON_DEPTH_MAX,
               Case("federation", 1, (*_request().document, ("x", Raw("[" * 200 + "]" * 200))))),
)  # fmt: skip


def ends_reference(case: Case) -> bool:
    """It reads headers that are null through a null pointer."""
    return any(_folded(name) == "headers" and value is None for name, value in case.document)


def harms_reference(case: Case) -> bool:
    """What it writes into a line of NATS's protocol would be another command or too long, or comes back to itself."""
    for subject in _subjects(case):
        text = _text(subject)
        if (
            any(letter.isspace() for letter in text)
            or text.startswith("choria.federation.")
            or len(text) > 3900
        ):
            return True
    return False


HARMFUL = Difference("blank in a target", "what follows it would be a reply subject", harms_reference,
                     _request(targets=[f"mcollective.node.{TAG} mcollective.node.a"]))  # fmt: skip
ENDING = Case("federation", 1, (("protocol", NAMES[1].protocol), ("data", DATA), ("headers", None)))
TWICE = _request(targets=[f"mcollective.node.{TAG}"] * 2)
# The same request to the same target; what was changed is signed by nobody.
AGAIN = tuple(
    _request(targets=["mcollective.node.again.test"], data=data)
    for data in ("YWdhaW4hIQ==", "YWdhaW4hIQ==", "YWdh\naW4hIQ==\r\n", "YWdhaW4hIR==")
)


def asker(case: Case):
    """Where a refusal is told."""
    return _said(_headers(case), _names(case).reply)


def sends_twice(case: Case) -> bool:
    """The same target twice: ours sends one."""
    targets = _said(_federation(case), _names(case).targets)
    return isinstance(targets, list) and len({*map(str, targets)}) < len(targets)
