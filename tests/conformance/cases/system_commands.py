"""What the system account may have a server do: reload, kick, send away; and services of absent features."""

from tests.conformance import transcript
from tests.conformance.cases.system_services import SYSTEM, _user, answered, ask, note
from tests.conformance.script import Area, Setup

AREA = Area("system_commands")

RELOADED = Setup(
    "system_commands",
    """
accounts {
  SYS { users [ { user: sys, password: sys } ] }
  A { users [ { user: app, password: app } ] }
}
system_account: SYS
max_payload: 2000
""",
)

AREA.rows(
    SYSTEM,
    answered,
    [
        ("routez", "There are no routes", "$SYS.REQ.SERVER.PING.ROUTEZ"),
        ("gatewayz", "There are no gateways", "$SYS.REQ.SERVER.PING.GATEWAYZ"),
        ("leafz", "There are no leafnodes", "$SYS.REQ.SERVER.PING.LEAFZ"),
        ("leafz_account", "Nor of an account", "$SYS.REQ.ACCOUNT.A.LEAFZ"),
        ("jsz", "There is no JetStream", "$SYS.REQ.SERVER.<id>.JSZ"),
        ("jsz_account", "Nor of an account", "$SYS.REQ.ACCOUNT.A.JSZ"),
        ("raftz", "There is no Raft", "$SYS.REQ.SERVER.PING.RAFTZ"),
        ("profilez_nameless", "Which profile", "$SYS.REQ.SERVER.<id>.PROFILEZ"),
        ("profilez_unknown", "One that is not", "$SYS.REQ.SERVER.<id>.PROFILEZ", '{"name":"x"}'),
        ("statz", "Figures of accounts", "$SYS.REQ.ACCOUNT.PING.STATZ"),
        ("statz_all", "Of unused ones too", "$SYS.REQ.ACCOUNT.PING.STATZ",
         '{"include_unused":true}'),
        ("statz_account", "Of one", "$SYS.REQ.ACCOUNT.A.STATZ"),
        ("conns", "An account's connections", "$SYS.REQ.ACCOUNT.A.CONNS"),
        ("conns_named", "The account in the body too", "$SYS.REQ.ACCOUNT.A.CONNS", '{"acc":"A"}'),
    ],
)  # fmt: skip


@AREA.case(SYSTEM)
def statz_counts(play):
    """Clients and traffic of an account."""
    system, app = _user(play, "sys"), _user(play, "app")
    before = ask(system, "$SYS.REQ.ACCOUNT.A.STATZ")["data"]["account_statz"][0]
    app.talk("SUB x 1\r\nPUB x 3\r\nabc\r\nPUB y 2\r\nab\r\n")
    after = ask(system, "$SYS.REQ.ACCOUNT.A.STATZ")["data"]["account_statz"][0]
    for side in ("received", "sent"):
        for what in ("msgs", "bytes"):
            play.note(f"{side} {what} {after[side][what] - before[side][what]}")
    play.note(f"{after['acc']} {after['name']} {after['slow_consumers']}")


@AREA.case(SYSTEM)
def without_answer(play):
    """Nobody answers for accounts without clients, or when another account is meant."""
    system, _ = _user(play, "sys"), _user(play, "app")
    for subject, body in (
        ("$SYS.REQ.ACCOUNT.NONE.STATZ", ""),
        ("$SYS.REQ.ACCOUNT.NONE.CONNS", ""),
        ("$SYS.REQ.ACCOUNT.A.CONNS", '{"acc":"B"}'),
    ):
        system.sock.send(f"PUB {subject} inbox.1 {len(body)}\r\n{body}\r\n".encode())
    note(play, ask(system, "$SYS.REQ.SERVER.PING.IDZ"))
    system.sock.send(b"SUB inbox.1 78\r\nPING\r\n")
    frames = system.read_until(lambda f: f.line == b"PONG")
    play.note(f"{sum(f.payload is not None for f in frames)} answers more")


def _id(system) -> str:
    return ask(system, "$SYS.REQ.SERVER.PING.IDZ")["id"]


def _told(play, answer: dict) -> None:
    note(play, answer)
    play.note(f"error {answer.get('error')}")


@AREA.case(SYSTEM)
def kick(play):
    """A client is closed, by its number."""
    system, app = _user(play, "sys"), _user(play, "app")
    app.settle()
    _told(play, ask(system, f"$SYS.REQ.SERVER.{_id(system)}.KICK", f'{{"cid":{app.cid}}}'))
    app.read_to_end()
    play.note_close_reason(app)


@AREA.case(SYSTEM)
def kick_nobody(play):
    """There is no such client."""
    system = _user(play, "sys")
    for body in ('{"cid":1000000}', "{}", '{"cid":0}'):
        _told(play, ask(system, f"$SYS.REQ.SERVER.{_id(system)}.KICK", body))


@AREA.case(SYSTEM)
def kick_elsewhere(play):
    """A condition that this server does not meet: nothing is done."""
    system, app = _user(play, "sys"), _user(play, "app")
    body = f'{{"cid":{app.cid},"server_name":"elsewhere"}}'
    subject = f"$SYS.REQ.SERVER.{_id(system)}.KICK"
    system.sock.send(f"PUB {subject} inbox.1 {len(body)}\r\n{body}\r\n".encode())
    _id(system)
    app.talk()


@AREA.case(SYSTEM)
def kick_broken(play):
    """A body that names no number."""
    system = _user(play, "sys")
    subject = f"$SYS.REQ.SERVER.{_id(system)}.KICK"
    for body in ("{", '{"cid":"x"}'):
        system.sock.send(
            f"SUB inbox.* 79\r\nPUB {subject} inbox.2 {len(body)}\r\n{body}\r\n"
            "PUB $SYS.REQ.SERVER.PING.IDZ inbox.3 0\r\n\r\n".encode()
        )
        frames = system.read_until(lambda f: f.line.startswith(b"MSG inbox.3 "))
        answers = [f for f in frames if f.line.startswith(b"MSG inbox.2 ")]
        play.note(f"{body}: {sum(b'error' in f.payload for f in answers)} errors")
        system.sock.send(b"UNSUB 79\r\n")


@AREA.case(SYSTEM)
def lame_duck_of_one(play):
    """A client is told that it had better go; one that does not understand it is left alone."""
    system = _user(play, "sys")
    subject = f"$SYS.REQ.SERVER.{_id(system)}.LDM"
    new = play.connect("new", user="app", protocol=1, **{"pass": "app"}).settle()
    old = play.connect("old", user="app", protocol=0, **{"pass": "app"}).settle()
    _told(play, ask(system, subject, f'{{"cid":{new.cid}}}'))
    info = new.read_until(lambda f: f.line.startswith(b"INFO {"))[-1]
    play.note(f"ldm {transcript.info_fields(info.line).get('ldm')}")
    _told(play, ask(system, subject, f'{{"cid":{old.cid}}}'))
    old.talk()
    new.talk()
    _told(play, ask(system, subject, '{"cid":1000000}'))


@AREA.case(SYSTEM)
def of_all_servers(play):
    """Nobody can be asked to do it without being named."""
    system = _user(play, "sys")
    for deed in ("KICK", "LDM", "RELOAD"):
        answer = ask(system, f"$SYS.REQ.SERVER.PING.{deed}", '{"cid":1}', wait=False)
        play.note(f"{deed} {answer}")


@AREA.case(SYSTEM)
def by_others(play):
    """Other accounts have nothing done."""
    system, app, other = (_user(play, name) for name in ("sys", "app", "other"))
    for deed in ("KICK", "LDM", "RELOAD"):
        subject = f"$SYS.REQ.SERVER.{_id(system)}.{deed}"
        play.note(f"{deed} {ask(app, subject, f'{{{chr(34)}cid{chr(34)}:{other.cid}}}', wait=False)}")
    other.talk()
    data = ask(app, "$SYS.REQ.ACCOUNT.PING.STATZ", '{"accounts":["B"]}')["data"]
    play.note(f"{[account['acc'] for account in data['account_statz']]}")


def _reloaded(play, system, config: str) -> dict:
    play.server.write_config(play.filled(RELOADED).replace("max_payload: 2000", config))
    return ask(system, f"$SYS.REQ.SERVER.{_id(system)}.RELOAD")


def _payload_max(play) -> int:
    opened = play.open("c", info=False)
    return opened.info()["max_payload"]


@AREA.case(RELOADED, alone=True)
def reload(play):
    """The configuration is read again; the answer comes when it counts."""
    system = _user(play, "sys")
    play.note(f"{_payload_max(play)}")
    _told(play, _reloaded(play, system, "max_payload: 3000"))
    play.note(f"{_payload_max(play)}")


@AREA.case(RELOADED, alone=True)
def reload_of_nonsense(play):
    """What is wrong is told, and nothing is changed."""
    system = _user(play, "sys")
    answer = _reloaded(play, system, "max_payload: 3000\nnonsense: 1")
    note(play, answer)
    error = answer["error"]
    play.note(f"{error['code']} {'server.conf:' in error['description']}")
    play.note(f"{'nonsense' in error['description']} {_payload_max(play)}")
    _told(play, _reloaded(play, system, "max_payload: 4000"))
    play.note(f"{_payload_max(play)}")


@AREA.case(RELOADED, alone=True)
def reload_refused(play):
    """What only a restart can change."""
    system = _user(play, "sys")
    answer = _reloaded(play, system, "max_payload: 3000\nserver_name: another")
    note(play, answer)
    play.note(f"{answer['error']['code']} {'server' in answer['error']['description'].lower()}")
    play.note(f"{_payload_max(play)}")


@AREA.case(RELOADED, alone=True)
def reload_elsewhere(play):
    """A condition that this server does not meet, or a body that is no JSON: nothing is done."""
    system = _user(play, "sys")
    play.server.write_config(play.filled(RELOADED).replace("2000", "3000"))
    subject = f"$SYS.REQ.SERVER.{_id(system)}.RELOAD"
    body = '{"server_name":"elsewhere"}'
    system.sock.send(f"PUB {subject} inbox.1 {len(body)}\r\n{body}\r\n".encode())
    note(play, ask(system, subject, "{"))
    play.note(f"{_payload_max(play)}")
