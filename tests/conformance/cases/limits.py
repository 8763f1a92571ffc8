"""Limits and liveness: connections, pings, slow readers; and the reason each close is given."""

from tests.conformance.script import Area, Setup
from tests.support.process import wait_until

AREA = Area("limits")

TWO = Setup("max_connections", "max_connections: 2\n")
PINGS = Setup("pings", 'ping_interval: "400ms"\nping_max: 2\n', slow=True)
STRICT = Setup("reasons", "max_payload: 1024\nmax_control_line: 512\n")
LOCKED = Setup("reasons_auth", "authorization { user: u, password: p, timeout: 1 }\n", slow=True)
SMALL_PENDING = Setup(
    "slow_pending", 'max_payload: 32KB\nmax_pending: 64KB\nwrite_deadline: "60s"\n', slow=True
)
SHORT_DEADLINE = Setup("slow_deadline", 'write_deadline: "200ms"\nmax_pending: 1GB\n', slow=True)

RECEIVE_BUFFER_BYTES = 4096
CHUNK_BYTES = 32 * 1024
CHUNKS_MAX = 2048


@AREA.case(TWO)
def max_connections(play):
    """One above the limit is told so after INFO; when a place is free again the next is welcome."""
    a, b = play.connect("a"), play.connect("b")
    over = play.open("over", info=False)
    over.read_to_end()
    a.send("BYE\r\n")
    a.read_to_end()

    def try_again():
        sock = play.server.connect()
        sock.send(b"PING\r\n")
        last = sock.read_until(lambda f: f.line == b"PONG" or f.verb == "-ERR")[-1]
        sock.close()
        return last.line == b"PONG"

    play.note(f"accepted again: {wait_until(try_again, 'a free place')}")
    b.talk("")


@AREA.case(PINGS, alone=True)
def ping_answered(play):
    """The server asks whether the client is there; who answers stays."""
    c = play.open(show_pings=True)
    c.connect(verbose=False)
    for _ in range(4):
        c.read_frames(1)
        c.send("PONG\r\n")
    c.show_pings = False
    c.talk("")


@AREA.case(PINGS, alone=True)
def ping_not_answered(play):
    """Who does not answer ping_max times is sent away."""
    c = play.open(show_pings=True)
    c.connect(verbose=False)
    c.read_to_end()
    play.note_close_reason(c)


@AREA.case(PINGS, alone=True)
def ping_without_connect(play):
    """Also who has not said CONNECT."""
    c = play.open(show_pings=True)
    c.read_to_end()
    play.note_close_reason(c)


@AREA.case(PINGS, alone=True)
def ping_answered_twice(play):
    """More PONG than PING does no harm."""
    c = play.open(show_pings=True)
    c.connect(verbose=False)
    for _ in range(2):
        c.read_frames(1)
        c.send("PONG\r\nPONG\r\nPONG\r\n")
    c.show_pings = False
    c.talk("")


# --- slow consumers


def drown(play, slow):
    """Publishes to a client that does not read, until the server gives it up."""
    p = play.connect("p")
    chunk = f"PUB flood {CHUNK_BYTES}\r\n{'x' * CHUNK_BYTES}\r\n"
    for _ in range(CHUNKS_MAX // 16):
        p.talk_quietly(chunk * 16)
        closed = play.json("/connz?state=closed&limit=1000")["connections"]
        if any(entry["cid"] == slow.cid for entry in closed):
            return


def slow_client(play, **options):
    slow = play.open("slow", receive_buffer_bytes=RECEIVE_BUFFER_BYTES)
    slow.connect(verbose=False, **options)
    slow.talk("SUB flood 1\r\n")
    return slow


@AREA.case(SMALL_PENDING, alone=True)
def slow_consumer_pending(play):
    """A reader with more than max_pending waiting for it is closed; others are served."""
    slow = slow_client(play)
    other = play.connect("other")
    other.talk("SUB quiet 1\r\n")
    drown(play, slow)
    play.note_close_reason(slow)
    varz = play.json("/varz")
    play.note(f"slow_consumers {varz['slow_consumers']}")
    p = play.connect("q")
    p.talk("PUB quiet 1\r\nx\r\n")
    play.carry(p, other)


@AREA.case(SHORT_DEADLINE, alone=True)
def slow_consumer_deadline(play):
    """A reader that takes nothing for write_deadline is closed."""
    slow = slow_client(play)
    drown(play, slow)
    play.note_close_reason(slow)
    play.note(f"slow_consumers {play.json('/varz')['slow_consumers']}")


# --- the reason of each close


def reason(play, text):
    c = play.open()
    c.send(text)
    c.read_to_end()
    play.note_close_reason(c)


AREA.rows(
    STRICT,
    reason,
    [
        ("reason_protocol", "An unknown verb", "FOO\r\n"),
        ("reason_grammar", "Bad arguments", "PUB a b c d\r\n"),
        ("reason_json", "Bad JSON", "CONNECT {\r\n"),
        ("reason_payload", "Above max_payload", "PUB a 1025\r\n"),
        ("reason_control_line", "Above max_control_line", "PUB " + "a" * 600),
        ("reason_bad_protocol", "A protocol that does not exist", 'CONNECT {"protocol":5}\r\n'),
        (
            "reason_no_responders",
            "no_responders without headers",
            'CONNECT {"no_responders":true}\r\n',
        ),
        ("reason_headers", "HPUB without headers", "HPUB a 1 1\r\n"),
        ("reason_account", "account in CONNECT", 'CONNECT {"account":"A"}\r\n'),
        ("reason_payload_end", "A payload without CRLF", "PUB a 1\r\nxyz\r\n"),
    ],
)


AREA.rows(
    LOCKED,
    reason,
    [
        ("reason_password", "Wrong credentials", 'CONNECT {"user":"u","pass":"x"}\r\n'),
        ("reason_first_verb", "Another verb before CONNECT", "PING\r\n"),
        ("reason_auth_timeout", "Nothing at all", ""),
    ],
)


@AREA.case(STRICT)
def reason_client_closed(play):
    """The client goes away."""
    c = play.connect()
    c.talk("SUB a 1\r\n")
    c.close()
    play.note_close_reason(c)


@AREA.case(STRICT)
def reason_client_half_closed(play):
    """The client closes its side."""
    c = play.connect()
    c.sock.shutdown_write()
    c.read_to_end()
    play.note_close_reason(c)


@AREA.case(STRICT)
def reason_closed_in_payload(play):
    """The client goes away in the middle of a message."""
    c = play.connect()
    c.send("PUB a 10\r\nhel")
    c.close()
    play.note_close_reason(c)


@AREA.case(STRICT)
def reason_closed_at_once(play):
    """The client goes away before it says anything."""
    c = play.open()
    c.close()
    play.note_close_reason(c)
