"""Where our broker decides otherwise than Choria's on purpose (docs/security.md): data, each with an
example.

MODEL   Whom a row of REFUSED describes ours does not let in, whatever the reference does; a row of
        LET_IN is the other way round. The example is played in every run and must differ, or the row
        is out of date. A row of DELIVERED is what the reference delivers though nothing allows it. A
        row of LATER is a subject that later releases of the reference grant, and ours; 0.29.4 does not.
"""

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.interop.random.login_cases import PURPOSES, Case
from tests.interop.random.login_said import (
    has_another_purpose,
    has_bad_subject,
    has_null_entry,
    has_odd_time,
    has_unsafe_name,
    has_unsafe_organization,
    is_ambiguous,
    is_chained_to_rsa,
    is_denied,
    is_provisioner,
    is_self_appointed,
    issuer_has_ended,
    lets_through,
    said,
)
from tests.interop.random.login_subjects import Probe
from tests.support.choria_jwt import public
from tests.support.choria_v2 import PROVISIONER_PASSWORD


@dataclass(frozen=True)
class Difference:
    name: str
    why: str
    applies: Callable[[Case], bool]
    example: Case
    always: bool = True  # or only where nothing else lets it in


@dataclass(frozen=True)
class Delivered:
    name: str
    applies: Callable[[Case, Probe, str], bool]  # and the subject of what came
    example: Case  # the first of its probes gets what the second publishes


@dataclass(frozen=True)
class Later:
    name: str
    applies: Callable[[Case, Probe], bool]
    example: Case


# ---- Examples ---------------------------------------------------------------------------------------

_STANDARD = (
    ("public_key", public("holder")), ("iss", "Choria Tokens Package"), ("exp", {"in": 3600}), ("nbf", {"in": 0}),
    ("iat", {"in": 0}), ("jti", {"ksuid": 1}),
)  # fmt: skip
CLIENT = Case(
    kind="client",
    claims=(("callerid", "up=alice"), ("ou", "choria"), ("permissions", {"fleet_management": True}),
            ("pub_subjects", ["own.>"]), ("purpose", "choria_client_id"), *_STANDARD),
)  # fmt: skip
SERVER = Case(
    kind="server",
    claims=(("identity", "node1.choria.test"), ("collectives", ["choria"]), ("ou", "choria"),
            ("permissions", {"streams": True}), ("purpose", "choria_server"), *_STANDARD),
)  # fmt: skip
WAITING = Case(
    kind="provisioning", holder="",
    claims=(("cht", "secret"), ("ou", "choria"), ("purpose", "choria_provisioning"), *_STANDARD[1:]),
)  # fmt: skip


def _with(case: Case, **fields) -> Case:
    return dataclasses.replace(case, **fields)


def _set(case: Case, name: str, value, **fields) -> Case:
    return _with(case, bends=(("set", name, value),), **fields)


# ---- The rows -----------------------------------------------------------------------------------------

REFUSED = (
    Difference("unsafe name", "a name that widens a subject grants nothing",
               has_unsafe_name, _set(SERVER, "collectives", ["*"])),
    Difference("unsafe organization", "the organization becomes a token of subjects",
               has_unsafe_organization, _set(SERVER, "ou", "*", configuration="signers")),
    Difference("bad subject", "with a subject in it that is none it grants nothing; the reference ends at an empty one",
               has_bad_subject, _set(CLIENT, "pub_subjects", ["a..b"])),
    Difference("null in a list", "it is no name and no subject", has_null_entry, _set(CLIENT, "agents", [None])),
    Difference("ambiguous claim", "a claim given twice or in other letter case can be read in two ways",
               is_ambiguous, _with(CLIENT, bends=(("rename", "callerid", "CallerID"),))),
    Difference("spelling", "a token has one spelling",
               lambda case: case.spelling in ("newline", "stray bits", "padded"), _with(CLIENT, spelling="newline")),
    Difference("self-appointed", "the organization's appointment of a chain issuer is checked",
               is_self_appointed, _with(CLIENT, chain="self")),
    Difference("chained to an RSA key", "RSA keys appoint nobody; the reference does not look at the chain",
               is_chained_to_rsa, _with(CLIENT, chain="login", signer="rsa", configuration="signers")),
    Difference("odd time", "times are whole seconds, written as numbers", has_odd_time, _set(CLIENT, "nbf", 1.5e9)),
    Difference("purpose beside the subject", "a token has one purpose; its subject tells it if nothing else does",
               has_another_purpose,
               _with(WAITING, bends=(("set", "purpose", "x"), ("set", "sub", PURPOSES["provisioning"]))), always=False),
    Difference("issuer has ended", "the end of a chain issuer counts in every token that names one",
               issuer_has_ended, _set(CLIENT, "issexp", {"in": -60})),
    Difference("provisioner without nonce", "a copied token does not make a provisioner",
               lambda case: is_provisioner(case) and case.holder != "holder",
               _with(CLIENT, user="provisioner", password=PROVISIONER_PASSWORD, holder="",
                     bends=(("set", "permissions", {"provisioner": True}),))),
    Difference("header demands more", "extensions change what is signed",
               lambda case: bool({"crit", "b64"} & set(dict(case.header))), _with(CLIENT, header=(("crit", ["b64"]),))),
    Difference("header names another type", "a token is a JWT",
               lambda case: str(dict(case.header).get("typ") or "JWT").lower() != "jwt",
               _with(CLIENT, header=(("typ", "JOSE"),))),
)  # fmt: skip
LET_IN = (
    Difference("token shown as jwt", "NATS clients other than Choria's have no other place for it",
               lambda case: case.field == "jwt", _with(CLIENT, field="jwt")),
)  # fmt: skip


def _own_sha256(case: Case, probe: Probe) -> bool:
    claims = said(case)
    names = [claims[one] for one in ("callerid", "identity") if isinstance(claims.get(one), str)]
    tokens = probe.subject.split(".")
    return len(tokens) > 2 and tokens[2] in [hashlib.sha256(one.encode()).hexdigest() for one in names]


def _is_republished(_, probe: Probe) -> bool:
    return probe.verb == "SUB" and probe.subject.split(".")[1:2] == ["republish"]


DELIVERED = (
    Delivered("more than the rule", lets_through,
              _with(_set(CLIENT, "sub_subjects", ["own.*"]), probes=(Probe("SUB", "own.>"), Probe("PUB", "own.x.y")))),
    Delivered("what is denied", is_denied,
              Case(configuration="hosts", certificate="app",
                   probes=(Probe("SUB", "any.>"), Probe("PUB", "any.reply.x")))),
)  # fmt: skip
LATER = (
    Later("replies under SHA-256", lambda case, probe: probe.verb == "SUB" and _own_sha256(case, probe),
          _with(CLIENT, probes=(Probe("SUB", f"choria.reply.{hashlib.sha256(b'up=alice').hexdigest()}.x"),))),
    Later("republished streams", _is_republished,
          _with(SERVER, probes=(Probe("SUB", "choria.republish.x"),))),
)  # fmt: skip
