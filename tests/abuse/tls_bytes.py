"""TLS as bytes, for what no TLS library can be made to send."""

import struct

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA, HEARTBEAT = 20, 21, 22, 23, 24
CLIENT_HELLO, CERTIFICATE, FINISHED = 1, 11, 20
SSL_3_0, TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3 = 0x0300, 0x0301, 0x0302, 0x0303, 0x0304
RECORD_BYTES_MAX = 16 * 1024

_CIPHERS_1_3 = (0x1301, 0x1302, 0x1303)
_CIPHERS_1_2 = (0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA9, 0xCCA8)
_CIPHERS_OLD = (0xC009, 0xC013, 0xC00A, 0xC014, 0x002F, 0x0035, 0x000A)
_GROUPS = (0x001D, 0x0017, 0x0018)
_SIGNATURES = (0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0203, 0x0201)


def record(kind: int, body: bytes, version: int = TLS_1_0, length: int | None = None) -> bytes:
    """One record; `length` may lie."""
    said = len(body) if length is None else length
    return struct.pack(">BHH", kind, version, said) + body


def records(kind: int, body: bytes, version: int = TLS_1_2) -> bytes:
    """As many full records as the body needs."""
    pieces = range(0, len(body), RECORD_BYTES_MAX)
    return b"".join(record(kind, body[at : at + RECORD_BYTES_MAX], version) for at in pieces)


def message(kind: int, body: bytes, length: int | None = None) -> bytes:
    """One handshake message; `length` may lie."""
    said = len(body) if length is None else length
    return struct.pack(">B", kind) + said.to_bytes(3, "big") + body


def _list16(items) -> bytes:
    body = b"".join(struct.pack(">H", item) for item in items)
    return struct.pack(">H", len(body)) + body


def extension(kind: int, body: bytes) -> bytes:
    return struct.pack(">HH", kind, len(body)) + body


def hello_body(
    version: int = TLS_1_2, more_extensions: bytes = b"", ciphers=None, key_share=True
) -> bytes:
    """A ClientHello; `version` is the highest that is offered."""
    extensions = extension(10, _list16(_GROUPS)) + extension(11, b"\x01\x00")
    if version >= TLS_1_2:
        extensions += extension(13, _list16(_SIGNATURES))
    if version >= TLS_1_3:
        extensions += extension(43, b"\x02\x03\x04")
        share = struct.pack(">HH", 0x001D, 32) + b"\x07" * 32 if key_share else b""
        extensions += extension(51, struct.pack(">H", len(share)) + share)
    extensions += more_extensions
    if ciphers is None:
        ciphers = (_CIPHERS_1_3 if version >= TLS_1_3 else ()) + _CIPHERS_1_2 + _CIPHERS_OLD
    return (
        struct.pack(">H", min(version, TLS_1_2))
        + b"\x55" * 32  # random
        + b"\x00"  # no session
        + _list16(ciphers)
        + b"\x01\x00"  # no compression
        + struct.pack(">H", len(extensions))
        + extensions
    )


def hello(version: int = TLS_1_2, **options) -> bytes:
    """A ClientHello in as many records as it needs."""
    return records(HANDSHAKE, message(CLIENT_HELLO, hello_body(version, **options)), TLS_1_0)


def padded_hello(total_bytes: int, version: int = TLS_1_2) -> bytes:
    """A valid ClientHello whose message is so long, by means of unknown extensions."""
    missing = total_bytes - len(message(CLIENT_HELLO, hello_body(version)))
    filler = b""
    kind = 0xF000
    while missing > len(filler):
        left = missing - len(filler) - 4
        filler += extension(kind, b"p" * max(min(left, 30_000), 0))
        kind += 1
    return hello(version, more_extensions=filler)
