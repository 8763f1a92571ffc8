"""Nkeys and JWTs of NATS, made for tests: keys are always the same, tokens as wrong as wanted.

MODEL   `Key("A", 1)` is the first account of the tests, for ever the same. `token()` signs claims;
        what is said of a user, an account or an operator stands in `nats`, as nats-io/jwt writes it.
"""

import base64
import hashlib
import json

from tests.support.ed25519 import SigningKey

_PREFIXES = {"U": 20 << 3, "A": 0, "O": 14 << 3, "N": 13 << 3}
HEADER = {"typ": "JWT", "alg": "ed25519-nkey"}
NO_LIMITS = {"subs": -1, "data": -1, "payload": -1}
ACCOUNT_LIMITS = {
    **NO_LIMITS, "imports": -1, "exports": -1, "wildcards": True, "conn": -1, "leaf": -1,
}  # fmt: skip


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc


def _nkey(raw: bytes) -> str:
    text = base64.b32encode(raw + _crc16(raw).to_bytes(2, "little"))
    return text.decode().rstrip("=")


def url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Key:
    def __init__(self, role: str, number: int = 1):
        self.role = role
        self._seed = hashlib.sha256(f"test key {role} {number}".encode()).digest()
        self._signing = SigningKey(self._seed)
        self.nkey = _nkey(bytes([_PREFIXES[role]]) + self._signing.public)

    @property
    def seed(self) -> str:
        role = _PREFIXES[self.role]
        return _nkey(bytes([18 << 3 | role >> 5, (role & 31) << 3]) + self._seed)

    def sign(self, message: bytes) -> bytes:
        return self._signing.sign(message)

    def sig(self, nonce: str) -> str:
        """As CONNECT carries it."""
        return url64(self.sign(nonce.encode()))


def token(claims: dict | str, signer: Key, header: dict | str = HEADER) -> str:
    parts = [x if isinstance(x, str) else json.dumps(x) for x in (header, claims)]
    text = ".".join(url64(part.encode()) for part in parts)
    return f"{text}.{url64(signer.sign(text.encode()))}"


def claims(kind: str, subject: Key | str, issuer: Key | str, nats: dict, **standard) -> dict:
    return {
        "jti": "X",
        "iat": 1_600_000_000,
        "iss": issuer if isinstance(issuer, str) else issuer.nkey,
        "name": kind,
        "sub": subject if isinstance(subject, str) else subject.nkey,
        **standard,
        "nats": {"type": kind, "version": 2, **nats},
    }


def operator_jwt(operator: Key, *, standard: dict | None = None, **nats) -> str:
    return token(claims("operator", operator, operator, nats, **(standard or {})), operator)


def account_jwt(account: Key, operator: Key, *, standard: dict | None = None, **nats) -> str:
    nats = {"limits": ACCOUNT_LIMITS, **nats}
    return token(claims("account", account, operator, nats, **(standard or {})), operator)


def user_jwt(user: Key, issuer: Key, *, standard: dict | None = None, **nats) -> str:
    return token(claims("user", user, issuer, {**NO_LIMITS, **nats}, **(standard or {})), issuer)


def activation_jwt(
    importer: Key, issuer: Key, kind: str, subject: str, *, standard: dict | None = None, **nats
) -> str:
    nats = {"kind": kind, "subject": subject, **nats}
    return token(claims("activation", importer, issuer, nats, **(standard or {})), issuer)
