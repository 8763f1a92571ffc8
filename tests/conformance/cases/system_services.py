"""Services of the server under $SYS.REQ: who may ask, what is answered, by fields and types."""

import json

from tests.conformance import transcript
from tests.conformance.script import Area, Setup

AREA = Area("system_services")

SYSTEM = Setup(
    "system_services",
    """
server_tags: ["rack:1"]
accounts {
  SYS { users [ { user: sys, password: sys } ] }
  A {
    users [ { user: app, password: app } ]
    exports [ { stream: "pub.>" }, { service: "ask", accounts: [B] } ]
  }
  B {
    users [ { user: other, password: other } ]
    imports [ { stream { account: A, subject: "pub.>" }, prefix: "from" }
              { service { account: A, subject: "ask" } } ]
    mappings { "one": "two" }
  }
}
system_account: SYS
""",
)


def _user(play, name: str):
    return play.connect(name, user=name, headers=True, no_responders=True, **{"pass": name})


def ask(talker, subject: str, body: str = "", wait: bool = True):
    """The answer; nothing where there is none."""
    talker.sock.send(b"SUB inbox.1 77\r\n")
    request = f"PUB {subject} inbox.1 {len(body)}\r\n{body}\r\n"
    talker.sock.send(request.encode() if wait else request.encode() + b"PING\r\n")
    ends = (lambda f: f.payload is not None) if wait else (lambda f: f.line == b"PONG")
    answers = [f for f in talker.read_until(ends) if f.payload is not None]
    talker.sock.send(b"UNSUB 77\r\n")
    if not answers:
        return None
    text = answers[-1].payload
    return json.loads(text) if text.startswith(b"{") else f"{len(text)} bytes, no object"


def note(play, answer):
    if not isinstance(answer, dict):
        return play.note(f"  {answer}")
    for line in transcript.shape(answer):
        # Some builds have the one; the other is what the monitoring server was asked before.
        if "git_commit" not in line and "http_req_stats." not in line:
            play.note("  " + line)


def answered(play, subject: str, body: str = "") -> None:
    system, app = _user(play, "sys"), _user(play, "app")
    app.talk("SUB some.* 1\r\n")
    server = ask(system, "$SYS.REQ.SERVER.PING.IDZ")
    note(play, ask(system, subject.replace("<id>", server["id"]), body))


AREA.rows(
    SYSTEM,
    answered,
    [
        ("ping", "PING is STATSZ", "$SYS.REQ.SERVER.PING"),
        ("statsz", "Of all servers", "$SYS.REQ.SERVER.PING.STATSZ"),
        ("statsz_here", "Of one", "$SYS.REQ.SERVER.<id>.STATSZ"),
        ("idz", "Who is there", "$SYS.REQ.SERVER.PING.IDZ"),
        ("varz", "VARZ", "$SYS.REQ.SERVER.PING.VARZ"),
        ("varz_here", "VARZ of one", "$SYS.REQ.SERVER.<id>.VARZ"),
        ("connz", "CONNZ", "$SYS.REQ.SERVER.PING.CONNZ"),
        ("connz_subs", "With subscriptions", "$SYS.REQ.SERVER.PING.CONNZ", '{"subscriptions":true}'),
        ("connz_detail", "In detail", "$SYS.REQ.SERVER.PING.CONNZ",
         '{"subscriptions":true,"subscriptions_detail":true,"auth":true}'),
        ("connz_closed", "Closed ones", "$SYS.REQ.SERVER.PING.CONNZ", '{"state":1,"offset":1000}'),
        ("connz_bad_sort", "A wrong order", "$SYS.REQ.SERVER.PING.CONNZ", '{"sort":"colour"}'),
        ("connz_account", "Of an account", "$SYS.REQ.ACCOUNT.A.CONNZ", '{"acc":"B","auth":true}'),
        ("subsz", "SUBSZ", "$SYS.REQ.SERVER.PING.SUBSZ"),
        ("subsz_subs", "With subscriptions", "$SYS.REQ.SERVER.PING.SUBSZ",
         '{"subscriptions":true,"account":"A"}'),
        ("subsz_account", "Of an account", "$SYS.REQ.ACCOUNT.A.SUBSZ"),
        ("healthz", "HEALTHZ", "$SYS.REQ.SERVER.PING.HEALTHZ"),
        ("accountz", "ACCOUNTZ", "$SYS.REQ.SERVER.PING.ACCOUNTZ"),
        ("accountz_unknown", "Of none", "$SYS.REQ.SERVER.PING.ACCOUNTZ", '{"account":"X"}'),
        ("account_unknown", "INFO of none", "$SYS.REQ.ACCOUNT.X.INFO"),
        ("broken_body", "A body that is no JSON", "$SYS.REQ.SERVER.PING.VARZ", "{"),
        ("matching", "Conditions that are met", "$SYS.REQ.SERVER.PING.IDZ",
         '{"server_name":"conform"}'),
    ],
)  # fmt: skip


def _totals(play, subject: str, body: str) -> None:
    system, app, other = (_user(play, name) for name in ("sys", "app", "other"))
    app.talk("SUB some.* 1\r\nSUB more 2\r\n")
    other.talk("SUB from.pub.x 1\r\n")
    data = ask(system, subject, body)["data"]
    for key in ("total", "num_connections", "num_subscriptions", "accounts", "system_account"):
        if key in data:
            value = data[key]
            play.note(f"{key} {sorted(value) if isinstance(value, list) else value}")
    for connection in data.get("connections", []):
        play.note(f"user {connection.get('authorized_user')} in {connection.get('account')}")


AREA.rows(
    SYSTEM,
    _totals,
    [
        ("accounts_named", "All accounts", "$SYS.REQ.SERVER.PING.ACCOUNTZ", ""),
        ("connections_of_account", "Connections of one account", "$SYS.REQ.ACCOUNT.A.CONNZ",
         '{"auth":true}'),
        ("connections_of_user", "Connections of a user", "$SYS.REQ.SERVER.PING.CONNZ",
         '{"auth":true,"user":"other"}'),
    ],
)  # fmt: skip


@AREA.case(SYSTEM)
def of_others(play):
    """Servers that others have asked for do not answer."""
    system = _user(play, "sys")
    for body in (
        '{"server_name":"elsewhere"}',
        '{"server_name":"conform","exact_match":true}',
        '{"host":"10.9.8.7"}',
        '{"cluster":"east"}',
        '{"domain":"hub"}',
        '{"tags":["rack:2"]}',
    ):
        system.sock.send(f"PUB $SYS.REQ.SERVER.PING.VARZ inbox.1 {len(body)}\r\n{body}\r\n".encode())
    system.sock.send(b"SUB inbox.1 77\r\n")
    note(play, ask(system, "$SYS.REQ.SERVER.PING.IDZ", '{"tags":["rack:1"]}'))
    system.sock.send(b"PING\r\n")
    frames = system.read_until(lambda f: f.line == b"PONG")
    play.note(f"{sum(f.payload is not None for f in frames)} answers more")


@AREA.case(SYSTEM)
def of_an_ordinary_account(play):
    """Other accounts learn of their own connections alone, and of nothing else."""
    app, other = _user(play, "app"), _user(play, "other")
    other.talk("SUB x 1\r\n")
    for subject in ("$SYS.REQ.SERVER.PING.CONNZ", "$SYS.REQ.ACCOUNT.PING.CONNZ"):
        data = ask(app, subject, '{"auth":true,"acc":"B"}')["data"]
        play.note(f"{[c['authorized_user'] for c in data['connections']]}")
    for subject in (
        "$SYS.REQ.SERVER.PING",
        "$SYS.REQ.SERVER.PING.VARZ",
        "$SYS.REQ.SERVER.PING.SUBSZ",
        "$SYS.REQ.SERVER.PING.ACCOUNTZ",
        "$SYS.REQ.ACCOUNT.B.CONNZ",
        "$SYS.REQ.ACCOUNT.A.INFO",
    ):
        play.note(f"{subject} {ask(app, subject, wait=False)}")
