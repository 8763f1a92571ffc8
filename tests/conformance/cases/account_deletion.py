"""Accounts that an operator deletes over the network, and JWTs that are packed for another server."""

import hashlib
import json
import os

from tests.conformance.cases.account_jwts import (
    A,
    B,
    OPERATOR,
    STRANGER,
    SYSTEM,
    USERS,
    _enter,
)
from tests.conformance.script import Area, Setup
from tests.support.nats_keys import Key, account_jwt, claims, operator_jwt, token

AREA = Area("account_deletion")

SIGNER, OTHER_OPERATOR = Key("O", 31), Key("O", 32)
USERS.setdefault(SYSTEM, Key("U", 24))
_TRUSTED = operator_jwt(OPERATOR, signing_keys=[SIGNER.nkey])


def _folder(name: str, more: str) -> Setup:
    return Setup(
        f"account_deletion_{name}",
        f"operator: {_TRUSTED}\nsystem_account: {SYSTEM.nkey}\n"
        f'resolver {{ type: full, dir: "{{dir}}/accounts"{more} }}\n'
        f"resolver_preload {{\n  {SYSTEM.nkey}: {account_jwt(SYSTEM, OPERATOR)}\n}}\n",
    )


KEPT = _folder("kept", ", allow_delete: true")
FOR_GOOD = _folder("for_good", ", allow_delete: true, hard_delete: true")
FORBIDDEN = _folder("forbidden", "")


def _asked(system, subject: str, body: str) -> list[bytes]:
    """Everything that is answered, and an end."""
    system.sock.send(b"SUB inbox.1 1\r\n")
    system.sock.send(f"PUB {subject} inbox.1 {len(body)}\r\n{body}\r\n".encode("latin-1"))
    frames = system.read_until(lambda f: f.payload is not None)
    system.sock.send(b"UNSUB 1\r\n")
    return [frame.payload for frame in frames if frame.payload is not None]


def _told(play, answer: bytes) -> None:
    told = json.loads(answer)
    part = told.get("data") or told["error"]
    play.note(f"{sorted(set(told) - {'server'})} {sorted(part)} {part['code']}")
    play.note(part.get("message") or part["description"])


def request(accounts, operator: Key = OPERATOR, subject: Key | None = None, **nats) -> str:
    said = {"accounts": accounts, **nats}
    return token(claims("generic", subject or operator, operator, said), operator)


def _known(play, system) -> None:
    """What is left: in the list, when it is looked up, and in the folder."""
    (listed,) = _asked(system, "$SYS.REQ.CLAIMS.LIST", "")
    names = {A.nkey: "A", B.nkey: "B", SYSTEM.nkey: "SYSTEM"}
    play.note(f"listed {sorted(names[nkey] for nkey in json.loads(listed)['data'])}")
    (found,) = _asked(system, f"$SYS.REQ.ACCOUNT.{A.nkey}.CLAIMS.LOOKUP", "")
    play.note("A is known" if found else "A is not known")
    folder = os.path.join(os.path.dirname(play.server.config_path), "accounts")
    files = (name for name in os.listdir(folder) if name.startswith(A.nkey))
    play.note(f"files {sorted(name.removeprefix(A.nkey) for name in files)}")


def _delete(play, jwt: str) -> None:
    system = _enter(play, "sys", SYSTEM)
    for account in (A, B):
        _asked(system, "$SYS.REQ.CLAIMS.UPDATE", account_jwt(account, OPERATOR))
    user = _enter(play, "a", A)
    user.talk("SUB foo 1\r\n")
    (answer,) = _asked(system, "$SYS.REQ.CLAIMS.DELETE", jwt)
    _told(play, answer)
    _known(play, system)
    user.talk("PUB foo 1\r\nx\r\n")
    _enter(play, "again", A).talk("")


def untyped(accounts) -> str:
    """As tools of today write it: without a type."""
    said = claims("generic", OPERATOR, OPERATOR, {})
    return token({**said, "nats": {"accounts": accounts, "version": 2}}, OPERATOR)


_OF_A = request([A.nkey])
for _name, _about, _setup, _jwt in (
    ("kept", "Its file is set aside", KEPT, _OF_A),
    ("for_good", "Its file is removed", FOR_GOOD, _OF_A),
    ("by_signer", "A signing key of the operator", KEPT, request([A.nkey], SIGNER)),
    ("untyped", "Without a type", KEPT, untyped([A.nkey])),
    ("several", "Several at once", KEPT, request([A.nkey, B.nkey])),
    ("nobody", "None", KEPT, request([])),
    ("unknown", "One that is not there", KEPT, request([STRANGER.nkey])),
    ("forbidden", "Where it is not allowed", FORBIDDEN, _OF_A),
    ("stranger", "An operator that is not trusted", KEPT, request([A.nkey], OTHER_OPERATOR)),
    ("for_another", "Not signed by itself", KEPT, request([A.nkey], SIGNER, OPERATOR)),
    ("system", "Not the system account", KEPT, request([A.nkey, SYSTEM.nkey])),
    ("no_list", "What is no list", KEPT, request(A.nkey)),
    ("no_keys", "What are no keys", KEPT, request(["A"])),
    ("no_accounts", "No field at all", KEPT, token(claims("generic", OPERATOR, OPERATOR, {}), OPERATOR)),
):  # fmt: skip
    AREA.add(_setup, _name, _about, lambda p, j=_jwt: _delete(p, j), alone=True)


@AREA.case(KEPT, alone=True)
def broken(play):
    """What is no JWT: why it is none, each server says in its own words."""
    system = _enter(play, "sys", SYSTEM)
    for body in ("", "x", _OF_A[:-6] + "AAAAAA"):
        (answer,) = _asked(system, "$SYS.REQ.CLAIMS.DELETE", body)
        told = json.loads(answer)
        play.note(f"{sorted(set(told) - {'server'})} {told['error']['code']}")


@AREA.case(KEPT, alone=True)
def pushed_again(play):
    """An account may come back."""
    system = _enter(play, "sys", SYSTEM)
    jwt = account_jwt(A, OPERATOR)
    for subject, body in (("UPDATE", jwt), ("DELETE", _OF_A), ("UPDATE", jwt)):
        (answer,) = _asked(system, f"$SYS.REQ.CLAIMS.{subject}", body)
        _told(play, answer)
    _enter(play, "a", A).talk("SUB foo 1\r\nPUB foo 1\r\nx\r\n")


def _packed(system, their_hash: bytes) -> list[bytes]:
    system.sock.send(b"SUB inbox.1 1\r\n")
    length = str(len(their_hash)).encode()
    system.sock.send(
        b"PUB $SYS.REQ.CLAIMS.PACK inbox.1 " + length + b"\r\n" + their_hash + b"\r\n"
    )
    frames = system.read_until(lambda f: f.payload == b"")
    system.sock.send(b"UNSUB 1\r\n")
    return [frame.payload for frame in frames if frame.payload is not None]


@AREA.case(KEPT, alone=True)
def pack(play):
    """All JWTs one by one, and then an end; the end alone for who has the same."""
    system = _enter(play, "sys", SYSTEM)
    jwts = [account_jwt(account, OPERATOR) for account in (A, B)]
    for jwt in jwts:
        _asked(system, "$SYS.REQ.CLAIMS.UPDATE", jwt)
    jwts.append(account_jwt(SYSTEM, OPERATOR))
    for line in sorted(_packed(system, b"")):
        play.note(f"{len(line)} {line.split(b'|')[0].decode()}")
    same = bytes(32)
    for jwt in jwts:
        digest = hashlib.sha256(jwt.encode()).digest()
        same = bytes(a ^ b for a, b in zip(same, digest))
    play.note(f"{len(_packed(system, same))} {len(_packed(system, bytes(32)))}")
