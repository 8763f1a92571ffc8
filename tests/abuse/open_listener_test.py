"""What a stranger can send where nobody has to log in."""

import random

from tests.abuse.abuse import (
    GONE,
    MALFORMED,
    READ_ERROR,
    STALE,
    TOO_LARGE,
    TOO_LONG,
    UNKNOWN,
    Abuse,
    AbuseTest,
    Outcome,
    abuses,
)
from tests.abuse.attacker import Attacker
from tests.abuse.stage import OPEN

LOGIN = b'CONNECT {"verbose":false}\r\n'
WITH_HEADERS = b'CONNECT {"verbose":false,"headers":true}\r\n'
LINE_MAX = 4096
PAYLOAD_MAX = 1024 * 1024
MEGABYTE = 1024 * 1024
NOISE = random.Random(2).randbytes(4096)
IMPATIENT = 'ping_interval: "300ms"\nping_max: 1\n'
FEW_SUBSCRIPTIONS = "max_subscriptions: 100\n"


def row(name: str, sent: bytes, outcome: Outcome, *, login: bytes = LOGIN, **more) -> Abuse:
    return Abuse(name, OPEN, login + sent, outcome, **more)


def ping_and_close(attacker: Attacker) -> None:
    """Whatever was sent has been borne."""
    attacker.send(b"PING\r\n")
    attacker.read_until(b"PONG\r\n")
    assert b"-ERR" not in attacker.heard, attacker.heard[:300]
    attacker.close()


def borne(name: str, sent: bytes, **more) -> Abuse:
    return row(name, sent, GONE, leave=ping_and_close, **more)


def count_refusals(attacker: Attacker) -> None:
    attacker.send(b"PING\r\n")
    attacker.read_until(b"PONG\r\n")
    assert attacker.heard.count(b"-ERR 'maximum subscriptions exceeded'\r\n") == 900
    attacker.close()


def sub(subject_bytes: int) -> bytes:
    """A SUB whose arguments are so long."""
    return b"SUB " + b"s" * (subject_bytes - 2) + b" 1\r\n"


LINES = [
    borne("a_line_one_byte_below_the_limit", sub(LINE_MAX - 1)),
    borne("a_line_at_the_limit", sub(LINE_MAX)),
    row("a_line_one_byte_above_the_limit", sub(LINE_MAX + 1), TOO_LONG),
    row("a_subject_without_end", b"SUB " + b"s" * MEGABYTE, TOO_LONG, copies=40),
    row("a_publication_without_end", b"PUB " + b"s" * MEGABYTE, TOO_LONG, copies=40),
    row("a_ping_without_end", b"PING" * 2000, TOO_LONG),
    row("binary_garbage", b"\x80" + NOISE, UNKNOWN),
    row("nul_bytes", b"\0" * MEGABYTE, UNKNOWN, copies=40),
    row("a_megabyte_of_blanks", b" " * MEGABYTE, UNKNOWN, copies=40),
    row("line_ends", b"\r\n" * 1000, UNKNOWN),
    row("an_http_request", b"GET / HTTP/1.1\r\n\r\n", UNKNOWN),
    row("a_line_that_just_stops", b"SUB " + b"s" * 4000, STALE, extra=IMPATIENT),
    row("one_byte_at_a_time", b"SUB ", STALE, drip=b"s" * 100, extra=IMPATIENT),
]
PUBLICATIONS = [
    row("a_payload_above_the_limit", b"PUB a %d\r\n" % (PAYLOAD_MAX + 1), TOO_LARGE),
    row("a_payload_far_above_the_limit", b"PUB a 999999999\r\n", TOO_LARGE),
    row("a_size_of_20_digits", b"PUB a 99999999999999999999\r\n", MALFORMED),
    row("a_size_of_4000_digits", b"PUB a " + b"9" * 4000 + b"\r\n", MALFORMED),
    row("a_negative_size", b"PUB a -1\r\n", MALFORMED),
    row("a_size_that_is_no_number", b"PUB a 0x10\r\n", MALFORMED),
    row("no_size", b"PUB a\r\n", MALFORMED),
    row("too_many_arguments", b"PUB " + b"a " * 1000 + b"1\r\n", MALFORMED),
    row("a_payload_longer_than_announced", b"PUB a 1\r\nxx\r\n", UNKNOWN),
    row("a_payload_never_sent", b"PUB a %d\r\nx" % PAYLOAD_MAX, STALE, extra=IMPATIENT),
    row(
        "a_payload_broken_off", b"PUB a %d\r\nx" % PAYLOAD_MAX, GONE, leave=lambda a: a.close()
    ),
    row("a_reset_amid_a_payload", b"PUB a 50000\r\nx", READ_ERROR, leave=lambda a: a.reset()),
]
HEADERS = [
    row("headers_that_were_not_agreed", b"HPUB a 12 12\r\n", (None, "Message Header Violation")),
    row("more_headers_than_message", b"HPUB a 13 12\r\n", MALFORMED, login=WITH_HEADERS),
    row("headers_without_end", b"HPUB a " + b"1" * 5000, TOO_LONG, login=WITH_HEADERS),
    borne(
        "headers_that_are_garbage",
        b"HPUB a 4096 4096\r\n" + NOISE + b"\r\n",
        login=WITH_HEADERS,
    ),
    borne(
        "ten_thousand_headers",
        b"HPUB a 60012 60012\r\nNATS/1.0\r\n" + b"k: v\r\n" * 10_000 + b"\r\n\r\n",
        login=WITH_HEADERS,
    ),
]
SUBSCRIPTIONS = [
    borne("a_sid_of_4000_bytes", b"SUB a " + b"9" * 4000 + b"\r\n"),
    borne("a_queue_of_4000_bytes", b"SUB a " + b"q" * 4000 + b" 1\r\n"),
    borne("a_queue_of_odd_bytes", b"SUB a \x01\x80\xff 1\r\n"),
    borne("1000_wildcard_tokens", b"SUB " + b"*." * 999 + b"* 1\r\n"),
    borne("1000_tokens_and_the_rest", b"SUB " + b"a." * 999 + b"> 1\r\n"),
    row("too_few_arguments", b"SUB a\r\n", MALFORMED),
    row("too_many_sids", b"SUB a b c d\r\n", MALFORMED),
    borne("an_unknown_sid_is_taken_back", b"UNSUB nobody 999999999\r\n" * 100),
    row(
        "more_subscriptions_than_allowed",
        b"".join(b"SUB s.%d %d\r\n" % (i, i) for i in range(1000)),
        GONE,
        leave=count_refusals,
        extra=FEW_SUBSCRIPTIONS,
        copies=40,
    ),
]
SERVER_TALK = [
    row("an_error_of_its_own", b"-ERR 'go away'\r\n", (None, "Parse Error")),
    borne("info_again_and_again", b'INFO {"max_payload":1}\r\n' * 2000),
    borne("ok_again_and_again", b"+OK\r\n" * 10_000),
    borne("pongs_that_answer_nothing", b"PONG\r\n" * 10_000),
    borne("connect_again_and_again", LOGIN * 500),
]


@abuses(LINES + PUBLICATIONS + HEADERS)
@abuses(SUBSCRIPTIONS + SERVER_TALK)
class OpenListener(AbuseTest):
    pass
