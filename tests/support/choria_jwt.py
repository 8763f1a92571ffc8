"""Choria's tokens of any shape, also such as no tool of Choria makes.

MODEL   A key is known by its name, and is the same in every run. Claims are a list of names and
        values, so that a claim can stand in a token twice. What depends on the time stands there as
        `{"in": seconds}`, from now, `{"half": seconds}`, half a second later, and `{"ksuid":
        number}`, an id of now.
"""

import base64
import functools
import hashlib
import json
import subprocess

from tests.support.ed25519 import SigningKey

_KSUID_EPOCH = 1_400_000_000
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_KSUID_LETTERS = 27

Claims = list[tuple[str, object]]


@functools.cache
def key(name: str) -> SigningKey:
    return SigningKey(seed(name))


def seed(name: str) -> bytes:
    return hashlib.sha256(f"seed of {name}".encode()).digest()


def public(name: str) -> str:
    """The public key as Choria writes it."""
    return key(name).public.hex()


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def ksuid(unix_s: int, name: str) -> str:
    """An id of this second; its random part comes from a name."""
    number = (unix_s - _KSUID_EPOCH) << 128 | int.from_bytes(hashlib.md5(name.encode()).digest(), "big")
    letters = ""
    for _ in range(_KSUID_LETTERS):
        number, digit = divmod(number, len(_DIGITS))
        letters = _DIGITS[digit] + letters
    return letters


def claim(claims: Claims, name: str):
    return next((value for own, value in claims if own == name), None)


def with_claim(claims: Claims, name: str, value) -> Claims:
    """In the place of the claim of that name, else behind all."""
    if claim(claims, name) is None and name not in dict(claims):
        return [*claims, (name, value)]
    return [(own, value if own == name else old) for own, old in claims]


def appointment(issuer: str, chain_issuer: str, unix_s: int, expires_s: int) -> dict:
    """What a chain issuer's token says that chained ones repeat: its id, key, end, and who appointed it."""
    made = ksuid(unix_s, chain_issuer)
    signed = key(issuer).sign(f"{made}.{public(chain_issuer)}".encode())
    return {"id": made, "key": public(chain_issuer), "end": expires_s, "tcs": signed.hex()}


def appointed(claims: Claims, issuer: str) -> Claims:
    """The token becomes a chain issuer's."""
    signed = key(issuer).sign(f"{claim(claims, 'jti')}.{claim(claims, 'public_key')}".encode())
    claims = with_claim(claims, "iss", f"I-{public(issuer)}")
    return with_claim(claims, "tcs", signed.hex())


def chained(claims: Claims, chain_issuer: str, by: dict) -> Claims:
    """The token becomes one that a chain issuer vouches for."""
    signed = key(chain_issuer).sign(f"{claim(claims, 'jti')}.{by['tcs']}".encode())
    claims = with_claim(claims, "iss", f"C-{by['id']}.{by['key']}")
    claims = with_claim(claims, "issexp", by["end"])
    return with_claim(claims, "tcs", f"{by['tcs']}.{signed.hex()}")


def resolved(value, now: int):
    """With what it is now in the place of what depends on the time."""
    match value:
        case {"in": seconds}:
            return now + seconds
        case {"half": seconds}:
            return now + seconds + 0.5
        case {"ksuid": number}:
            return ksuid(now, str(number))
    return value


def claims_text(claims: Claims) -> str:
    return "{" + ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in claims) + "}"


def rsa_signature(data: bytes, key_file: str, digest: str) -> bytes:
    argv = ["openssl", "dgst", f"-{digest}", "-sign", key_file]
    return subprocess.run(argv, input=data, capture_output=True, check=True).stdout
