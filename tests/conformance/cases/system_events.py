"""Events in the system account: who hears what of clients, accounts and the server, by fields and types."""

import json
import signal

from tests.conformance import transcript
from tests.conformance.cases import account_jwts
from tests.conformance.cases.account_deletion import _asked
from tests.conformance.cases.system_services import note
from tests.conformance.script import Area, Setup
from tests.support.nats_keys import Key, account_jwt
from tests.support.nats_socket import Frame

AREA = Area("system_events")
account_jwts.USERS.setdefault(account_jwts.SYSTEM, Key("U", 24))

EVENTS = Setup(
    "system_events",
    """
authorization { users [ { user: guest, password: guest } ] }
accounts {
  SYS {
    users [ { user: sys, password: sys } ]
    exports [ { stream: "$SYS.ACCOUNT.A.CONNECT" } ]
  }
  A { users [ { user: app, password: app } ] }
  B {
    users [ { user: other, password: other } ]
    imports [ { stream { account: SYS, subject: "$SYS.ACCOUNT.A.CONNECT" }, to: "came" } ]
  }
}
system_account: SYS
max_payload: 100
""",
)


def _user(play, user: str, name: str = ""):
    options = {"lang": "py", "version": "1", **({"name": name} if name else {})}
    return play.connect(name or user, user=user, headers=True, **{"pass": user}, **options)


def listening(play, *subjects: str):
    """A client of the system account, and what it listens to."""
    system = _user(play, "sys")
    system.talk_quietly("".join(f"SUB {s} {i}\r\n" for i, s in enumerate(subjects, 1)))
    return system


def _is_event(frame: Frame, subject: str, words: tuple[str, ...]) -> bool:
    if frame.payload is None:
        return False
    has_words = all(word.encode() in frame.payload for word in words)
    return frame.line.split(b" ")[1].endswith(subject.encode()) and has_words


def _event(frame: Frame) -> dict:
    event = json.loads(frame.payload)
    event["(subject)"] = transcript.normalised(frame.line.decode().split(" ")[1])
    return event


def heard(listener, subject: str, *words: str) -> dict:
    """The next event with such a subject in which these words stand; others before it are passed over."""
    return _event(listener.read_until(lambda frame: _is_event(frame, subject, words))[-1])


def heard_each(listener, subjects: tuple[str, ...], *words: str) -> list[dict]:
    """The next event of each of these subjects, whichever comes first: as the subjects are ordered."""
    found = {}

    def is_last(frame: Frame) -> bool:
        for subject in subjects:
            if subject not in found and _is_event(frame, subject, words):
                found[subject] = _event(frame)
        return len(found) == len(subjects)

    listener.read_until(is_last)
    return [found[subject] for subject in subjects]


def note_event(play, event: dict) -> None:
    """Its form, and what does not differ from run to run."""
    note(play, event)
    play.note(f"{event['(subject)']} {event.get('type')} {event.get('reason', '')}")
    client = event.get("client", {})
    fields = ("acc", "user", "name", "lang", "ver", "name_tag", "kind", "client_type")
    play.note(f"client {[client.get(field) for field in fields]}")
    for side in ("sent", "received"):
        if side in event:
            play.note(f"{side} {event[side]['msgs']} {event[side]['bytes']}")


@AREA.case(EVENTS)
def connected(play):
    """A client has come into an account."""
    system = listening(play, "$SYS.ACCOUNT.*.CONNECT")
    _user(play, "app", "connected")
    note_event(play, heard(system, ".CONNECT", '"name":"connected"'))


@AREA.case(EVENTS)
def connected_without_account(play):
    """Those without an account of their own are of $G."""
    system = listening(play, "$SYS.ACCOUNT.$G.CONNECT")
    _user(play, "guest", "a guest")
    note_event(play, heard(system, ".CONNECT", '"name":"a guest"'))


BY_JWT = Setup("system_events_by_jwt", account_jwts.FOLDER.config.replace("/accounts", "/events"))


@AREA.case(BY_JWT, alone=True)
def connected_by_jwt(play):
    """Users and accounts of JWTs; the JWT itself is in a nats-server's event."""
    system = account_jwts._enter(play, "sys", account_jwts.SYSTEM)
    jwt = account_jwt(account_jwts.A, account_jwts.OPERATOR)
    _asked(system, "$SYS.REQ.CLAIMS.UPDATE", jwt)
    system.talk_quietly("SUB $SYS.ACCOUNT.*.CONNECT 1\r\nSUB $SYS.ACCOUNT.*.DISCONNECT 2\r\n")
    user = account_jwts._enter(play, "a", account_jwts.A)
    user.talk_quietly("")
    note_event(play, heard(system, ".CONNECT", account_jwts.USERS[account_jwts.A].nkey))
    user.close()
    note_event(play, heard(system, ".DISCONNECT", account_jwts.USERS[account_jwts.A].nkey))


@AREA.case(EVENTS)
def connected_queue(play):
    """A queue group hears it too."""
    system = _user(play, "sys")
    system.talk_quietly("SUB $SYS.ACCOUNT.*.CONNECT workers 1\r\n")
    _user(play, "app", "for a queue")
    play.note(heard(system, ".CONNECT", '"name":"for a queue"')["type"])


@AREA.case(EVENTS)
def connected_is_imported(play):
    """What the system account exports, others hear."""
    other = _user(play, "other")
    other.talk_quietly("SUB came 1\r\n")
    _user(play, "app", "imported")
    note_event(play, heard(other, "came", '"name":"imported"'))


@AREA.case(EVENTS)
def others_hear_nothing(play):
    """The same subjects in another account are nobody's."""
    system = listening(play, "$SYS.ACCOUNT.*.CONNECT")
    other = _user(play, "other", "listens")
    other.talk_quietly("SUB $SYS.> 1\r\n")
    _user(play, "app", "unheard")
    heard(system, ".CONNECT", '"name":"unheard"')
    other.talk()


def _disconnected(play, name: str, last: str) -> None:
    system = listening(play, "$SYS.ACCOUNT.A.DISCONNECT")
    app = _user(play, "app", name)
    app.talk("SUB x 1\r\nPUB x 3\r\nabc\r\nPUB y 2\r\nab\r\n")
    if last:
        app.send(last)
        app.read_to_end()
    app.close()
    note_event(play, heard(system, ".DISCONNECT", f'"name":"{name}"'))


AREA.rows(
    EVENTS,
    _disconnected,
    [
        ("disconnected", "A client has gone", "goes", ""),
        ("disconnected_parse", "One that was not understood", "babbles", "WHAT\r\n"),
        ("disconnected_payload", "One that sent too much", "shouts", "PUB x 1000\r\n"),
    ],
)  # fmt: skip


def _refused(play, name: str, **options) -> None:
    system = listening(play, "$SYS.SERVER.*.CLIENT.AUTH.ERR", "$SYS.ACCOUNT.$G.DISCONNECT")
    stranger = play.connect(name, name=name, lang="py", version="1", **options)
    stranger.read_to_end()
    # A nats-server tells of the end of a connection from a goroutine of its own: either may come first.
    for event in heard_each(system, (".AUTH.ERR", ".DISCONNECT"), f'"name":"{name}"'):
        note_event(play, event)


AREA.rows(
    EVENTS,
    lambda play, name, options: _refused(play, name, **options),
    [
        ("refused_password", "A wrong password", "wrong", {"user": "app", "pass": "secret"}),
        ("refused_stranger", "A user that is not known", "unknown", {"user": "x", "pass": "x"}),
        ("refused_nothing", "No credentials", "nothing", {}),
        ("refused_token", "A token is not shown", "a token", {"auth_token": "secret"}),
    ],
)  # fmt: skip


@AREA.case(EVENTS)
def refused_in_account(play):
    """The account that strangers are of hears it as well."""
    guest = _user(play, "guest")
    guest.talk_quietly("SUB $SYS.ACCOUNT.CLIENT.AUTH.ERR 1\r\n")
    play.connect("c", name="refused", user="app", **{"pass": "no"}).read_to_end()
    note_event(play, heard(guest, ".AUTH.ERR", '"name":"refused"'))


@AREA.case(EVENTS)
def never_logged_in(play):
    """One that goes before it has said who it is, is of $G."""
    system = listening(play, "$SYS.ACCOUNT.$G.DISCONNECT")
    silent = play.open("silent")
    silent.close()
    note_event(play, heard(system, ".DISCONNECT", f'"id":{silent.cid},'))


@AREA.case(EVENTS, alone=True)
def connections(play):
    """How many clients an account has, told when it changes, under two subjects."""
    new, old = "$SYS.ACCOUNT.A.SERVER.CONNS", "$SYS.SERVER.ACCOUNT.A.CONNS"
    system = listening(play, new, old)
    one = _user(play, "app", "one")
    note(play, heard(system, ".CONNS", '"conns":1'))
    two = _user(play, "app", "two")
    two.talk("PUB x 3\r\nabc\r\n")
    for subject in (old, new):
        event = heard(system, subject, '"conns":2')
        play.note(f"{subject} {event['acc']} {event['name']} {event['total_conns']}")
    two.close()
    event = heard(system, new, '"conns":1')
    play.note(f"received {event['received']['msgs']} {event['received']['bytes']}")
    one.close()
    play.note(f"{heard(system, new, chr(34) + 'conns' + chr(34) + ':0')['total_conns']} are left")


@AREA.case(EVENTS, alone=True)
def connections_of_no_account(play):
    """Nothing is told of $G."""
    system = listening(play, "$SYS.ACCOUNT.*.SERVER.CONNS")
    _user(play, "guest")
    _user(play, "app")
    play.note(heard(system, ".CONNS", '"conns":1', '"acc":"A"')["acc"])
    frames = system.sock.read_until
    system.sock.send(b"PING\r\n")
    seen = frames(lambda f: f.line == b"PONG")
    play.note(f"{[f.line for f in seen if b'$G' in f.line]}")


@AREA.case(EVENTS, alone=True)
def statsz(play):
    """How the server does, soon after its start and then again and again."""
    system = listening(play, "$SYS.SERVER.*.STATSZ")
    event = heard(system, ".STATSZ")
    note(play, event)
    play.note(event["(subject)"])
    heard(system, ".STATSZ")


def _leaving(play, number: int, what: str) -> None:
    system = listening(play, f"$SYS.SERVER.*.{what}", "$SYS.ACCOUNT.A.DISCONNECT")
    app = _user(play, "app")
    play.server.process.signal(number)
    event = heard(system, f".{what}")
    note(play, event)
    play.note(event["(subject)"])
    if what == "SHUTDOWN":
        app.read_to_end()
        system.read_to_end()


for _name, _about, _number, _what in (
    ("shutdown", "That the server ends, and nothing after it", signal.SIGTERM, "SHUTDOWN"),
    ("lame_duck", "That the server is about to leave", signal.SIGUSR2, "LAMEDUCK"),
):
    AREA.add(EVENTS, _name, _about, lambda p, n=_number, w=_what: _leaving(p, n, w), alone=True)
