"""What a stranger can send where he must log in first, on a listener without TLS."""

import random

from tests.abuse import tls_bytes
from tests.abuse.abuse import (
    GONE,
    READ_ERROR,
    TIMEOUT,
    TOO_LONG,
    UNKNOWN,
    VIOLATION,
    Abuse,
    AbuseTest,
    Outcome,
    abuses,
)
from tests.abuse.stage import PLAIN

MEGABYTE = 1024 * 1024
LINE_MAX = 4096
MESSAGE = b"PUB a 1000\r\n" + b"x" * 1000 + b"\r\n"
NOISE = random.Random(1).randbytes(4096)


def row(name: str, sent, outcome: Outcome, **more) -> Abuse:
    return Abuse(name, PLAIN, sent, outcome, **more)


# Each is refused at its first byte: only C can begin CONNECT.
VERBS = {
    "pub": b"PUB a 1\r\nx\r\n",
    "hpub": b"HPUB a 12 13\r\nNATS/1.0\r\n\r\nx\r\n",
    "sub": b"SUB a 1\r\n",
    "unsub": b"UNSUB 1\r\n",
    "ping": b"PING\r\n",
    "pong": b"PONG\r\n",
    "info": b"INFO {}\r\n",
    "ok": b"+OK\r\n",
    "err": b"-ERR 'go away'\r\n",
    "unknown_verb": b"QUIT\r\n",
}

LINES = [
    row("line_end_alone", b"\r\n", VIOLATION),
    row("blank", b" ", VIOLATION),
    row("megabyte_of_blanks", b" " * MEGABYTE, VIOLATION, copies=40),
    row("megabyte_of_line_ends", b"\r\n" * (MEGABYTE // 2), VIOLATION, copies=40),
    row("nul_bytes", b"\0" * 1000, VIOLATION),
    row("binary_garbage", b"\x80" + NOISE, VIOLATION),
    row("http_request", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", VIOLATION),
    row("tls_client_hello", tls_bytes.hello(), VIOLATION),
    row("megabyte_of_messages", MESSAGE * 1024, VIOLATION, copies=40),
    row("garbage_after_the_first_letter", b"C" + NOISE, UNKNOWN),
    row("misspelled_connect", b"CONNEKT {}\r\n", UNKNOWN),
    row("nul_bytes_in_the_verb", b"CON\0NECT {}\r\n", UNKNOWN),
]

ENDLESS = [
    row("connect_line_without_end", b"CONNECT " + b"{" * (LINE_MAX + 2), TOO_LONG),
    row("connect_line_of_a_megabyte", b"CONNECT " + b"x" * MEGABYTE, TOO_LONG, copies=40),
    row("connect_and_blanks_without_end", b"CONNECT" + b" " * (LINE_MAX + 100), TOO_LONG),
    row("a_megabyte_of_tabs", b"CONNECT" + b"\t" * MEGABYTE, TOO_LONG, copies=40),
    row("connect_line_that_just_stops", b"CONNECT " + b"{" * LINE_MAX, TIMEOUT),
    row("connect_verb_that_stops", b"CONN", TIMEOUT),
    row("silence", b"", TIMEOUT),
    row("megabyte_of_nothing_but_the_verb", b"CONNECT" * (MEGABYTE // 7), TOO_LONG, copies=40),
    row("one_byte_at_a_time", b"", TIMEOUT, drip=b"CONNECT {" + b" " * 100),
    row("one_byte_at_a_time_near_the_limit", b"CONNECT " + b"{" * 4000, TIMEOUT, drip=b" " * 90),
    row("greeting_never_read", lambda a: a.wait_for_greeting(), TIMEOUT, greeted=False),
]

UNDER_WAY = {"the_greeting": b"", "a_verb": b"CONN", "a_connect_line": b"CONNECT {"}
# A close with something unread resets the connection.
LEAVING = [
    row(f"{how}_after_{where}", sent, outcome, leave=leave)
    for how, leave, outcome in (
        ("close", lambda a: a.close(), GONE),
        ("reset", lambda a: a.reset(), READ_ERROR),
        ("half_close", lambda a: (a.half_close(), a.rest(), a.close()), GONE),
    )
    for where, sent in UNDER_WAY.items()
]
LEAVING += [
    row(
        "close_with_the_greeting_unread",
        lambda a: a.wait_for_greeting(),
        READ_ERROR,
        leave=lambda a: a.close(),
        greeted=False,
    ),
]


@abuses([row(f"{name}_before_connect", sent, VIOLATION) for name, sent in VERBS.items()])
@abuses(LINES)
@abuses(ENDLESS)
@abuses(LEAVING)
class BeforeLogin(AbuseTest):
    pass
