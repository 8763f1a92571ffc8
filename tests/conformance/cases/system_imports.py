"""Services of the system account that other accounts import in operator mode: its own exports, and those it always has."""

import json

from tests.conformance.cases.account_jwts import OPERATOR, SYSTEM, USERS, A, B, _enter, service
from tests.conformance.script import Area, Setup
from tests.support.nats_keys import Key, account_jwt, operator_jwt

AREA = Area("system_imports")
USERS.setdefault(SYSTEM, Key("U", 24))


def of_system(subject: str, local: str) -> dict:
    return {**service(subject), "account": SYSTEM.nkey, "local_subject": local}


def _setup(name: str, imports: list[dict], exports: list[dict] | None = None) -> Setup:
    accounts = {
        A: account_jwt(A, OPERATOR, imports=imports),
        B: account_jwt(B, OPERATOR),
        SYSTEM: account_jwt(SYSTEM, OPERATOR, exports=exports or []),
    }
    preloaded = "\n".join(f"  {account.nkey}: {jwt}" for account, jwt in accounts.items())
    return Setup(
        f"system_imports_{name}",
        f"operator: {operator_jwt(OPERATOR)}\nsystem_account: {SYSTEM.nkey}\n"
        f"resolver: MEMORY\nresolver_preload {{\n{preloaded}\n}}\n",
    )


OWN = _setup("own", [
    of_system(f"$SYS.REQ.ACCOUNT.{A.nkey}.CONNZ", "connz"),
    of_system(f"$SYS.REQ.ACCOUNT.{A.nkey}.STATZ", "statz"),
    of_system(f"$SYS.REQ.ACCOUNT.{A.nkey}.SUBSZ", "subsz"),
    of_system(f"$SYS.REQ.ACCOUNT.{A.nkey}.INFO", "info"),
])  # fmt: skip
OTHERS = _setup("others", [
    of_system(f"$SYS.REQ.ACCOUNT.{SYSTEM.nkey}.CONNZ", "system"),
    of_system(f"$SYS.REQ.ACCOUNT.{B.nkey}.CONNZ", "b"),
    of_system("$SYS.REQ.ACCOUNT.*.CONNZ", "any.*"),
    of_system("$SYS.REQ.SERVER.PING", "ping"),
    of_system("$SYS.REQ.ACCOUNT.NSUBS", "nsubs"),
    of_system("$SYS.DEBUG.SUBSCRIBERS", "subscribers"),
])  # fmt: skip
PUBLIC = _setup("public", [
    of_system(f"$SYS.REQ.ACCOUNT.{SYSTEM.nkey}.CONNZ", "system"),
    of_system(f"$SYS.REQ.ACCOUNT.{A.nkey}.CONNZ", "connz"),
    of_system("$SYS.REQ.ACCOUNT.*.CONNZ", "any.*"),
    of_system("$SYS.REQ.ACCOUNT.*.STATZ", "statz.*"),
    of_system("$SYS.REQ.ACCOUNT.*.SUBSZ", "subsz.*"),
    of_system("$SYS.REQ.ACCOUNT.*.INFO", "info.*"),
], [service("$SYS.REQ.ACCOUNT.*.>")])  # fmt: skip


def _asked(client, subject: str) -> str:
    """What comes for a request, in short."""
    client.sock.send(f"PUB {subject} inbox.1 0\r\n\r\n".encode())
    frame = client.read_until(lambda f: f.payload is not None)[-1]
    if frame.line.startswith(b"HMSG"):
        return frame.payload.split(b"\r\n")[0].decode()
    told = json.loads(frame.payload)
    if isinstance(told, int):
        return str(told)
    if "error" in told:
        return f"{sorted(told)} {told['error']['code']}"
    data = told["data"]
    listed = data.get("connections", data.get("account_statz")) or []
    return f"{sorted(told)} {len(listed)} of {sorted(data)}"


def asked(play, subjects):
    client = _enter(play, "a", A)
    _enter(play, "b", B).talk("SUB foo 1\r\n")
    client.sock.send(b"SUB inbox.1 1\r\nPING\r\n")
    client.read_until(lambda f: f.line == b"PONG")
    for subject in subjects:
        shown = subject
        for name, account in (("A", A), ("B", B), ("SYSTEM", SYSTEM)):
            shown = shown.replace(account.nkey, name)
        play.note(f"{shown}: {_asked(client, subject)}")


AREA.rows(OWN, asked, [
    ("own", "About itself", ("connz", "statz", "subsz", "info")),
    ("own_always", "What every account has", ("$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.ACCOUNT.PING.CONNZ", "$SYS.REQ.ACCOUNT.PING.STATZ")),
])  # fmt: skip
AREA.rows(OTHERS, asked, [
    ("others", "About others", ("system", "b", f"any.{A.nkey}", f"any.{B.nkey}", "ping")),
    ("others_nsubs", "How many subscribe", ("nsubs", "subscribers")),
])  # fmt: skip
AREA.rows(PUBLIC, asked, [
    ("public", "Where the system account exports more",
     ("system", "connz", f"any.{A.nkey}", f"any.{B.nkey}", f"any.{SYSTEM.nkey}", "any.PING", "any.NONE")),
    ("public_figures", "And other figures",
     (f"statz.{A.nkey}", f"statz.{B.nkey}", f"subsz.{A.nkey}", f"subsz.{B.nkey}", "subsz.PING", "subsz.NONE", "info.PING")),
    ("public_always", "What every account has stays",
     ("$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.ACCOUNT.PING.CONNZ", "$SYS.REQ.ACCOUNT.PING.STATZ")),
])  # fmt: skip
