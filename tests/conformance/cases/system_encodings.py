"""Answers of the server that are packed, for those who say that they take packed ones."""

import gzip
import json

from tests.conformance.cases.system_services import SYSTEM, _user, note
from tests.conformance.script import Area
from tests.support import snappy

AREA = Area("system_encodings")

_UNPACK = {"gzip": gzip.decompress, "snappy": snappy.unpack, "identity": bytes}


def _split(payload: bytes) -> tuple[list[str], bytes]:
    """Header lines, and the body."""
    if not payload.startswith(b"NATS/1.0"):
        return [], payload
    head, _, body = payload.partition(b"\r\n\r\n")
    return head.decode("latin-1").split("\r\n"), body


def asked(talker, subject: str, accept: str, body: str = ""):
    """Header lines and JSON of the answer."""
    head = f"NATS/1.0\r\n{accept}\r\n\r\n" if accept else "NATS/1.0\r\n\r\n"
    sizes = f"{len(head)} {len(head) + len(body)}"
    talker.sock.send(f"SUB inbox.1 77\r\nHPUB {subject} inbox.1 {sizes}\r\n{head}{body}\r\n".encode())
    answer = talker.read_until(lambda f: f.payload is not None)[-1]
    talker.sock.send(b"UNSUB 77\r\n")
    lines, packed = _split(answer.payload)
    how = next((line.split(": ")[1] for line in lines if line.startswith("Content-Enc")), "identity")
    return lines, json.loads(_UNPACK[how](packed))


def _packed(play, accept: str) -> None:
    lines, answer = asked(_user(play, "sys"), "$SYS.REQ.SERVER.PING.SUBSZ", accept)
    play.note(f"{lines} {sorted(answer)}")


AREA.rows(
    SYSTEM,
    _packed,
    [
        ("gzip", "Gzip", "Accept-Encoding: gzip"),
        ("snappy", "Snappy", "Accept-Encoding: snappy"),
        ("s2", "S2 is Snappy too", "Accept-Encoding: s2"),
        ("upper_case", "In capitals", "Accept-Encoding: GZIP"),
        ("within_a_word", "As part of a word", "Accept-Encoding: x-gzipped"),
        ("snappy_first", "Of both, Snappy", "Accept-Encoding: gzip, snappy"),
        ("weights_are_nothing", "Weights do not count", "Accept-Encoding: snappy;q=0, gzip"),
        ("unknown", "What is not known", "Accept-Encoding: br"),
        ("star", "Anything", "Accept-Encoding: *"),
        ("empty", "Nothing named", "Accept-Encoding:"),
        ("blank", "Blanks", "Accept-Encoding:   "),
        ("no_blank", "No blank behind the colon", "Accept-Encoding:gzip"),
        ("lower_case_key", "The key in small letters", "accept-encoding: gzip"),
        ("second_line", "Behind another header", "X: y\r\nAccept-Encoding: gzip"),
        ("twice", "The first of two counts", "Accept-Encoding: gzip\r\nAccept-Encoding: snappy"),
        ("none", "No such header", "X: y"),
        ("bare", "No header", ""),
    ],
)


def _service(play, user: str, subject: str, body: str = "") -> None:
    talker = _user(play, user)
    server = asked(_user(play, "sys"), "$SYS.REQ.SERVER.PING.IDZ", "")[1]
    lines, answer = asked(
        talker, subject.replace("<id>", server["id"]), "Accept-Encoding: gzip", body
    )
    play.note(f"{lines} {sorted(answer)}")


_SERVER = "$SYS.REQ.SERVER."
AREA.rows(
    SYSTEM,
    _service,
    [
        ("of_varz", "Of VARZ", "sys", _SERVER + "PING.VARZ"),
        ("of_connz", "Of CONNZ", "sys", _SERVER + "<id>.CONNZ"),
        ("of_healthz", "Of HEALTHZ", "sys", _SERVER + "PING.HEALTHZ"),
        ("of_accountz", "Of ACCOUNTZ", "sys", _SERVER + "PING.ACCOUNTZ"),
        ("of_jsz", "Of what there is not", "sys", _SERVER + "PING.JSZ"),
        ("of_expvarz", "Of EXPVARZ", "sys", _SERVER + "PING.EXPVARZ"),
        ("of_account", "Of an account", "sys", "$SYS.REQ.ACCOUNT.A.INFO"),
        ("of_account_statz", "Of its figures", "sys", "$SYS.REQ.ACCOUNT.PING.STATZ"),
        ("of_reload", "Of a deed", "sys", _SERVER + "<id>.RELOAD"),
        ("of_own_connections", "Of one's own connections", "app", _SERVER + "PING.CONNZ"),
        ("of_idz", "Not of IDZ", "sys", _SERVER + "PING.IDZ"),
        ("of_statsz", "Not of STATSZ", "sys", _SERVER + "PING.STATSZ"),
        ("of_conns", "Not of CONNS", "sys", "$SYS.REQ.ACCOUNT.SYS.CONNS"),
        ("of_user_info", "Not of USER.INFO", "sys", "$SYS.REQ.USER.INFO"),
        ("of_error", "Not of errors", "sys", _SERVER + "PING.ACCOUNTZ", '{"account":"X"}'),
        ("of_broken", "Nor where the request is broken", "sys", _SERVER + "PING.VARZ", "{"),
    ],
)  # fmt: skip


@AREA.case(SYSTEM)
def without_headers(play):
    """Who cannot read headers gets what is packed all the same."""
    system = _user(play, "sys")
    plain = play.connect("plain", user="sys", headers=False, **{"pass": "sys"})
    plain.talk_quietly("SUB inbox.plain 1\r\n")
    head = "NATS/1.0\r\nAccept-Encoding: gzip\r\n\r\n"
    system.sock.send(f"HPUB {_SERVER}PING.SUBSZ inbox.plain {len(head)} {len(head)}\r\n{head}\r\n".encode())
    answer = plain.read_until(lambda f: f.payload is not None)[-1]
    play.note(f"{answer.verb} {sorted(json.loads(gzip.decompress(answer.payload)))}")


@AREA.case(SYSTEM)
def expvarz(play):
    """How the process was called, and what memory it takes."""
    system = _user(play, "sys")
    for subject in ("PING", asked(system, f"{_SERVER}PING.IDZ", "")[1]["id"]):
        note(play, asked(system, f"{_SERVER}{subject}.EXPVARZ", "")[1])
