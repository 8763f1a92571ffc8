"""Auth callout in operator mode: what a service may answer whose account's JWT names it."""

import json

from tests.conformance import transcript
from tests.conformance.cases.callout import (
    HOUR,
    JOE,
    NOW,
    STRANGER,
    SUBJECT,
    Asked,
    answer_with,
    asked_of,
)
from tests.conformance.script import Area, Setup
from tests.support.nats_keys import (
    ACCOUNT_LIMITS,
    NO_LIMITS,
    Key,
    account_jwt,
    claims,
    operator_jwt,
    token,
    user_jwt,
)

AREA = Area("callout")

OPERATOR, SYSTEM = Key("O", 31), Key("A", 33)
AUTH, SIGNER, TARGET, TARGET_SIGNER, FORBIDDEN, ANYWHERE, LONELY, FULL = (
    Key("A", n) for n in range(41, 49)
)  # fmt: skip
SERVING, SENTINEL = Key("U", 41), Key("U", 42)


def _account(account, **nats):
    return account_jwt(account, OPERATOR, **nats)


SCOPE = {
    "kind": "user_scope", "key": TARGET_SIGNER.nkey, "role": "r",
    "template": {"pub": {"allow": ["foo"]}, "sub": {"allow": ["foo"]}, **NO_LIMITS},
}  # fmt: skip
ACCOUNTS = {
    SYSTEM: _account(SYSTEM),
    AUTH: _account(AUTH, signing_keys=[SIGNER.nkey], authorization={
        "auth_users": [SERVING.nkey], "allowed_accounts": [TARGET.nkey]}),
    ANYWHERE: _account(ANYWHERE, authorization={"auth_users": [SERVING.nkey], "allowed_accounts": ["*"]}),
    LONELY: _account(LONELY, authorization={"auth_users": [SERVING.nkey]}),
    FULL: _account(FULL, limits={**ACCOUNT_LIMITS, "conn": 1}, authorization={
        "auth_users": [SERVING.nkey], "allowed_accounts": [TARGET.nkey]}),
    TARGET: _account(TARGET, signing_keys=[SCOPE]),
    FORBIDDEN: _account(FORBIDDEN),
}  # fmt: skip


def _operator_config(timeout: int = 30) -> str:
    preload = "\n".join(f"  {account.nkey}: {jwt}" for account, jwt in ACCOUNTS.items())
    return f"""
operator: {operator_jwt(OPERATOR, system_account=SYSTEM.nkey)}
resolver: MEMORY
resolver_preload: {{
{preload}
}}
authorization {{ timeout: {timeout} }}
"""


OPERATED = Setup("callout_operator", _operator_config())


def _serve(play, account):
    service = play.open("service", info=False)
    nonce = service.info()["nonce"]
    login = {"verbose": False, "jwt": user_jwt(SERVING, account), "sig": SERVING.sig(nonce)}
    service.send(f"CONNECT {json.dumps(login)}\r\n", quiet=True)
    service.talk_quietly(f"SUB {SUBJECT} 1\r\n")
    return service


def _come(play, account):
    c = play.open(info=False)
    nonce = c.info()["nonce"]
    body = {"verbose": False, "pedantic": False, "user": "dlc", "pass": "zzz",
            "jwt": user_jwt(SENTINEL, account, standard={"name": "sentinel"}, tags=["a"]),
            "sig": SENTINEL.sig(nonce)}  # fmt: skip
    c.send(f"CONNECT {json.dumps(body)}\r\n", quiet=True)
    return c


def _operated(play, account, make):
    service = _serve(play, account)
    c = _come(play, account)
    asked = asked_of(service)
    if make is None:
        for line in transcript.shape(asked.claims):
            play.note(line)
        play.note(f"about {asked.claims['sub'] == account.nkey}, user {asked.client['user']}, "
                  f"tags {asked.client.get('tags')}, name {asked.client.get('name_tag')}")
        make = lambda a: a.placed(account)  # noqa: E731
    answer_with(service, asked, make(OperatedAsked(asked, account)))
    c.talk("SUB foo 1\r\nPUB foo 1\r\nx\r\n")
    if c.sock.ended:
        return play.note_close_reason(c)
    names = {AUTH.nkey: "AUTH", TARGET.nkey: "TARGET", ANYWHERE.nkey: "ANYWHERE",
             FORBIDDEN.nkey: "FORBIDDEN", LONELY.nkey: "LONELY"}  # fmt: skip
    for connection in play.json("/connz?auth=1")["connections"]:
        if connection["cid"] == c.cid:
            account_name = names.get(connection.get("account"), connection.get("account"))
            play.note(f"is {connection.get('authorized_user')} in {account_name}")


class OperatedAsked:
    def __init__(self, asked: Asked, account: Key):
        self.asked, self.account = asked, account

    def placed(self, account, signer=None, *, answer_by=None, answer=None, standard=None, **nats):
        """The client as a user of `account`."""
        if signer is not None:
            nats = {"issuer_account": account.nkey, **nats}
        signer = signer or account
        standard = {"name": "", "exp": NOW + HOUR, **(standard or {})}
        body = claims("user", self.asked.user, signer, nats, **standard)
        return self.asked.yes(answer_by or self.account, user=token(body, signer), **(answer or {}))


def operated(play, row):
    account, make = row
    _operated(play, account, make)


FOR_SIGNER = {"issuer_account": AUTH.nkey}
AREA.rows(OPERATED, operated, [
    ("operator_asked", "What the service is asked", (AUTH, None)),
    ("operator_own", "A user of its own account", (AUTH, lambda a: a.placed(AUTH, **NO_LIMITS))),
    ("operator_own_signer", "Signed by its signing key", (AUTH, lambda a: a.placed(AUTH, SIGNER, **NO_LIMITS))),
    ("operator_answer_signer", "The answer signed by the signing key",
     (AUTH, lambda a: a.placed(AUTH, answer_by=SIGNER, answer=FOR_SIGNER, **NO_LIMITS))),
    ("operator_answer_signer_alone", "Without saying for whom",
     (AUTH, lambda a: a.placed(AUTH, answer_by=SIGNER, **NO_LIMITS))),
    ("operator_answer_stranger", "Signed by a stranger for it",
     (AUTH, lambda a: a.placed(AUTH, answer_by=STRANGER, answer=FOR_SIGNER, **NO_LIMITS))),
    ("operator_answer_target", "Signed by another account",
     (AUTH, lambda a: a.placed(AUTH, answer_by=TARGET, **NO_LIMITS))),
    ("operator_answer_for_target", "Signed for another account",
     (AUTH, lambda a: a.placed(AUTH, answer={"issuer_account": TARGET.nkey}, **NO_LIMITS))),
    ("operator_target", "A user of an account it may place users in",
     (AUTH, lambda a: a.placed(TARGET, **NO_LIMITS))),
    ("operator_target_scoped", "By its scoped key", (AUTH, lambda a: a.placed(TARGET, TARGET_SIGNER))),
    ("operator_target_scope_broken", "By its scoped key, asking for more",
     (AUTH, lambda a: a.placed(TARGET, TARGET_SIGNER, pub={"allow": [">"]}))),
    ("operator_target_wrong_signer", "By a key of another account",
     (AUTH, lambda a: a.placed(TARGET, SIGNER, **NO_LIMITS))),
    ("operator_forbidden", "A user of an account it may not place users in",
     (AUTH, lambda a: a.placed(FORBIDDEN, **NO_LIMITS))),
    ("operator_unknown", "Of an unknown account", (AUTH, lambda a: a.placed(STRANGER, **NO_LIMITS))),
    ("operator_anywhere", "Where any account is allowed",
     (ANYWHERE, lambda a: a.placed(FORBIDDEN, **NO_LIMITS))),
    ("operator_anywhere_unknown", "But not an unknown one",
     (ANYWHERE, lambda a: a.placed(STRANGER, **NO_LIMITS))),
    ("operator_lonely", "Where none is allowed", (LONELY, lambda a: a.placed(TARGET, **NO_LIMITS))),
    ("operator_expired", "A user that has expired",
     (AUTH, lambda a: a.placed(AUTH, standard={"exp": NOW - HOUR}, **NO_LIMITS))),
    ("operator_refused", "No", (AUTH, lambda a: b"")),
    ("operator_error", "No, with a reason", (AUTH, lambda a: a.asked.yes(AUTH, jwt=None, error="no"))),
])  # fmt: skip


@AREA.case(OPERATED)
def operator_full(play):
    """The service's account is full: nobody comes in by it, wherever the service would place him."""
    _serve(play, FULL)
    c = _come(play, FULL)
    c.read_to_end()
    play.note_close_reason(c)


def operator_serves(play, signs_as):
    """Who serves is not asked about."""
    c = play.open(info=False)
    nonce = c.info()["nonce"]
    body = {"verbose": False, "jwt": user_jwt(SERVING, AUTH), "sig": signs_as.sig(nonce)}
    c.send(f"CONNECT {json.dumps(body)}\r\n", quiet=True)
    c.talk(f"SUB {SUBJECT} 1\r\nPUB {SUBJECT} 1\r\nx\r\n")
    if c.sock.ended:
        play.note_close_reason(c)


AREA.rows(OPERATED, operator_serves, [
    ("operator_serves", "Who serves signs the nonce", SERVING),
    ("operator_serves_wrong", "With a wrong signature", JOE),
])  # fmt: skip
