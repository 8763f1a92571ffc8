"""What accounts share in operator mode: exports, imports, activations, mappings and limits of JWTs.

MODEL   Account A exports, B imports; a, b and so on are their users. In a table's row stands what A
        and B say; the play is always the same, so that what crosses tells what was taken.
"""

import json
import re
import time

from tests.conformance.script import Area, Setup
from tests.support.nats_keys import (
    ACCOUNT_LIMITS,
    Key,
    account_jwt,
    activation_jwt,
    operator_jwt,
    user_jwt,
)

AREA = Area("account_jwts")
NOW = int(time.time())

OPERATOR = Key("O", 1)
A, B, C, SYSTEM, SIGNER, STRANGER = (Key("A", n) for n in range(21, 27))
USERS = {account: Key("U", n) for n, account in enumerate((A, B, C), 21)}


def _config(*jwts: tuple[Key, str]) -> str:
    preloaded = "\n".join(f"  {account.nkey}: {jwt}" for account, jwt in jwts)
    system = account_jwt(SYSTEM, OPERATOR)
    return (
        f"operator: {operator_jwt(OPERATOR)}\nsystem_account: {SYSTEM.nkey}\n"
        f"resolver: MEMORY\nresolver_preload {{\n{preloaded}\n  {SYSTEM.nkey}: {system}\n}}\n"
    )


def _enter(play, name: str, account: Key):
    c = play.open(name, info=False)
    nonce = c.info().get("nonce", "")
    user = USERS[account]
    body = {
        "verbose": False, "pedantic": False, "headers": True, "no_responders": True,
        "jwt": user_jwt(user, account), "sig": user.sig(nonce),
    }  # fmt: skip
    c.send(f"CONNECT {json.dumps(body)}\r\n", quiet=True)
    return c


def stream(subject: str, **more) -> dict:
    return {"name": subject, "subject": subject, "type": "stream", **more}


def service(subject: str, **more) -> dict:
    return {"name": subject, "subject": subject, "type": "service", **more}


def of_a(what: dict, **more) -> dict:
    return {**what, "account": A.nkey, **more}


def activated(what: dict, issuer: Key = A, importer: Key = B, subject: str = "", **more) -> dict:
    jwt = activation_jwt(importer, issuer, what["type"], subject or what["subject"], **more)
    return of_a(what, token=jwt)


def _play_streams(play):
    """B reads everything; A publishes."""
    b = _enter(play, "b", B)
    b.talk("SUB s.> 1\r\nSUB here.> 2\r\nSUB p.> 3\r\n")
    if b.sock._ended:
        return play.note("B is refused")
    a = _enter(play, "a", A)
    for subject in ("s.x", "s.y", "s.x.y"):
        a.talk(f"PUB {subject} 1\r\nx\r\n")
    b.talk("", unordered=True)


def _play_services(play):
    """A answers; B asks under every name that an import might have given."""
    b = _enter(play, "b", B)
    b.talk("SUB inbox 7\r\n")
    if b.sock._ended:
        return play.note("B is refused")
    a = _enter(play, "a", A)
    a.talk("SUB ask.> 1\r\n")
    for subject in ("ask.x", "near.x", "near"):
        b.talk(f"PUB {subject} inbox 2\r\nhi\r\n")
        a.sock.send(b"PING\r\n")
        for frame in a.read_until(lambda f: f.line == b"PONG"):
            a.record(frame)
            reply = re.search(rb"_R_\S+", frame.line)
            if reply:
                a.talk(f"PUB {reply.group().decode()} 2\r\nok\r\n")
    b.talk("")


_ROWS = (
    # (name, what it shows, exports of A, imports of B, more of A, more of B)
    ("public", "What is exported to all", [stream("s.*")], [of_a(stream("s.*"))]),
    ("not_exported", "What is not exported", [stream("other")], [of_a(stream("s.*"))]),
    ("narrower", "A part of what is exported", [stream("s.>")], [of_a(stream("s.x"))]),
    ("wider", "More than is exported", [stream("s.x")], [of_a(stream("s.*"))]),
    ("as_service", "A stream is no service", [service("s.*")], [of_a(stream("s.*"))]),
    ("local", "Under another name", [stream("s.*")],
     [of_a(stream("s.*"), local_subject="here.$1")]),
    ("prefix", "The old field is a prefix", [stream("s.*")], [of_a(stream("s.*"), to="p")]),
    ("unknown_account", "Of an account that is not known", [stream("s.*")],
     [{**stream("s.*"), "account": STRANGER.nkey}]),
    ("private", "Without the activation it needs", [stream("s.*", token_req=True)],
     [of_a(stream("s.*"))]),
    ("activated", "With it", [stream("s.*", token_req=True)], [activated(stream("s.*"))]),
    ("activated_wider", "An activation for more", [stream("s.*", token_req=True)],
     [activated(stream("s.x"), subject="s.*")]),
    ("activated_narrower", "An activation for less", [stream("s.*", token_req=True)],
     [activated(stream("s.*"), subject="s.x")]),
    ("activated_other", "An activation for somebody else", [stream("s.*", token_req=True)],
     [activated(stream("s.*"), importer=C)]),
    ("activated_stranger", "An activation by somebody else", [stream("s.*", token_req=True)],
     [activated(stream("s.*"), issuer=STRANGER)]),
    ("activated_itself", "An activation by oneself", [stream("s.*", token_req=True)],
     [activated(stream("s.*"), issuer=B)]),
    ("activated_claims_issuer", "An activation by oneself that names the exporter",
     [stream("s.*", token_req=True)], [activated(stream("s.*"), issuer=B, issuer_account=A.nkey)]),
    ("activated_expired", "An activation that has expired", [stream("s.*", token_req=True)],
     [activated(stream("s.*"), standard={"exp": NOW - 5})]),
    ("activated_early", "An activation that is not valid yet", [stream("s.*", token_req=True)],
     [activated(stream("s.*"), standard={"nbf": NOW + 3600})]),
    ("activated_revoked", "A revoked activation",
     [stream("s.*", token_req=True, revocations={B.nkey: NOW})], [activated(stream("s.*"))]),
    ("activated_all_revoked", "All activations revoked",
     [stream("s.*", token_req=True, revocations={"*": NOW})], [activated(stream("s.*"))]),
    ("activated_revoked_before", "Older ones revoked",
     [stream("s.*", token_req=True, revocations={B.nkey: 1_500_000_000})],
     [activated(stream("s.*"))]),
    ("activated_by_signer", "By a signing key", [stream("s.*", token_req=True)],
     [activated(stream("s.*"), issuer=SIGNER, issuer_account=A.nkey)],
     {"signing_keys": [SIGNER.nkey]}),
    ("activated_by_strange_signer", "By a key that signs for nobody",
     [stream("s.*", token_req=True)],
     [activated(stream("s.*"), issuer=SIGNER, issuer_account=A.nkey)]),
    ("activated_in_vain", "An activation where none is needed", [stream("s.*")],
     [activated(stream("s.*"))]),
    ("twice", "The same twice", [stream("s.*")], [of_a(stream("s.*")), of_a(stream("s.*"))]),
    ("overlapping_exports", "Exports within others", [stream("s.*"), stream("s.x")],
     [of_a(stream("s.*"))]),
    ("no_exports_allowed", "More exports than allowed", [stream("s.*")], [of_a(stream("s.*"))],
     {"limits": {**ACCOUNT_LIMITS, "exports": 0}}),
    ("no_wildcards_allowed", "Wildcards that are not allowed", [stream("s.*")],
     [of_a(stream("s.*"))], {"limits": {**ACCOUNT_LIMITS, "exports": 5, "wildcards": False}}),
    ("no_imports_allowed", "More imports than allowed", [stream("s.*")], [of_a(stream("s.*"))],
     {}, {"limits": {**ACCOUNT_LIMITS, "imports": 0}}),
    ("exporter_expired", "The exporting account has expired", [stream("s.*")],
     [of_a(stream("s.*"))], {"standard": {"exp": NOW - 5}}),
    ("share", "A stream cannot be shared", [stream("s.*")], [of_a(stream("s.*"), share=True)]),
)  # fmt: skip

_SERVICE_ROWS = (
    ("public", "A service for all", [service("ask.*")], [of_a(service("ask.*"))]),
    ("local", "Under another name", [service("ask.*")],
     [of_a(service("ask.*"), local_subject="near.$1")]),
    ("to", "The old field is the name there", [service("ask.x")],
     [of_a(service("near"), to="ask.x")]),
    ("both", "Both fields", [service("ask.x")],
     [of_a(service("ask.x"), to="ask.x", local_subject="near")]),
    ("private", "Without the activation it needs", [service("ask.*", token_req=True)],
     [of_a(service("ask.*"))]),
    ("activated", "With it", [service("ask.*", token_req=True)], [activated(service("ask.*"))]),
    ("activated_as_stream", "With one for a stream", [service("ask.*", token_req=True)],
     [of_a(service("ask.*"), token=activation_jwt(B, A, "stream", "ask.*"))]),
    ("responses", "Many answers", [service("ask.*", response_type="Stream")],
     [of_a(service("ask.*"))]),
    ("bad_responses", "A kind of answers that is none", [service("ask.*", response_type="Many")],
     [of_a(service("ask.*"))]),
    ("token", "A token must name the importer", [service("ask.*", account_token_position=2)],
     [of_a(service(f"ask.{B.nkey}"), local_subject="near")]),
    ("token_other", "And no other", [service("ask.*", account_token_position=2)],
     [of_a(service(f"ask.{C.nkey}"), local_subject="near")]),
    ("overlapping", "Two names within each other", [service("ask.>")],
     [of_a(service("ask.x"), local_subject="near.x"),
      of_a(service("ask.y.*"), local_subject="near.*")]),
    ("share", "Who asks is told", [service("ask.*")], [of_a(service("ask.*"), share=True)]),
)  # fmt: skip


def _setup(name, exports, imports, more_of_a=None, more_of_b=None) -> Setup:
    return Setup(
        f"account_jwts_{name}",
        _config(
            (A, account_jwt(A, OPERATOR, exports=exports, **(more_of_a or {}))),
            (B, account_jwt(B, OPERATOR, imports=imports, **(more_of_b or {}))),
        ),
    )


for _name, _about, *_what in _ROWS:
    AREA.add(_setup(f"stream_{_name}", *_what), f"stream_{_name}", _about, _play_streams)
for _name, _about, *_what in _SERVICE_ROWS:
    AREA.add(_setup(f"service_{_name}", *_what), f"service_{_name}", _about, _play_services)


FOLDER = Setup(
    "account_jwts_folder",
    f"operator: {operator_jwt(OPERATOR)}\nsystem_account: {SYSTEM.nkey}\n"
    'resolver { type: full, dir: "{dir}/accounts" }\n'
    f"resolver_preload {{\n  {SYSTEM.nkey}: {account_jwt(SYSTEM, OPERATOR)}\n}}\n",
)
_SYSTEM_USER = {SYSTEM: Key("U", 24)}
_ISSUED = {"iat": NOW - 100}


def _push(play, subject: str, body: str, lookup: Key | None = None):
    """What the system account is told of a JWT that it brings, and whether it counts then."""
    USERS.update(_SYSTEM_USER)
    system = _enter(play, "sys", SYSTEM)
    system.sock.send(b"SUB inbox.1 1\r\nPING\r\n")
    system.read_until(lambda f: f.line == b"PONG")
    for where, text in ((subject, body), (f"$SYS.REQ.ACCOUNT.{A.nkey}.CLAIMS.LOOKUP", "")):
        system.sock.send(f"PUB {where} inbox.1 {len(text)}\r\n{text}\r\n".encode())
        answer = system.read_until(lambda f: f.payload is not None)[-1].payload
        if answer.startswith(b"{"):
            told = json.loads(answer)
            part = told.get("data") or told["error"]
            play.note(f"{sorted(set(told) - {'server'})} {part['code']} {part.get('account') == A.nkey}")
        else:
            play.note("known" if answer else "not known")
    user = _enter(play, "a", A)
    user.talk("SUB foo 1\r\nPUB foo 1\r\nx\r\n")


_UPDATE = "$SYS.REQ.CLAIMS.UPDATE"
_UPDATE_A = f"$SYS.REQ.ACCOUNT.{A.nkey}.CLAIMS.UPDATE"
for _name, _about, _subject, _jwt in (
    ("push", "A JWT over the network", _UPDATE, account_jwt(A, OPERATOR, standard=_ISSUED)),
    ("push_named", "For a named account", _UPDATE_A, account_jwt(A, OPERATOR, standard=_ISSUED)),
    ("push_other", "Of another account than named", _UPDATE_A, account_jwt(B, OPERATOR)),
    ("push_nothing", "No JWT at all", _UPDATE, "x"),
    ("push_user", "The JWT of a user", _UPDATE, user_jwt(USERS[A], A)),
    ("push_broken", "With a wrong signature", _UPDATE, account_jwt(A, OPERATOR)[:-6] + "AAAAAA"),
    ("push_overlapping", "That contradicts itself", _UPDATE,
     account_jwt(A, OPERATOR, exports=[stream("s.*"), stream("s.x")])),
    ("push_mapping_twice", "That maps to one subject twice", _UPDATE,
     account_jwt(A, OPERATOR, mappings={
         "x": [{"subject": "y", "weight": 50}, {"subject": "y", "weight": 50}]})),
    ("push_mapping_weights", "That maps more than the whole", _UPDATE,
     account_jwt(A, OPERATOR, mappings={
         "x": [{"subject": "y", "weight": 60}, {"subject": "z", "weight": 60}]})),
    ("push_mapping_number", "That maps by a wildcard that is not there", _UPDATE,
     account_jwt(A, OPERATOR, mappings={"x.*": [{"subject": "y.$2"}]})),
    ("push_mapping", "That maps", _UPDATE,
     account_jwt(A, OPERATOR, standard=_ISSUED, mappings={"x.*": [{"subject": "foo"}]})),
    ("push_expired", "That has expired", _UPDATE,
     account_jwt(A, OPERATOR, standard={"exp": NOW - 5})),
    ("push_stranger", "Of an operator that nobody trusts", _UPDATE,
     account_jwt(A, Key("O", 2))),
):  # fmt: skip
    AREA.add(FOLDER, _name, _about, lambda p, s=_subject, j=_jwt: _push(p, s, j), alone=True)


MAPPED = Setup(
    "account_jwts_mapped",
    _config(
        (A, account_jwt(A, OPERATOR, mappings={
            "from": [{"subject": "to"}],
            "half": [{"subject": "to.half", "weight": 100}],
            "one.*.*": [{"subject": "two.$2.$1"}],
            "far": [{"subject": "to.far", "cluster": "east"}],
        })),
        (B, account_jwt(B, OPERATOR, limits={**ACCOUNT_LIMITS, "conn": 2})),
    ),
)  # fmt: skip


@AREA.case(MAPPED)
def mappings(play):
    """Mappings of a JWT."""
    a = _enter(play, "a", A)
    a.talk("SUB > 1\r\n")
    for subject in ("from", "half", "one.1.2", "far", "other"):
        a.talk(f"PUB {subject} 1\r\nx\r\n")


@AREA.case(MAPPED)
def connections(play):
    """A limit of connections."""
    clients = []
    for number in range(3):
        client = _enter(play, f"b{number}", B)
        client.talk("")
        clients.append(client)
    clients[0].talk("")
