"""Unpacks Snappy's framing format, and refuses what is not as its specification says."""

_STREAM_BEGIN = b"\xff\x06\x00\x00sNaPpY"
_COMPRESSED, _PLAIN = 0x00, 0x01
_CHECKSUM_BYTES = 4
_CHUNK_TEXT_MAX = 65536


def _crc32c_table() -> list[int]:
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
        table.append(crc)
    return table


_TABLE = _crc32c_table()


def _masked_crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ _TABLE[(crc ^ byte) & 0xFF]
    crc ^= 0xFFFFFFFF
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def _length(block: bytes) -> tuple[int, int]:
    """The text's length that a block begins with, and where what follows begins."""
    value = shift = at = 0
    while True:
        byte = block[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _literal(block: bytes, at: int) -> tuple[bytes, int]:
    size, at = block[at] >> 2, at + 1
    if size >= 60:
        more = size - 59
        size, at = int.from_bytes(block[at : at + more], "little"), at + more
    return block[at : at + size + 1], at + size + 1


def _copy(block: bytes, at: int) -> tuple[int, int, int]:
    """How far back, how much, and where what follows begins."""
    tag = block[at]
    if tag & 3 == 1:
        return (tag >> 5) << 8 | block[at + 1], (tag >> 2 & 7) + 4, at + 2
    bytes_of_offset = 2 if tag & 3 == 2 else 4
    end = at + 1 + bytes_of_offset
    return int.from_bytes(block[at + 1 : end], "little"), (tag >> 2) + 1, end


def unpack_block(block: bytes) -> bytes:
    size, at = _length(block)
    out = bytearray()
    while at < len(block):
        if block[at] & 3 == 0:
            text, at = _literal(block, at)
            out += text
            continue
        back, count, at = _copy(block, at)
        if not 0 < back <= len(out):
            raise ValueError("a copy from before the begin")
        for _ in range(count):
            out.append(out[-back])
    if len(out) != size:
        raise ValueError(f"{len(out)} bytes of {size}")
    return bytes(out)


def unpack(stream: bytes) -> bytes:
    if not stream.startswith(_STREAM_BEGIN):
        raise ValueError("no stream of Snappy")
    out, at = b"", len(_STREAM_BEGIN)
    while at < len(stream):
        kind, size = stream[at], int.from_bytes(stream[at + 1 : at + 4], "little")
        chunk = stream[at + 4 : at + 4 + size]
        at += 4 + size
        if kind not in (_COMPRESSED, _PLAIN):
            raise ValueError(f"a chunk of the kind {kind}")
        data = chunk[_CHECKSUM_BYTES:]
        text = unpack_block(data) if kind == _COMPRESSED else data
        checksum = int.from_bytes(chunk[:_CHECKSUM_BYTES], "little")
        if len(chunk) != size or len(text) > _CHUNK_TEXT_MAX or checksum != _masked_crc32c(text):
            raise ValueError("a chunk is cut short, too long, or changed")
        out += text
    return out
