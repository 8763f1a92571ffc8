"""The other verbs of a client, and what is none."""

from tests.conformance.script import PLAIN, Area
from tests.conformance.cases.publish import LIMITED

AREA = Area("verbs")


def say(play, text):
    play.connect().talk(text)


def probe(play, text):
    """After the text a publish shows which subscriptions there are."""
    play.connect().talk(text + "PUB foo 1\r\nx\r\n", unordered=True)


AREA.rows(
    PLAIN,
    probe,
    [
        ("sub", "SUB subject sid", "SUB foo 1\r\n"),
        ("sub_queue", "SUB subject queue sid", "SUB foo q 1\r\n"),
        ("sub_lower_case", "The verb may be in lower case", "sub foo 1\r\n"),
        ("sub_tabs", "Tabs separate", "SUB\tfoo\t1\r\n"),
        ("sub_spaces", "Runs of spaces separate", "SUB  foo   1  \r\n"),
        ("sub_lf", "LF alone ends the line", "SUB foo 1\n"),
        ("sub_word_sid", "A sid is any word", "SUB foo my-sid.*>\xff\r\n"),
        ("sub_long_sid", "A sid may be long", "SUB foo " + "9" * 100 + "\r\n"),
        ("sub_negative_sid", "A sid need not be a number", "SUB foo -1\r\n"),
        ("sub_no_arguments", "SUB alone is an unknown operation", "SUB\r\n"),
        ("sub_only_space", "SUB and a space has no arguments", "SUB \r\n"),
        ("sub_no_sid", "SUB needs a sid", "SUB foo\r\n"),
        ("sub_four_arguments", "Four arguments are too many", "SUB foo q 1 2\r\n"),
        ("sub_no_space", "A verb without separator", "SUBfoo 1\r\n"),
        ("sub_empty_token", "An empty token is a bad subject", "SUB foo..bar 1\r\n"),
        ("sub_leading_dot", "A leading dot is a bad subject", "SUB .foo 1\r\n"),
        ("sub_trailing_dot", "A trailing dot is a bad subject", "SUB foo. 1\r\n"),
        ("sub_dot", "A dot is a bad subject", "SUB . 1\r\n"),
        ("sub_gt_middle", "> must be the last token", "SUB foo.>.bar 1\r\n"),
        ("sub_gt_first", "> before other tokens", "SUB >.foo 1\r\n"),
        (
            "sub_star_inside",
            "A star inside a token is a letter",
            "SUB fo*o 1\r\nPUB fo*o 0\r\n\r\n",
        ),
        ("sub_gt_inside", "A > inside a token is a letter", "SUB fo>o 1\r\nPUB fo>o 0\r\n\r\n"),
        ("sub_two_stars", "Two stars in a token are letters", "SUB ** 1\r\nPUB ** 0\r\n\r\n"),
        ("sub_non_ascii", "Subjects are bytes", "SUB f\xff 1\r\nPUB f\xff 0\r\n\r\n"),
        ("sub_nul", "NUL in a subject", "SUB a\0b 1\r\nPUB a\0b 0\r\n\r\n"),
        ("sub_queue_wildcard", "A queue name is any word", "SUB foo q.*.> 1\r\n"),
        ("sub_queue_sys", "The queue _sys_ is the server's own", "SUB foo _sys_ 1\r\n"),
        ("sub_bad_then_good", "A refused sid can be used again", "SUB a..b 1\r\nSUB foo 1\r\n"),
        ("sub_case_matters", "Subjects differ by case", "SUB FOO 1\r\n"),
        ("unsub", "UNSUB sid", "SUB foo 1\r\nUNSUB 1\r\n"),
        ("unsub_lower_case", "The verb may be in lower case", "SUB foo 1\r\nunsub 1\r\n"),
        ("unsub_tabs", "Tabs separate", "SUB foo 1\r\nUNSUB\t1\t5\r\n"),
        ("unsub_unknown", "An unknown sid is ignored", "SUB foo 1\r\nUNSUB 2\r\n"),
        ("unsub_no_arguments", "UNSUB alone is an unknown operation", "UNSUB\r\n"),
        ("unsub_only_space", "UNSUB and a space", "SUB foo 1\r\nUNSUB \r\n"),
        ("unsub_three_arguments", "Three arguments are too many", "SUB foo 1\r\nUNSUB 1 2 3\r\n"),
        ("unsub_max_zero", "Max 0 is now", "SUB foo 1\r\nUNSUB 1 0\r\n"),
        ("unsub_max_negative", "Max -1 is now", "SUB foo 1\r\nUNSUB 1 -1\r\n"),
        ("unsub_max_word", "A max that is no number", "SUB foo 1\r\nUNSUB 1 x\r\n"),
        (
            "unsub_max_ten_digits",
            "A max with too many digits",
            "SUB foo 1\r\nUNSUB 1 1000000000\r\n",
        ),
        ("unsub_max_nine_digits", "A large max", "SUB foo 1\r\nUNSUB 1 999999999\r\n"),
    ],
)


def say_marked(play, text):
    play.connect().talk_marked(text)


AREA.rows(
    PLAIN,
    say_marked,
    [
        ("ping", "PING is answered", "PING\r\n"),
        ("ping_lower_case", "In lower case too", "ping\r\n"),
        ("ping_lf", "With LF alone", "PING\n"),
        ("ping_space", "With a space behind it", "PING \r\n"),
        ("ping_argument", "With an argument", "PING hello\r\n"),
        ("ping_glued", "With letters behind it", "PINGPONG\r\n"),
        ("ping_many", "Each gets its PONG", "PING\r\n" * 5),
        ("ping_leading_space", "A space before it is an error", " PING\r\n"),
        ("pong", "An unsolicited PONG is nothing", "PONG\r\n"),
        ("pong_lower_case", "In lower case too", "pong\r\n"),
        ("pong_argument", "With an argument", "PONG x\r\n"),
        ("pong_many", "As often as one likes", "PONG\r\n" * 20),
    ],
)
AREA.rows(
    PLAIN,
    say,
    [
        ("ok", "+OK from a client", "+OK\r\n"),
        ("ok_lower_case", "In lower case", "+ok\r\n"),
        ("ok_argument", "With an argument", "+OK fine\r\n"),
        ("ok_unfinished", "Another word behind +", "+OY\r\n"),
        ("err", "-ERR from a client", "-ERR 'what'\r\n"),
        ("err_lower_case", "In lower case", "-err 'what'\r\n"),
        ("err_no_argument", "-ERR without text", "-ERR\r\n"),
        ("err_only_space", "-ERR and a space", "-ERR \r\n"),
        ("info", "INFO from a client", "INFO {}\r\n"),
        ("info_bad_json", "INFO with bad JSON", "INFO {\r\n"),
        ("info_no_argument", "INFO without anything", "INFO\r\n"),
        ("info_wrong_type", "INFO that is no object", "INFO 1\r\n"),
        ("msg", "MSG from a client", "MSG foo 1 1\r\nx\r\n"),
        ("hmsg", "HMSG from a client", "HMSG foo 1 12 12\r\nNATS/1.0\r\n\r\n\r\n"),
        ("rs", "RS+ is for routes", "RS+ A foo\r\n"),
        ("ls", "LS+ is for leafnodes", "LS+ foo\r\n"),
        ("rmsg", "RMSG is for routes", "RMSG A foo 1\r\nx\r\n"),
        ("lmsg", "LMSG is for leafnodes", "LMSG foo 1\r\nx\r\n"),
        ("a_plus", "A+ is for gateways", "A+ A\r\n"),
        ("unknown", "An unknown verb", "HELLO\r\n"),
        ("unknown_digit", "A digit", "1\r\n"),
        ("unknown_nul", "A NUL byte", "\0\r\n"),
        ("unknown_high", "A byte above 127", "\xff\r\n"),
        ("http", "A web browser", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        (
            "tls_hello",
            "The beginning of a TLS handshake",
            "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        ),
        ("empty_line", "An empty line", "\r\n"),
        ("empty_line_lf", "An empty line of LF", "\n"),
        ("prefix_pub", "A verb cut short", "PU\r\n"),
        ("prefix_ping", "Another one", "PIN\r\n"),
        ("prefix_connect", "A third one", "CONNEC {}\r\n"),
        ("prefix_unsub", "A fourth one", "UNSU 1\r\n"),
        ("wrong_last_letter", "A verb with a wrong last letter", "PINK\r\n"),
        (
            "error_keeps_earlier",
            "What came before an error is done",
            "SUB a 1\r\nPUB a 1\r\nx\r\nXX\r\n",
        ),
        (
            "error_drops_later",
            "What comes after an error is not",
            "XX\r\nSUB a 1\r\nPUB a 1\r\nx\r\n",
        ),
    ],
)


def limit(play, text):
    play.connect().talk(text)


def _line(verb, argument_bytes, tail):
    return f"{verb} {'s' * (argument_bytes - len(tail))}{tail}\r\n"


AREA.rows(
    LIMITED,
    limit,
    [
        ("control_line_sub_below", "max_control_line - 1", _line("SUB", 511, " 1")),
        ("control_line_sub", "max_control_line", _line("SUB", 512, " 1")),
        ("control_line_sub_above", "max_control_line + 1", _line("SUB", 513, " 1")),
        ("control_line_unsub", "max_control_line", _line("UNSUB", 512, "")),
        ("control_line_unsub_above", "max_control_line + 1", _line("UNSUB", 513, "")),
        ("control_line_ping", "Text behind PING is not counted", "PING" + "x" * 2000 + "\r\n"),
        ("control_line_info_above", "INFO is counted", _line("INFO", 513, "")),
        ("control_line_err_above", "-ERR is counted", _line("-ERR", 513, "")),
        ("control_line_ok", "Text behind +OK is not counted", "+OK" + "x" * 2000 + "\r\n"),
    ],
)


def limit_connect(play, argument_bytes):
    frame = '{"name":""}'
    c = play.open()
    c.talk('CONNECT {"name":"' + "n" * (argument_bytes - len(frame)) + '"}\r\n')


AREA.rows(
    LIMITED,
    limit_connect,
    [
        ("control_line_connect_below", "CONNECT of max_control_line - 1", 511),
        ("control_line_connect", "CONNECT of max_control_line", 512),
        ("control_line_connect_above", "CONNECT of max_control_line + 1", 513),
    ],
)


def default_limit(play, argument_bytes):
    play.connect().talk(_line("SUB", argument_bytes, " 1") + "PUB a 0\r\n\r\n")


AREA.rows(
    PLAIN,
    default_limit,
    [
        ("control_line_default", "The default limit is 4096", 4096),
        ("control_line_default_above", "4097 is above it", 4097),
    ],
)


@AREA.case()
def half_closed(play):
    """A client that has closed its side still gets what was on the way, then the end."""
    c = play.connect()
    c.send("SUB a 1\r\nPUB a 1\r\nx\r\nPING\r\n")
    c.read_to_pong()
    c.sock.shutdown_write()
    c.read_to_end()


@AREA.case()
def unfinished_line_at_end(play):
    """A line that never ends is no verb: the connection ends without a word."""
    c = play.connect()
    c.talk("SUB a 1\r\n")
    c.send("PUB a 1")
    c.sock.shutdown_write()
    c.read_to_end()


@AREA.case()
def unfinished_payload_at_end(play):
    """A payload that never ends is no message."""
    c = play.connect()
    c.talk("SUB a 1\r\n")
    c.send("PUB a 10\r\nhello")
    c.sock.shutdown_write()
    c.read_to_end()
