"""Streams that accounts share: what an importing account hears, and under which names."""

from tests.conformance.script import Area, Setup

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


def user(play, name, **options):
    options = {"headers": True, "no_responders": True, **options}
    return play.connect(name, user=name, **{"pass": name[0]}, **options)


@AREA.case(STREAMS)
def streams(play):
    """What is exported and imported arrives under its name in the importing account."""
    a, b, c = (user(play, name) for name in "abc")
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
    a, b = user(play, "a"), user(play, "b")
    a.talk("SUB > 1\r\n")
    b.talk("PUB pub.a 1\r\nx\r\nPUB mine 1\r\nx\r\nPUB from.a.priv.x 1\r\nx\r\nPUB v.2.1 1\r\nx\r\n")
    a.talk("")


@AREA.case(STREAMS)
def streams_wildcards(play):
    """Subscriptions that are wider or narrower than an import, or overlap it."""
    a, b = user(play, "a"), user(play, "b")
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
    a, b = user(play, "a"), user(play, "b")
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
    a, b = user(play, "a"), user(play, "b")
    b.talk("SUB pub.> 1\r\nUNSUB 1 2\r\n")
    for text in "wxyz":
        a.talk(f"PUB pub.a 1\r\n{text}\r\n")
    b.talk("")


@AREA.case(STREAMS)
def streams_queue(play):
    """A queue group is one, whichever way its members come by the messages."""
    a, b, b2, c = (user(play, name) for name in ("a", "b", "b2", "c"))
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
    a, b = user(play, "a"), user(play, "b")
    a.talk("SUB re 1\r\n")
    a.talk("PUB pub.x re 0\r\n\r\n")
    b.talk("SUB pub.x 1\r\n")
    a.talk("PUB pub.x re 0\r\n\r\n")
    b.talk("")
