"""TLS: the upgrade after INFO, client certificates, timeouts, handshake_first, mixed clients."""

import ssl

from tests.conformance.script import Area, Setup
from tests.support.certificates import Certificate

AREA = Area("tls")

SERVER = 'cert_file: "{certs}/server.pem", key_file: "{certs}/server.key"'


def _setup(name, tls="", rest="", slow=False):
    config = f"tls {{ {SERVER}\n{tls} }}\n{rest}"
    return Setup(f"tls_{name}", config, needs_openssl=True, slow=slow)


REQUIRED = _setup("required", "timeout: 30")
VERIFY = _setup("verify", 'ca_file: "{certs}/ca.pem", verify: true, timeout: 30')
MAP = _setup(
    "verify_and_map",
    'ca_file: "{certs}/ca.pem", verify_and_map: true, timeout: 30',
    'authorization { users = [ { user: "CN=client" }, { user: "CN=other" } ] }\n',
)
INTERMEDIATE = _setup(
    "intermediate", 'ca_file: "{certs}/department.pem", verify: true, timeout: 30'
)
CA_ONLY = _setup("ca_only", 'ca_file: "{certs}/ca.pem", timeout: 30')
TIMEOUT = _setup("timeout", "timeout: 0.3", slow=True)
FIRST = _setup("first", "handshake_first: true, timeout: 30")
FIRST_SHORT = _setup("first_timeout", "handshake_first: true, timeout: 0.3", slow=True)
AUTO = _setup("first_auto", "handshake_first: auto, timeout: 30")
DELAYED = _setup("first_delay", 'handshake_first: "2s", timeout: 30', slow=True)
OPTIONAL = _setup("allow_non_tls", "timeout: 30", "allow_non_tls: true\n")
MINIMUM = _setup("min_version", 'min_version: "1.3", timeout: 30')
PASSWORD = _setup(
    "password", "timeout: 30", "authorization { user: u, password: p, timeout: 30 }\n"
)
VERIFY_PASSWORD = _setup(
    "verify_password",
    'ca_file: "{certs}/ca.pem", verify: true, timeout: 30',
    "authorization { user: u, password: p, timeout: 30 }\n",
)

PUBLISH = "SUB foo 1\r\nPUB foo 1\r\nx\r\n"
TLS_FIELDS = ("tls_required", "tls_verify", "tls_available", "auth_required")


def upgraded(play, name="c", certificate: Certificate | None = None, version=None, **options):
    """INFO, TLS, CONNECT, and a message; whatever fails ends the stream."""
    c = play.open(name)
    c.start_tls(certificate=certificate, version=version)
    c.connect(verbose=False, **options)
    c.talk(PUBLISH)
    return c


def info(play):
    fields = play.open(info=False).info()
    play.note(str({name: fields.get(name) for name in TLS_FIELDS}))


AREA.rows(REQUIRED, info, [("info_required", "INFO says that TLS is required")])
AREA.rows(VERIFY, info, [("info_verify", "And that a certificate is asked for")])
AREA.rows(OPTIONAL, info, [("info_optional", "Or that TLS is only possible")])


@AREA.case(REQUIRED)
def upgrade(play):
    """After INFO the client starts TLS; there is no second INFO."""
    upgraded(play)


@AREA.case(REQUIRED)
def upgrade_verbose(play):
    """The options of CONNECT hold as without TLS."""
    c = play.open()
    c.start_tls()
    c.talk('CONNECT {"verbose":true}\r\n' + PUBLISH)


@AREA.case(REQUIRED)
def large_messages(play):
    """Messages larger than a TLS record."""
    c = upgraded(play)
    c.talk("PUB foo 100000\r\n" + "x" * 100000 + "\r\n")


@AREA.case(REQUIRED)
def between_clients(play):
    """Messages go from one TLS client to another."""
    a, b = upgraded(play, "a"), upgraded(play, "b")
    b.talk("PUB foo 1\r\ny\r\n")
    play.carry(b, a)


AREA.rows(
    REQUIRED,
    lambda play, version: upgraded(play, version=version),
    [
        ("version_1_2", "TLS 1.2 is spoken", ssl.TLSVersion.TLSv1_2),
        ("version_1_3", "TLS 1.3 is spoken", ssl.TLSVersion.TLSv1_3),
        ("version_1_1", "TLS 1.1 is not", ssl.TLSVersion.TLSv1_1),
    ],
)
AREA.rows(
    MINIMUM,
    lambda play, version: upgraded(play, version=version),
    [
        ("min_version_below", "Below min_version", ssl.TLSVersion.TLSv1_2),
        ("min_version", "min_version itself", ssl.TLSVersion.TLSv1_3),
    ],
)


def plain(play, text):
    c = play.open()
    c.send(text)
    c.read_to_end()
    play.note_close_reason(c)


AREA.rows(
    REQUIRED,
    plain,
    [
        ("plain_connect", "CONNECT without TLS", "CONNECT {}\r\nPING\r\n"),
        ("plain_ping", "PING without TLS", "PING\r\n"),
        ("plain_garbage", "Garbage instead of a handshake", "\0" * 32),
        ("plain_http", "A browser", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        ("broken_record", "A TLS record of nonsense", "\x16\x03\x01\x00\x05hello"),
    ],
)


@AREA.case(REQUIRED)
def closed_before_handshake(play):
    """The client goes away instead of starting TLS."""
    c = play.open()
    c.close()
    play.note_close_reason(c)


@AREA.case(REQUIRED)
def other_authority_refused_by_client(play):
    """The client does not trust the server's certificate and breaks off."""
    c = play.open()
    done = c.sock.start_tls(play.certificates.stranger.client_context())
    play.note(f"handshake done: {done}")
    c.close()
    play.note_close_reason(c)


@AREA.case(TIMEOUT)
def timeout(play):
    """Who does not start TLS in time is sent away."""
    c = play.open()
    c.read_to_end()
    play.note_close_reason(c)


@AREA.case(TIMEOUT)
def timeout_half_handshake(play):
    """Who begins and goes no further too."""
    c = play.open()
    c.send("\x16\x03\x01\x01\x00")
    c.read_to_end()
    play.note_close_reason(c)


# --- client certificates


def shows(play, choose):
    upgraded(play, certificate=choose(play.certificates))


CERTIFICATES = (
    ("right", "The right certificate", lambda issued: issued.client),
    ("none", "No certificate", lambda issued: None),
    ("expired", "An expired certificate", lambda issued: issued.expired),
    ("unknown_authority", "One of another authority", lambda issued: issued.unknown),
)
AREA.rows(VERIFY, shows, [(f"verify_{n}", a, c) for n, a, c in CERTIFICATES])
AREA.rows(
    INTERMEDIATE,
    shows,
    [
        ("intermediate", "An intermediate authority vouches by itself", lambda i: i.department),
        ("intermediate_by_root", "But not for what its root has signed", lambda i: i.client),
    ],
)
AREA.rows(CA_ONLY, shows, [(f"ca_only_{n}", a, c) for n, a, c in CERTIFICATES])
AREA.rows(MAP, shows, [(f"map_{n}", a, c) for n, a, c in CERTIFICATES])


@AREA.case(MAP)
def map_nobody(play):
    """A good certificate of somebody who is no user."""
    upgraded(play, certificate=play.certificates.nobody)


def reason_for(play, choose):
    c = play.open()
    if c.sock.start_tls(
        play.certificates.authority.client_context(certificate=choose(play.certificates))
    ):
        c.sock.send(b"PING\r\n")
        c.read_to_end()
    play.note_close_reason(c)


AREA.rows(VERIFY, reason_for, [(f"reason_{n}", a, c) for n, a, c in CERTIFICATES[1:]])


# --- with passwords


def with_password(play, password):
    upgraded(play, user="u", **{"pass": password})


AREA.rows(
    PASSWORD,
    with_password,
    [("password_right", "Over TLS with a password", "p"), ("password_wrong", "A wrong one", "x")],
)


@AREA.case(VERIFY_PASSWORD)
def certificate_is_no_password(play):
    """A verified certificate does not replace the password."""
    upgraded(play, certificate=play.certificates.client)


@AREA.case(VERIFY_PASSWORD)
def certificate_and_password(play):
    """Both are asked for."""
    upgraded(play, certificate=play.certificates.client, user="u", **{"pass": "p"})


# --- mixed clients


@AREA.case(OPTIONAL)
def optional_plain(play):
    """With allow_non_tls a client may stay without."""
    play.connect().talk(PUBLISH)


@AREA.case(OPTIONAL)
def optional_upgrade(play):
    """Or take it."""
    upgraded(play)


@AREA.case(OPTIONAL)
def optional_both(play):
    """Messages go from one kind to the other."""
    a, b = upgraded(play, "a"), play.connect("b")
    b.talk("SUB bar 1\r\nPUB foo 1\r\ny\r\n")
    play.carry(b, a)
    a.talk("PUB bar 1\r\nz\r\n")
    play.carry(a, b)


# --- handshake_first

ATTEMPTS_MAX = 50


def tls_then_info(play):
    """With a delay the client must be quick: an attempt that came too late is made again."""
    for _ in range(ATTEMPTS_MAX):
        c = play.open(info=False)
        if c.sock.start_tls(play.certificates.authority.client_context()):
            break
    fields = c.info()
    play.note(
        f"INFO after the handshake: {bool(fields)}, tls_required {fields.get('tls_required')}"
    )
    c.connect(verbose=False)
    c.talk(PUBLISH)


for setup, word in ((FIRST, "true"), (AUTO, "auto"), (DELAYED, "a delay")):
    row = (f"{setup.name[4:]}_tls", f"handshake_first {word}: TLS, then INFO")
    AREA.rows(setup, tls_then_info, [row])


def info_then_tls(play):
    upgraded(play)


for setup, word in ((AUTO, "auto"), (DELAYED, "a delay")):
    AREA.rows(
        setup,
        info_then_tls,
        [(f"{setup.name[4:]}_waits", f"handshake_first {word}: who waits gets INFO first")],
    )


@AREA.case(FIRST_SHORT)
def first_waits(play):
    """handshake_first true: who waits for INFO waits in vain."""
    c = play.open(info=False)
    c.read_to_end()


@AREA.case(FIRST)
def first_plain(play):
    """handshake_first true: CONNECT without TLS."""
    c = play.open(info=False)
    c.send("CONNECT {}\r\nPING\r\n")
    c.read_to_end()


@AREA.case(AUTO)
def first_auto_plain(play):
    """handshake_first auto: CONNECT without TLS, at once."""
    c = play.open(info=False)
    c.send("CONNECT {}\r\nPING\r\n")
    c.read_to_end()
