"""Very many strangers at once, and strangers who come again and again."""

from tests.abuse.abuse import GONE, READ_ERROR, TIMEOUT, TLS_FAILURE, Abuse, AbuseTest, abuses
from tests.abuse.attacker import Attacker
from tests.abuse.stage import OPEN, PLAIN, TLS
from tests.abuse.tls_bytes import hello


def nothing(_) -> None:
    """Has gone already."""


def leave(attacker: Attacker) -> None:
    """Not just close: the broker may have sent a PING, and with that unread this were a reset."""
    attacker.half_close()
    attacker.rest()
    attacker.close()


CROWDS = [
    Abuse("9000_say_nothing_and_leave", OPEN, b"", GONE, leave=leave, copies=9000),
    Abuse("2000_say_nothing", PLAIN, b"", TIMEOUT, copies=2000),
    Abuse("2000_stop_amid_a_line", PLAIN, b"CONNECT " + b"{" * 4000, TIMEOUT, copies=2000),
    Abuse(
        "2000_stop_amid_a_handshake",
        TLS,
        lambda a: a.send_records(hello()[:100]),
        TLS_FAILURE,
        copies=2000,
    ),
    Abuse("2000_come_and_go", PLAIN, lambda a: a.close(), GONE, leave=nothing, copies=2000),
    Abuse(
        "2000_come_and_reset",
        PLAIN,
        lambda a: a.reset(),
        READ_ERROR,
        leave=nothing,
        copies=2000,
    ),
    Abuse(
        "2000_come_and_go_before_tls",
        TLS,
        lambda a: a.close(),
        TLS_FAILURE,
        leave=nothing,
        greeted=False,
        copies=2000,
    ),
]


@abuses(CROWDS)
class Crowds(AbuseTest):
    pass
