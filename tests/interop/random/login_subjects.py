"""Subjects to publish and subscribe to: all that a broker in Choria's dialect knows, and their
neighbours.

MODEL   A family is a subject with places for names; places that are left, `{w}`, take any token. A
        neighbour differs in one token, or has one more or one less.
"""

import hashlib
import random
from dataclasses import dataclass

from tests.support.choria_jwt import Claims

PROBES = 30
_API = (
    "INFO", "STREAM.NAMES", "STREAM.LIST", "STREAM.INFO.{w}", "STREAM.MSG.GET.{w}", "STREAM.MSG.DELETE.{w}",
    "STREAM.CREATE.{w}", "STREAM.DELETE.{w}", "STREAM.PURGE.{w}", "DIRECT.GET.{w}", "DIRECT.GET.{w}.{w}.{w}",
    "CONSUMER.CREATE.{w}", "CONSUMER.CREATE.{w}.{w}.{w}", "CONSUMER.DURABLE.CREATE.{w}.{w}",
    "CONSUMER.DELETE.{w}.{w}", "CONSUMER.NAMES.{w}", "CONSUMER.LIST.{w}", "CONSUMER.INFO.{w}.{w}",
    "CONSUMER.MSG.NEXT.{w}.{w}",
)  # fmt: skip
_CHORIA = (
    "{c}.broadcast.agent.{w}", "{c}.broadcast.agent.{w}.{w}", "{c}.broadcast.agent.registration",
    "{c}.broadcast.service.{w}", "{c}.node.{id}", "{c}.node.{w}", "{c}.reply.{md5}.{w}", "{c}.reply.{md5}.{w}.{w}",
    "{c}.reply.{sha}.{w}", "{c}.reply.{w}.{w}", "{c}.submission.in.{w}", "{c}.submission.in.{w}.{w}",
    "{c}.governor.{w}", "{c}.governor.{w}.{w}", "choria.federation.{c}.federation", "choria.federation.{c}.collective",
    "choria.lifecycle.event.{w}.{w}", "choria.lifecycle.event.governor.{w}", "choria.lifecycle.{w}",
    "choria.machine.transition", "choria.machine.watcher.{w}.{w}", "choria.machine.{w}", "{ou}.republish.{w}",
)  # fmt: skip
_OTHERS = (
    "$JS.ACK.{w}", "$JS.FC.{w}", "$JS.EVENT.{w}", "$JS.EVENT.ADVISORY.{w}", "$KV.{w}.{w}", "$O.{w}.{w}", "$JS.{w}",
    "$KV.CHORIA_LEADER_ELECTION.{w}", "$KV.CHORIA_LEADER_ELECTION.provisioner",
    "$JS.API.STREAM.INFO.KV_CHORIA_LEADER_ELECTION", "choria.streams.STREAM.INFO.KV_CHORIA_LEADER_ELECTION",
    "$SYS.REQ.USER.INFO", "$SYS.REQ.SERVER.PING", "$SYS.ACCOUNT.{w}.CONNECT", "_INBOX.{w}", "{w}",
    "{w}.{w}", "{w}.{w}.{w}",
)  # fmt: skip
_PROVISIONING = (
    "provisioning.node.{w}", "provisioning.broadcast.agent.discovery", "provisioning.broadcast.agent.rpcutil",
    "provisioning.broadcast.agent.choria_util", "provisioning.broadcast.agent.choria_provision",
    "provisioning.broadcast.agent.{w}", "provisioning.broadcast.service.{w}", "provisioning.reply.{w}.{w}",
    "provisioning.registration.{w}", "choria.lifecycle.event.startup.{w}",
    "choria.lifecycle.event.{w}.provision_mode_server",
)  # fmt: skip
_FAMILIES = ((_CHORIA, 10), (_OTHERS, 3), (_PROVISIONING, 2), (tuple(f"$JS.API.{one}" for one in _API), 2),
             (tuple(f"choria.streams.{one}" for one in _API), 1))  # fmt: skip
_WORDS = (
    "x",
    "y",
    "node1",
    "rpcutil",
    "discovery",
    "reply",
    "node",
    "broadcast",
    "agent",
    "choria",
    "in",
    "federation",
)


@dataclass(frozen=True)
class Probe:
    verb: str  # "PUB" or "SUB"
    subject: str
    group: str = ""  # of a SUB


def _texts(value) -> list[str]:
    """Those of a claim that are tokens or subjects; a claim may be anything."""
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, str) and is_subject(one)]


def is_subject(text: str) -> bool:
    tokens = text.split(".")
    if not all(tokens) or len(text) > 1000 or ">" in tokens[:-1]:
        return False
    return all(letter.isprintable() and letter != " " for letter in text)


def is_literal(subject: str) -> bool:
    return not set(subject.split(".")) & {"*", ">"}


def literal(subject: str) -> str:
    """One that this subject catches."""
    return ".".join({"*": "w", ">": "w.w"}.get(token, token) for token in subject.split("."))


def _neighbour(rng: random.Random, subject: str, wild: bool) -> str:
    tokens = subject.split(".")
    at = rng.randrange(len(tokens))
    changes = ["more", "less", "other", "case"] + ["star", "tail", "tail"] * wild
    match rng.choice(changes):
        case "more":
            tokens.insert(rng.randint(0, len(tokens)), rng.choice(_WORDS))
        case "less" if len(tokens) > 1:
            del tokens[at]
        case "other":
            tokens[at] = rng.choice(_WORDS)
        case "case":
            tokens[at] = tokens[at].swapcase()
        case "star":
            tokens[at] = "*"
        case "tail":
            tokens[at:] = [">"]
    return ".".join(tokens)


def _family(rng: random.Random, names: dict[str, list[str]]) -> str:
    family = rng.choice(rng.choices([one for one, _ in _FAMILIES], [share for _, share in _FAMILIES])[0])
    for place, choices in names.items():
        family = family.replace("{" + place + "}", rng.choice(choices))
    while "{w}" in family:
        family = family.replace("{w}", rng.choice(_WORDS), 1)
    return family


def _names(claims: Claims) -> dict[str, list[str]]:
    said = dict(claims)
    collectives = [one for one in _texts(said.get("collectives")) if is_literal(one) and "." not in one][:3]
    names = [str(said[one]) for one in ("callerid", "identity") if isinstance(said.get(one), str)] or ["x"]
    own = [one for one in names if is_subject(one) and is_literal(one)] or ["node1"]
    organization = _texts(said.get("ou"))
    return {
        "c": [*collectives, *collectives, "choria", "mcollective", "any", "provisioning"],
        "id": own, "md5": [hashlib.md5(one.encode()).hexdigest() for one in names],
        "sha": [hashlib.sha256(one.encode()).hexdigest() for one in names],
        "ou": [*organization, "choria", "other"],
    }  # fmt: skip


def random_probes(rng: random.Random, claims: Claims) -> tuple[Probe, ...]:
    names, said = _names(claims), dict(claims)
    extra = _texts(said.get("pub_subjects")) + _texts(said.get("sub_subjects"))
    probes = []
    while len(probes) < PROBES:
        subject = rng.choice(extra) if extra and rng.random() < 0.2 else _family(rng, names)
        publishes = rng.random() < 0.5
        if publishes:
            subject = literal(subject)
        for _ in range(rng.choices((0, 1, 2), (4, 4, 1))[0]):
            subject = _neighbour(rng, subject, not publishes)
        if is_subject(subject) and not (publishes and not is_literal(subject)):
            group = f"group{len(probes)}" if not publishes and rng.random() < 0.1 else ""  # each its own
            probes.append(Probe("PUB" if publishes else "SUB", subject, group))
    return tuple(probes)
