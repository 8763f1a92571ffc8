"""What a user may publish and subscribe to; violations never close the connection."""

from tests.conformance.script import Area, Setup

AREA = Area("permissions")

USERS = Setup(
    "permissions",
    """
authorization {
  timeout: 30
  users = [
    { user: joe, password: secret }
    { user: few, password: x, permissions: {
        publish: { allow: ["open.>", "both"], deny: ["open.closed"] }
        subscribe: { allow: ["open.>", "_INBOX.>", "work q"], deny: "open.closed" } } }
    { user: ser, password: x, permissions: {
        publish: { allow: "announce" }, subscribe: "service", allow_responses: true } }
    { user: ser2, password: x, permissions: {
        subscribe: "service", allow_responses: { max: 2, expires: "1m" } } }
    { user: mute, password: x, permissions: { publish: { deny: ">" } } }
    { user: word, password: x, permissions: { subscribe: { allow: "*" } } }
  ]
}
""",
)
GUEST = Setup(
    "permissions_guest",
    """
no_auth_user: guest
authorization { timeout: 30, users = [
  { user: guest, password: guest, permissions: { publish: "lobby", subscribe: "lobby" } } ] }
""",
)


def permitted(play, user, text):
    play.connect(user=user, **{"pass": "x"}).talk(text, unordered=True)


AREA.rows(
    USERS,
    permitted,
    [
        ("pub_allowed", "An allowed subject", "few", "SUB open.a 1\r\nPUB open.a 1\r\nx\r\n"),
        ("pub_not_allowed", "A subject not allowed", "few", "PUB shut 1\r\nx\r\n"),
        ("pub_denied", "An exception", "few", "PUB open.closed 1\r\nx\r\n"),
        (
            "pub_wildcard",
            "A wildcard as the subject",
            "few",
            "PUB open.> 1\r\nx\r\nPUB open.* 1\r\nx\r\n",
        ),
        ("pub_bad_subject", "An empty token", "few", "PUB open..a 1\r\nx\r\n"),
        (
            "pub_quoted",
            "The subject is quoted in the error",
            "few",
            'PUB a"b\\c\x01\xff 1\r\nx\r\n',
        ),
        ("pub_deny_all", "Who may publish nothing", "mute", "SUB a 1\r\nPUB a 1\r\nx\r\n"),
        (
            "sub_allowed",
            "An allowed subscription",
            "few",
            "SUB open.a 1\r\nSUB open.> 2\r\nPUB open.a 0\r\n\r\n",
        ),
        ("sub_not_allowed", "A subscription not allowed", "few", "SUB shut 1\r\n"),
        ("sub_denied", "An exception", "few", "SUB open.closed 1\r\n"),
        ("sub_wider", "A wildcard wider than what is allowed", "few", "SUB > 1\r\nSUB *.a 1\r\n"),
        ("sub_queue", "A queue allowed", "few", "SUB work q 1\r\n"),
        ("sub_other_queue", "Another queue", "few", "SUB work r 1\r\n"),
        ("sub_no_queue", "No queue where one is asked for", "few", "SUB work 1\r\n"),
        ("sub_queue_open", "Any queue on an open subject", "few", "SUB open.x q 1\r\n"),
        ("sub_quoted", "The subject is quoted in the error", "few", 'SUB a"b\xff q"r 1\r\n'),
        (
            "sub_refused_sid_is_free",
            "A refused sid can be used",
            "few",
            "SUB shut 1\r\nSUB open.b 1\r\nPUB open.b 0\r\n\r\n",
        ),
        ("sub_refused_unsub", "UNSUB of a refused sid", "few", "SUB shut 1\r\nUNSUB 1\r\n"),
        (
            "response_not_asked",
            "A responder may not just publish",
            "ser",
            "SUB service 1\r\nPUB reply 0\r\n\r\n",
        ),
    ],
)


@AREA.case(USERS)
def permitted_verbose(play):
    """-ERR comes instead of +OK."""
    c = play.connect(user="few", verbose=True, **{"pass": "x"})
    c.talk("PUB shut 0\r\n\r\nSUB shut 1\r\nSUB shut q 2\r\nPUB open.a 0\r\n\r\n")


@AREA.case(USERS)
def wildcard_over_a_denied_subject(play):
    """A wildcard over an exception is accepted; what is denied is left out."""
    few, joe = play.connect("few", user="few", **{"pass": "x"}), play.connect(
        "joe", user="joe", **{"pass": "secret"}
    )
    few.talk("SUB open.> 1\r\n")
    joe.talk(
        "PUB open.closed 0\r\n\r\nPUB open.a 0\r\n\r\nPUB open.closed 0\r\n\r\nPUB open.b 0\r\n\r\n"
    )
    few.read_frames(2)


@AREA.case(USERS)
def response_allowed_once(play):
    """Who gets a request may answer it once."""
    ser, joe = play.connect("ser", user="ser", **{"pass": "x"}), play.connect(
        "joe", user="joe", **{"pass": "secret"}
    )
    ser.talk("SUB service 1\r\n")
    joe.talk("SUB reply.> 1\r\nPUB service reply.1 0\r\n\r\n")
    ser.read_frames(1)
    ser.talk("PUB reply.1 1\r\na\r\nPUB reply.1 1\r\nb\r\nPUB reply.2 1\r\nc\r\n")
    joe.read_frames(1)
    joe.talk("")


@AREA.case(USERS)
def response_allowed_twice(play):
    """Or as often as configured."""
    ser, joe = play.connect("ser", user="ser2", **{"pass": "x"}), play.connect(
        "joe", user="joe", **{"pass": "secret"}
    )
    ser.talk("SUB service 1\r\n")
    joe.talk("SUB reply.> 1\r\nPUB service reply.1 0\r\n\r\n")
    ser.read_frames(1)
    ser.talk("PUB reply.1 1\r\na\r\nPUB reply.1 1\r\nb\r\nPUB reply.1 1\r\nc\r\n")
    joe.read_frames(2)
    joe.talk("")


@AREA.case(USERS)
def response_heard_twice(play):
    """A request that comes by two subscriptions may be answered."""
    ser, joe = play.connect("ser", user="ser", **{"pass": "x"}), play.connect(
        "joe", user="joe", **{"pass": "secret"}
    )
    ser.talk("SUB service 1\r\nSUB service 2\r\n")
    joe.talk("SUB reply.> 1\r\nPUB service reply.1 0\r\n\r\n")
    ser.talk("", unordered=True)
    ser.talk("PUB reply.1 1\r\na\r\nPUB reply.1 1\r\nb\r\n")
    joe.talk("")


@AREA.case(USERS)
def one_word_is_no_wildcard(play):
    """Who may hear subjects of one word hears no others."""
    word, joe = play.connect("word", user="word", **{"pass": "x"}), play.connect(
        "joe", user="joe", **{"pass": "secret"}
    )
    word.talk("SUB > 1\r\nSUB *.* 2\r\nSUB a.> 3\r\n")
    joe.talk("PUB a 0\r\n\r\nPUB a.b 0\r\n\r\n")
    word.talk("")


@AREA.case(GUEST)
def guest_is_limited(play):
    """The permissions of no_auth_user hold for who has not logged in."""
    play.open().talk("SUB lobby 1\r\nSUB hall 2\r\nPUB hall 1\r\nx\r\nPUB lobby 1\r\nx\r\n")


@AREA.case(USERS)
def second_connect_other_user(play):
    """A second CONNECT may log in as somebody else."""
    c = play.connect(user="joe", **{"pass": "secret"})
    c.talk("SUB foo 1\r\nPUB foo 1\r\na\r\n")
    c.talk('CONNECT {"verbose":false,"user":"few","pass":"x"}\r\n')
    c.talk("PUB foo 1\r\nb\r\nPUB open.x 1\r\nc\r\n")
