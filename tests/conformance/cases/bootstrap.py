"""A resolver's folder that is empty at first: who may come in and push the first JWTs.

MODEL   The folder is made for each case; nothing is preloaded. Nobody has the system account's JWT, only
        the operator's JWT or `system_account` names it.
"""

from tests.conformance.cases.account_deletion import _asked, _told
from tests.conformance.cases.account_jwts import A, OPERATOR, STRANGER, SYSTEM, USERS, _enter
from tests.conformance.script import Area, Setup
from tests.support.nats_keys import Key, account_jwt, operator_jwt

AREA = Area("bootstrap")
USERS.setdefault(SYSTEM, Key("U", 24))
USERS.setdefault(STRANGER, Key("U", 42))


def _folder(name: str, operator: str, more: str = "") -> Setup:
    return Setup(
        f"bootstrap_{name}",
        f'operator: {operator}\nresolver {{ type: full, dir: "{{dir}}/accounts" }}\n{more}',
    )


_NAMED = f"system_account: {SYSTEM.nkey}\n"
BY_OPERATOR = _folder("by_operator", operator_jwt(OPERATOR, system_account=SYSTEM.nkey))
BY_OPTION = _folder("by_option", operator_jwt(OPERATOR), _NAMED)
PUSH = "$SYS.REQ.CLAIMS.UPDATE"


def first_push(play):
    """The system account's own key signs who comes first; then its JWT comes, and the other accounts'."""
    system = _enter(play, "sys", SYSTEM)
    system.talk("SUB foo 9\r\nPUB foo 1\r\nx\r\n")
    if system.sock.ended:
        return
    (listed,) = _asked(system, "$SYS.REQ.CLAIMS.LIST", "")
    play.note(f"nothing is listed: {SYSTEM.nkey.encode() not in listed}")
    (answer,) = _asked(system, PUSH, account_jwt(A, OPERATOR))
    _told(play, answer)
    _enter(play, "a", A).talk("SUB foo 1\r\nPUB foo 1\r\ny\r\n")
    (answer,) = _asked(system, PUSH, account_jwt(SYSTEM, OPERATOR))
    _told(play, answer)
    system.talk("PUB foo 1\r\nz\r\n")
    _enter(play, "again", SYSTEM).talk("")


for _name, _about, _setup in (
    ("by_operator", "The operator's JWT names it", BY_OPERATOR),
    ("by_option", "system_account names it", BY_OPTION),
):
    AREA.add(_setup, _name, _about, first_push, alone=True)


@AREA.case(BY_OPERATOR, alone=True)
def others(play):
    """Nobody of another account."""
    _enter(play, "a", A).talk("")
    _enter(play, "stranger", STRANGER).talk("")
