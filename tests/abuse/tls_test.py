"""What a stranger can do to a TLS handshake, and right after it."""

import functools
import random
import ssl
from collections.abc import Callable

from tests.abuse import tls_bytes
from tests.abuse.abuse import (
    GONE,
    READ_ERROR,
    TIMEOUT,
    TLS_FAILURE,
    TOO_LONG,
    UNKNOWN,
    VIOLATION,
    Abuse,
    AbuseTest,
    Outcome,
    abuses,
)
from tests.abuse.attacker import Attacker
from tests.abuse.stage import EITHER, FIRST, MUTUAL, TLS, Listener, certificates
from tests.abuse.tls_bytes import (
    ALERT,
    APPLICATION_DATA,
    CERTIFICATE,
    CHANGE_CIPHER_SPEC,
    CLIENT_HELLO,
    HANDSHAKE,
    HEARTBEAT,
    SSL_3_0,
    TLS_1_0,
    TLS_1_1,
    TLS_1_2,
    TLS_1_3,
    hello,
    message,
    padded_hello,
    record,
)
from tests.support.certificates import Certificate

NOISE = random.Random(3).randbytes(4096)
BAD_LOGIN = b'CONNECT {"user":"witness","pass":"antiphon-secret-guess"}\r\n'
TOO_SLOW = "TLS handshake timeout"
BROKEN = "TLS handshake error: "
V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
CHAIN_CERTIFICATES = 300
FEW = {"copies": 30}  # all of them are in before the first one's time is over


def raw(
    name: str, sent: bytes, listener: Listener = TLS, logged: str = BROKEN, **more
) -> Abuse:
    """Bytes instead of a handshake; the handshake fails."""
    return Abuse(name, listener, lambda a: a.send_records(sent), TLS_FAILURE, logged=logged, **more)


def hello_announcing(length: int) -> bytes:
    """The beginning of a ClientHello that will be so long."""
    return record(HANDSHAKE, message(CLIENT_HELLO, b"\x03\x03", length=length))


def in_pieces(data: bytes) -> bytes:
    """The content of a record in records of one byte each."""
    return b"".join(record(HANDSHAKE, data[i : i + 1]) for i in range(5, len(data)))


STALLED = [
    raw("silence", b"", logged=TOO_SLOW),
    raw("the_first_byte_and_silence", b"\x16", logged=TOO_SLOW),
    raw("a_record_header_and_silence", hello()[:5], logged=TOO_SLOW),
    raw("half_a_hello_and_silence", hello()[:100], logged=TOO_SLOW),
    raw("a_tls_1_2_hello_and_silence", hello(TLS_1_2), logged=TOO_SLOW),
    raw("a_tls_1_3_hello_and_silence", hello(TLS_1_3), logged=TOO_SLOW),
    raw("a_hello_without_a_key_and_silence", hello(TLS_1_3, key_share=False), logged=TOO_SLOW),
    raw("a_record_of_16_kb_never_filled", record(HANDSHAKE, b"", length=16384), logged=TOO_SLOW),
    raw("a_hello_one_byte_at_a_time", b"", logged=TOO_SLOW, drip=hello()[:50]),
    raw("a_long_hello_and_silence", padded_hello(15_000)[:14_000], logged=TOO_SLOW),
    raw("a_hello_announced_long", hello_announcing(131_000), logged=TOO_SLOW),
    raw("a_hello_announced_long_in_pieces", in_pieces(hello_announcing(131_000)), logged=TOO_SLOW),
    raw(
        "a_second_hello_announced_long",
        hello(TLS_1_3, key_share=False) + hello_announcing(131_000),
        logged=TOO_SLOW,
    ),
]
GARBAGE = [
    raw("binary_garbage", b"\x80" + NOISE),
    raw("garbage_behind_the_first_byte", b"\x16" + NOISE),
    raw("garbage_as_a_handshake", record(HANDSHAKE, NOISE)),
    raw("garbage_as_a_hello", record(HANDSHAKE, message(CLIENT_HELLO, NOISE))),
    raw("a_second_hello_amid_the_handshake", hello() + hello()),
    raw("the_nats_protocol", BAD_LOGIN),
    raw("an_http_request", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    raw("a_megabyte_of_zeros", bytes(1024 * 1024), copies=40),
    raw("a_record_that_is_too_long", record(HANDSHAKE, b"x" * 100, length=65535)),
    raw("empty_records", record(HANDSHAKE, b"") * 1000),
    raw("an_alert_first", record(ALERT, b"\x01\x5a")),
    raw("application_data_first", record(APPLICATION_DATA, NOISE)),
    raw("change_cipher_spec_first", record(CHANGE_CIPHER_SPEC, b"\x01") * 100),
    raw("a_heartbeat_first", record(HEARTBEAT, b"\x01\x40\x00" + b"x" * 16)),
    raw("a_finished_first", record(HANDSHAKE, message(tls_bytes.FINISHED, b"f" * 12))),
]
HELLOS = [
    raw("ssl_3", hello(SSL_3_0)),
    raw("tls_1_0", hello(TLS_1_0)),
    raw("tls_1_1", hello(TLS_1_1)),
    raw("no_cipher_that_we_know", hello(TLS_1_2, ciphers=(0x1A1A, 0x2A2A))),
    raw("no_cipher_at_all", hello(TLS_1_2, ciphers=())),
    raw("a_hello_that_lies_about_its_length", hello_announcing(16_000_000)),
    raw("a_hello_that_is_too_long", padded_hello(60_000), logged=BROKEN + "handshake too long"),
    raw(
        "half_a_hello_that_is_too_long",
        padded_hello(30_000)[:20_000],
        logged=BROKEN + "handshake too long",
    ),
]


# ---- With a real TLS library


@functools.cache
def strange(name: str) -> Certificate:
    """Certificates that must not open the door; living as long as those of the stage."""
    issued = certificates()
    if name == "expired":
        return issued.authority.issue("expired", days=-1)
    if name == "for_servers":
        return issued.authority.issue("for-servers", usage="serverAuth")
    if name == "of_a_stranger":
        return issued.stranger.issue("of-a-stranger")
    if name == "with_a_huge_chain":
        leaf = issued.authority.issue("with-a-huge-chain")
        with open(issued.authority.ca.cert, encoding="ascii") as file:
            link = file.read()
        with open(leaf.cert, "a", encoding="ascii") as file:
            file.write(link * CHAIN_CERTIFICATES)
        return leaf
    raise ValueError(name)


@functools.cache
def client_context(certificate: str | None, version: ssl.TLSVersion | None) -> ssl.SSLContext:
    shown = strange(certificate) if certificate else None
    return certificates().authority.client_context(shown, version)


def shaken(
    name: str,
    then: bytes | Callable[[Attacker], None],
    outcome: Outcome,
    listener: Listener = TLS,
    version: ssl.TLSVersion = V13,
    **more,
) -> Abuse:
    """After a good handshake."""

    def provoke(attacker: Attacker) -> None:
        attacker.start_tls(client_context(None, version))
        then(attacker) if callable(then) else attacker.send(then)

    return Abuse(name, listener, provoke, outcome, **more)


def refused(certificate: str | None, why: str, version: ssl.TLSVersion) -> Abuse:
    """A handshake in which the certificate, or having none, is not accepted."""
    shown = certificate or "without_one"
    name = f"a_certificate_{shown}_over_{version.name}"
    return Abuse(
        name,
        MUTUAL,
        lambda a: a.start_tls(client_context(certificate, version)),
        TLS_FAILURE,
        logged=BROKEN + why,
    )


ENCRYPTED = [
    shaken("silence_after_the_handshake", b"", TIMEOUT),
    shaken("silence_after_the_handshake_over_1_2", b"", TIMEOUT, version=V12),
    shaken("publishing_after_the_handshake", b"PUB a 1\r\nx\r\n", VIOLATION),
    shaken("garbage_after_the_handshake", b"\x80" + NOISE, VIOLATION),
    shaken("a_wrong_password", BAD_LOGIN, VIOLATION),
    shaken("a_line_without_end", b"CONNECT " + b"x" * 100_000, TOO_LONG),
    shaken("an_unknown_verb", b"CONNEKT {}\r\n", UNKNOWN),
    shaken("one_byte_at_a_time_encrypted", b"", TIMEOUT, drip=b"CONNECT {" + b" " * 100),
    shaken("a_line_that_just_stops", b"CONNECT " + b"{" * 4000, TIMEOUT),
    shaken("bytes_in_clear_amid_it", lambda a: a.send_under_tls(b"PING\r\n"), READ_ERROR),
    shaken("a_forged_record", lambda a: a.send_under_tls(record(23, NOISE, TLS_1_2)), READ_ERROR),
    shaken(
        "a_hello_amid_it", lambda a: a.send_under_tls(hello(TLS_1_2)), READ_ERROR, version=V12
    ),
    shaken("a_hang_up_without_a_goodbye", b"", GONE, **FEW, leave=lambda a: a.close()),
    shaken("a_reset_after_the_handshake", b"", READ_ERROR, **FEW, leave=lambda a: a.reset()),
    shaken("garbage_where_tls_is_first", b"\x80" + NOISE, VIOLATION, FIRST),
    shaken("garbage_where_tls_is_optional", b"\x80" + NOISE, VIOLATION, EITHER),
]
LEFT_EARLY = [
    raw("a_hang_up_before_the_handshake", b"", leave=lambda a: a.close()),
    raw("a_reset_before_the_handshake", b"", leave=lambda a: a.reset()),
    raw("a_hang_up_amid_the_handshake", hello(TLS_1_2), leave=lambda a: a.close()),
    raw("a_reset_amid_the_handshake", hello(TLS_1_2), leave=lambda a: a.reset()),
    raw("a_hang_up_amid_a_hello", hello()[:60], leave=lambda a: a.close()),
]
CERTIFICATES = [
    refused(certificate, why, version)
    for certificate, why in (
        (None, "peer did not return a certificate"),
        ("expired", "certificate verify failed"),
        ("for_servers", "certificate verify failed"),
        ("of_a_stranger", "certificate verify failed"),
        ("with_a_huge_chain", "excessive message size"),
    )
    for version in (V12, V13)
]
CERTIFICATES += [
    raw(
        "a_certificate_announced_long_and_not_sent",
        hello(TLS_1_2) + record(HANDSHAKE, message(CERTIFICATE, b"", length=90_000)),
        MUTUAL,
    ),
    raw("silence", b"", MUTUAL, logged=TOO_SLOW),
    raw("a_hello_and_silence", hello(TLS_1_2), MUTUAL, logged=TOO_SLOW),
]
OTHER_LISTENERS = [
    raw("silence", b"", FIRST, logged=TOO_SLOW),
    raw("the_nats_protocol", BAD_LOGIN, FIRST),
    raw("binary_garbage", b"\x80" + NOISE, FIRST),
    raw("half_a_hello_and_silence", hello()[:100], FIRST, logged=TOO_SLOW),
    raw("silence", b"", EITHER, logged=TOO_SLOW),
    raw("half_a_hello_and_silence", hello()[:100], EITHER, logged=TOO_SLOW),
    raw("garbage_behind_the_first_byte", b"\x16" + NOISE, EITHER),
    Abuse("a_wrong_password_in_clear", EITHER, BAD_LOGIN, VIOLATION),
    Abuse("binary_garbage", EITHER, b"\x80" + NOISE, VIOLATION),
    Abuse("half_a_verb_in_clear", EITHER, b"CONN", TIMEOUT),
]


@abuses(STALLED + GARBAGE + HELLOS + LEFT_EARLY)
class Handshake(AbuseTest):
    pass


@abuses(ENCRYPTED)
class AfterTheHandshake(AbuseTest):
    pass


@abuses(CERTIFICATES + OTHER_LISTENERS)
class OtherListeners(AbuseTest):
    pass
