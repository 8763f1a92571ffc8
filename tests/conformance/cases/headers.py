"""Headers between clients that know them and clients that do not; no responders."""

import time

from tests.conformance.script import PLAIN, Area, Setup

AREA = Area("headers")

# A client sees the end of its stream before every shard knows that it listens no more, and nothing
# it could ask would tell it when they do.
LEAVING_S = 0.5

WITHOUT = Setup("no_header_support", "no_header_support: true\n")

HDR = "NATS/1.0\r\nA: 1\r\n\r\n"
HPUB = f"HPUB foo 18 20\r\n{HDR}hi\r\n"
HPUB_REPLY = f"HPUB foo answer 18 20\r\n{HDR}hi\r\n"


@AREA.case()
def stripped_for_old_clients(play):
    """A client without headers gets MSG with the payload alone."""
    old, new, p = (
        play.connect("old"),
        play.connect("new", headers=True),
        play.connect("p", headers=True),
    )
    old.talk("SUB foo 1\r\n")
    new.talk("SUB foo 1\r\n")
    p.talk(HPUB + HPUB_REPLY)
    play.carry(p, old, new)


@AREA.case()
def stripped_to_nothing(play):
    """Headers alone become an empty message."""
    old, p = play.connect("old"), play.connect("p", headers=True)
    old.talk("SUB foo 1\r\n")
    p.talk(f"HPUB foo 18 18\r\n{HDR}\r\n")
    play.carry(p, old)


@AREA.case()
def plain_to_new_clients(play):
    """A message without headers is a MSG for everybody."""
    new, p = play.connect("new", headers=True), play.connect("p")
    new.talk("SUB foo 1\r\n")
    p.talk("PUB foo 2\r\nhi\r\n")
    play.carry(p, new)


@AREA.case()
def header_size_zero_to_both(play):
    """A header block of no bytes."""
    old, new, p = (
        play.connect("old"),
        play.connect("new", headers=True),
        play.connect("p", headers=True),
    )
    old.talk("SUB foo 1\r\n")
    new.talk("SUB foo 1\r\n")
    p.talk("HPUB foo 0 2\r\nhi\r\n")
    play.carry(p, old, new)


@AREA.case()
def leading_zeros_to_old(play):
    """The smaller size is the server's own number."""
    old, p = play.connect("old"), play.connect("p", headers=True)
    old.talk("SUB foo 1\r\n")
    p.talk(f"HPUB foo 0018 0020\r\n{HDR}hi\r\n")
    play.carry(p, old)


@AREA.case()
def many_values(play):
    """The block is passed on as it is: order, case, repeated and empty values, other line ends."""
    block = "NATS/1.0 100 Idle\r\nb: 2\r\nB:2\r\nA:   1  \r\nb: 3\r\nEmpty:\r\n\r\n"
    c = play.connect(headers=True)
    c.talk(f"SUB foo 1\r\nHPUB foo {len(block)} {len(block) + 2}\r\n{block}hi\r\n")


@AREA.case()
def large_block(play):
    """A header block of 64 KiB."""
    block = "NATS/1.0\r\nA: " + "x" * 65536 + "\r\n\r\n"
    c = play.connect(headers=True)
    c.talk(f"SUB foo 1\r\nHPUB foo {len(block)} {len(block) + 2}\r\n{block}hi\r\n")


@AREA.case()
def queue_of_old_and_new(play):
    """Members of a queue group get the form that they know."""
    old, p = play.connect("old"), play.connect("p", headers=True)
    old.talk("SUB foo q 1\r\n")
    p.talk(HPUB * 3)
    play.carry(p, old)


@AREA.case(WITHOUT)
def server_without_support(play):
    """A server may have headers switched off: INFO says so."""
    info = play.open(info=False).info()
    play.note(f"headers {info.get('headers')}")


@AREA.case(WITHOUT)
def server_without_support_hpub(play):
    """Then HPUB is refused, whatever CONNECT asked for."""
    play.connect(headers=True).talk("SUB foo 1\r\n" + HPUB)


@AREA.case(WITHOUT)
def server_without_support_no_responders(play):
    """Then there is no no_responders either."""
    play.connect(headers=True, no_responders=True).talk("")


@AREA.case(WITHOUT)
def server_without_support_pub(play):
    """PUB works as ever."""
    play.connect(headers=True).talk("SUB foo 1\r\nPUB foo 1\r\nx\r\n")


# --- no responders


def asks(play, text):
    play.connect(headers=True, no_responders=True).talk(text, unordered=True)


AREA.rows(
    PLAIN,
    asks,
    [
        ("nr", "Nobody there", "SUB r 1\r\nPUB service r 2\r\nhi\r\n"),
        (
            "nr_wildcard_inbox",
            "A wildcard covers the reply",
            "SUB r.* 1\r\nPUB service r.7 2\r\nhi\r\n",
        ),
        ("nr_no_sub", "Nobody hears the answer", "PUB service r 2\r\nhi\r\n"),
        ("nr_no_reply", "Nobody asked for one", "SUB > 1\r\nUNSUB 1\r\nPUB service 2\r\nhi\r\n"),
        (
            "nr_two_subs",
            "Two subscriptions cover the reply",
            "SUB r 1\r\nSUB r 1b\r\nUNSUB 1b\r\nPUB s r 0\r\n\r\n",
        ),
        (
            "nr_queue_sub",
            "The reply is a queue subscription",
            "SUB r q 1\r\nPUB service r 2\r\nhi\r\n",
        ),
        (
            "nr_self",
            "The asker itself listens",
            "SUB r 1\r\nSUB service 2\r\nPUB service r 2\r\nhi\r\n",
        ),
        (
            "nr_self_queue",
            "The asker itself, in a queue",
            "SUB r 1\r\nSUB service q 2\r\nPUB service r 2\r\nhi\r\n",
        ),
        ("nr_hpub", "A request with headers", f"SUB answer 1\r\n{HPUB_REPLY}"),
        (
            "nr_unsubscribed",
            "After the only listener left",
            "SUB r 1\r\nSUB s 2\r\nUNSUB 2\r\nPUB s r 0\r\n\r\n",
        ),
        (
            "nr_auto_unsub",
            "The 503 counts for UNSUB max or not",
            "SUB r 1\r\nUNSUB 1 1\r\nPUB s r 0\r\n\r\nPUB r 0\r\n\r\n",
        ),
        ("nr_wildcard_subject", "A wildcard as the subject", "SUB r 1\r\nPUB s.* r 0\r\n\r\n"),
        ("nr_long_subject", "A long subject", "SUB r 1\r\nPUB " + "s" * 80 + " r 0\r\n\r\n"),
        ("nr_bad_subject", "A subject that nobody can hear", "SUB r 1\r\nPUB s..s r 0\r\n\r\n"),
        (
            "nr_bad_reply",
            "A reply that nobody can hear",
            "SUB > 1\r\nUNSUB 1 1\r\nPUB s r..r 0\r\n\r\nPUB s r..r 0\r\n\r\n",
        ),
    ],
)


@AREA.case()
def nr_other_listener(play):
    """Somebody else listens: no 503."""
    a, p = play.connect("a"), play.connect("p", headers=True, no_responders=True)
    a.talk("SUB service 1\r\n")
    p.talk("SUB r 1\r\nPUB service r 0\r\n\r\n")
    play.carry(p, a)


@AREA.case()
def nr_other_listener_left(play):
    """After the listener's connection ended there is a 503 again."""
    a, p = play.connect("a"), play.connect("p", headers=True, no_responders=True)
    a.talk("SUB service 1\r\n")
    a.send("BYE\r\n")
    a.read_to_end()
    time.sleep(LEAVING_S)
    p.talk("SUB r 1\r\nPUB service r 0\r\n\r\n")


@AREA.case()
def nr_sub_elsewhere(play):
    """Only the asker's own subscriptions get the 503."""
    a, p = play.connect("a", headers=True), play.connect("p", headers=True, no_responders=True)
    a.talk("SUB r 1\r\n")
    p.talk("PUB service r 0\r\n\r\n")
    play.carry(p, a)


@AREA.case()
def nr_echo_off(play):
    """With echo off the own listener does not count."""
    p = play.connect("p", headers=True, no_responders=True, echo=False)
    p.talk("SUB r 1\r\nSUB service 2\r\nPUB service r 0\r\n\r\n")


@AREA.case()
def nr_not_asked_for(play):
    """Without no_responders silence."""
    play.connect("p", headers=True).talk("SUB r 1\r\nPUB service r 0\r\n\r\n")


@AREA.case()
def nr_queue_other(play):
    """A queue group elsewhere is a listener."""
    a, p = play.connect("a"), play.connect("p", headers=True, no_responders=True)
    a.talk("SUB service q 1\r\n")
    p.talk("SUB r 1\r\nPUB service r 0\r\n\r\n")
    play.carry(p, a)


@AREA.case()
def nr_wildcard_listener(play):
    """So is a wildcard."""
    a, p = play.connect("a"), play.connect("p", headers=True, no_responders=True)
    a.talk("SUB *.x 1\r\n")
    p.talk("SUB r 1\r\nPUB service.x r 0\r\n\r\nPUB service.y r 0\r\n\r\n")
    play.carry(p, a)
