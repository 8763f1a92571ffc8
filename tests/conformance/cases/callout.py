"""Auth callout: a service that the test plays decides who clients are, rightly and wrongly.

MODEL   A row says what the client sends in CONNECT and what the service answers. What is written down is
        what the service was asked, and whether the client was let in, as whom, where, and how it ended.
"""

import base64
import json
import os
import time

from tests.conformance import transcript
from tests.conformance.script import Area, Setup
from tests.support.nats_keys import NO_LIMITS, Key, claims, token

AREA = Area("callout")
HOUR = 3600
NOW = int(time.time())
SUBJECT = "$SYS.REQ.USER.AUTH"

ISSUER, STRANGER = Key("A", 31), Key("A", 32)
JOE, SERVER = Key("U", 31), Key("N", 31)


def _block(more: str = "") -> str:
    return f"auth_callout {{ issuer: {ISSUER.nkey}, account: AUTH, auth_users: [auth] {more} }}"


def _config(block: str, timeout: int = 30, more: str = "", of_acme: str = "") -> str:
    return f"""
accounts {{
  AUTH {{ users [ {{user: auth, password: pwd}}, {{user: second, password: pwd}} ] }}
  ACME {{ users [ {{user: joe, password: secret}} ]{of_acme} }}
  OTHER {{ users [ {{user: eve, password: secret}} ] }}
  RULED {{ default_permissions {{ publish {{ deny: foo }} }} }}
  SYS {{}}
}}
system_account: SYS
{more}
authorization {{ timeout: {timeout}, {block} }}
"""


ALL = Setup("callout", _config(_block()))
SOME = Setup("callout_some", _config(_block(", allowed_accounts: [ACME]")))
FULL = Setup("callout_full", _config(_block(", allowed_accounts: [ACME]"), of_acme=", limits { max_connections: 1 }"))
GUEST = Setup("callout_guest", _config(_block(), more="no_auth_user: joe"))
IMPATIENT = Setup("callout_impatient", _config(_block(), timeout=1), slow=True)


class Asked:
    """A request as the service reads it."""

    def __init__(self, frame):
        words = frame.line.decode().split(" ")
        self.reply = words[3]
        self.claims = json.loads(base64.urlsafe_b64decode(frame.payload.split(b".")[1] + b"=="))
        nats = self.claims["nats"]
        self.user, self.server = nats["user_nkey"], nats["server_id"]["id"]
        self.connect, self.client = nats["connect_opts"], nats["client_info"]

    def user_claims(self, issuer=ISSUER, *, subject=None, standard=None, **nats):
        standard = {"name": "", "aud": "ACME", "exp": NOW + HOUR, **(standard or {})}
        return claims("user", subject or self.user, issuer, {**NO_LIMITS, **nats}, **standard)

    def yes(self, signer=ISSUER, *, subject=None, standard=None, user=None, **nats):
        """An answer that lets the client in, unless something is changed."""
        nats = {"jwt": token(self.user_claims(), ISSUER) if user is None else user, **nats}
        standard = {"name": "", "aud": self.server, **(standard or {})}
        nats = {key: value for key, value in nats.items() if value is not None}
        body = claims("authorization_response", subject or self.user, signer, nats, **standard)
        return token(body, signer)

    def user_says(self, signer=ISSUER, **changes):
        return self.yes(user=token(self.user_claims(**changes), signer))


def _serve(play, **options):
    service = play.open("service")
    login = {"verbose": False, "user": "auth", "pass": "pwd", "headers": True, **options}
    service.send(f"CONNECT {json.dumps(login)}\r\n", quiet=True)
    service.talk_quietly(f"SUB {SUBJECT} 1\r\n")
    return service


def asked_of(service) -> Asked:
    return Asked(service.read_until(lambda frame: frame.payload is not None)[-1])


def _come(play, body):
    c = play.open(info=False)
    c.info()
    c.send(f"CONNECT {json.dumps({'verbose': False, 'pedantic': False, **body})}\r\n", quiet=True)
    return c


def answer_with(service, asked, answer):
    data = answer if isinstance(answer, bytes) else answer.encode()
    service.send(f"PUB {asked.reply} {len(data)}\r\n".encode() + data + b"\r\n", quiet=True)


def _outcome(play, c):
    c.talk("SUB foo 1\r\nPUB foo 1\r\nx\r\n")
    if c.sock.ended:
        return play.note_close_reason(c)
    for connection in play.json("/connz?auth=1")["connections"]:
        if connection["cid"] == c.cid:
            user = {JOE.nkey: "JOE"}.get(connection.get("authorized_user"), connection.get("authorized_user"))
            play.note(f"is {user} in {connection.get('account', '$G')}")


LOGIN = {"user": "dlc", "pass": "zzz"}


def answered(play, make):
    """A client that is no user, and an answer."""
    service = _serve(play)
    c = _come(play, LOGIN)
    asked = asked_of(service)
    answer_with(service, asked, make(asked))
    _outcome(play, c)


ANSWERS = (
    ("right", "An answer that lets it in", lambda a: a.yes()),
    ("named", "And gives it a name", lambda a: a.user_says(standard={"name": "Derek"})),
    ("global", "In the global account", lambda a: a.user_says(standard={"aud": "$G"})),
    ("system", "In the system account", lambda a: a.user_says(standard={"aud": "SYS"})),
    ("own", "In the service's account", lambda a: a.user_says(standard={"aud": "AUTH"})),
    ("defaults", "Where an account has permissions", lambda a: a.user_says(standard={"aud": "RULED"})),
    ("denied", "With permissions", lambda a: a.user_says(pub={"deny": ["foo"]})),
    ("allowed", "That allow little", lambda a: a.user_says(sub={"allow": ["bar"]})),
    ("bad_subject", "That are malformed", lambda a: a.user_says(pub={"allow": ["a..b"]})),
    ("nothing", "Nothing", lambda a: b""),
    ("nonsense", "Nonsense", lambda a: b"yes"),
    ("user_only", "A user's JWT alone", lambda a: token(a.user_claims(), ISSUER)),
    ("error", "A reason against it", lambda a: a.yes(jwt=None, error="no")),
    ("error_and_user", "Both a user and a reason", lambda a: a.yes(error="no")),
    ("neither", "Neither", lambda a: a.yes(jwt=None)),
    ("user_nonsense", "A user that is nonsense", lambda a: a.yes(user="a.b.c")),
    ("stranger", "Signed by another account", lambda a: a.yes(STRANGER)),
    ("by_user", "Signed by a user", lambda a: a.yes(JOE)),
    ("says_issuer", "Signed by another, naming the issuer",
     lambda a: token(claims("authorization_response", a.user, ISSUER, {"jwt": token(a.user_claims(), ISSUER)},
                            aud=a.server), STRANGER)),
    ("user_stranger", "The user signed by another", lambda a: a.yes(user=token(a.user_claims(STRANGER), STRANGER))),
    ("user_forged", "The user's issuer is not who signed", lambda a: a.user_says(STRANGER)),
    ("about_another", "About another client", lambda a: a.yes(subject=JOE)),
    ("user_another", "The user is another", lambda a: a.user_says(subject=JOE)),
    ("other_server", "For another server", lambda a: a.yes(standard={"aud": SERVER.nkey})),
    ("no_server", "For no server", lambda a: a.yes(standard={"aud": ""})),
    ("expired", "That has expired", lambda a: a.yes(standard={"exp": NOW - HOUR})),
    ("early", "That is not valid yet", lambda a: a.yes(standard={"nbf": NOW + HOUR})),
    ("fresh", "That is valid for a while", lambda a: a.yes(standard={"exp": NOW + HOUR, "nbf": NOW - 9})),
    ("user_expired", "The user has expired", lambda a: a.user_says(standard={"exp": NOW - HOUR})),
    ("user_early", "The user is not valid yet", lambda a: a.user_says(standard={"nbf": NOW + HOUR})),
    ("no_account", "No account", lambda a: a.user_says(standard={"aud": ""})),
    ("unknown_account", "An unknown account", lambda a: a.user_says(standard={"aud": "NONE"})),
    ("issuer_account", "An issuer_account without operators",
     lambda a: a.user_says(issuer_account=ISSUER.nkey)),
    ("answer_account", "One in the answer", lambda a: a.yes(issuer_account=ISSUER.nkey)),
    ("proxy", "A user that must come by a proxy", lambda a: a.user_says(proxy_required=True)),
    ("kind", "A user for MQTT", lambda a: a.user_says(allowed_connection_types=["MQTT"])),
    ("kind_right", "A user for clients", lambda a: a.user_says(allowed_connection_types=["STANDARD"])),
    ("kind_unknown", "For what nobody knows", lambda a: a.user_says(allowed_connection_types=["X"])),
    ("time", "A user for another time of the day",
     lambda a: a.user_says(times=[{"start": "25:00:00", "end": "26:00:00"}])),
)  # fmt: skip
AREA.rows(ALL, answered, [(f"answer_{n}", a, m) for n, a, m in ANSWERS])


def asked_about(play, body):
    """What the service is asked, and that its yes counts."""
    service = _serve(play)
    c = _come(play, body)
    asked = asked_of(service)
    for line in transcript.shape(asked.claims):
        play.note(line)
    play.note(f"reply of {len(asked.reply.split('.'))} tokens below {asked.reply[:12]}")
    play.note(f"audience {asked.claims['aud']}, about {asked.claims['sub'] == ISSUER.nkey}")
    lasts_s = asked.claims["exp"] - asked.claims["iat"]
    play.note(f"valid for the timeout: {lasts_s in (29, 30)}")  # the second may have changed between
    play.note(json.dumps(asked.connect, sort_keys=True))
    play.note(json.dumps({**asked.client, "id": 0, "nonce": ""}, sort_keys=True))
    answer_with(service, asked, asked.yes())
    _outcome(play, c)


CONNECTS = (
    ("unknown", "A user who is not configured", LOGIN),
    ("all_fields", "Everything that CONNECT says",
     {**LOGIN, "name": "n", "lang": "py", "version": "1", "protocol": 1, "headers": True}),
    ("user", "A user with the right password", {"user": "joe", "pass": "secret"}),
    ("wrong_password", "A user with a wrong one", {"user": "joe", "pass": "x"}),
    ("token", "A token", {"auth_token": "secret"}),
    ("nothing", "Nothing", {}),
    ("nkey", "An nkey without a signature", {"nkey": JOE.nkey}),
    ("signature", "A signature", {"nkey": JOE.nkey, "sig": "x"}),
    ("jwt", "A JWT where there is no operator", {"jwt": "a.b.c", **LOGIN}),
    ("injected", "Who serves, in the place of an nkey", {"user": "joe", "pass": "secret", "nkey": "auth"}),
    ("injected_token", "Who serves, in the place of a token", {"auth_token": "auth"}),
    ("markup", "Letters that JSON may escape", {"user": "<&>\"\\\u2028é", "pass": "\x01"}),
)  # fmt: skip
AREA.rows(ALL, asked_about, [(f"asked_{n}", a, b) for n, a, b in CONNECTS])


def not_asked(play, body):
    """The service has nothing to say."""
    service = _serve(play)
    c = _come(play, body)
    _outcome(play, c)
    service.talk("")


AREA.rows(ALL, not_asked, [
    ("serves", "Who serves", {"user": "auth", "pass": "pwd"}),
    ("serves_wrong", "Who serves, with a wrong password", {"user": "auth", "pass": "x"}),
    ("serves_no_password", "And with none", {"user": "auth"}),
])  # fmt: skip
AREA.rows(SOME, not_asked, [("not_delegated", "A user of another account", {"user": "eve", "pass": "secret"})])
AREA.rows(SOME, asked_about, [
    ("delegated", "A user of a delegated account", {"user": "joe", "pass": "secret"}),
    ("not_delegated_wrong", "A wrong password is always asked about", {"user": "eve", "pass": "x"}),
])  # fmt: skip


def _inside(play, service):
    """The one whom ACME has room for."""
    first = _come(play, LOGIN)
    asked = asked_of(service)
    answer_with(service, asked, asked.yes())
    first.talk("")
    return first


def full(play, body):
    """A full account's user is refused without a question; of anybody else the service is asked."""
    service = _serve(play)
    _inside(play, service)
    c = _come(play, body)
    c.read_to_end()
    play.note_close_reason(c)
    shown = play.json(f"/connz?state=closed&auth=1&cid={c.cid}")["connections"][0]
    play.note(f"{shown.get('authorized_user')} in {shown.get('account')}")
    service.talk("")


for _name, _about, _body in (
    ("full_user", "A user of the account", {"user": "joe", "pass": "secret"}),
    ("full_named", "With everything that CONNECT says",
     {"user": "joe", "pass": "secret", "name": "n", "lang": "py", "version": "1", "protocol": 1}),
):  # fmt: skip
    AREA.add(FULL, _name, _about, lambda p, b=_body: full(p, b), alone=True)


@AREA.case(FULL, alone=True)
def full_stranger(play):
    """Who is no user of it by itself is asked about, and refused all the same."""
    service = _serve(play)
    _inside(play, service)
    for body in (LOGIN, {"user": "joe", "pass": "x"}):
        c = _come(play, body)
        asked = asked_of(service)
        answer_with(service, asked, asked.yes())
        c.read_to_end()
        play.note_close_reason(c)


@AREA.case(FULL, alone=True)
def full_again(play):
    """A second CONNECT does not count against itself."""
    service = _serve(play)
    c = _come(play, {"user": "joe", "pass": "secret"})
    for _ in range(2):
        asked = asked_of(service)
        answer_with(service, asked, asked.yes())
        c.talk("")
        c.send('CONNECT {"verbose": false, "user": "joe", "pass": "secret"}\r\n', quiet=True)
    answer_with(service, asked_of(service), b"")
    c.read_to_end()


@AREA.case(IMPATIENT)
def late(play):
    """A service that does not answer; its answer afterwards is for nobody."""
    service = _serve(play)
    c = _come(play, LOGIN)
    asked = asked_of(service)
    c.read_to_end()
    play.note_close_reason(c)
    answer_with(service, asked, asked.yes())
    service.talk("")


@AREA.case(IMPATIENT)
def nobody_serves(play):
    """Nobody is there to be asked."""
    c = _come(play, LOGIN)
    c.read_to_end()
    play.note_close_reason(c)


@AREA.case(ALL)
def publishing_requests(play):
    """Nobody in the service's account publishes requests."""
    service = _serve(play)
    service.talk(f"PUB {SUBJECT} x 1\r\na\r\n")
    c = _come(play, LOGIN)
    asked = asked_of(service)
    answer_with(service, asked, asked.user_says(standard={"aud": "AUTH"}))
    c.talk(f"PUB {SUBJECT} x 1\r\na\r\n")
    service.talk("")


@AREA.case(GUEST)
def no_auth_user(play):
    """Who sends nothing at all is asked about as the no_auth_user."""
    service = _serve(play)
    c = play.open()
    c.send("PING\r\n")
    asked = asked_of(service)
    play.note(f"{asked.client['user']} {asked.connect['user']}")
    answer_with(service, asked, asked.yes())
    c.read_to_pong()
    play.note("second")
    c = play.open()
    c.send("PING\r\n")
    answer_with(service, asked_of(service), b"")
    c.read_to_end()


REFUSALS = "$SYS.ACCOUNT.CLIENT.AUTH.ERR"


@AREA.case(ALL)
def refused_is_told_in_its_account(play):
    """The service's account hears of whom the service refused, and what it said."""
    service = _serve(play)
    service.talk_quietly(f"SUB {REFUSALS} 2\r\n")
    _come(play, LOGIN)
    asked = asked_of(service)
    answer_with(service, asked, asked.yes(jwt=None, error="WRONG PASSWORD"))
    frame = service.read_until(lambda f: f.line.startswith(f"MSG {REFUSALS} ".encode()))[-1]
    event = json.loads(frame.payload)
    play.note(f"{event['type']} {event['client'].get('acc')} {event['client'].get('user')}")
    play.note(f"says why: {'WRONG PASSWORD' in event['reason']}")


# --- over TLS


def _secured(name: str, tls: str) -> Setup:
    files = 'cert_file: "{certs}/server.pem", key_file: "{certs}/server.key", timeout: 30'
    return Setup(f"callout_{name}", f"tls {{ {files}\n{tls} }}\n{_config(_block())}", needs_openssl=True)


SECURED = _secured("tls", "")
VERIFIED = _secured("verified", 'ca_file: "{certs}/ca.pem", verify: true')
BY_DEPARTMENT = _secured("department", 'ca_file: "{certs}/department.pem", verify: true')
BY_BOTH = _secured("department_and_root", 'ca_file: "{certs}/department_and_root.pem", verify: true')


def _named(issued, pem: str) -> str:
    folder = os.path.dirname(issued.client.cert)
    paths = {"the client": issued.client.cert, "the department's client": issued.department.cert,
             "the department": os.path.join(folder, "department.pem"), "the authority": issued.authority.ca.cert}  # fmt: skip
    for name, path in paths.items():
        with open(path, encoding="utf-8") as file:
            if file.read() == pem:
                return name
    return "another"


def chains_of(play, choose):
    """What the service is told of a client's certificate, the second time too."""
    issued = play.certificates
    service = play.open("service")
    service.start_tls(certificate=choose(issued))
    service.send('CONNECT {"verbose":false,"user":"auth","pass":"pwd","headers":true}\r\n', quiet=True)
    service.talk_quietly(f"SUB {SUBJECT} 1\r\n")
    for _ in range(2):
        c = play.open()
        c.start_tls(certificate=choose(issued))
        c.send(f"CONNECT {json.dumps(LOGIN)}\r\n", quiet=True)
        told = asked_of(service).claims["nats"]["client_tls"]
        play.note(f"{sorted(told)} {told['version']}")
        for chain in told.get("verified_chains", []):
            play.note(f"a chain: {', '.join(_named(issued, pem) for pem in chain)}")


AREA.rows(SECURED, chains_of, [("tls", "Who is asked for no certificate", lambda i: i.client)])
AREA.rows(VERIFIED, chains_of, [
    ("tls_verified", "A certificate of the authority's", lambda i: i.client),
    ("tls_chain", "One of an authority between, shown with that one's", lambda i: i.with_department),
])  # fmt: skip
AREA.rows(BY_DEPARTMENT, chains_of, [
    ("tls_intermediate", "The authority between vouches by itself", lambda i: i.department),
    ("tls_intermediate_shown", "And is shown too", lambda i: i.with_department),
])  # fmt: skip
AREA.rows(BY_BOTH, chains_of, [
    ("tls_both", "Both authorities vouch", lambda i: i.department),
    ("tls_both_shown", "And one is shown too", lambda i: i.with_department),
])  # fmt: skip
