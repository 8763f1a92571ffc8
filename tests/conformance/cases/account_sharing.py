"""Exports and imports, mappings and limits of accounts."""

import json
import re

from tests.conformance.script import Area, Setup
from tests.conformance.transcript import shape

AREA = Area("account_sharing")

STREAMS = Setup(
    "sharing_streams",
    """
accounts {
  A {
    users = [ { user: a, password: a } ]
    exports = [ { stream: "pub.>" }, { stream: "priv.>", accounts: [B] }, { stream: "w.*.*" } ]
  }
  B {
    users = [ { user: b, password: b }, { user: b2, password: b } ]
    imports = [
      { stream: { account: A, subject: "pub.>" } }
      { stream: { account: A, subject: "priv.x" }, to: "mine" }
      { stream: { account: A, subject: "priv.*" }, prefix: "from.a" }
      { stream: { account: A, subject: "w.*.*" }, to: "v.$2.$1" }
    ]
  }
  C {
    users = [ { user: c, password: c } ]
    imports = [ { stream: { account: A, subject: "pub.>" }, prefix: p } ]
  }
}
""",
)

SERVICES = Setup(
    "sharing_services",
    """
accounts {
  A {
    users = [ { user: a, password: a }, { user: a2, password: a } ]
    exports = [
      { service: help }
      { service: "req.*" }
      { service: many, response_type: stream }
      { service: parts, response_type: chunked }
      { service: priv, accounts: [B] }
      { service: "tok.*.x", account_token_position: 2 }
    ]
  }
  B {
    users = [ { user: b, password: b }, { user: b2, password: b } ]
    imports = [
      { service: { account: A, subject: help } }
      { service: { account: A, subject: "req.*" }, to: "ask.$1" }
      { service: { account: A, subject: many } }
      { service: { account: A, subject: parts } }
      { service: { account: A, subject: priv }, to: private }
      { service: { account: A, subject: "tok.B.x" }, to: tok }
    ]
    exports = [ { service: "ask.*" } ]
  }
  C {
    users = [ { user: c, password: c } ]
    imports = [ { service: { account: B, subject: "ask.*" }, to: "chain.*" } ]
  }
}
""",
)

MAPPINGS = Setup(
    "sharing_mappings",
    """
mappings = {
  foo: bar
  "one.*.*": "two.$2.{{wildcard(1)}}"
  "part.*": "parts.{{partition(10,1)}}.$1"
  "split.*": "pieces.{{split(1,-)}}"
  "sfl.*": "cut.{{splitFromLeft(1,2)}}"
  "sfr.*": "cut.{{splitFromRight(1,2)}}"
  "slfl.*": "cut.{{sliceFromLeft(1,2)}}"
  "slfr.*": "cut.{{sliceFromRight(1,2)}}"
  "left.*": "cut.{{left(1,2)}}"
  "right.*": "cut.{{right(1,2)}}"
  "rest.*.>": "tail.$1.>"
  lost: [ { destination: lost, weight: 0% } ]
  once: [ { destination: twice, weight: 100% } ]
  "_R_.x": "y"
  denied: allowed
  allowed2: denied2
}
authorization {
  users = [
    { user: a, password: a }
    { user: p, password: p, permissions: { publish: [ allowed, allowed2, "$SYS.REQ.USER.INFO" ], subscribe: ">" } }
  ]
}
no_auth_user: a
""",
)

LIMITS = Setup(
    "sharing_limits",
    """
accounts {
  A {
    users = [ { user: a, password: a } ]
    limits { max_connections: 2, max_subscriptions: 3, max_payload: 10 }
  }
  B { users = [ { user: b, password: b } ] }
}
""",
)


def _user(play, name, **options):
    options = {"headers": True, "no_responders": True, **options}
    return play.connect(name, user=name, **{"pass": name[0]}, **options)


@AREA.case(STREAMS)
def streams(play):
    """What is exported and imported arrives under its name in the importing account."""
    a, b, c = (_user(play, name) for name in "abc")
    for reader in (b, c):
        reader.talk("SUB pub.> 1\r\nSUB mine 2\r\nSUB from.a.priv.* 3\r\nSUB v.> 4\r\nSUB p.> 5\r\n")
    for subject in ("pub.a", "pub.a.b", "priv.x", "priv.y", "w.1.2", "w.1.2.3", "other"):
        a.talk(f"PUB {subject} 1\r\nx\r\n")
        a.talk(f"PUB {subject} reply 1\r\nx\r\n")
        a.talk(f"HPUB {subject} 18 19\r\nNATS/1.0\r\nA: b\r\n\r\nx\r\n")
    b.talk("", unordered=True)
    c.talk("", unordered=True)


@AREA.case(STREAMS)
def streams_one_way(play):
    """Nothing goes from the importing account to the exporting one."""
    a, b = _user(play, "a"), _user(play, "b")
    a.talk("SUB > 1\r\n")
    b.talk("PUB pub.a 1\r\nx\r\nPUB mine 1\r\nx\r\nPUB from.a.priv.x 1\r\nx\r\nPUB v.2.1 1\r\nx\r\n")
    a.talk("")


@AREA.case(STREAMS)
def streams_wildcards(play):
    """Subscriptions that are wider or narrower than an import, or overlap it."""
    a, b = _user(play, "a"), _user(play, "b")
    for sid, subject in enumerate(
        (">", "pub.*", "pub.a", "*.a", "*.2.1", "v.*.1", "v.2.*", "v.>", "*.>", "from.*.>", "mine", "v.3.*")
    ):
        b.talk(f"SUB {subject} {sid}\r\n")
    for subject in ("pub.a", "priv.x", "w.1.2"):
        a.talk(f"PUB {subject} 1\r\nx\r\n")
        b.talk("", unordered=True)


@AREA.case(STREAMS)
def streams_unsubscribe(play):
    """UNSUB ends what is imported too."""
    a, b = _user(play, "a"), _user(play, "b")
    b.talk("SUB pub.> 1\r\nSUB pub.a 2\r\n")
    a.talk("PUB pub.a 1\r\nx\r\n")
    b.talk("UNSUB 1\r\n", unordered=True)
    a.talk("PUB pub.a 1\r\ny\r\n")
    b.talk("UNSUB 2\r\n")
    a.talk("PUB pub.a re 1\r\nz\r\n")
    b.talk("")


@AREA.case(STREAMS)
def streams_maximum(play):
    """A maximum counts what is imported."""
    a, b = _user(play, "a"), _user(play, "b")
    b.talk("SUB pub.> 1\r\nUNSUB 1 2\r\n")
    for text in "wxyz":
        a.talk(f"PUB pub.a 1\r\n{text}\r\n")
    b.talk("")


@AREA.case(STREAMS)
def streams_queue(play):
    """A queue group is one, whichever way its members come by the messages."""
    a, b, b2, c = (_user(play, name) for name in ("a", "b", "b2", "c"))
    a.talk("SUB pub.> q 1\r\n")
    b.talk("SUB pub.> q 1\r\n")
    b2.talk("SUB pub.> q 1\r\n")
    c.talk("SUB p.pub.> q 1\r\n")
    for _ in range(10):
        a.sock.send(b"PUB pub.a 1\r\nx\r\n")
    got = 0
    for talker in (a, b, b2, c):
        talker.sock.send(b"PING\r\n")
        got += sum(f.payload is not None for f in talker.read_until(lambda f: f.line == b"PONG"))
    play.note(f"{got} messages")


@AREA.case(STREAMS)
def streams_nobody(play):
    """Nobody listens to an exported stream, somebody does by an import."""
    a, b = _user(play, "a"), _user(play, "b")
    a.talk("SUB re 1\r\n")
    a.talk("PUB pub.x re 0\r\n\r\n")
    b.talk("SUB pub.x 1\r\n")
    a.talk("PUB pub.x re 0\r\n\r\n")
    b.talk("")


def _answer(play, responder, *bodies):
    """Reads one request and answers it on its reply subject."""
    frames = responder.read_until(lambda f: f.payload is not None)
    reply = ""
    for frame in frames:
        responder.record(frame)
        reply = re.search(rb"_R_\S+", frame.line).group().decode()
    for body in bodies:
        responder.talk(f"PUB {reply} {len(body)}\r\n{body}\r\n")
    return reply


@AREA.case(SERVICES)
def request(play):
    """A request crosses, its answer comes back, and then no other."""
    a, b = _user(play, "a"), _user(play, "b")
    a.talk("SUB help 1\r\n")
    b.talk("SUB inbox 7\r\nPUB help inbox 2\r\nhi\r\n")
    _answer(play, a, "one", "two")
    b.talk("")


@AREA.case(SERVICES)
def request_with_headers(play):
    """Headers cross too, whatever the client says of itself."""
    a, b = _user(play, "a"), _user(play, "b")
    a.talk("SUB help 1\r\n")
    block = "NATS/1.0\r\nX: y\r\nNats-Request-Info: {}\r\n\r\n"
    b.talk(f"SUB inbox 7\r\nHPUB help inbox {len(block)} {len(block) + 1}\r\n{block}x\r\n")
    _answer(play, a, "one")
    b.talk("")


@AREA.case(SERVICES)
def request_renamed(play):
    """A service under another name, by way of a wildcard."""
    a, b = _user(play, "a"), _user(play, "b")
    a.talk("SUB req.x 1\r\n")
    b.talk("SUB inbox 7\r\nPUB ask.x inbox 2\r\nhi\r\n")
    _answer(play, a, "one")
    b.talk("")


@AREA.case(SERVICES)
def request_private(play):
    """Services for named accounts, and for the account that a token names."""
    a, b = _user(play, "a"), _user(play, "b")
    a.talk("SUB priv 1\r\nSUB tok.> 2\r\n")
    for subject in ("private", "tok"):
        b.talk(f"SUB inbox 7\r\nPUB {subject} inbox 2\r\nhi\r\n")
        _answer(play, a, "one")
        b.talk("UNSUB 7\r\n")


@AREA.case(SERVICES)
def request_chain(play):
    """Over two accounts."""
    a, c = _user(play, "a"), _user(play, "c")
    a.talk("SUB req.* 1\r\n")
    c.talk("SUB inbox 7\r\nPUB chain.x inbox 2\r\nhi\r\n")
    _answer(play, a, "one", "two")
    c.talk("")


def _responses(play, service):
    a, b = _user(play, "a"), _user(play, "b")
    a.talk(f"SUB {service} 1\r\n")
    b.talk(f"SUB inbox 7\r\nPUB {service} inbox 2\r\nhi\r\n")
    _answer(play, a, "one", "two", "", "three")
    b.talk("")


AREA.rows(
    SERVICES,
    _responses,
    [
        ("responses_stream", "A stream of answers", "many"),
        ("responses_chunked", "Answers in chunks", "parts"),
    ],
)


@AREA.case(SERVICES)
def request_nobody(play):
    """Nobody behind the service."""
    b = _user(play, "b")
    b.talk("SUB inbox 7\r\nPUB help inbox 2\r\nhi\r\nPUB ask.x inbox 2\r\nhi\r\n")


@AREA.case(SERVICES)
def request_and_local(play):
    """Somebody in the account itself listens to the same subject."""
    a, b, b2 = (_user(play, name) for name in ("a", "b", "b2"))
    a.talk("SUB help 1\r\n")
    b2.talk("SUB help 1\r\n")
    b.talk("SUB inbox 7\r\nPUB help inbox 2\r\nhi\r\n")
    b2.talk("")
    _answer(play, a, "one")
    b.talk("")


@AREA.case(SERVICES)
def request_without_reply(play):
    """A message to a service that wants no answer."""
    a, b = _user(play, "a"), _user(play, "b")
    a.talk("SUB help 1\r\n")
    b.talk("PUB help 2\r\nhi\r\n")
    a.talk("")


@AREA.case(SERVICES)
def reply_subjects(play):
    """Reply subjects are no way into another account."""
    a, b, c = (_user(play, name) for name in "abc")
    a.talk("SUB help 1\r\n")
    c.talk("SUB _R_.> 1\r\n")
    b.talk("SUB inbox 7\r\nPUB help inbox 2\r\nhi\r\n")
    reply = _answer(play, a)
    c.talk(f"PUB {reply} 4\r\nevil\r\n")
    c.talk(f"PUB chain.x {reply} 4\r\nevil\r\n")
    b.talk(f"PUB help {reply} 4\r\nevil\r\n")
    a.talk(f"PUB {reply} 4\r\ngood\r\n")
    b.talk("")


@AREA.case(SERVICES)
def responder_sees_replies(play):
    """In the answering account a reply is a message like others."""
    a, a2, b = (_user(play, name) for name in ("a", "a2", "b"))
    a.talk("SUB help 1\r\n")
    a2.talk("SUB _R_.> 1\r\n")
    b.talk("SUB inbox 7\r\nPUB help inbox 2\r\nhi\r\n")
    _answer(play, a, "one")
    a2.talk("")
    b.talk("")


@AREA.case(SERVICES)
def answer_asks_back(play):
    """An answer with a reply subject of its own."""
    a, b = _user(play, "a"), _user(play, "b")
    a.talk("SUB help 1\r\nSUB more 2\r\n")
    b.talk("SUB inbox 7\r\nPUB help inbox 2\r\nhi\r\n")
    reply = _answer(play, a)
    a.talk(f"PUB {reply} more 1\r\nx\r\n")
    _answer(play, b, "back")
    a.talk("")


MAPPED = """foo foo.x one.1.2 part.foo part.bar part. split.a-b-c split.-a--b- sfl.12345 sfl.1 sfr.12345
slfl.12345 slfl.1234 slfr.12345 left.12345 right.12345 right.1 rest.1.2.3 lost once other _R_.x""".split()


def _mapping(play, subject):
    c = play.connect(headers=True, no_responders=True)
    c.talk("SUB > 1\r\nSUB inbox 2\r\n")
    c.talk(f"PUB {subject} 1\r\nx\r\n")
    c.talk(f"PUB {subject} inbox 1\r\nx\r\n")


AREA.rows(
    MAPPINGS,
    _mapping,
    [
        ("mapping_" + re.sub(r"\W", "_", subject) + str(i), f"What becomes of {subject}", subject)
        for i, subject in enumerate(MAPPED)
    ],
)


@AREA.case(MAPPINGS)
def mapping_permissions(play):
    """Permissions are about the subject that a message goes to."""
    p, c = _user(play, "p"), play.connect("c")
    c.talk("SUB > 1\r\n")
    for subject in ("denied", "allowed", "allowed2", "denied2"):
        p.talk(f"PUB {subject} 1\r\nx\r\n")
    c.talk("")


@AREA.case(LIMITS, alone=True)
def limit_connections(play):
    """Of an account."""
    _user(play, "a").talk("")
    second = _user(play, "a")
    second.talk("")
    third = _user(play, "a")
    third.read_to_end()
    _user(play, "b").talk("")


@AREA.case(LIMITS, alone=True)
def limit_subscriptions(play):
    """Of each connection."""
    a = _user(play, "a")
    for sid in range(5):
        a.talk(f"SUB s.{sid} {sid}\r\n")
    a.talk("UNSUB 0\r\nSUB s.9 9\r\nSUB s.10 10\r\n")


@AREA.case(LIMITS, alone=True)
def limit_payload(play):
    """Of an account's clients."""
    a = _user(play, "a")
    a.talk("PUB x 10\r\n0123456789\r\n")
    a.send("PUB x 11\r\n01234567890\r\n")
    a.read_to_end()
    b = _user(play, "b")
    b.talk("PUB x 11\r\n01234567890\r\n")


@AREA.case(MAPPINGS)
def user_info(play):
    """A client asks who it is."""
    for name in "ap":
        talker = _user(play, name)
        talker.talk_quietly("SUB inbox 1\r\n")
        talker.sock.send(b"PUB $SYS.REQ.USER.INFO inbox 0\r\n\r\n")
        frames = talker.read_until(lambda f: f.payload is not None)
        answer = json.loads(frames[-1].payload)
        for line in shape(answer):
            play.note(line)
        for rules in answer["data"].get("permissions", {}).values():
            rules["allow"].sort()  # nats-server has them in any order
        play.note(json.dumps(answer["data"], sort_keys=True))
