"""The token that a random login shows, as bytes."""

import base64
import json

from tests.interop.random.login_cases import Case, bent
from tests.support import choria_jwt
from tests.support.choria_jwt import Claims, base64url, claim, key, with_claim

_DIGESTS = {"RS256": "sha256", "RS384": "sha384", "RS512": "sha512"}
_CHAIN_LIFE_S = 50_000
_CHAIN_ISSUER = "login"


def appointer(case: Case) -> str:
    """Whose key has appointed the chain issuer."""
    by = {"other login": "other", "self": _CHAIN_ISSUER}.get(case.chain, case.signer)
    return by if by in ("issuer", "other", _CHAIN_ISSUER) else "issuer"


def _appointment(case: Case, now: int) -> dict:
    by = appointer(case)
    end = now - 10 if case.chain == "ended" else now + _CHAIN_LIFE_S
    made = choria_jwt.appointment(by, _CHAIN_ISSUER, now - 10, end)
    return made | {"key": made["key"].upper()} if case.chain == "upper key" else made


def _chained(case: Case, claims: Claims, now: int) -> Claims:
    if case.chain == "appointed":
        return choria_jwt.appointed(claims, case.signer if case.signer != "rsa" else "issuer")
    if case.chain == "odd id":
        claims = with_claim(claims, "jti", "x")
    elif case.chain == "old id":
        claims = with_claim(claims, "jti", choria_jwt.ksuid(now - 5, "old"))
    by = _appointment(case, now)
    if isinstance(end := claim(claims, "exp"), int) and end > by["end"] > now:
        claims = with_claim(claims, "exp", by["end"])
    return choria_jwt.chained(claims, _CHAIN_ISSUER, by)


def claims_of(case: Case, now: int) -> Claims:
    claims = [(name, choria_jwt.resolved(value, now)) for name, value in case.claims]
    if case.chain:
        claims = _chained(case, claims, now)
    return [(name, choria_jwt.resolved(value, now)) for name, value in bent(claims, case.bends)]


def _signature(case: Case, algorithm, text: bytes, rsa_key: str) -> bytes:
    signer = case.signer
    if case.chain and case.chain != "appointed" and signer in ("issuer", "other"):
        signer = _CHAIN_ISSUER
    if signer == "rsa":
        return choria_jwt.rsa_signature(text, rsa_key, _DIGESTS.get(algorithm, "sha256"))
    return key(signer).sign(text)


def _spelled(spelling: str, token: str) -> str:
    head, body, signature = token.split(".")
    match spelling:
        case "newline":
            return token + "\n"
        case "padded":
            return ".".join(part + "=" * (-len(part) % 4) for part in (head, body, signature))
        case "space before":
            return " " + token
        case "four parts":
            return token + ".x"
        case "two parts":
            return f"{head}.{body}"
        case "stray bits":  # 64 bytes end in a letter of which four bits do not count
            last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            return token[:-1] + last[last.index(token[-1]) | 1]
        case "changed":
            return f"{head}.{body}.{signature[:-5]}{'A' if signature[-5] != 'A' else 'B'}{signature[-4:]}"
        case "doubled":
            return f"{token}{token}"
    return token


def token_of(case: Case, now: int, rsa_key: str) -> str:
    algorithm = "RS256" if case.signer == "rsa" else "EdDSA"
    header = {"alg": algorithm, "typ": "JWT"} | dict(case.header)
    header = {name: value for name, value in header.items() if value is not None}
    written = json.dumps(header, separators=(",", ":")).encode()
    text = f"{base64url(written)}.{base64url(choria_jwt.claims_text(claims_of(case, now)).encode())}"
    signed = _signature(case, header.get("alg"), text.encode(), rsa_key)
    return _spelled(case.spelling, f"{text}.{base64url(signed)}")


def proof_of(holder: str, nonce: bytes) -> str:
    """The nonce's signature as CONNECT shows it."""
    if not holder or not nonce:
        return ""
    if holder == "garbage":
        return base64.b64encode(b"garbage" * 10).decode()
    return base64url(key(holder).sign(nonce))
