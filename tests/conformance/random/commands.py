"""Single commands of a client, well formed and otherwise."""

from random import Random

from tests.conformance.random.steps import Command, message
from tests.conformance.random.subjects import Subjects

HEADERS = (
    b"NATS/1.0\r\nA: b\r\n\r\n",
    b"NATS/1.0\r\n\r\n",
    b"NATS/1.0\r\nA: b\r\nA: c\r\nlong-name:x\r\n\r\n",
    b"NATS/1.0 503\r\n\r\n",
    b"NATS/1.0 100 Idle\r\nX: \r\n\r\n",
    b"NATS/1.0\r\nNats-Request-Info: {}\r\n\r\n",
    b"X\r\n\r\n",
    b"\r\n\r\n",
)
# Subjects that no subscription should have.
BAD_PATTERNS = ("", "a..b", ".a", "a.", "a.>.b", ">.a", "..", "*.", ".>", "a.*.", "a.b..", ".")
# Subjects that a client may publish to if it is not pedantic.
ODD_SUBJECTS = (
    *("a..b", ".a", "a.", "..", "a.*", ">", "*", "a.>", "a*", "*a.b", "a.>.b", "a.>b", "**", ">>"),
    *("$SYS.x", "$SYS", "_INBOX", "_R_.a", "_R_", "_GR_.a.b", "$GR.a", "$NRG.x", "$JS.API.INFO"),
    *("a\xe9b", "a\x01b", 'a"b', "a\\b", "a'b", "$G.x", "{{a}}", "$1", "a" * 120),
    ".".join("ab" * 40),
)
ODD_REPLIES = ("a.*", ">", "_R_.x", "_GR_.a", "$GR.x", "$JS.ACK.a", "$JS.ACK", "a..b", ".", "a.b.>")
# Each ends the connection, or not, by the rules of the parser; nothing of them is a payload.
MALFORMED = (
    *("FOO\r\n", "PUB\r\n", "PUB a\r\n", "PUB a b c 1\r\n", "PUB a x\r\n", "PUB a -1\r\n"),
    *("PUB a 1x\r\n", "SUB\r\n", "SUB a\r\n", "SUB a b c d\r\n", "UNSUB\r\n", "UNSUB a b c\r\n"),
    *("UNSUB 1 x\r\n", "UNSUB 1 -1\r\n", "HPUB a 1\r\n", "HPUB a 4 2\r\n", "HPUB a x 2\r\n"),
    *("HPUB a b c 1 2\r\n", "HPUB a 1 y\r\n", "HPUB a -1 3\r\n", "PUB a 2\r\nxyz\r\n"),
    *("PUB a 1\r\nx\n", "PUB a 3\r\nab\r\n", "PUB a 99999999999\r\n", "PUB a 1.0\r\n"),
    *("-ERR 'x'\r\n", "+OK\r\n", "+ok\r\n", "\r\n", "CONNECT {\r\n", "CONNECT\r\n"),
    *("MSG a 1 0\r\n\r\n", "PONG\r\n", "PONG\r\nPONG\r\n", "SUBa 1\r\n", "\x00\r\n"),
    *("SUB  a  1 \r\n", "PUB\ta\t0\r\n\r\n", "PUB a 00\r\n\r\n", "PUB a 01\r\nx\r\n"),
    *("PUB a +1\r\nx\r\n", "PUB a 0\n\r\n", "PUB a 0 \r\n\r\n", "RMSG a b 0\r\n\r\n"),
    *("LMSG a 0\r\n\r\n", "RS+ a\r\n", "A+ x\r\n", "LS+ a\r\n", "MPUB 1 1 1\r\n", "hello you\r\n"),
)


def body(serial: int, rng: Random, size: int | None = None) -> bytes:
    text = b"m%d;" % serial
    if size is None:
        size = rng.choice((0, 0, 0, 5, 12, 300)) if rng.random() < 0.97 else 5000
    return text + b"." * max(0, size - len(text))


def _spelled(command: bytes, rng: Random) -> bytes:
    """The same in another spelling, now and then."""
    if rng.random() < 0.93:
        return command
    verb, mark, rest = command.partition(b" ")
    how = rng.randrange(4)
    if how == 0:
        return verb.lower() + mark + rest
    if how == 1:
        return verb + b"  \t " + rest
    if how == 2:
        return command.replace(b"\r\n", b" \r\n", 1)
    return verb.swapcase() + b"\t" + rest


def subscribe(subject: str, sid: str, rng: Random, queue: str = "") -> Command:
    words = ["SUB", subject, queue, sid] if queue else ["SUB", subject, sid]
    return Command(_spelled(" ".join(words).encode("latin-1") + b"\r\n", rng))


def unsubscribe(sid: str, rng: Random, after: int | None = None) -> Command:
    text = f"UNSUB {sid}\r\n" if after is None else f"UNSUB {sid} {after}\r\n"
    return Command(_spelled(text.encode("latin-1"), rng))


def publish(subject: str, reply: str, headers: bytes, content: bytes, rng: Random) -> Command:
    return Command(_spelled(message(subject, reply, headers, content), rng))


def ping(rng: Random) -> Command:
    return Command(rng.choice((b"PING\r\n", b"ping\r\n", b"PING\n", b"PING  \r\n")), pongs=1)


def malformed(rng: Random) -> Command:
    return Command(rng.choice(MALFORMED).encode("latin-1"))


def pattern(subjects: Subjects, rng: Random) -> str:
    """Something to subscribe to."""
    how = rng.random()
    if how < 0.04:
        return rng.choice(BAD_PATTERNS)
    if how < 0.08:
        return rng.choice((">", "*", "*.*", "a*", "$SYS.>", "_R_.>", "*.>", "a.>b", "**"))
    return subjects.pattern()


def subject(subjects: Subjects, rng: Random) -> str:
    """Something to publish to."""
    return rng.choice(ODD_SUBJECTS) if rng.random() < 0.05 else subjects.subject()
