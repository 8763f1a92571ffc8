"""PUB and HPUB: the grammar of the line, the payload behind it, subjects."""

from tests.conformance.script import PLAIN, Area, Setup

AREA = Area("publish")

LIMITED = Setup("limited", "max_payload: 1024\nmax_control_line: 512\n")

HDR = "NATS/1.0\r\nA: 1\r\n\r\n"  # 18 bytes


def heard(play, text):
    """Published by one connection that also hears everything."""
    play.connect().talk("SUB > 1\r\n" + text)


def heard_with_headers(play, text):
    play.connect(headers=True).talk("SUB > 1\r\n" + text)


def pedantic(play, text):
    play.connect(pedantic=True).talk("SUB > 1\r\n" + text)


def bytewise(play, text):
    c = play.connect(headers=True)
    c.talk("SUB > 1\r\n")
    c.send_bytewise(text)
    c.talk()


LINES = (
    ("plain", "The normal form", "PUB foo 5\r\nhello\r\n"),
    ("with_reply", "A reply subject comes before the size", "PUB foo bar 5\r\nhello\r\n"),
    ("zero_payload", "Size 0 has an empty line behind it", "PUB foo 0\r\n\r\n"),
    ("two_in_one_write", "Messages follow each other", "PUB a 1\r\nx\r\nPUB b 1\r\ny\r\n"),
    ("lower_case", "The verb may be in lower case", "pub foo 1\r\nx\r\n"),
    ("mixed_case", "The verb may be in mixed case", "pUb foo 1\r\nx\r\n"),
    ("spaces", "Runs of spaces separate", "PUB   foo    bar   1\r\nx\r\n"),
    ("tabs", "Tabs separate as spaces do", "PUB\tfoo\tbar\t1\r\nx\r\n"),
    ("spaces_and_tabs", "Tabs and spaces mix", "PUB \t foo \t 1\r\nx\r\n"),
    ("trailing_space", "Space before the line end is ignored", "PUB foo 1 \r\nx\r\n"),
    ("trailing_tab", "A tab before the line end is ignored", "PUB foo 1\t\r\nx\r\n"),
    ("lf_line", "A line may end with LF alone", "PUB foo 1\nx\r\n"),
    ("lf_after_payload", "The payload may not end with LF alone", "PUB foo 1\r\nx\n"),
    ("cr_twice", "Two CR before LF", "PUB foo 1\r\r\nx\r\n"),
    ("leading_space", "Space before the verb is an error", " PUB foo 1\r\nx\r\n"),
    ("no_space", "A verb without separator is unknown", "PUBfoo 1\r\nx\r\n"),
    ("no_arguments", "PUB alone is an unknown operation", "PUB\r\n"),
    ("only_space", "PUB and a space has no arguments", "PUB \r\n"),
    ("no_size", "A subject alone is not enough", "PUB foo\r\n"),
    ("four_arguments", "Four arguments are too many", "PUB foo bar baz 1\r\nx\r\n"),
    ("negative_size", "A negative size is an error", "PUB foo -1\r\nx\r\n"),
    ("plus_size", "A sign is not a digit", "PUB foo +1\r\nx\r\n"),
    ("word_size", "A size that is no number", "PUB foo one\r\nx\r\n"),
    ("hex_size", "Sizes are decimal", "PUB foo 0x1\r\nx\r\n"),
    ("fraction_size", "Sizes are whole", "PUB foo 1.0\r\nx\r\n"),
    ("leading_zeros", "Leading zeros do not matter", "PUB foo 0001\r\nx\r\n"),
    ("nine_digits_of_zeros", "Nine digits are the most", "PUB foo 000000001\r\nx\r\n"),
    (
        "ten_digits_of_zeros",
        "Ten digits are too many, whatever they say",
        "PUB foo 0000000001\r\nx\r\n",
    ),
    ("huge_size", "A size above max_payload", "PUB foo 999999999\r\nx\r\n"),
    ("overflowing_size", "A size above 64 bits", "PUB foo 99999999999999999999\r\nx\r\n"),
    ("payload_too_long", "More payload than announced", "PUB foo 2\r\nhello\r\n"),
    ("payload_with_crlf", "A payload may have line ends", "PUB foo 6\r\na\r\nb\r\n\r\n"),
    ("payload_like_a_verb", "A payload may look like a verb", "PUB foo 6\r\nPING\r\n\r\n"),
    ("payload_nul", "A payload may have NUL bytes", "PUB foo 3\r\n\0a\0\r\n"),
    ("payload_high_bytes", "A payload may have any byte", "PUB foo 4\r\n\xff\xfe\x80\xc3\r\n"),
    ("empty_line_after", "An empty line is no verb", "PUB foo 1\r\nx\r\n\r\n"),
)
AREA.rows(PLAIN, heard, LINES)

SUBJECTS = (
    ("empty_token", "foo..bar"),
    ("leading_dot", ".foo"),
    ("trailing_dot", "foo."),
    ("dot", "."),
    ("star", "foo.*"),
    ("star_first", "*.foo"),
    ("star_inside", "foo*bar"),
    ("full_wildcard", "foo.>"),
    ("full_wildcard_alone", ">"),
    ("full_wildcard_middle", "foo.>.bar"),
    ("full_wildcard_inside", "foo>bar"),
    ("non_ascii", "f\xc3\xb6\xc3\xb6.b\xc3\xa4r"),
    ("bad_utf8", "f\xff.\xfe"),
    ("nul", "a\0b"),
    ("control_byte", "a\x01b"),
    ("punctuation", "a-b_c/d:e@f#g$h"),
    ("dollar", "$foo.bar"),
    ("digits", "1.2.3"),
    ("upper_case", "FOO.Bar"),
    ("many_tokens", ".".join("t" * 64)),
    ("long_token", "t" * 1000),
    ("cr_inside", "foo\rbar"),
)
AREA.rows(
    PLAIN,
    heard,
    [(f"subject_{n}", f"Publishing to {s[:20]!r}", f"PUB {s} 1\r\nx\r\n") for n, s in SUBJECTS],
)
AREA.rows(
    PLAIN,
    pedantic,
    [
        (f"pedantic_{n}", f"Pedantic publishing to {s[:20]!r}", f"PUB {s} 1\r\nx\r\n")
        for n, s in SUBJECTS
    ],
)
AREA.rows(
    PLAIN,
    heard,
    [
        ("reply_wildcard", "A reply with a wildcard is not looked at", "PUB foo bar.* 1\r\nx\r\n"),
        ("reply_empty_token", "A reply with an empty token neither", "PUB foo bar..baz 1\r\nx\r\n"),
        (
            "reserved_reply_r",
            "Replies beginning _R_. are the server's own",
            "PUB foo _R_.x 1\r\nx\r\n",
        ),
        ("reserved_reply_gr", "Replies beginning _GR_. too", "PUB foo _GR_.x.y.z 1\r\nx\r\n"),
        ("reserved_reply_ack", "Replies beginning $JS.ACK. too", "PUB foo $JS.ACK.x 1\r\nx\r\n"),
        ("reserved_subject_gr", "Subjects beginning _GR_. too", "PUB _GR_.x.y.z 1\r\nx\r\n"),
        ("reserved_subject_old_gr", "Subjects beginning $GR. too", "PUB $GR.x.y.z 1\r\nx\r\n"),
        ("reserved_subject_nrg", "Subjects beginning $NRG. too", "PUB $NRG.x 1\r\nx\r\n"),
        ("subject_sys", "$SYS is only a name in a normal account", "PUB $SYS.x 1\r\nx\r\n"),
    ],
)


def own_and_star(play, text):
    play.connect().talk("SUB foo.* 1\r\nSUB foo.bar 2\r\n" + text, unordered=True)


AREA.rows(
    PLAIN,
    own_and_star,
    [
        ("wildcard_is_literal", "A published wildcard is a name", "PUB foo.* 1\r\nx\r\n"),
        ("gt_is_literal", "A published > is a name", "PUB foo.> 1\r\nx\r\n"),
        ("star_matches_star", "Both subscriptions get foo.bar", "PUB foo.bar 1\r\nx\r\n"),
    ],
)

HEADER_LINES = (
    ("plain", "The normal form", f"HPUB foo 18 20\r\n{HDR}hi\r\n"),
    ("reply", "A reply comes before the sizes", f"HPUB foo bar 18 20\r\n{HDR}hi\r\n"),
    ("lower_case", "The verb may be in lower case", f"hpub foo 18 20\r\n{HDR}hi\r\n"),
    ("tabs", "Tabs separate", f"HPUB\tfoo\t18\t20\r\n{HDR}hi\r\n"),
    ("no_payload", "Headers alone", f"HPUB foo 18 18\r\n{HDR}\r\n"),
    ("empty_block", "A header block without headers", "HPUB foo 12 14\r\nNATS/1.0\r\n\r\nhi\r\n"),
    ("status_line", "Text behind the version", "HPUB foo 16 16\r\nNATS/1.0 404\r\n\r\n\r\n"),
    ("header_size_zero", "A header block of no bytes", "HPUB foo 0 2\r\nhi\r\n"),
    ("both_sizes_zero", "No header and no payload", "HPUB foo 0 0\r\n\r\n"),
    ("header_above_total", "More header than message", "HPUB foo 19 18\r\nxx\r\n"),
    ("bad_version", "Another version line", "HPUB foo 12 14\r\nNATS/9.9\r\n\r\nhi\r\n"),
    ("no_version", "No version line", "HPUB foo 8 10\r\nA: 1\r\n\r\nhi\r\n"),
    ("no_blank_line", "A block that does not end", "HPUB foo 16 18\r\nNATS/1.0\r\nA: 1\r\nhi\r\n"),
    ("garbage_block", "A block of garbage", "HPUB foo 4 6\r\n\0\xff\0\xffhi\r\n"),
    ("no_colon", "A header line without colon", "HPUB foo 17 19\r\nNATS/1.0\r\nABC\r\n\r\nhi\r\n"),
    ("one_size", "One size is not enough", f"HPUB foo 18\r\n{HDR}\r\n"),
    ("five_arguments", "Five arguments are too many", f"HPUB foo a b 18 20\r\n{HDR}hi\r\n"),
    ("negative_header", "A negative header size", f"HPUB foo -1 20\r\n{HDR}hi\r\n"),
    ("negative_total", "A negative total size", f"HPUB foo 18 -1\r\n{HDR}hi\r\n"),
    ("word_header", "A header size that is no number", f"HPUB foo x 20\r\n{HDR}hi\r\n"),
    ("leading_zeros", "Leading zeros are passed on or not", f"HPUB foo 0018 0020\r\n{HDR}hi\r\n"),
    ("payload_too_long", "More payload than announced", f"HPUB foo 18 20\r\n{HDR}hello\r\n"),
    ("no_arguments", "HPUB alone", "HPUB\r\n"),
    ("pedantic_not_set", "A wildcard subject", f"HPUB foo.* 18 20\r\n{HDR}hi\r\n"),
)
AREA.rows(PLAIN, heard_with_headers, [(f"hpub_{n}", a, t) for n, a, t in HEADER_LINES])
AREA.rows(
    PLAIN,
    heard,
    [
        (
            "hpub_without_headers",
            "HPUB from a client that did not ask",
            f"HPUB foo 18 18\r\n{HDR}\r\n",
        ),
        ("hpub_bad_without_headers", "That comes before its grammar", "HPUB foo\r\n"),
    ],
)
AREA.rows(
    PLAIN,
    lambda play, text: play.connect(headers=True, pedantic=True).talk("SUB > 1\r\n" + text),
    [("hpub_pedantic", "Pedantic HPUB to a wildcard", f"HPUB foo.* 18 18\r\n{HDR}\r\n")],
)

AREA.rows(
    PLAIN,
    bytewise,
    [
        ("bytewise_pub", "PUB in segments of one byte", "PUB foo bar 5\r\nhello\r\n"),
        ("bytewise_two", "Two PUB in segments of one byte", "PUB a 1\r\nx\r\npub b 0\r\n\r\n"),
        ("bytewise_lf", "PUB with LF in segments of one byte", "PUB foo 3\na\r\n\r\n"),
        ("bytewise_hpub", "HPUB in segments of one byte", f"HPUB foo r 18 20\r\n{HDR}hi\r\n"),
        ("bytewise_unsub", "Other verbs in segments of one byte", "PING\r\nSUB b 2\r\nUNSUB 2\r\n"),
        ("bytewise_bad", "An error in segments of one byte", "PUX"),
        (
            "bytewise_sizes",
            "A size is a number only when complete",
            "PUB foo 12\r\nhello world!\r\n",
        ),
    ],
)


def split_at(play, parts):
    c = play.connect(headers=True)
    c.talk("SUB > 1\r\n")
    for part in parts[:-1]:
        c.send(part)
    c.talk(parts[-1])


AREA.rows(
    PLAIN,
    split_at,
    [
        ("split_in_verb", "A line cut in the verb", ("PU", "B foo 5\r\nhello\r\n")),
        ("split_in_subject", "A line cut in the subject", ("PUB fo", "o 5\r\nhello\r\n")),
        ("split_in_size", "A line cut in the size", ("PUB foo 1", "2\r\nhello world!\r\n")),
        ("split_before_lf", "A line cut between CR and LF", ("PUB foo 5\r", "\nhello\r\n")),
        ("split_in_payload", "A cut payload", ("PUB foo 5\r\nhe", "llo\r\n")),
        ("split_after_payload", "A cut before the last CRLF", ("PUB foo 5\r\nhello", "\r\n")),
        ("split_in_last_crlf", "A cut inside the last CRLF", ("PUB foo 5\r\nhello\r", "\n")),
        (
            "split_large",
            "A payload larger than any first buffer",
            ("PUB foo 100000\r\n" + "x" * 50000, "y" * 50000 + "\r\n"),
        ),
        (
            "split_in_header",
            "A cut header block",
            ("HPUB foo 18 20\r\nNATS/1", ".0\r\nA: 1\r\n\r\nhi\r\n"),
        ),
    ],
)


# --- limits


def limited(play, text):
    play.connect(headers=True).talk("SUB > 1\r\n" + text)


def _pub(payload_bytes):
    return f"PUB foo {payload_bytes}\r\n{'x' * payload_bytes}\r\n"


def _hpub(total_bytes):
    return f"HPUB foo 18 {total_bytes}\r\n{HDR}{'x' * (total_bytes - 18)}\r\n"


def _pub_line(argument_bytes, verb="PUB"):
    """A PUB whose arguments (all between the verb's space and CRLF) have this length."""
    tail = " 1" if verb == "PUB" else " 18 19"
    payload = "x" if verb == "PUB" else HDR + "x"
    return f"{verb} {'s' * (argument_bytes - len(tail))}{tail}\r\n{payload}\r\n"


AREA.rows(
    LIMITED,
    limited,
    [
        ("max_payload_below", "max_payload - 1", _pub(1023)),
        ("max_payload", "max_payload", _pub(1024)),
        ("max_payload_above", "max_payload + 1", _pub(1025)),
        ("max_payload_before_body", "The error comes before the payload", "PUB foo 1025\r\n"),
        ("max_payload_hpub_below", "max_payload - 1 with headers", _hpub(1023)),
        ("max_payload_hpub", "max_payload with headers in it", _hpub(1024)),
        ("max_payload_hpub_above", "max_payload + 1 with headers", _hpub(1025)),
        ("max_payload_keeps_earlier", "What came before is delivered", _pub(3) + _pub(1025)),
        ("control_line_below", "max_control_line - 1", _pub_line(511)),
        ("control_line", "max_control_line", _pub_line(512)),
        ("control_line_above", "max_control_line + 1", _pub_line(513)),
        ("control_line_hpub", "max_control_line of HPUB", _pub_line(512, "HPUB")),
        ("control_line_hpub_above", "max_control_line + 1 of HPUB", _pub_line(513, "HPUB")),
        (
            "control_line_spaces",
            "Leading spaces are not counted",
            "PUB " + " " * 600 + "foo 1\r\nx\r\n",
        ),
        ("control_line_no_end", "Above the limit without a line end", "PUB " + "s" * 513),
        ("control_line_keeps_earlier", "What came before is delivered", _pub(3) + _pub_line(513)),
    ],
)


@AREA.case()
def default_max_payload(play):
    """The default limit is 1 MiB: that much is delivered, one byte more is not."""
    c = play.connect()
    c.talk("SUB foo 1\r\n")
    c.talk(_pub(1048576))
    c.talk("PUB foo 1048577\r\n")
