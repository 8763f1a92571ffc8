"""Who may come in: users, passwords, tokens, bcrypt, no_auth_user, the timeout."""

import time

from tests.conformance.script import Area, Setup

AREA = Area("authentication")

# bcrypt of "secret", the cheapest cost
BCRYPT = "$2a$04$mPx0eLdrCGqcDrd/OLt3oe8xeOGcaRMO2ibEGFSgUQuUx6pPMtR1W"

ONE = Setup("auth_one", "authorization { user: joe, password: secret, timeout: 30 }\n")
HASHED = Setup("auth_bcrypt", f'authorization {{ user: joe, password: "{BCRYPT}", timeout: 30 }}\n')
TOKEN = Setup("auth_token", "authorization { token: letmein, timeout: 30 }\n")
HASHED_TOKEN = Setup("auth_token_bcrypt", f'authorization {{ token: "{BCRYPT}", timeout: 30 }}\n')
USERS = Setup(
    "auth_users",
    """
authorization {
  timeout: 30
  users = [
    { user: joe, password: secret }
    { user: ann, password: other }
    { user: bcr, password: "%s" }
  ]
}
""" % BCRYPT,
)
GUEST = Setup(
    "auth_guest",
    """
no_auth_user: guest
authorization { timeout: 30, users = [
  { user: joe, password: secret }
  { user: guest, password: guest } ] }
""",
)
TIMEOUT = Setup(
    "auth_timeout", "authorization { user: joe, password: secret, timeout: 1 }\n", slow=True
)


def login(play, options):
    play.connect(**options).talk("SUB foo 1\r\nPUB foo 1\r\nx\r\n")


LOGINS = (
    ("right", "The right name and password", {"user": "joe", "pass": "secret"}),
    ("right_verbose", "With +OK", {"user": "joe", "pass": "secret", "verbose": True}),
    ("wrong_password", "A wrong password", {"user": "joe", "pass": "Secret"}),
    ("wrong_user", "A wrong name", {"user": "Joe", "pass": "secret"}),
    ("no_password", "No password", {"user": "joe"}),
    ("empty_password", "An empty password", {"user": "joe", "pass": ""}),
    ("no_user", "No name", {"pass": "secret"}),
    ("nothing", "No credentials", {}),
    ("as_token", "The password as a token", {"auth_token": "secret"}),
    (
        "with_token",
        "A token beside the right password",
        {"user": "joe", "pass": "secret", "auth_token": "x"},
    ),
    ("long_password", "A long wrong password", {"user": "joe", "pass": "secret" * 200}),
    ("hash_as_password", "The hash is no password", {"user": "joe", "pass": BCRYPT}),
)
AREA.rows(ONE, login, [(f"one_{n}", a, o) for n, a, o in LOGINS])
AREA.rows(HASHED, login, [(f"bcrypt_{n}", a, o) for n, a, o in LOGINS])

TOKENS = (
    ("right", "The right token", {"auth_token": "letmein"}),
    ("wrong", "A wrong token", {"auth_token": "letmeout"}),
    ("none", "No token", {}),
    ("empty", "An empty token", {"auth_token": ""}),
    ("as_password", "The token as a password", {"user": "x", "pass": "letmein"}),
    ("as_user", "The token as a name", {"user": "letmein"}),
    ("number", "A token that is a number", {"auth_token": 1}),
)
AREA.rows(TOKEN, login, [(f"token_{n}", a, o) for n, a, o in TOKENS])
AREA.rows(
    HASHED_TOKEN,
    login,
    [
        ("token_bcrypt_right", "The right token for a hash", {"auth_token": "secret"}),
        ("token_bcrypt_wrong", "A wrong token for a hash", {"auth_token": "letmein"}),
        ("token_bcrypt_itself", "The hash is no token", {"auth_token": BCRYPT}),
    ],
)
AREA.rows(
    USERS,
    login,
    [
        ("users_first", "The first of the list", {"user": "joe", "pass": "secret"}),
        ("users_second", "The second of the list", {"user": "ann", "pass": "other"}),
        ("users_bcrypt", "One with a hash", {"user": "bcr", "pass": "secret"}),
        ("users_crossed", "The password of another", {"user": "joe", "pass": "other"}),
        ("users_unknown", "Somebody unknown", {"user": "eve", "pass": "secret"}),
        ("users_nothing", "No credentials", {}),
        (
            "users_account_field",
            "account is refused all the same",
            {"user": "joe", "pass": "secret", "account": "A"},
        ),
    ],
)


def before_login(play, text):
    play.open().talk(text)


AREA.rows(
    ONE,
    before_login,
    [
        ("first_ping", "PING before CONNECT", ""),
        ("first_pub", "PUB before CONNECT", "PUB foo 1\r\nx\r\n"),
        ("first_sub", "SUB before CONNECT", "SUB foo 1\r\n"),
        ("first_pong", "PONG before CONNECT", "PONG\r\n"),
        ("first_info", "INFO before CONNECT", "INFO {}\r\n"),
        ("first_unknown", "An unknown verb before CONNECT", "FOO\r\n"),
        ("first_c", "A verb that begins as CONNECT does", "COME\r\n"),
        ("first_ok", "+OK before CONNECT", "+OK\r\n"),
        ("bad_json", "CONNECT with bad JSON", "CONNECT {\r\n"),
        ("no_body", "CONNECT without anything", "CONNECT\r\n"),
        ("bad_protocol", "Bad protocol and no credentials", 'CONNECT {"protocol":9}\r\n'),
        (
            "good_then_pub",
            "All in one write",
            'CONNECT {"user":"joe","pass":"secret"}\r\nSUB a 1\r\nPUB a 1\r\nx\r\n',
        ),
        (
            "bad_then_pub",
            "Nothing is done after a refusal",
            'CONNECT {"user":"joe","pass":"x"}\r\nSUB a 1\r\nPUB a 1\r\nx\r\n',
        ),
        (
            "good_bad_protocol",
            "Right password, bad protocol",
            'CONNECT {"user":"joe","pass":"secret","protocol":2}\r\n',
        ),
    ],
)


@AREA.case(ONE)
def info_tells(play):
    """INFO says that somebody has to log in."""
    play.note(f"auth_required {play.open(info=False).info().get('auth_required')}")


@AREA.case(GUEST)
def info_with_no_auth_user(play):
    """With no_auth_user nobody has to."""
    play.note(f"auth_required {play.open(info=False).info().get('auth_required')}")


@AREA.case(USERS)
def second_connect_right_user(play):
    """A second CONNECT may log in as somebody else."""
    c = play.connect(user="joe", **{"pass": "secret"})
    c.talk(
        'CONNECT {"verbose":true,"user":"ann","pass":"other"}\r\nSUB foo 1\r\nPUB foo 1\r\nx\r\n'
    )


@AREA.case(USERS)
def second_connect_wrong_user(play):
    """A second CONNECT with wrong credentials ends the connection."""
    c = play.connect(user="joe", **{"pass": "secret"})
    c.talk('CONNECT {"user":"joe","pass":"wrong"}\r\n')


@AREA.case(USERS)
def second_connect_without(play):
    """A second CONNECT without credentials keeps those of the first."""
    c = play.connect(user="joe", **{"pass": "secret"})
    c.talk('CONNECT {"verbose":true}\r\nPUB foo 0\r\n\r\n')


@AREA.case(TIMEOUT)
def timeout(play):
    """Who says nothing is sent away."""
    started = time.monotonic()
    play.open().read_to_end()
    play.note(f"not before the timeout: {time.monotonic() - started >= 0.9}")


@AREA.case(TIMEOUT)
def timeout_after_half_a_line(play):
    """Who says half of something too."""
    c = play.open()
    c.send('CONNECT {"user":"joe","pass":')
    c.read_to_end()


@AREA.case(TIMEOUT)
def timeout_is_over_after_login(play):
    """Who has logged in stays."""
    early = play.connect("early", user="joe", **{"pass": "secret"})
    play.open("late").read_to_end()
    early.talk("")


AREA.rows(
    GUEST,
    before_login,
    [
        ("guest_ping_first", "PING without CONNECT", ""),
        ("guest_pub_first", "PUB without CONNECT", "PUB lobby 1\r\nx\r\n"),
        ("guest_sub_first", "SUB without CONNECT", "SUB lobby 1\r\nPUB lobby 1\r\nx\r\n"),
        ("guest_empty_connect", "CONNECT without credentials", "CONNECT {}\r\nSUB lobby 1\r\n"),
        (
            "guest_wrong_password",
            "Wrong credentials are no guest",
            'CONNECT {"user":"joe","pass":"x"}\r\n',
        ),
        ("guest_wrong_token", "Nor is a wrong token", 'CONNECT {"auth_token":"x"}\r\n'),
        (
            "guest_other_user",
            "Another user may log in",
            'CONNECT {"user":"joe","pass":"secret"}\r\nSUB hall 1\r\nPUB hall 1\r\nx\r\n',
        ),
        (
            "guest_then_login",
            "And a guest may log in later",
            'SUB lobby 1\r\nCONNECT {"user":"joe","pass":"secret"}\r\n'
            "SUB hall 2\r\nPUB hall 1\r\nx\r\n",
        ),
        ("guest_unknown_verb", "An unknown verb first", "FOO\r\n"),
    ],
)
