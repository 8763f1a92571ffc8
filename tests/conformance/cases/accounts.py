"""Accounts: subject spaces that are apart."""

from tests.conformance.script import Area, Setup
from tests.conformance.transcript import info_fields

AREA = Area("accounts")

ACCOUNTS = Setup(
    "auth_accounts",
    """
accounts {
  A { users = [ { user: a, password: a }, { user: a2, password: a } ] }
  B { users = [ { user: b, password: b } ] }
}
""",
)


@AREA.case(ACCOUNTS)
def apart(play):
    """Messages do not leave their account."""
    a, a2, b = (play.connect(n, user=n, **{"pass": n[0]}) for n in ("a", "a2", "b"))
    a2.talk("SUB > 1\r\n")
    b.talk("SUB > 1\r\n")
    a.talk("PUB foo 1\r\nx\r\n")
    play.carry(a, a2)
    b.talk("")


@AREA.case(ACCOUNTS)
def nobody(play):
    """Users of accounts have to log in."""
    play.connect().talk("")


@AREA.case(ACCOUNTS)
def second_connect(play):
    """A second CONNECT may change the account; the subscriptions stay behind."""
    c, a2, b = (play.connect(n, user=n, **{"pass": n[0]}) for n in ("a", "a2", "b"))
    c.talk("SUB foo 1\r\n")
    c.talk('CONNECT {"verbose":false,"user":"b","pass":"b"}\r\n')
    for publisher in (a2, b):
        publisher.talk("PUB foo 1\r\nx\r\n")
    c.talk("")
    c.talk("SUB foo 2\r\n")
    b.talk("PUB foo 1\r\ny\r\n")
    play.carry(b, c)


@AREA.case(ACCOUNTS)
def account_in_info(play):
    """The INFO after the first PONG names the account."""
    c = play.open()
    c.send('CONNECT {"user":"b","pass":"b","protocol":1,"verbose":false}\r\nPING\r\nPING\r\n')
    for _ in range(2):
        for frame in c.read_until(lambda f: f.line == b"PONG"):
            if frame.verb == "INFO":
                info = info_fields(frame.line)
                play.note(f"{info.get('remote_account')} {info.get('acc_is_sys')}")


ONLY_SYSTEM = Setup(
    "auth_only_system", "accounts { $SYS { users = [ { user: admin, password: s } ] } }\n"
)
ONLY_SYSTEM_NAMED = Setup("auth_only_system_named", "system_account: S\naccounts { S { } }\n")
ONLY_SYSTEM_BLOCK = Setup(
    "auth_only_system_block",
    "authorization { timeout: 2 }\naccounts { $SYS { users = [ { user: admin, password: s } ] } }\n",
)
SYSTEM_AND_OTHER = Setup(
    "auth_system_and_other",
    "accounts { $SYS { users = [ { user: admin, password: s } ] }\n A { users = [ { user: a, password: a } ] } }\n",
)


def who_comes_in(play, credentials):
    c = play.open(info=False)
    play.note(f"auth_required {c.info().get('auth_required')}")
    c.connect(**credentials)
    c.talk("SUB foo 1\r\nPUB foo 1\r\nx\r\n")


for setup in (ONLY_SYSTEM, ONLY_SYSTEM_NAMED, ONLY_SYSTEM_BLOCK, SYSTEM_AND_OTHER):
    AREA.rows(
        setup,
        who_comes_in,
        [
            (f"{setup.name}_nobody", "no credentials", {}),
            (f"{setup.name}_wrong", "wrong credentials", {"user": "x", "pass": "y"}),
            (f"{setup.name}_admin", "the system account's user", {"user": "admin", "pass": "s"}),
        ],
    )
