"""Servers with monitoring, and clients with a known history, for the cases that look at figures."""

from tests.conformance.script import Setup

PLAIN = Setup("monitoring")
USERS = Setup(
    "monitoring_users",
    """
authorization { timeout: 30, users = [
  { user: joe, password: joe }
  { user: ann, password: ann } ] }
""",
)
TLS = Setup(
    "monitoring_tls",
    """
tls { cert_file: "{certs}/server.pem", key_file: "{certs}/server.key"
      ca_file: "{certs}/ca.pem", timeout: 30 }
""",
    needs_openssl=True,
)


def workload(play, **connect):
    """Two clients that have said and heard something."""
    a = play.connect("a", name="client a", lang="python", version="1.0", **connect)
    b = play.connect("b", **connect)
    a.talk("SUB foo 1\r\nSUB bar q 2\r\nSUB gone 3\r\nUNSUB 3\r\n")
    b.talk("PUB foo 5\r\nhello\r\nPUB bar reply 2\r\nhi\r\nPUB nobody 1\r\nx\r\n")
    play.carry(b, a)
    counted(a, b)
    return a, b


def counted(*talkers):
    """What a client said is counted when it has been answered again."""
    for talker in talkers:
        talker.talk_quietly("")


def three(play):
    """Three clients, each more active than the one before it, in everything."""
    clients = [play.connect(f"c{n}", name=f"c{n}") for n in range(3)]
    for n, c in enumerate(clients):
        c.talk("".join(f"SUB s.{n}.{k} {k}\r\n" for k in range(n + 1)))
        c.talk("".join(f"PUB s.{n}.0 {n + 1}\r\n{'x' * (n + 1)}\r\n" for _ in range(n + 1)))
    counted(*clients)
    return clients


def note_values(play, values, names):
    for name in names:
        play.note(f"  {name}: {values.get(name)!r}")
