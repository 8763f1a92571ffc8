"""The tokens that rows name, as tests/unit/broker/auth/choria_login_tokens.cc makes them there.

MODEL   Each is made for a moment: what the unit test calls now is the second in which it is shown.
        `passes` says whose outcome holds in that second alone.
"""

import json
from collections.abc import Callable

from tests.support import choria_jwt
from tests.support.choria_jwt import Claims, base64url, key, ksuid, public, with_claim

HOLDER, STRANGER = "holder", "stranger"
_ORGANIZATION, _OTHER, _CHAIN_ISSUER, _RSA = "organization", "other", "login", "rsa"
_PURPOSES = {"client": "choria_client_id", "server": "choria_server", "provisioning": "choria_provisioning"}
_LIFE_S, _CHAIN_LIFE_S = 3600, 7200
_AGE_S, _CHAIN_AGE_S = 90, 100
_TOKEN_BYTES_MAX = 64 * 1024
_SIGNATURE_LETTERS_MIN = 60

# The last moment that is too late or too early, and the first that is not.
_MOMENTS = {
    "expired": ("exp", -1), "ends_now": ("exp", 0), "ends_next": ("exp", 1),
    "early": ("nbf", 1), "starts_now": ("nbf", 0),
    "from_future": ("iat", 1), "issued_now": ("iat", 0),
    "issuer_over": ("issexp", 0), "issuer_next": ("issexp", 1),
}  # fmt: skip
_PREFIXES = (
    "client.chained_",
    "server.chained_",
    "provisioning.rsa_",
    "client.",
    "server.",
    "provisioning.",
)


def _moment(name: str) -> str:
    prefix = next((one for one in _PREFIXES if name.startswith(one)), "")
    moment = name.removeprefix(prefix)
    return moment if prefix and moment in _MOMENTS else ""


def passes(name: str) -> bool:
    moment = _moment(name)
    return bool(moment) and _MOMENTS[moment][1] > 0


# ---- Claims -------------------------------------------------------------------------------------------


def _standard(kind: str, now: int) -> Claims:
    return [
        ("purpose", _PURPOSES[kind]), ("public_key", public(HOLDER)), ("iss", "Choria Tokens Package"),
        ("exp", now + _LIFE_S), ("nbf", now - _AGE_S), ("iat", now - _AGE_S), ("jti", ksuid(now - _AGE_S, "token")),
    ]  # fmt: skip


def _client(now: int, *flags: str) -> Claims:
    return [("callerid", "up=alice"), ("ou", "choria"), ("permissions", dict.fromkeys(flags, True)),
            *_standard("client", now)]  # fmt: skip


def _server(now: int, *flags: str) -> Claims:
    return [("identity", "n1.example.net"), ("collectives", ["mcollective"]),
            ("permissions", dict.fromkeys(flags, True)), ("ou", "choria"), *_standard("server", now)]  # fmt: skip


def _provisioning(now: int) -> Claims:
    claims = [("cht", "opens-the-agent"), ("chs", False), ("chu", "nats://p1.example.net:4222"), ("chpd", False),
              ("extensions", None), ("ou", "choria"), *_standard("provisioning", now)]  # fmt: skip
    return _without(claims, "public_key")


def _without(claims: Claims, name: str) -> Claims:
    return [one for one in claims if one[0] != name]


def _appointment(now: int, by: str = _ORGANIZATION, whom: str = _CHAIN_ISSUER) -> dict:
    return choria_jwt.appointment(by, whom, now - _CHAIN_AGE_S, now + _CHAIN_LIFE_S)


def _chained(claims: Claims, now: int) -> Claims:
    return choria_jwt.chained(claims, _CHAIN_ISSUER, _appointment(now))


# ---- Tokens by name -----------------------------------------------------------------------------------

Made = tuple[Claims, str]  # and who signs
_Maker = Callable[[int], Made]


def _by_organization(claims_of: Callable[[int], Claims], name: str = "", value=None) -> _Maker:
    """Good, but for one claim, which is another or, without a value, not there."""

    def make(now: int) -> Made:
        claims = claims_of(now)
        if name:
            claims = _without(claims, name) if value is None else with_claim(claims, name, value)
        return claims, _ORGANIZATION

    return make


def _flagged(claims_of: Callable[..., Claims], *flags: str) -> _Maker:
    return _by_organization(lambda now: claims_of(now, *flags))


def _by(signer: str, claims_of: Callable[[int], Claims]) -> _Maker:
    return lambda now: (claims_of(now), signer)


def _chain(claims_of: Callable[..., Claims], *flags: str) -> _Maker:
    return _by(_CHAIN_ISSUER, lambda now: _chained(claims_of(now, *flags), now))


def _chain_issuer(now: int) -> Claims:
    claims = with_claim(_client(now), "jti", ksuid(now - _CHAIN_AGE_S, "appointed"))
    claims = with_claim(with_claim(claims, "iat", now - _CHAIN_AGE_S), "exp", now + _CHAIN_LIFE_S)
    return choria_jwt.appointed(claims, _ORGANIZATION)


def _longer(now: int) -> Claims:
    return with_claim(_chained(_client(now), now), "exp", now + _CHAIN_LIFE_S + 1000)


def _old_id(now: int) -> Claims:
    return with_claim(_chained(_client(now), now), "iat", now - _AGE_S + 1)


def _self_appointed(now: int) -> Claims:
    own = _appointment(now, STRANGER, STRANGER)
    return choria_jwt.chained(_client(now, "org_admin"), STRANGER, own)


def _half_chain(now: int) -> Claims:
    return with_claim(_server(now), "tcs", _appointment(now)["tcs"])


def _old_provisioning(now: int) -> Claims:
    return [*with_claim(_provisioning(now), "purpose", ""), ("sub", _PURPOSES["provisioning"])]


def _chained_provisioning(now: int) -> Claims:
    chained = dict(_chained(_client(now), now))
    return with_claim(with_claim(_provisioning(now), "iss", chained["iss"]), "tcs", chained["tcs"])


_MAKERS: dict[str, _Maker] = {
    "client": _by_organization(_client),
    "client.fleet": _flagged(_client, "fleet_management"),
    "client.admin": _flagged(_client, "org_admin"),
    "client.system": _flagged(_client, "system_user"),
    "client.provisioner": _flagged(_client, "provisioner"),
    "client.delegator": _flagged(_client, "authentication_delegator"),
    "client.governor": _flagged(_client, "governor"),
    "client.no_flags": _by_organization(_client, "permissions"),
    "client.endless": _by_organization(_client, "exp"),
    "client.nobody": _by_organization(_client, "callerid", ""),
    "client.no_key": _by_organization(_client, "public_key"),
    "client.bad_key": _by_organization(_client, "public_key", "abcd"),
    "client.no_ou": _by_organization(_client, "ou"),
    "client.unknown_ou": _by_organization(_client, "ou", "nobody"),
    "client.other_ou": _by_organization(_client, "ou", "other"),
    "client.bad_subject": _by_organization(_client, "pub_subjects", ["a..b"]),
    "client.crlf_subject": _by_organization(_client, "sub_subjects", ["a\r\nPUB b 0"]),
    "client.subjects": _by_organization(_client, "pub_subjects", ["metrics.>"]),
    "client.no_purpose": _by_organization(_client, "purpose", ""),
    "client.odd_purpose": _by_organization(_client, "purpose", "choria_robot"),
    "client.of_other": _by(_OTHER, lambda now: with_claim(_client(now), "ou", "other")),
    "client.strangers": _by(STRANGER, _client),
    "client.self_signed": _by(HOLDER, _client),
    "client.rsa": _by(_RSA, _client),
    "server": _by_organization(_server),
    "server.all": _flagged(_server, "submission", "streams", "governor", "service_host"),
    "server.governor": _flagged(_server, "governor"),
    "server.nowhere": _by_organization(_server, "collectives", []),
    "server.wide_collective": _by_organization(_server, "collectives", ["*"]),
    "server.deep_collective": _by_organization(_server, "collectives", ["a.b"]),
    "server.wide_identity": _by_organization(_server, "identity", "n1.>"),
    "server.blank_identity": _by_organization(_server, "identity", "n1 x"),
    "server.nobody": _by_organization(_server, "identity", ""),
    "server.no_key": _by_organization(_server, "public_key"),
    "server.half_chain": _by(_ORGANIZATION, _half_chain),
    "server.other_ou": _by_organization(_server, "ou", "other"),
    "server.strangers": _by(STRANGER, _server),
    "server.rsa": _by(_RSA, _server),
    "chain_issuer": _by(_ORGANIZATION, _chain_issuer),
    "client.chained": _chain(_client),
    "client.chained_admin": _chain(_client, "org_admin"),
    "client.chained_provisioner": _chain(_client, "provisioner"),
    "client.chained_longer": _by(_CHAIN_ISSUER, _longer),
    "client.chained_by_org": _by(_ORGANIZATION, lambda now: _chained(_client(now), now)),
    "client.chained_no_tcs": _by(_CHAIN_ISSUER, lambda now: _without(_chained(_client(now), now), "tcs")),
    "client.chained_old_id": _by(_CHAIN_ISSUER, _old_id),
    "server.chained": _chain(_server),
    "server.chained_by_org": _by(_ORGANIZATION, lambda now: _chained(_server(now), now)),
    "client.self_appointed": _by(STRANGER, _self_appointed),
    "provisioning": _by_organization(_provisioning),
    "provisioning.rsa": _by(_RSA, _provisioning),
    "provisioning.strangers": _by(STRANGER, _provisioning),
    "provisioning.other_ou": _by_organization(_provisioning, "ou", "other"),
    "provisioning.old": _by(_RSA, _old_provisioning),
    "provisioning.chained": _by(_CHAIN_ISSUER, _chained_provisioning),
}  # fmt: skip
# Whose claims a moment changes: `client.expired` is `client` but for its end.
_CHANGED = {
    "client.": "client", "client.chained_": "client.chained", "server.": "server",
    "server.chained_": "server.chained", "provisioning.": "provisioning", "provisioning.rsa_": "provisioning.rsa",
}  # fmt: skip


class Tokens:
    """`rsa_key` is the file of the RSA signer's key."""

    def __init__(self, rsa_key: str):
        self._rsa_key = rsa_key
        self._lasting: dict[str, str] = {}

    def make(self, name: str, now: int) -> str:
        if _moment(name):
            return self._make(name, now)
        if name not in self._lasting:
            self._lasting[name] = self._make(name, now)
        return self._lasting[name]

    def _make(self, name: str, now: int) -> str:
        if name in _DAMAGED:
            return _DAMAGED[name](self, now)
        moment = _moment(name)
        if moment and name not in _MAKERS:
            claims, signer = _MAKERS[_CHANGED[name.removesuffix(moment)]](now)
            claim, distance = _MOMENTS[moment]
            claims = with_claim(claims, claim, now + distance)
        else:
            claims, signer = _MAKERS[name](now)
        return self._signed(claims, signer)

    def _signed(self, claims: Claims, signer: str) -> str:
        header = {"alg": "RS256" if signer == _RSA else "EdDSA", "typ": "JWT"}
        text = f"{_encoded(header)}.{base64url(choria_jwt.claims_text(claims).encode())}"
        if signer == _RSA:
            return f"{text}.{base64url(choria_jwt.rsa_signature(text.encode(), self._rsa_key, 'sha256'))}"
        return f"{text}.{base64url(key(signer).sign(text.encode()))}"

    def signatures(self) -> list[str]:
        """Of all tokens whose time did not matter, as far as they have been made and have one."""
        parts = (token.strip("\r\n\0").split(".") for token in self._lasting.values())
        return [signature for *_, signature in parts if len(signature) > _SIGNATURE_LETTERS_MIN]

    def good(self, now: int) -> list[str]:
        """The three parts of an administrator's token."""
        return self.make("client.admin", now).split(".")


def _encoded(header: dict) -> str:
    return base64url(json.dumps(header, separators=(",", ":")).encode())


def _headed(algorithm: str) -> Callable[[Tokens, int], str]:
    header = _encoded({"alg": algorithm, "typ": "JWT"})
    return lambda tokens, now: ".".join([header, *tokens.good(now)[1:]])


_DAMAGED: dict[str, Callable[[Tokens, int], str]] = {
    "garbage": lambda tokens, now: "not a token",
    "dots": lambda tokens, now: "..",
    "cut": lambda tokens, now: ".".join(tokens.good(now))[:-4],
    "no_signature": lambda tokens, now: ".".join([*tokens.good(now)[:2], ""]),
    "huge": lambda tokens, now: "a" * (_TOKEN_BYTES_MAX + 1),
    "crlf": lambda tokens, now: ".".join(tokens.good(now)) + "\r\n",
    "nul": lambda tokens, now: ".".join(tokens.good(now)) + "\0",
    "alg_none": _headed("none"),
    "alg_hs256": _headed("HS256"),
    "alg_rs256": _headed("RS256"),
    # An administrator's claims under the signature of another token.
    "lifted": lambda tokens, now: ".".join(
        [*tokens.good(now)[:2], tokens.make("client", now).split(".")[2]]
    ),
}
