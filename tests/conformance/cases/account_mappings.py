"""Mappings of accounts, their limits, and what a user is told of itself."""

import json
import re

from tests.conformance.cases.account_sharing import user
from tests.conformance.script import Area, Setup
from tests.conformance.transcript import shape

AREA = Area("account_sharing")

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
    p, c = user(play, "p"), play.connect("c")
    c.talk("SUB > 1\r\n")
    for subject in ("denied", "allowed", "allowed2", "denied2"):
        p.talk(f"PUB {subject} 1\r\nx\r\n")
    c.talk("")


@AREA.case(MAPPINGS)
def mapping_lost_permissions(play):
    """What becomes nothing is not among the subjects that are allowed."""
    p, a = user(play, "p"), user(play, "a")
    for talker in (p, a):
        talker.talk("SUB inbox 1\r\nPUB lost 1\r\nx\r\nPUB lost inbox 1\r\nx\r\n")


@AREA.case(MAPPINGS)
def mapping_pedantic(play):
    """A pedantic client is told of what it wrote, not of what becomes of it."""
    a = user(play, "a", pedantic=True)
    a.talk("SUB > 1\r\nPUB lost 1\r\nx\r\nPUB foo 1\r\nx\r\nPUB part. 1\r\nx\r\n")


@AREA.case(MAPPINGS)
def user_info(play):
    """A client asks who it is."""
    for name in "ap":
        talker = user(play, name)
        talker.talk_quietly("SUB inbox 1\r\n")
        talker.sock.send(b"PUB $SYS.REQ.USER.INFO inbox 0\r\n\r\n")
        frames = talker.read_until(lambda f: f.payload is not None)
        answer = json.loads(frames[-1].payload)
        for line in shape(answer):
            play.note(line)
        for rules in answer["data"].get("permissions", {}).values():
            rules["allow"].sort()  # nats-server has them in any order
        play.note(json.dumps(answer["data"], sort_keys=True))


@AREA.case(LIMITS, alone=True)
def limit_connections(play):
    """Of an account."""
    user(play, "a").talk("")
    second = user(play, "a")
    second.talk("")
    third = user(play, "a")
    third.read_to_end()
    user(play, "b").talk("")


@AREA.case(LIMITS, alone=True)
def limit_subscriptions(play):
    """Of each connection."""
    a = user(play, "a")
    for sid in range(5):
        a.talk(f"SUB s.{sid} {sid}\r\n")
    a.talk("UNSUB 0\r\nSUB s.9 9\r\nSUB s.10 10\r\n")


@AREA.case(LIMITS, alone=True)
def limit_payload(play):
    """Of an account's clients."""
    a = user(play, "a")
    a.talk("PUB x 10\r\n0123456789\r\n")
    a.send("PUB x 11\r\n01234567890\r\n")
    a.read_to_end()
    b = user(play, "b")
    b.talk("PUB x 11\r\n01234567890\r\n")
