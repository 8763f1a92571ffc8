"""What a stranger can put into the one line he may send: CONNECT and its JSON."""

import json

from tests.abuse.abuse import MALFORMED, TOO_LONG, VIOLATION, Abuse, AbuseTest, Outcome, abuses
from tests.abuse.stage import PLAIN, SECRET

LINE_MAX = 4096
DEPTH = 1500


def row(name: str, text: bytes, outcome: Outcome, **more) -> Abuse:
    return Abuse(name, PLAIN, b"CONNECT " + text + b"\r\n", outcome, **more)


def filled(total_bytes: int) -> bytes:
    """An object of exactly this length."""
    frame = b'{"name":"%b"}'
    return frame % (b"x" * (total_bytes - len(frame % b"")))


def given(**fields) -> bytes:
    return json.dumps(fields).encode()


NO_JSON = [
    row("no_json", b"me in", MALFORMED),
    row("nothing", b"", MALFORMED),
    row("an_array", b"[]", MALFORMED),
    row("a_number", b"1", MALFORMED),
    row("a_text", b'"user"', MALFORMED),
    row("an_unclosed_object", b'{"user":"a"', MALFORMED),
    row("two_objects", b"{}{}", MALFORMED),
    row("binary_bytes", bytes(b for b in range(256) if b not in (10, 13)), MALFORMED),
    row("nul_bytes", b'{"user":"a\0b"}', MALFORMED),
    row("a_lone_surrogate", b'{"user":"\\ud800"}', MALFORMED),
    row("deep_arrays", b'{"x":' + b"[" * DEPTH + b"]" * DEPTH + b"}", MALFORMED),
    row("deep_objects", b'{"x":' * 600 + b"1" + b"}" * 600, MALFORMED),
    row("deep_and_unclosed", b"[" * LINE_MAX, MALFORMED),
]
WRONG_TYPES = [
    row("a_number_as_user", b'{"user":1}', MALFORMED),
    row("an_object_as_password", b'{"pass":{"a":[1,2,3]}}', MALFORMED),
    row("a_text_as_flag", b'{"verbose":"yes"}', MALFORMED),
    row("a_fraction_as_protocol", b'{"protocol":1.5}', MALFORMED),
    row("a_huge_protocol", b'{"protocol":99999999999999999999999999}', MALFORMED),
    row("a_huge_exponent", b'{"protocol":1e999}', MALFORMED),
    row("a_number_of_4000_digits", b'{"protocol":' + b"9" * 4000 + b"}", MALFORMED),
]
REFUSED = [
    row("an_empty_object", b"{}", VIOLATION),
    row("null", b"null", VIOLATION),
    row("a_wrong_password", given(user="witness", **{"pass": SECRET}), VIOLATION),
    row("a_wrong_token", given(auth_token=SECRET * 100), VIOLATION),
    row("a_name_of_3900_bytes", given(user="u" * 3900), VIOLATION),
    row("a_password_of_3900_bytes", given(user="witness", **{"pass": "p" * 3900}), VIOLATION),
    row("bytes_that_are_not_utf8", b'{"user":"\xff\xfe\xc0\x80"}', VIOLATION),
    row("the_same_key_300_times", b"{" + b'"user":"a",' * 300 + b'"user":"b"}', VIOLATION),
    row("200_unknown_keys", given(**{f"key{i}": i for i in range(200)}), VIOLATION),
    row("another_account", given(user="witness", account="other"), VIOLATION),
    row("keys_that_cannot_be_checked", given(nkey="U" * 1000, sig="s" * 1000, jwt="j"), VIOLATION),
    row("one_byte_less_than_the_limit", filled(LINE_MAX - 1), VIOLATION),
    row("as_long_as_the_limit", filled(LINE_MAX), VIOLATION),
    row("one_byte_more_than_the_limit", filled(LINE_MAX + 1), TOO_LONG),
    row("a_hundred_times_the_limit", filled(LINE_MAX * 100), TOO_LONG),
    row("blanks_before_it", b" " * 30 + b"{}", VIOLATION),
]


@abuses(NO_JSON + WRONG_TYPES + REFUSED)
class ConnectJson(AbuseTest):
    pass
