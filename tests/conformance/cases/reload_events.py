"""What the system account hears when a changed configuration is taken over: who is still there."""

import json

from tests.conformance import transcript
from tests.conformance.cases import account_jwts
from tests.conformance.cases.account_deletion import _asked
from tests.conformance.cases.account_jwts import A, B, OPERATOR, SYSTEM, _enter
from tests.conformance.script import NO_SERVER, Area, Setup
from tests.support.nats_keys import Key, account_jwt

AREA = Area("reload_events")
account_jwts.USERS.setdefault(SYSTEM, Key("U", 24))

_ALL = "SUB $SYS.ACCOUNT.*.CONNECT 71\r\nSUB $SYS.ACCOUNT.*.DISCONNECT 72\r\n"


def config(top: str = "", a: str = "{ user: app, password: app }, ", more_of_a: str = "") -> str:
    return f"""
{top}
no_auth_user: guest
accounts {{
  SYS {{ users [ {{ user: sys, password: sys }} ] }}
  A {{
    users [ {a} {{ user: stays, password: stays }} ]
    {more_of_a}
  }}
  B {{ users [ {{ user: other, password: other }}, {{ user: guest, password: guest }} ] }}
}}
system_account: SYS
"""


def heard(system, count: int, last: tuple[bytes, ...]) -> list[str]:
    """So many events and all others, up to the one that says `last`, which is left out.

    Events of clients of different threads may overtake each other.
    """
    events, marked = [], False

    def enough(frame) -> bool:
        nonlocal marked
        if frame.payload is None:
            return False
        if all(word in frame.payload for word in last):
            marked = True
        else:
            events.append(frame)
        return marked and len(events) >= count

    system.read_until(enough)
    system.sock.send(b"PING\r\n")
    events += [f for f in system.read_until(lambda f: f.line == b"PONG") if f.payload is not None]
    return sorted(_shown(frame) for frame in events)


def _shown(frame) -> str:
    event = json.loads(frame.payload)
    subject = transcript.normalised(frame.line.decode().split(" ")[1])
    who = [event["client"].get(field) for field in ("acc", "user", "name")]
    return f"{subject} {event['type'].split('.')[-1]} {who} {event.get('reason', '')}"


def _listen(play, server, system) -> None:
    """From now on; what became of those who came before has been told then."""
    system.talk_quietly(_ALL)
    _entering(play, server, "other", name="first")
    system.read_until(lambda f: f.payload is not None and b'"name":"first"' in f.payload)


def _entering(play, server, user: str, name: str = ""):
    credentials = {"user": user, "pass": user} if user != "guest" else {}
    return play.connect(name or user, server=server, name=name or user, **credentials)


def _reloaded(play, before: str, after: str) -> None:
    server = play.start(Setup("reload_events", before))
    system = _entering(play, server, "sys")
    everybody = [_entering(play, server, name) for name in ("app", "stays", "other", "guest")]
    everybody[0].talk("SUB foo 1\r\n")
    _listen(play, server, system)
    server.reload(play.filled(Setup("reload_events", after)))
    _entering(play, server, "other", "last")
    for line in heard(system, len(everybody) + 2, (b'"name":"last"',)):
        play.note(line)
    for client in everybody:
        client.talk("")


AREA.rows(
    NO_SERVER,
    _reloaded,
    [
        ("nothing_changed", "Nothing has changed", config(), config()),
        ("something_else", "No user has", config(), config("max_payload: 5000")),
        ("debug", "Nor has any with the log", config(), config("debug: true")),
        ("user_added", "A user more", config(),
         config(a="{ user: app, password: app }, { user: more, password: more }, ")),
        ("user_removed", "A user less", config(), config(a="")),
        ("password_changed", "Another password", config(),
         config(a="{ user: app, password: else }, ")),
        ("permissions_changed", "Other permissions", config(),
         config(a='{ user: app, password: app, permissions: { subscribe: "foo" } }, ')),
        ("shared", "An account shares more", config(), config(more_of_a='exports [ { stream: "x" } ]')),
        ("mapped", "An account maps", config(), config(more_of_a='mappings { "x": "y" }')),
        ("timeout", "Another time to log in", config(), config("authorization { timeout: 3 }")),
    ],
)  # fmt: skip


@AREA.case(NO_SERVER)
def user_moved(play):
    """A user belongs to another account now."""
    server = play.start(Setup("reload_events", config()))
    system, app = _entering(play, server, "sys"), _entering(play, server, "app")
    _listen(play, server, system)
    moved = config(a="").replace(
        "{ user: other, password: other }",
        "{ user: other, password: other }, { user: app, password: app }",
    )
    server.reload(play.filled(Setup("reload_events", moved)))
    app.read_to_end()
    _entering(play, server, "other", "last")
    for line in heard(system, 3, (b'"name":"last"',)):
        play.note(line)


def _operator(resolver: str) -> Setup:
    preloaded = "\n".join(f"  {a.nkey}: {account_jwt(a, OPERATOR)}" for a in (A, B, SYSTEM))
    return Setup(
        "reload_events_jwt",
        f"operator: {account_jwts.operator_jwt(OPERATOR)}\nsystem_account: {SYSTEM.nkey}\n"
        f"resolver: {resolver}\nresolver_preload {{\n{preloaded}\n}}\n",
    )


MEMORY = _operator("MEMORY")
FULL = _operator('{ type: full, dir: "{dir}/accounts" }')


def _events_until_b(play, system, count: int) -> int:
    """How many events there are, at least so many, when another user of B comes."""
    b = _enter(play, "b", B)
    b.talk("")
    return len(heard(system, count, (f'"id":{b.cid},'.encode(), b"client_connect")))


def _reloaded_with_jwts(play, setup: Setup, more: str) -> None:
    server = play.start(setup)
    play.server = server
    system = _enter(play, "sys", SYSTEM)
    _enter(play, "a", A).talk("SUB foo 1\r\n")
    system.talk_quietly(_ALL)
    _events_until_b(play, system, 0)
    server.reload(play.filled(Setup("reload_events_jwt", setup.config + more)))
    play.note(f"{_events_until_b(play, system, 3)} events")


AREA.rows(
    NO_SERVER,
    _reloaded_with_jwts,
    [
        ("memory_nothing", "Accounts in the configuration, nothing changed", MEMORY, ""),
        ("memory_else", "Something else changed", MEMORY, "max_payload: 5000\n"),
        ("full_nothing", "Accounts in a folder, nothing changed", FULL, ""),
        ("full_else", "Something else changed", FULL, "max_payload: 5000\n"),
    ],
)


@AREA.case(FULL, alone=True)
def account_pushed(play):
    """Nobody comes again because an account's JWT is another."""
    system = _enter(play, "sys", SYSTEM)
    a = _enter(play, "a", A)
    a.talk("SUB foo 1\r\n")
    system.talk_quietly(_ALL)
    _events_until_b(play, system, 0)
    _asked(system, "$SYS.REQ.CLAIMS.UPDATE", account_jwt(A, OPERATOR, standard={"name": "other"}))
    a.talk("PUB foo 1\r\nx\r\n")
    play.note(f"{_events_until_b(play, system, 0)} events")
