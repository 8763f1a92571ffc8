"""Nkeys, operators, accounts and users that client programs log in with.

MODEL   Each file is what the tools of NATS write: a seed, or a JWT and a seed ("creds"). The good ones
        are let in; every other one has one thing wrong with it.
"""

import time

from tests.support.nats_keys import Key, account_jwt, operator_jwt, user_jwt

OPERATOR = Key("O", 1)
ACCOUNT, SIGNER, SYSTEM, STRANGER = (Key("A", n) for n in range(1, 5))
USER, OTHER, REVOKED = (Key("U", n) for n in range(1, 4))

NKEY_CONFIG = f"""authorization {{ users: [
    {{nkey: {USER.nkey}}}, {{user: pat, password: secret}} ] }}"""

_ACCOUNT_JWT = account_jwt(
    ACCOUNT, OPERATOR, signing_keys=[SIGNER.nkey], revocations={REVOKED.nkey: int(time.time())}
)
JWT_CONFIG = f"""operator: {operator_jwt(OPERATOR, system_account=SYSTEM.nkey)}
resolver: MEMORY
resolver_preload: {{
    {ACCOUNT.nkey}: {_ACCOUNT_JWT}
    {SYSTEM.nkey}: {account_jwt(SYSTEM, OPERATOR)}
}}"""

# A service decides who clients are: the users of an account in clear, sealed, and by operators.
_CALLOUT = """accounts {{ AUTH {{ users [ {{user: auth, password: pwd}} ] }}, ACME {{}} }}
authorization {{ timeout: 2, auth_callout {{ issuer: {issuer}, account: AUTH, auth_users: [auth] {more} }} }}"""
CURVE_SEED = "SXAACAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAIBAEAQCAN4QM"  # bytes of one
_CURVE = "XCSOBEUSWZI4E6FZO4WFNH27VG5RHWIGWRVLNDE57HOCWRAJ7CRATSUK"
CALLOUT_CONFIG = _CALLOUT.format(issuer=ACCOUNT.nkey, more="")
CALLOUT_XKEY_CONFIG = _CALLOUT.format(issuer=ACCOUNT.nkey, more=f", xkey: {_CURVE}")
_SERVED_JWT = account_jwt(ACCOUNT, OPERATOR, authorization={"auth_users": [USER.nkey]})
CALLOUT_JWT_CONFIG = JWT_CONFIG.replace(_ACCOUNT_JWT, _SERVED_JWT)


def creds(jwt: str, seed: str) -> str:
    return (
        f"-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n"
        f"-----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
    )


def files() -> dict[str, str]:
    """The text of each file by the name that programs know it by."""
    good = user_jwt(USER, ACCOUNT)
    expired = user_jwt(USER, ACCOUNT, standard={"exp": int(time.time()) - 60})
    return {
        "nkey.seed": USER.seed,
        "nkey.other": OTHER.seed,
        "account.seed": ACCOUNT.seed,
        "creds": creds(good, USER.seed),
        "creds.sentinel": creds(user_jwt(OTHER, ACCOUNT), OTHER.seed),
        "creds.signer": creds(user_jwt(USER, SIGNER, issuer_account=ACCOUNT.nkey), USER.seed),
        "creds.stolen": creds(good, OTHER.seed),
        "creds.expired": creds(expired, USER.seed),
        "creds.revoked": creds(user_jwt(REVOKED, ACCOUNT), REVOKED.seed),
        "creds.stranger": creds(user_jwt(USER, STRANGER), USER.seed),
    }
