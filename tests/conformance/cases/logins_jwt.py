"""Logins by JWT, in operator mode: a table of credentials, most of which must be refused."""

import json
import time

from tests.conformance.credentials import (
    ACME,
    ANN,
    EVE,
    JOE,
    OTHER,
    another,
    fixed,
    login,
    nonce_told,
    signed,
    standard_base64,
)
from tests.conformance.script import Area, Setup
from tests.support.nats_keys import (
    ACCOUNT_LIMITS,
    HEADER,
    NO_LIMITS,
    Key,
    account_jwt,
    claims,
    operator_jwt,
    token,
    url64,
    user_jwt,
)

AREA = Area("logins")
HOUR = 3600
NOW = int(time.time())

OPERATOR, STRANGE_OPERATOR, OPERATOR_SIGNER = Key("O", 1), Key("O", 2), Key("O", 3)
SYSTEM, SIGNER, SCOPED, UNKNOWN = (Key("A", n) for n in range(3, 7))
UNTRUSTED, REVOKING, NO_BEARER, BY_SIGNER, WITH_SIGNER, SOON, DEFAULTS, LOW = (
    Key("A", n) for n in range(11, 19)
)

SCOPE = {
    "kind": "user_scope",
    "key": SCOPED.nkey,
    "role": "r",
    "template": {
        "pub": {"allow": ["foo", "app.{{name()}}"]},
        "sub": {"allow": ["foo", "app.{{tag(team)}}.>"]},
        **NO_LIMITS,
    },
}
ACCOUNTS = {
    ACME: account_jwt(ACME, OPERATOR, signing_keys=[SIGNER.nkey, SCOPE]),
    OTHER: account_jwt(OTHER, OPERATOR),
    SYSTEM: account_jwt(SYSTEM, OPERATOR),
    UNTRUSTED: account_jwt(UNTRUSTED, STRANGE_OPERATOR),
    BY_SIGNER: account_jwt(BY_SIGNER, OPERATOR_SIGNER),
    WITH_SIGNER: account_jwt(WITH_SIGNER, OPERATOR_SIGNER, signing_keys=[SIGNER.nkey]),
    REVOKING: account_jwt(
        REVOKING, OPERATOR, revocations={JOE.nkey: 1_600_000_000, ANN.nkey: 1_599_999_999}
    ),
    NO_BEARER: account_jwt(
        NO_BEARER, OPERATOR, limits={**ACCOUNT_LIMITS, "disallow_bearer": True}
    ),
    SOON: account_jwt(SOON, OPERATOR, standard={"exp": NOW + HOUR}),
    DEFAULTS: account_jwt(
        DEFAULTS, OPERATOR, default_permissions={"pub": {"deny": ["foo"]}, "sub": {}}
    ),
    LOW: account_jwt(LOW, OPERATOR, limits={**ACCOUNT_LIMITS, "subs": 1, "payload": 0}),
}
_PRELOAD = "\n".join(f"  {key.nkey}: {text}" for key, text in ACCOUNTS.items())
_OPERATOR_JWT = operator_jwt(
    OPERATOR, signing_keys=[OPERATOR_SIGNER.nkey], system_account=SYSTEM.nkey
)
JWTS = Setup(
    "login_jwts",
    f"""
operator: {_OPERATOR_JWT}
resolver: MEMORY
resolver_preload: {{
{_PRELOAD}
}}
authorization {{ timeout: 30 }}
""",
)
STRICT = Setup(
    "login_jwts_strict",
    f"""
operator: {operator_jwt(
    OPERATOR, signing_keys=[OPERATOR_SIGNER.nkey], strict_signing_key_usage=True)}
resolver: MEMORY
resolver_preload: {{
{_PRELOAD}
}}
authorization {{ timeout: 30 }}
""",
)
TRUSTED_KEYS = Setup(
    "login_jwts_trusted_keys",
    f"""
trusted_keys: [ {OPERATOR.nkey} ]
resolver: MEMORY
resolver_preload: {{
{_PRELOAD}
}}
authorization {{ timeout: 30 }}
""",
)


def shows(jwt, by=JOE, **more):
    return lambda nonce: {"jwt": jwt, "sig": by.sig(nonce), **more}


def joe(issuer=ACME, *, by=JOE, standard=None, **nats):
    """Joe's JWT of `issuer`, with the nonce signed."""
    return shows(user_jwt(JOE, issuer, standard=standard, **nats), by)


def raw(jwt):
    return shows(jwt)


def scoped(standard=None, **nats):
    body = claims(
        "user", JOE, SCOPED, {"issuer_account": ACME.nkey, **nats}, **(standard or {})
    )
    return shows(token(body, SCOPED))


def changed(header=HEADER, signer=ACME, nats=None, **fields):
    body = claims("user", JOE, ACME, {**NO_LIMITS, **(nats or {})})
    body.update(fields)
    return shows(token({k: v for k, v in body.items() if v is not None}, signer, header))


GOOD = user_jwt(JOE, ACME)
_HEAD, _BODY, _SIG = GOOD.split(".")
FOR_ACME = {"issuer_account": ACME.nkey}
FAR = "203.0.113.0/24"
ALL_DAY = [{"start": "00:00:00", "end": "23:59:59"}]
# The second goes beyond midnight. 2.9.10 takes such a range for one that has not begun until its
# start has passed today, so the first covers the morning: at any time of day both servers agree.
PAST_MIDNIGHT = [{"start": "00:00:00", "end": "12:00:00"}, {"start": "12:00:00", "end": "11:59:59"}]

JWT_ROWS = (
    # who may come
    ("right", "A user of a trusted account", joe()),
    ("other_account", "A user of another", joe(OTHER)),
    ("signing_key", "Signed by a signing key", joe(SIGNER, **FOR_ACME)),
    ("own_issuer_account", "The account named beside itself", joe(ACME, **FOR_ACME)),
    ("operator_signing_key", "An account by the operator's signing key", joe(BY_SIGNER)),
    ("with_password", "Names and passwords do not count", shows(GOOD, user="x", **{"pass": "y"})),
    ("with_nkey", "An nkey does not count", shows(GOOD, nkey=EVE.nkey)),
    ("with_token", "A token does not count", shows(GOOD, auth_token="x")),
    ("standard_base64", "The signature in standard base64",
     lambda n: {"jwt": GOOD, "sig": standard_base64(JOE.sign(n.encode()))}),
    # who may not
    ("nothing", "No credentials", fixed()),
    ("password", "A password", fixed(user="pat", **{"pass": "secret"})),
    ("nkey", "An nkey", signed(JOE)),
    ("token", "The JWT as a token", lambda n: {"auth_token": GOOD, "sig": JOE.sig(n)}),
    ("no_sig", "A JWT without a signature", fixed(jwt=GOOD)),
    ("stolen", "Another's signature", shows(GOOD, by=ANN)),
    ("issuers_sig", "The account's signature of the nonce", shows(GOOD, by=ACME)),
    ("old_nonce", "A signature of another nonce", lambda n: shows(GOOD)(another(n))),
    ("empty_nonce", "A signature of nothing", lambda n: shows(GOOD)("")),
    ("empty", "An empty JWT", raw("")),
    ("junk", "No JWT", raw("junk")),
    ("dots", "Only dots", raw("..")),
    ("no_signature", "Without its signature", raw(f"{_HEAD}.{_BODY}.")),
    ("two_parts", "Two parts", raw(f"{_HEAD}.{_BODY}")),
    ("four_parts", "Four parts", raw(GOOD + ".x")),
    ("bad_base64", "Not base64", raw(f"{_HEAD}.{_BODY}!.{_SIG}")),
    ("cut_signature", "Its signature cut", raw(GOOD[:-2])),
    ("changed_claims", "Claims of another user under the signature",
     raw(f"{_HEAD}.{user_jwt(ANN, ACME).split('.')[1]}.{_SIG}")),
    ("signature_of_other", "The signature of another JWT",
     raw(f"{_HEAD}.{_BODY}.{user_jwt(ANN, ACME).split('.')[2]}")),
    ("account_as_user", "An account's JWT", raw(ACCOUNTS[ACME])),
    ("operator_as_user", "The operator's JWT", raw(_OPERATOR_JWT)),
    ("unknown_account", "An account that nobody knows", joe(UNKNOWN)),
    ("untrusted_account", "An account of a strange operator", joe(UNTRUSTED)),
    ("unlisted_signing_key", "A signing key that is not listed", joe(UNKNOWN, **FOR_ACME)),
    ("other_accounts_key", "A signing key for another account",
     joe(SIGNER, issuer_account=OTHER.nkey)),
    ("account_for_another", "An account that signs for another",
     joe(OTHER, **FOR_ACME)),
    ("unnamed_account", "A signing key that does not say for whom", joe(SIGNER)),
    ("self_signed", "Signed by the user itself",
     raw(token(claims("user", JOE, JOE, NO_LIMITS), JOE))),
    ("by_operator", "Signed by the operator",
     raw(token(claims("user", JOE, OPERATOR, NO_LIMITS), OPERATOR))),
    ("wrong_signer", "Signed by another than it says", changed(signer=OTHER)),
    # header
    ("alg_none", "Algorithm none", changed({"typ": "JWT", "alg": "none"})),
    ("alg_none_unsigned", "Algorithm none and no signature",
     raw(url64(b'{"typ":"JWT","alg":"none"}') + f".{_BODY}.")),
    ("alg_hs256", "Algorithm HS256", changed({"typ": "JWT", "alg": "HS256"})),
    ("alg_eddsa", "Algorithm EdDSA", changed({"typ": "JWT", "alg": "EdDSA"})),
    ("alg_old", "The algorithm of version 1", changed({"typ": "JWT", "alg": "ed25519"})),
    ("alg_upper", "The algorithm in upper case", changed({"typ": "JWT", "alg": "ED25519-NKEY"})),
    ("alg_missing", "No algorithm", changed({"typ": "JWT"})),
    ("typ_lower", "The type in lower case", changed({"typ": "jwt", "alg": "ed25519-nkey"})),
    ("typ_missing", "No type", changed({"alg": "ed25519-nkey"})),
    ("typ_wrong", "Another type", changed({"typ": "JWE", "alg": "ed25519-nkey"})),
    ("header_list", "A header that is a list", changed("[]")),
    ("header_extra", "A header with more", changed({**HEADER, "kid": "x"})),
    # claims
    ("no_issuer", "Without an issuer", changed(iss=None)),
    ("truncated_issuer", "An issuer that is cut", changed(iss=ACME.nkey[:20])),
    ("empty_issuer", "An empty issuer", changed(iss="")),
    ("no_subject", "Without a subject", changed(sub=None)),
    ("truncated_subject", "A subject that is cut", changed(sub=JOE.nkey[:20])),
    ("account_subject", "A subject that is an account", changed(sub=ACME.nkey)),
    ("subject_of_other", "A subject that is somebody else", changed(sub=ANN.nkey)),
    ("no_nats", "Without `nats`",
     raw(token({k: v for k, v in claims("user", JOE, ACME, {}).items() if k != "nats"}, ACME))),
    ("type_account", "Of another kind", changed(nats={"type": "account"})),
    ("type_unknown", "Of an unknown kind", changed(nats={"type": "thing"})),
    ("type_missing", "Of no kind", changed(nats={"type": ""})),
    ("version_1", "Of version 1", changed(nats={"version": 1})),
    ("version_3", "Of version 3", changed(nats={"version": 3})),
    ("claims_list", "Claims that are a list", raw(token("[]", ACME))),
    ("claims_text", "Claims that are a text", raw(token('"x"', ACME))),
    ("claims_broken", "Claims that are no JSON", raw(token("{", ACME))),
    ("claims_null", "Claims that are null", raw(token("null", ACME))),
    ("unknown_field", "Claims with more", changed(nats={"what": {"is": "this"}})),
    ("subs_text", "A number that is a text", changed(nats={"subs": "5"})),
    ("pub_list", "Permissions that are a list", changed(nats={"pub": ["a"]})),
    ("exp_text", "An end that is a text", changed(exp="tomorrow")),
    ("iss_number", "An issuer that is a number", changed(iss=5)),
    # times
    ("expired", "Expired an hour ago", joe(standard={"exp": NOW - HOUR})),
    ("expired_long_ago", "Expired long ago", joe(standard={"exp": 1})),
    ("expires_later", "Expires in an hour", joe(standard={"exp": NOW + HOUR})),
    ("expires_far", "Expires in 80 years", joe(standard={"exp": NOW + 80 * 365 * 24 * HOUR})),
    ("exp_zero", "No end", joe(standard={"exp": 0})),
    ("not_yet", "Valid in an hour", joe(standard={"nbf": NOW + HOUR})),
    ("begun", "Valid since an hour ago", joe(standard={"nbf": NOW - HOUR})),
    ("issued_later", "Issued in an hour", joe(standard={"iat": NOW + HOUR})),
    ("account_expires_later", "An account that ends in an hour", joe(SOON)),
    # limits
    ("bearer_no_sig", "A bearer token", fixed(jwt=user_jwt(JOE, ACME, bearer_token=True))),
    ("bearer_wrong_sig", "A bearer token with another's signature",
     shows(user_jwt(JOE, ACME, bearer_token=True), by=EVE)),
    ("bearer_forbidden", "A bearer token of an account without them",
     fixed(jwt=user_jwt(JOE, NO_BEARER, bearer_token=True))),
    ("no_bearer_signed", "That account's users may sign", joe(NO_BEARER)),
    ("bearer_expired", "A bearer token that has expired",
     fixed(jwt=user_jwt(JOE, ACME, bearer_token=True, standard={"exp": NOW - 5}))),
    ("bearer_false", "No bearer token", fixed(jwt=user_jwt(JOE, ACME, bearer_token=False))),
    ("revoked", "Revoked", joe(REVOKING)),
    ("revoked_earlier", "Issued after it was revoked", joe(REVOKING, standard={"iat": NOW})),
    ("revoked_other", "Revoked before it was issued",
     shows(user_jwt(ANN, REVOKING), by=ANN)),
    ("src_here", "From this network", joe(src=["127.0.0.0/8"])),
    ("src_elsewhere", "From another network", joe(src=[FAR])),
    ("src_one_of", "From one of several", joe(src=[FAR, "127.0.0.1/32"])),
    ("src_text", "Networks in one text", joe(src=f"{FAR},127.0.0.1/32")),
    ("src_ipv6", "From every IPv6 network", joe(src=["::/0"])),
    ("src_broken", "A network that is none", joe(src=["localhost"])),
    ("src_no_bits", "A network without its bits", joe(src=["127.0.0.1"])),
    ("src_empty", "No networks", joe(src=[])),
    ("kind_standard", "For this kind", joe(allowed_connection_types=["STANDARD"])),
    ("kind_lower", "In lower case", joe(allowed_connection_types=["standard"])),
    ("kind_websocket", "For websockets", joe(allowed_connection_types=["WEBSOCKET"])),
    ("kind_leaf", "For leaf nodes", joe(allowed_connection_types=["LEAFNODE"])),
    ("kind_several", "For several", joe(allowed_connection_types=["MQTT", "STANDARD"])),
    ("kind_unknown", "For an unknown kind", joe(allowed_connection_types=["PIGEON"])),
    ("kind_unknown_too", "For an unknown kind too",
     joe(allowed_connection_types=["PIGEON", "STANDARD"])),
    ("kind_empty", "For no kind in particular", joe(allowed_connection_types=[])),
    ("times_all_day", "At any time", joe(times=PAST_MIDNIGHT, times_location="UTC")),
    ("times_place", "In a place that is none", joe(times=ALL_DAY, times_location="No/Where")),
    ("times_broken", "A time that is none", joe(times=[{"start": "x", "end": "y"}])),
    ("times_empty_range", "A range that is empty",
     joe(times=[{"start": "00:00:00", "end": "00:00:00"}], times_location="UTC")),
    ("proxy", "Only through a proxy", joe(proxy_required=True)),
    ("pub_deny", "What may be published", joe(pub={"deny": ["foo"]})),
    ("pub_allow", "What may only be published", joe(pub={"allow": ["bar"]})),
    ("sub_deny", "What may be subscribed to", joe(sub={"deny": ["foo"]})),
    ("sub_allow", "What may only be subscribed to", joe(sub={"allow": ["bar"]})),
    ("sub_queue", "A queue", joe(sub={"allow": ["foo q"]})),
    ("resp", "Only answers", joe(resp={"max": 1, "ttl": 1_000_000_000})),
    ("default_permissions", "The account's permissions", joe(DEFAULTS)),
    ("own_permissions", "The user's own instead", joe(DEFAULTS, pub={"deny": ["bar"]})),
    ("subs_one", "One subscription", joe(subs=1)),
    ("payload_small", "No payload", joe(payload=0)),
    ("payload_fits", "One byte", joe(payload=1)),
    ("account_low", "The account's lower limits", joe(LOW)),
    # scopes
    ("scoped", "A user of a scoped key", scoped()),
    ("scoped_name", "With a name", scoped({"name": "joe"})),
    ("scoped_tags", "With tags", scoped(tags=["team:a", "team:b"])),
    ("scoped_limits", "That names limits", scoped(**NO_LIMITS)),
    ("scoped_pub", "That names permissions", scoped(pub={"allow": [">"]})),
    ("scoped_bearer", "That makes itself a bearer token", scoped(bearer_token=True)),
    ("scoped_kinds", "That names kinds", scoped(allowed_connection_types=["STANDARD"])),
    ("scoped_src", "That names networks", scoped(src=["127.0.0.0/8"])),
    ("scoped_elsewhere", "For another account",
     scoped(issuer_account=OTHER.nkey)),
    ("scoped_expired", "That has expired", scoped({"exp": NOW - 5})),
    ("scoped_wildcard_name", "With a name that would widen its rules", scoped({"name": ">"})),
)  # fmt: skip
AREA.rows(JWTS, nonce_told, [("jwts_nonce", "A nonce in operator mode")])
AREA.rows(JWTS, login, [(f"jwt_{n}", a, o) for n, a, o in JWT_ROWS])
AREA.rows(STRICT, login, [
    ("jwt_strict_operator", "Strict: the operator's own key signs no accounts", joe()),
    ("jwt_strict_signer", "Strict: nor do accounts' own keys sign users", joe(BY_SIGNER)),
    ("jwt_strict_signers", "Strict: signing keys of both do",
     joe(SIGNER, issuer_account=WITH_SIGNER.nkey)),
    ("jwt_strict_account_signer", "Strict: a signing key of an account by the operator's own key",
     joe(SIGNER, **FOR_ACME)),
    ("jwt_strict_untrusted", "Strict: strangers do not", joe(UNTRUSTED)),
])  # fmt: skip
AREA.rows(TRUSTED_KEYS, login, [
    ("jwt_trusted_key", "A key that is trusted without a JWT", joe()),
    ("jwt_trusted_key_signer", "Its signing keys are not", joe(BY_SIGNER)),
    ("jwt_trusted_key_other", "Nor is another", joe(UNTRUSTED)),
])  # fmt: skip


@AREA.case(JWTS)
def jwt_isolation(play):
    """Accounts do not hear each other."""
    a, b = play.open("a", info=False), play.open("b", info=False)
    for talker, issuer in ((a, ACME), (b, OTHER)):
        body = {"verbose": False, **joe(issuer)(talker.info()["nonce"])}
        talker.send(f"CONNECT {json.dumps(body)}\r\n", quiet=True)
        talker.talk("SUB > 1\r\n")
    a.talk("PUB x 1\r\na\r\n")
    b.talk("PUB x 1\r\nb\r\n")


@AREA.case(JWTS, alone=True)
def jwt_expires_while_connected(play):
    """Who is connected must go when its JWT ends."""
    c = play.open(info=False)
    body = {"verbose": False, **joe(standard={"exp": int(time.time()) + 3})(c.info()["nonce"])}
    c.send(f"CONNECT {json.dumps(body)}\r\n", quiet=True)
    c.talk()
    c.read_to_end()
    play.note_close_reason(c)
