"""Who gets what: wildcards, queue groups, auto-unsubscribe, echo."""

from tests.conformance.script import PLAIN, Area, Setup

AREA = Area("subscriptions")

FEW = Setup("max_subscriptions", "max_subscriptions: 3\nmax_subscription_tokens: 4\n")

# (subscription, subject): does it match?
MATCHES = (
    ("literal", "foo.bar", ("foo.bar", "foo", "foo.bar.baz", "foo.baz", "FOO.bar", "foo.barr")),
    ("star_last", "foo.*", ("foo", "foo.bar", "foo.bar.baz", "bar.foo", "foo.*", "foo.>")),
    ("star_first", "*.foo", ("foo", "bar.foo", "a.b.foo", "foo.bar", "*.foo")),
    ("star_middle", "a.*.c", ("a.b.c", "a.c", "a.b.b.c", "a.b.d", "a.*.c")),
    ("stars", "*.*", ("a.b", "a", "a.b.c")),
    ("star", "*", ("a", "a.b", "*", ">")),
    ("gt", ">", ("a", "a.b", "a.b.c.d.e", "$SYS.x", "_INBOX.x")),
    ("gt_last", "a.>", ("a", "a.b", "a.b.c", "b.a", "a.>", "a.*")),
    ("star_and_gt", "*.b.>", ("a.b.c", "a.b", "x.b.c.d", "a.c.c")),
    ("star_letter", "a*.b", ("a*.b", "ax.b", "a.b")),
    ("gt_letter", "a.>b", ("a.>b", "a.b", "a.xb")),
    ("deep", "a.b.c.d.e.f.g.h", ("a.b.c.d.e.f.g.h", "a.b.c.d.e.f.g", "a.b.c.d.e.f.g.h.i")),
)


def matches(play, subscription, subjects):
    c = play.connect()
    pubs = "".join(f"PUB {subject} 0\r\n\r\n" for subject in subjects)
    c.talk(f"SUB {subscription} 1\r\n{pubs}")


AREA.rows(PLAIN, matches, [(f"match_{n}", f"What {s} matches", s, t) for n, s, t in MATCHES])


@AREA.case()
def overlapping(play):
    """Each matching subscription of a client gets its own copy."""
    c = play.connect()
    c.talk(
        "SUB > 1\r\nSUB a.* 2\r\nSUB a.b 3\r\nSUB *.b 4\r\nSUB a.> 5\r\nSUB b 6\r\n"
        "PUB a.b r 1\r\nx\r\n",
        unordered=True,
    )


@AREA.case()
def overlapping_of_two_clients(play):
    """And so does each client."""
    a, b, p = play.connect("a"), play.connect("b"), play.connect("p")
    a.talk("SUB a.* 1\r\nSUB a.b 2\r\n")
    b.talk("SUB > all\r\n")
    p.talk("PUB a.b 1\r\nx\r\nPUB a.c 1\r\ny\r\n")
    play.carry(p, a, b, unordered=True)


@AREA.case()
def same_subject_twice(play):
    """The same subject under two sids is delivered twice."""
    play.connect().talk("SUB a 1\r\nSUB a 2\r\nPUB a 1\r\nx\r\n", unordered=True)


@AREA.case()
def sid_twice(play):
    """A sid in use keeps its first subscription."""
    c = play.connect()
    c.talk("SUB a 1\r\nSUB b 1\r\nPUB a 1\r\nx\r\nPUB b 1\r\ny\r\n")
    c.talk("UNSUB 1\r\nPUB a 1\r\nx\r\nPUB b 1\r\ny\r\n")


@AREA.case()
def sid_twice_with_queue(play):
    """A sid in use does not join a queue."""
    play.connect().talk("SUB a 1\r\nSUB a q 1\r\nPUB a 1\r\nx\r\n")


@AREA.case()
def sid_per_client(play):
    """A sid belongs to its connection."""
    a, b, p = play.connect("a"), play.connect("b"), play.connect("p")
    a.talk("SUB x 1\r\n")
    b.talk("SUB y 1\r\n")
    a.talk("UNSUB 1\r\n")
    p.talk("PUB x 0\r\n\r\nPUB y 0\r\n\r\n")
    play.carry(p, a, b)


@AREA.case()
def order_of_one_publisher(play):
    """Messages of one publisher arrive in their order."""
    a, p = play.connect("a"), play.connect("p")
    a.talk("SUB o.> 1\r\n")
    p.talk("".join(f"PUB o.{n % 3} {len(str(n))}\r\n{n}\r\n" for n in range(50)))
    play.carry(p, a)


@AREA.case()
def reply_is_passed_on(play):
    """The reply subject goes through unchanged."""
    play.connect().talk("SUB a 1\r\nPUB a some.reply.* 0\r\n\r\n")


@AREA.case()
def no_delivery_after_unsub(play):
    """After UNSUB nothing arrives, from anybody."""
    a, p = play.connect("a"), play.connect("p")
    a.talk("SUB x 1\r\nSUB y 2\r\n")
    p.talk("PUB x 0\r\n\r\n")
    play.carry(p, a)
    a.talk("UNSUB 1\r\n")
    p.talk("PUB x 0\r\n\r\nPUB y 0\r\n\r\n")
    play.carry(p, a)


@AREA.case()
def unsub_then_same_sid(play):
    """A sid can be used again after UNSUB."""
    c = play.connect()
    c.talk("SUB a 1\r\nUNSUB 1\r\nSUB b 1\r\nPUB a 0\r\n\r\nPUB b 0\r\n\r\n")


def auto(play, text):
    """Three messages after the text, then another subscription with the same sid."""
    c = play.connect()
    c.talk(text + "".join(f"PUB a 1\r\n{n}\r\n" for n in range(3)))
    c.talk("SUB a 1\r\nPUB a 1\r\nz\r\n")


AREA.rows(
    PLAIN,
    auto,
    [
        ("auto_unsub_0", "max 0 is at once", "SUB a 1\r\nUNSUB 1 0\r\n"),
        ("auto_unsub_1", "max 1", "SUB a 1\r\nUNSUB 1 1\r\n"),
        ("auto_unsub_2", "max 2", "SUB a 1\r\nUNSUB 1 2\r\n"),
        ("auto_unsub_3", "max 3 is used up", "SUB a 1\r\nUNSUB 1 3\r\n"),
        ("auto_unsub_5", "max 5 is not", "SUB a 1\r\nUNSUB 1 5\r\n"),
        (
            "auto_unsub_counts_earlier",
            "Earlier ones count",
            "SUB a 1\r\nPUB a 1\r\ne\r\nUNSUB 1 2\r\n",
        ),
        (
            "auto_unsub_passed",
            "max below the count",
            "SUB a 1\r\n" + "PUB a 1\r\ne\r\n" * 3 + "UNSUB 1 2\r\n",
        ),
        (
            "auto_unsub_equal",
            "max equal to the count",
            "SUB a 1\r\n" + "PUB a 1\r\ne\r\n" * 2 + "UNSUB 1 2\r\n",
        ),
        ("auto_unsub_raised", "A second, higher max", "SUB a 1\r\nUNSUB 1 1\r\nUNSUB 1 2\r\n"),
        ("auto_unsub_lowered", "A second, lower max", "SUB a 1\r\nUNSUB 1 3\r\nUNSUB 1 1\r\n"),
        (
            "auto_unsub_taken_back",
            "UNSUB without max overrides",
            "SUB a 1\r\nUNSUB 1 2\r\nUNSUB 1\r\n",
        ),
        ("auto_unsub_before_sub", "UNSUB before SUB is nothing", "UNSUB 1 1\r\nSUB a 1\r\n"),
        ("auto_unsub_queue", "In a queue group", "SUB a q 1\r\nUNSUB 1 2\r\n"),
        (
            "auto_unsub_two",
            "Each sid counts for itself",
            "SUB a 1\r\nSUB b 2\r\nUNSUB 1 1\r\nPUB b 1\r\ne\r\n",
        ),
    ],
)


@AREA.case()
def auto_unsub_across(play):
    """The count holds for messages from others too."""
    a, p = play.connect("a"), play.connect("p")
    a.talk("SUB x 1\r\nUNSUB 1 2\r\nSUB x 2\r\n")
    p.talk("".join(f"PUB x 1\r\n{n}\r\n" for n in range(4)))
    play.carry(p, a, unordered=True)


# --- queue groups: who gets a message is free, that exactly one does is not

MANY = "".join(f"PUB a.b 2\r\n{n:02}\r\n" for n in range(30))


def queue(play, *subscriptions):
    """One client per subscription text; the messages of all are pooled."""
    p = play.connect("p")
    members = []
    for index, subscription in enumerate(subscriptions):
        member = play.connect(f"m{index}")
        member.talk(subscription)
        members.append(member)
    p.talk(MANY)
    play.pool(p, *members)


AREA.rows(
    PLAIN,
    queue,
    [
        ("queue_one", "A group of one", "SUB a.b q 1\r\n"),
        ("queue_three", "A group of three gets each once", *["SUB a.b q 1\r\n"] * 3),
        (
            "queue_in_one_client",
            "A group inside a client",
            "SUB a.b q 1\r\nSUB a.b q 2\r\nSUB a.b q 3\r\n",
        ),
        (
            "queue_two_groups",
            "Each group gets each once",
            "SUB a.b q 1\r\n",
            "SUB a.b r 1\r\n",
            "SUB a.b q 1\r\n",
        ),
        (
            "queue_and_plain",
            "Plain subscriptions get all",
            "SUB a.b q 1\r\n",
            "SUB a.b q 1\r\n",
            "SUB a.b 1\r\n",
        ),
        (
            "queue_overlapping",
            "One group on overlapping subjects",
            "SUB a.* q 1\r\n",
            "SUB a.b q 1\r\n",
            "SUB > q 1\r\n",
        ),
        (
            "queue_overlapping_same_client",
            "The same in one client",
            "SUB a.* q 1\r\nSUB a.b q 2\r\nSUB a.> q 3\r\n",
        ),
        ("queue_wildcard", "A group on a wildcard", "SUB a.* q 1\r\n", "SUB a.* q 1\r\n"),
        ("queue_other_case", "Group names differ by case", "SUB a.b q 1\r\n", "SUB a.b Q 1\r\n"),
        (
            "queue_auto_unsub",
            "Members that leave by themselves",
            "SUB a.b q 1\r\nUNSUB 1 3\r\n",
            "SUB a.b q 1\r\n",
        ),
    ],
)


@AREA.case()
def queue_member_unsubscribes(play):
    """The others get what a member that left would have got."""
    p, a, b = play.connect("p"), play.connect("a"), play.connect("b")
    a.talk("SUB a.b q 1\r\n")
    b.talk("SUB a.b q 1\r\n")
    p.talk(MANY)
    play.pool(p, a, b)
    a.talk("UNSUB 1\r\n")
    p.talk(MANY)
    play.carry(p, a)
    play.pool(p, b)


@AREA.case()
def queue_member_disconnects(play):
    """The same for a member whose connection ended."""
    p, a, b = play.connect("p"), play.connect("a"), play.connect("b")
    a.talk("SUB a.b q 1\r\n")
    b.talk("SUB a.b q 1\r\n")
    a.send("BYE\r\n")
    a.read_to_end()
    p.talk(MANY)
    play.pool(p, b)


@AREA.case()
def queue_request_reply(play):
    """A request to a queue group has one answer."""
    a, b, p = play.connect("a"), play.connect("b"), play.connect("p")
    a.talk("SUB service q 1\r\n")
    b.talk("SUB service q 1\r\n")
    p.talk("SUB inbox 1\r\nPUB service inbox 2\r\nhi\r\n")
    play.pool(p, a, b)


# --- echo


@AREA.case()
def echo_off(play):
    """Own messages do not come back, those of others do."""
    a, b = play.connect("a", echo=False), play.connect("b")
    a.talk("SUB x 1\r\nPUB x 1\r\na\r\n")
    b.talk("SUB x 1\r\nPUB x 1\r\nb\r\n")
    a.talk("PUB x 1\r\nc\r\n")
    play.carry(b, a)
    play.carry(a, b)


@AREA.case()
def echo_off_wildcards(play):
    """No subscription of the publisher gets it."""
    play.connect(echo=False).talk("SUB > 1\r\nSUB x 2\r\nSUB * 3\r\nPUB x 0\r\n\r\n")


@AREA.case()
def echo_off_queue(play):
    """In a queue group somebody else gets it."""
    a, b = play.connect("a", echo=False), play.connect("b")
    a.talk("SUB x q 1\r\n")
    b.talk("SUB x q 1\r\n")
    a.talk("PUB x 1\r\ny\r\n" * 10)
    play.carry(b, a)
    play.carry(a, b)


@AREA.case()
def echo_off_queue_alone(play):
    """In a queue group of its own nobody gets it."""
    play.connect(echo=False).talk("SUB x q 1\r\nPUB x 1\r\ny\r\n")


# --- limits


@AREA.case(FEW)
def max_subscriptions(play):
    """One above the limit is refused, the connection stays; a freed place can be used."""
    c = play.connect()
    c.talk("".join(f"SUB s{n} {n}\r\n" for n in range(4)))
    c.talk("".join(f"PUB s{n} 0\r\n\r\n" for n in range(4)))
    c.talk("UNSUB 1\r\nSUB s3 3\r\nPUB s3 0\r\n\r\n")


@AREA.case(FEW)
def max_subscriptions_same_sid(play):
    """A sid in use counts as one more."""
    play.connect().talk("SUB a 1\r\nSUB b 2\r\nSUB c 3\r\nSUB c 3\r\n")


@AREA.case(FEW)
def max_subscriptions_per_client(play):
    """The limit is per connection."""
    for name in "ab":
        play.connect(name).talk("SUB a 1\r\nSUB b 2\r\nSUB c 3\r\n")


@AREA.case(FEW)
def max_subscriptions_verbose(play):
    """-ERR comes instead of +OK."""
    play.connect(verbose=True).talk("SUB a 1\r\nSUB b 2\r\nSUB c 3\r\nSUB d 4\r\n")


@AREA.case(FEW)
def max_tokens(play):
    """A subject with too many tokens is refused, the connection stays."""
    play.connect().talk(
        "SUB a.b.c.d 1\r\nSUB a.b.c.d.e 2\r\nSUB a.> 3\r\nPUB a.b.c.d 0\r\n\r\n", True
    )


@AREA.case(FEW)
def max_tokens_queue(play):
    """The same with a queue."""
    play.connect().talk("SUB a.b.c.d.e q 2\r\n")
