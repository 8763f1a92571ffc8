"""How many subscriptions there are to a subject: what servers ask each other, and people ask them."""

import base64
import json

from tests.conformance.script import Area, Setup

AREA = Area("system_subscribers")

SYSTEM = Setup(
    "system_subscribers",
    """
accounts {
  SYS {
    users [ { user: sys, password: sys } ]
    exports [ { service: "$SYS.DEBUG.SUBSCRIBERS" }, { service: "$SYS.REQ.SERVER.PING.IDZ" }
              { service: "$SYS.REQ.SERVER.PING.VARZ" }, { service: "$SYS.REQ.ACCOUNT.NSUBS" } ]
  }
  A { users [ { user: app, password: app } ], exports [ { stream: "pub.>" }, { service: "ask.>" } ] }
  B {
    users [ { user: other, password: other } ]
    imports [ { stream { account: A, subject: "pub.>" }, prefix: "from" }
              { service { account: SYS, subject: "$SYS.DEBUG.SUBSCRIBERS" }, to: "count" }
              { service { account: SYS, subject: "$SYS.REQ.SERVER.PING.IDZ" }, to: "who" }
              { service { account: SYS, subject: "$SYS.REQ.SERVER.PING.VARZ" } }
              { service { account: SYS, subject: "$SYS.REQ.ACCOUNT.NSUBS" } } ]
  }
  EMPTY { users [ { user: none, password: none } ] }
}
system_account: SYS
""",
)

_LISTEN = (
    "SUB pub.a 1\r\nSUB pub.a 2\r\nSUB pub.* 3\r\nSUB pub.a.b 4\r\nSUB > 5\r\n"
    "SUB pub.a workers 6\r\nSUB pub.a workers 7\r\nSUB pub.> others 8\r\nSUB ask.me 9\r\n"
)


def _user(play, name: str):
    return play.connect(name, user=name, headers=True, no_responders=True, **{"pass": name})


def _everybody(play):
    """The system's client, and what the others listen to."""
    system, app, other = (_user(play, name) for name in ("sys", "app", "other"))
    app.talk_quietly(_LISTEN)
    other.talk_quietly("SUB from.pub.a 1\r\nSUB from.> 2\r\nSUB from.pub.a crowd 3\r\nSUB pub.a 4\r\n")
    return system, app, other


def asked(talker, subject: str, body: str = "") -> str:
    """The answer as it came: a number is a short one."""
    talker.sock.send(f"SUB inbox.1 77\r\nPUB {subject} inbox.1 {len(body)}\r\n{body}\r\n".encode())
    answer = talker.read_until(lambda f: f.payload is not None)[-1]
    talker.sock.send(b"UNSUB 77\r\n")
    if answer.line.startswith(b"HMSG"):
        return answer.payload.split(b"\r\n")[0].decode("latin-1")
    return answer.payload.decode("latin-1") if len(answer.payload) < 20 else "(no number)"


_COUNTED = [
    ("literal", "Those whom a message would reach", "pub.a"),
    ("literal_queue", "Of a group", "pub.a workers"),
    ("literal_other_queue", "Of a group with a wildcard", "pub.a others"),
    ("literal_no_queue", "Of a group that is not there", "pub.a nobody"),
    ("literal_deep", "Of a longer subject", "pub.a.b"),
    ("nobody", "That only a wildcard wants", "elsewhere"),
    ("wildcard", "All that lies within", "pub.*"),
    ("wildcard_rest", "All that lies within, at any depth", "pub.>"),
    ("wildcard_all", "All there are", ">"),
    ("wildcard_queue", "Of a group that lies within", "pub.> workers"),
    ("wildcard_mixed", "The wildcard itself is within itself", "*.a"),
    ("service", "A service that others may import", "ask.me"),
    ("bad_subject", "What is no subject", "pub..a"),
]


def _counted_for_server(play, words: str) -> None:
    system, _, _ = _everybody(play)
    subject, _, queue = words.partition(" ")
    for account in ("A", "B"):
        body = {"acc": account, "subject": subject}
        if queue:
            body["queue"] = base64.b64encode(queue.encode()).decode()
        play.note(f"{account}: {asked(system, '$SYS.REQ.ACCOUNT.NSUBS', json.dumps(body))}")


AREA.rows(
    SYSTEM, _counted_for_server, [(f"nsubs_{name}", about, words) for name, about, words in _COUNTED]
)


def _counted_for_people(play, words: str) -> None:
    system, _, other = _everybody(play)
    system.talk_quietly("SUB pub.a 1\r\nSUB pub.b workers 2\r\nUNSUB 77\r\n")
    play.note(f"of the system: {asked(system, '$SYS.DEBUG.SUBSCRIBERS', words)}")
    play.note(f"of B, by import: {asked(other, 'count', words)}")


AREA.rows(
    SYSTEM,
    _counted_for_people,
    [
        *((f"debug_{name}", about, words) for name, about, words in _COUNTED if name != "wildcard_all"),
        ("debug_own", "What others import", "from.pub.a"),
        ("debug_own_queue", "And a group of theirs", "from.pub.a crowd"),
        ("debug_nothing", "No subject", ""),
        ("debug_blanks", "Blanks about it", "  pub.a \t"),
        ("debug_two_blanks", "Two blanks: a group without a name", "pub.a  workers"),
        ("debug_more", "More words than are needed", "pub.a workers and more"),
    ],
)


@AREA.case(SYSTEM)
def no_answer(play):
    """Who asks for what there is not, or not well, is not answered."""
    system, app, _ = _everybody(play)
    bodies = (
        "",
        "{",
        "[]",
        '{"acc":"X","subject":"pub.a"}',
        '{"acc":"EMPTY","subject":"pub.a"}',
        '{"subject":"pub.a"}',
        '{"acc":1,"subject":"pub.a"}',
        '{"acc":"A","subject":"pub.a","queue":"%"}',
    )
    for body in bodies:
        request = f"PUB $SYS.REQ.ACCOUNT.NSUBS inbox.none {len(body)}\r\n{body}\r\n"
        system.sock.send(request.encode())
    system.sock.send(b"SUB inbox.none 66\r\n")
    good = json.dumps({"acc": "A", "subject": "pub.a"})
    play.note(asked(system, "$SYS.REQ.ACCOUNT.NSUBS", good))
    system.talk("")
    for subject in ("$SYS.REQ.ACCOUNT.NSUBS", "$SYS.DEBUG.SUBSCRIBERS"):
        play.note(f"app {subject} {asked(app, subject, good)}")


@AREA.case(SYSTEM)
def subject_alone(play):
    """What is not named is empty."""
    system, _, _ = _everybody(play)
    for body in ('{"acc":"A"}', '{"acc":"A","subject":""}', '{"acc":"A","subject":"pub.a","queue":null}',
                 '{"acc":"A","subject":"pub.a","queue":""}'):  # fmt: skip
        play.note(f"{body} {asked(system, '$SYS.REQ.ACCOUNT.NSUBS', body)}")


@AREA.case(SYSTEM)
def services_by_import(play):
    """Whatever service of the server the system account exports, others may import."""
    _, _, other = _everybody(play)
    other.sock.send(b"SUB inbox.2 92\r\n")
    for subject in ("who", "$SYS.REQ.SERVER.PING.VARZ"):
        other.sock.send(f"PUB {subject} inbox.2 0\r\n\r\n".encode())
        answer = other.read_until(lambda f: f.payload is not None and b" 92 " in f.line)[-1]
        body = json.loads(answer.payload[answer.payload.index(b"{") :])
        play.note(f"{subject} {answer.line.split(b' ')[:3]} {sorted(body)}")
    body = json.dumps({"acc": "A", "subject": "pub.a"})
    play.note(asked(other, "$SYS.REQ.ACCOUNT.NSUBS", body))
