"""Operator mode: the JWT of those who send none, and the only accounts whose users may come in."""

import json

from tests.conformance.cases.account_jwts import A, B, OPERATOR, SYSTEM, USERS, _enter
from tests.conformance.script import Area, Setup
from tests.support.nats_keys import Key, account_jwt, operator_jwt, user_jwt

AREA = Area("sentinels")

ANYBODY = Key("U", 41)
USERS.setdefault(SYSTEM, Key("U", 24))
_PRELOADED = "\n".join(f"  {a.nkey}: {account_jwt(a, OPERATOR)}" for a in (A, B, SYSTEM))
_OPERATOR = (
    f"operator: {operator_jwt(OPERATOR)}\nsystem_account: {SYSTEM.nkey}\n"
    f"resolver: MEMORY\nresolver_preload {{\n{_PRELOADED}\n}}\n"
)
_BEARER = user_jwt(ANYBODY, A, bearer_token=True)
SENTINEL = Setup("sentinels", f"{_OPERATOR}default_sentinel: {_BEARER}\n")
PINNED = Setup("sentinels_pinned", f"{_OPERATOR}resolver_pinned_accounts: [ {A.nkey} ]\n")
PINNED_ONE = Setup("sentinels_pinned_one", f"{_OPERATOR}resolver_pinned_accounts: {B.nkey}\n")

_NAMES = {A.nkey: "A", B.nkey: "B", SYSTEM.nkey: "SYSTEM", ANYBODY.nkey: "ANYBODY"}
_NAMES |= {USERS[B].nkey: "A USER OF B"}


def _who(play, talker) -> None:
    known = play.json("/connz?auth=true&limit=1000")["connections"]
    entry = next((c for c in known if c["cid"] == talker.cid), None)
    if entry is not None:
        user, account = entry.get("authorized_user", ""), entry.get("account", "")
        play.note(f"is {_NAMES.get(user, user)} in {_NAMES.get(account, account)}")


def _log_in(play, options: dict) -> None:
    c = play.open("c")
    body = {"verbose": False, "pedantic": False, **options}
    c.send(f"CONNECT {json.dumps(body)}\r\n", quiet=True)
    c.talk("SUB foo 1\r\nPUB foo 1\r\nx\r\n")
    _who(play, c)


AREA.rows(
    SENTINEL,
    _log_in,
    [
        ("nothing", "Who sends nothing", {}),
        ("token", "Who sends a token", {"auth_token": "x"}),
        ("named", "Who sends a name and a password", {"user": "joe", "pass": "x"}),
        ("no_jwt", "Whose JWT is none", {"jwt": "x"}),
        ("account_jwt", "Whose JWT is no user's", {"jwt": account_jwt(A, OPERATOR)}),
        ("unsigned", "Whose JWT is good, but not signed for", {"jwt": user_jwt(USERS[B], B)}),
        ("bearer", "Who is a bearer itself",
         {"jwt": user_jwt(USERS[B], B, bearer_token=True)}),
    ],
)  # fmt: skip


@AREA.case(SENTINEL)
def own(play):
    """Who has a JWT comes by it."""
    b = _enter(play, "b", B)
    b.talk("")
    _who(play, b)


def _pinned(play) -> None:
    for name, account in (("a", A), ("b", B), ("sys", SYSTEM)):
        user = _enter(play, name, account)
        user.talk("")
        _who(play, user)


@AREA.case(PINNED, alone=True)
def pinned_counted(play):
    """How many were refused for it is in /varz, once there were some."""
    play.note(f"{play.json('/varz').get('pinned_account_fails')}")
    for name, account in (("a", A), ("b", B), ("c", B)):
        _enter(play, name, account).talk("")
    play.note(f"{play.json('/varz').get('pinned_account_fails')}")


AREA.add(PINNED, "pinned", "The users of one account, and of the system's", _pinned)
AREA.add(PINNED_ONE, "pinned_word", "It need not be a list", _pinned)
