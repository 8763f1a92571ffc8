"""Services that accounts share: requests and answers, one, several or none."""

import re

from tests.conformance.cases.account_sharing import user
from tests.conformance.script import Area, Setup

AREA = Area("account_sharing")

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

ANSWERS = Setup(
    "sharing_answers",
    """
accounts {
  A {
    users = [ { user: a, password: a } ]
    exports = [ { service: help }, { service: "loop.>" } ]
  }
  B {
    users = [ { user: b, password: b } ]
    imports = [
      { service: { account: A, subject: help } }
      { service: { account: A, subject: "loop.>" } }
      { service: { account: C, subject: "desk.*" } }
      { service: { account: C, subject: bell } }
    ]
    mappings = { "box.*": "real.$1", lost: [ { destination: lost, weight: 0% } ] }
  }
  C { users = [ { user: c, password: c } ], exports = [ { service: "desk.*" }, { service: bell } ] }
}
""",
)


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
    a, b = user(play, "a"), user(play, "b")
    a.talk("SUB help 1\r\n")
    b.talk("SUB inbox 7\r\nPUB help inbox 2\r\nhi\r\n")
    _answer(play, a, "one", "two")
    b.talk("")


@AREA.case(SERVICES)
def request_with_headers(play):
    """Headers cross too, whatever the client says of itself."""
    a, b = user(play, "a"), user(play, "b")
    a.talk("SUB help 1\r\n")
    block = "NATS/1.0\r\nX: y\r\nNats-Request-Info: {}\r\n\r\n"
    b.talk(f"SUB inbox 7\r\nHPUB help inbox {len(block)} {len(block) + 1}\r\n{block}x\r\n")
    _answer(play, a, "one")
    b.talk("")


@AREA.case(SERVICES)
def request_renamed(play):
    """A service under another name, by way of a wildcard."""
    a, b = user(play, "a"), user(play, "b")
    a.talk("SUB req.x 1\r\n")
    b.talk("SUB inbox 7\r\nPUB ask.x inbox 2\r\nhi\r\n")
    _answer(play, a, "one")
    b.talk("")


@AREA.case(SERVICES)
def request_private(play):
    """Services for named accounts, and for the account that a token names."""
    a, b = user(play, "a"), user(play, "b")
    a.talk("SUB priv 1\r\nSUB tok.> 2\r\n")
    for subject in ("private", "tok"):
        b.talk(f"SUB inbox 7\r\nPUB {subject} inbox 2\r\nhi\r\n")
        _answer(play, a, "one")
        b.talk("UNSUB 7\r\n")


@AREA.case(SERVICES)
def request_chain(play):
    """Over two accounts."""
    a, c = user(play, "a"), user(play, "c")
    a.talk("SUB req.* 1\r\n")
    c.talk("SUB inbox 7\r\nPUB chain.x inbox 2\r\nhi\r\n")
    _answer(play, a, "one", "two")
    c.talk("")


def _responses(play, service):
    a, b = user(play, "a"), user(play, "b")
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
    b = user(play, "b")
    b.talk("SUB inbox 7\r\nPUB help inbox 2\r\nhi\r\nPUB ask.x inbox 2\r\nhi\r\n")


@AREA.case(SERVICES)
def request_and_local(play):
    """Somebody in the account itself listens to the same subject."""
    a, b, b2 = (user(play, name) for name in ("a", "b", "b2"))
    a.talk("SUB help 1\r\n")
    b2.talk("SUB help 1\r\n")
    b.talk("SUB inbox 7\r\nPUB help inbox 2\r\nhi\r\n")
    b2.talk("")
    _answer(play, a, "one")
    b.talk("")


@AREA.case(SERVICES)
def request_without_reply(play):
    """A message to a service that wants no answer."""
    a, b = user(play, "a"), user(play, "b")
    a.talk("SUB help 1\r\n")
    b.talk("PUB help 2\r\nhi\r\n")
    a.talk("")


@AREA.case(SERVICES)
def reply_subjects(play):
    """Reply subjects are no way into another account."""
    a, b, c = (user(play, name) for name in "abc")
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
    a, a2, b = (user(play, name) for name in ("a", "a2", "b"))
    a.talk("SUB help 1\r\n")
    a2.talk("SUB _R_.> 1\r\n")
    b.talk("SUB inbox 7\r\nPUB help inbox 2\r\nhi\r\n")
    _answer(play, a, "one")
    a2.talk("")
    b.talk("")


@AREA.case(SERVICES)
def answer_asks_back(play):
    """An answer with a reply subject of its own."""
    a, b = user(play, "a"), user(play, "b")
    a.talk("SUB help 1\r\nSUB more 2\r\n")
    b.talk("SUB inbox 7\r\nPUB help inbox 2\r\nhi\r\n")
    reply = _answer(play, a)
    a.talk(f"PUB {reply} more 1\r\nx\r\n")
    _answer(play, b, "back")
    a.talk("")


def _answered_to(play, service, reply):
    a, b, c = (user(play, name) for name in "abc")
    a.talk(f"SUB {service} 1\r\n")
    b.talk("SUB > 7\r\n")
    c.talk("SUB desk.* 1\r\nSUB bell 2\r\nSUB _R_.> 3\r\n")
    b.talk(f"PUB {service} {reply} 1\r\nx\r\n")
    _answer(play, a, "one")
    for talker in (a, b, c):
        talker.talk("")


AREA.rows(
    ANSWERS,
    _answered_to,
    [
        ("answer_mapped", "Who asked maps the reply subject", "help", "box.1"),
        ("answer_lost", "And may map it to nothing", "help", "lost"),
        ("answer_to_itself", "An answer is no new request to its service", "loop.1", "loop.1"),
        ("answer_to_its_own", "Nor under another name of it", "loop.1", "loop.2"),
        ("answer_to_another", "But one to another service", "help", "bell"),
        ("answer_to_wildcard", "Also if that is a wildcard", "help", "desk.1"),
    ],
)
