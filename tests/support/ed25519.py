"""Ed25519 signatures (RFC 8032) in plain Python, for tests that have to sign like a client.

WHY     The standard library has none, and the tests need nothing else. Slow: about a millisecond each,
        and not in constant time. Never for a secret that matters.
"""

import functools
import hashlib

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_BASE_Y = 4 * pow(5, _P - 2, _P) % _P

_Point = tuple[int, int, int, int]  # extended coordinates


def _recover_x(y: int, sign: int) -> int:
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * pow(2, (_P - 1) // 4, _P) % _P
    return _P - x if x & 1 != sign else x


_BASE_X = _recover_x(_BASE_Y, 0)
_BASE: _Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % _P)


def _add(a: _Point, b: _Point) -> _Point:
    e = (a[1] - a[0]) * (b[1] - b[0]) % _P
    f = (a[1] + a[0]) * (b[1] + b[0]) % _P
    g = 2 * a[3] * b[3] * _D % _P
    h = 2 * a[2] * b[2] % _P
    x, y, z, t = f - e, h - g, h + g, f + e
    return x * y % _P, z * t % _P, y * z % _P, x * t % _P


_WINDOW_BITS = 4


@functools.cache
def _multiples(window: int) -> list[_Point]:
    """Of the base point and of 16 to the power of `window`: 0 to 15 times that."""
    one = _BASE
    if window:
        one = _add(_multiples(window - 1)[-1], _multiples(window - 1)[1])
    found: list[_Point] = [(0, 1, 1, 0)]
    while len(found) < 1 << _WINDOW_BITS:
        found.append(_add(found[-1], one))
    return found


def _multiply(factor: int) -> _Point:
    """The base point, so many times."""
    result: _Point = (0, 1, 1, 0)
    window = 0
    while factor:
        result = _add(result, _multiples(window)[factor & (1 << _WINDOW_BITS) - 1])
        factor >>= _WINDOW_BITS
        window += 1
    return result


def _compress(point: _Point) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


class SigningKey:
    def __init__(self, seed: bytes):
        """`seed` has 32 bytes."""
        digest = hashlib.sha512(seed).digest()
        number = int.from_bytes(digest[:32], "little")
        self._secret = number & ((1 << 254) - 8) | 1 << 254
        self._prefix = digest[32:]
        self.public = _compress(_multiply(self._secret))

    def sign(self, message: bytes) -> bytes:
        def number(*parts: bytes) -> int:
            return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % _L

        nonce = number(self._prefix, message)
        point = _compress(_multiply(nonce))
        answer = (nonce + number(point, self.public, message) * self._secret) % _L
        return point + answer.to_bytes(32, "little")
