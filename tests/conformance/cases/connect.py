"""CONNECT: its grammar, its JSON, the options and what holds before it."""

import json

from tests.conformance.script import PLAIN, Area

AREA = Area("connect")


def says(play, text):
    play.open().talk(text)


def answers(play, body):
    """CONNECT with this JSON; a publish shows verbose, pedantic and echo."""
    play.open().talk(f"CONNECT {body}\r\nSUB foo.* 1\r\nPUB foo.* 1\r\nx\r\n")


AREA.rows(
    PLAIN,
    says,
    [
        ("lower_case", "The verb may be in lower case", 'connect {"verbose":true}\r\n'),
        ("mixed_case", "The verb may be in mixed case", 'CoNnEcT {"verbose":true}\r\n'),
        ("lf", "LF alone ends the line", 'CONNECT {"verbose":true}\n'),
        ("tabs", "A tab separates", 'CONNECT\t{"verbose":true}\r\n'),
        ("spaces", "Runs of spaces separate", 'CONNECT    {"verbose":true}   \r\n'),
        ("glued", "No separator is needed", 'CONNECT{"verbose":true}\r\n'),
        ("no_body", "CONNECT alone", "CONNECT\r\n"),
        ("only_space", "CONNECT and a space", "CONNECT \r\n"),
        ("no_body_lf", "CONNECT and LF", "CONNECT\n"),
        ("two_bodies", "Something behind the object", "CONNECT {} {}\r\n"),
    ],
)

BODIES = (
    ("empty_object", "An empty object leaves the defaults", "{}"),
    ("defaults_are_kept", "Only what is named is changed", '{"verbose":false}'),
    ("verbose", "verbose", '{"verbose":true}'),
    ("not_verbose", "verbose off, pedantic stays on", '{"verbose":false,"pedantic":true}'),
    ("pedantic_off", "pedantic off, verbose stays", '{"pedantic":false}'),
    ("echo_off", "echo off", '{"verbose":false,"pedantic":false,"echo":false}'),
    ("echo_on", "echo on", '{"verbose":false,"pedantic":false,"echo":true}'),
    ("unknown_field", "Unknown fields are ignored", '{"verbose":false,"what":{"is":[1,2]}}'),
    ("upper_case_key", "Keys are taken in any case", '{"VERBOSE":false,"Pedantic":false}'),
    ("key_twice", "The last of two equal keys counts", '{"verbose":true,"verbose":false}'),
    ("null_value", "null changes nothing", '{"verbose":null}'),
    ("null_body", "A body of null changes nothing", "null"),
    ("spaces_inside", "JSON may have spaces", '{ "verbose" : false , "pedantic" : false }'),
    ("escapes", "Keys may be escaped", '{"\\u0076erbose":false}'),
    ("unicode_name", "Text may be in UTF-8", '{"verbose":false,"name":"\xc3\xb6"}'),
    ("bad_utf8_name", "Text may be anything else", '{"verbose":false,"name":"\xff"}'),
    ("wrong_type_bool", "A text for verbose", '{"verbose":"yes"}'),
    ("wrong_type_number", "A number for verbose", '{"verbose":1}'),
    ("wrong_type_string", "A number for name", '{"verbose":false,"name":1}'),
    ("wrong_type_protocol", "A text for protocol", '{"verbose":false,"protocol":"1"}'),
    ("wrong_type_fraction", "A fraction for protocol", '{"verbose":false,"protocol":0.5}'),
    ("wrong_type_unknown", "Any type for an unknown field", '{"verbose":false,"whatever":-1e9}'),
    ("array", "An array is no object", "[]"),
    ("string", "A text is no object", '"verbose"'),
    ("number", "A number is no object", "1"),
    ("bad_json", "JSON that does not end", '{"verbose":false'),
    ("bad_json_comma", "JSON with a comma too many", '{"verbose":false,}'),
    ("bad_json_quotes", "JSON with other quotes", "{'verbose':false}"),
    ("bad_json_no_quotes", "JSON without quotes", "{verbose:false}"),
    ("bad_json_word", "No JSON at all", "hello"),
    ("deep_json", "Nested JSON", '{"verbose":false,"x":' + "[" * 60 + "]" * 60 + "}"),
    ("protocol_0", "protocol 0", '{"verbose":false,"protocol":0}'),
    ("protocol_2", "protocol 2 does not exist", '{"verbose":false,"protocol":2}'),
    ("protocol_negative", "protocol -1 neither", '{"verbose":false,"protocol":-1}'),
    (
        "protocol_huge",
        "protocol out of any range",
        '{"verbose":false,"protocol":99999999999999999999}',
    ),
    (
        "client_names",
        "lang, name and version",
        '{"verbose":true,"lang":"l","name":"n","version":"1"}',
    ),
    ("account", "account is not for clients", '{"verbose":false,"account":"A"}'),
    ("account_empty", "account may be empty", '{"verbose":false,"account":""}'),
    ("new_account", "new_account neither", '{"verbose":false,"new_account":true}'),
    ("new_account_false", "new_account may be false", '{"verbose":false,"new_account":false}'),
    ("user_not_needed", "Credentials nobody asked for", '{"verbose":false,"user":"u","pass":"p"}'),
    ("token_not_needed", "A token nobody asked for", '{"verbose":false,"auth_token":"t"}'),
    ("nkey_not_needed", "An nkey nobody asked for", '{"verbose":false,"nkey":"UXXX","sig":"x"}'),
    ("jwt_not_needed", "A JWT nobody asked for", '{"verbose":false,"jwt":"a.b.c"}'),
    ("tls_required", "tls_required is for libraries", '{"verbose":false,"tls_required":true}'),
    ("headers", "headers", '{"verbose":false,"headers":true}'),
    (
        "no_responders_alone",
        "no_responders needs headers",
        '{"verbose":false,"no_responders":true}',
    ),
    (
        "no_responders",
        "no_responders with headers",
        '{"verbose":false,"headers":true,"no_responders":true}',
    ),
)
AREA.rows(PLAIN, answers, BODIES)


AREA.rows(
    PLAIN,
    says,
    [
        (
            "before_pub",
            "Verbose and pedantic hold before CONNECT",
            "SUB foo.* 1\r\nPUB foo.* 1\r\nx\r\n",
        ),
        ("before_echo", "Echo holds before CONNECT", "SUB foo 1\r\nPUB foo 1\r\nx\r\n"),
        ("before_unsub", "UNSUB has its +OK", "SUB foo 1\r\nUNSUB 1\r\n"),
        ("before_unsub_unknown", "UNSUB of nothing has its +OK too", "UNSUB 1\r\n"),
        (
            "before_hpub",
            "There are no headers before CONNECT",
            "HPUB foo 12 12\r\nNATS/1.0\r\n\r\n\r\n",
        ),
        ("before_ping", "PING has no +OK", "PING\r\n"),
        ("before_pong", "PONG has no +OK", "PONG\r\n"),
        ("before_bad_subject", "-ERR replaces +OK", "SUB foo..bar 1\r\n"),
    ],
)


def verbose(play, text):
    play.connect(verbose=True, headers=True, no_responders=True).talk(text)


AREA.rows(
    PLAIN,
    verbose,
    [
        ("verbose_sub", "SUB", "SUB foo 1\r\n"),
        ("verbose_sub_again", "SUB of a sid in use", "SUB foo 1\r\nSUB bar 1\r\n"),
        ("verbose_unsub", "UNSUB", "SUB foo 1\r\nUNSUB 1 5\r\nUNSUB 1\r\n"),
        ("verbose_pub", "+OK comes before the own message", "SUB foo 1\r\nPUB foo 1\r\nx\r\n"),
        ("verbose_hpub", "HPUB", "SUB foo 1\r\nHPUB foo 12 12\r\nNATS/1.0\r\n\r\n\r\n"),
        ("verbose_no_responders", "+OK comes before the 503", "SUB r 1\r\nPUB foo r 0\r\n\r\n"),
        ("verbose_pong", "Nothing for PONG", "PONG\r\n"),
        ("verbose_bad_subject", "-ERR instead of +OK", "SUB foo. 1\r\n"),
        ("verbose_reserved", "-ERR instead of +OK for PUB", "PUB foo _R_.x 0\r\n\r\n"),
        ("verbose_wildcard_pub", "No error without pedantic", "PUB foo.* 0\r\n\r\n"),
        ("verbose_ok", "Nothing for +OK and -ERR", "+OK\r\n-ERR 'x'\r\n"),
    ],
)


@AREA.case()
def verbose_pedantic(play):
    """Pedantic adds its -ERR, the +OK comes as well."""
    c = play.connect(verbose=True, pedantic=True)
    c.talk("SUB foo.* 1\r\nPUB foo.* 1\r\nx\r\nSUB foo.. 2\r\n")


@AREA.case()
def second_changes_options(play):
    """A second CONNECT changes the options it names and keeps the others."""
    c = play.connect(verbose=True)
    c.talk('CONNECT {"pedantic":true}\r\nPUB foo.* 0\r\n\r\n')
    c.talk('CONNECT {"verbose":false}\r\nPUB foo.* 0\r\n\r\n')


@AREA.case()
def second_and_subscriptions(play):
    """What a second CONNECT does to the subscriptions made before it."""
    c = play.connect(name="n")
    c.talk("SUB foo 1\r\nPUB foo 1\r\na\r\n")
    c.talk("CONNECT " + json.dumps({"verbose": False, "pedantic": False}) + "\r\n")
    c.talk("PUB foo 1\r\nb\r\n")
    c.talk("SUB foo 1\r\nPUB foo 1\r\nc\r\n")
    c.talk("UNSUB 1\r\nPUB foo 1\r\nd\r\n")


@AREA.case()
def second_bad_json(play):
    """A second CONNECT with bad JSON ends the connection too."""
    play.connect().talk("CONNECT {\r\n")


@AREA.case()
def second_headers_off(play):
    """Headers can be given up again."""
    c = play.connect(headers=True)
    c.talk("SUB foo 1\r\nHPUB foo 12 13\r\nNATS/1.0\r\n\r\nx\r\n")
    c.talk('CONNECT {"headers":false}\r\nSUB foo 1\r\nHPUB foo 12 12\r\nNATS/1.0\r\n\r\n\r\n')


@AREA.case()
def second_protocol(play):
    """A second CONNECT may not have a bad protocol either."""
    play.connect(protocol=1).talk('CONNECT {"protocol":7}\r\n')


@AREA.case()
def after_pub(play):
    """Other verbs may come first where nobody must log in."""
    c = play.open()
    c.talk("SUB foo 1\r\nPUB foo 1\r\na\r\n")
    c.connect(verbose=False)
    c.talk("PUB foo 1\r\nb\r\n")


@AREA.case()
def bytewise(play):
    """CONNECT in segments of one byte."""
    c = play.open()
    c.send_bytewise('CONNECT {"verbose":true,"name":"x"}\r\n')
    c.talk("")
