"""HUP: a new configuration while clients are connected. Each case has its own server."""

import signal

from tests.conformance.script import NO_SERVER, NO_SERVER_TLS, Area, Setup
from tests.support.process import wait_until

AREA = Area("reload")


def users(*names):
    lines = "".join(f'{{ user: {name}, password: "{name}" }}\n' for name in names)
    return f"authorization {{ timeout: 30, users: [ {lines} ] }}\n"


def serve(play, config):
    return play.start(Setup("reload", config))


def reload(play, server, config):
    server.reload(play.filled(Setup("reload", config)))
    play.note("* reloaded")


def user(play, name, server, **options):
    return play.connect(name, server=server, user=name, **{"pass": name}, **options)


def connected_during(play, before, after, *credentials, protocol=0):
    """Clients log in, the configuration changes, and each is asked whether it is still there."""
    server = serve(play, before)
    clients = []
    for index, options in enumerate(credentials):
        c = play.connect(f"c{index}", server=server, protocol=protocol, **options)
        c.talk("SUB foo 1\r\n")
        clients.append(c)
    reload(play, server, after)
    for c in clients:
        c.talk("PUB foo 1\r\nx\r\n", unordered=True)
        if c.sock.ended:
            play.note_close_reason(c, server)
    for index, options in enumerate(credentials):
        play.connect(f"again{index}", server=server, **options)


JOE, ANN = {"user": "joe", "pass": "joe"}, {"user": "ann", "pass": "ann"}
T, U = {"auth_token": "t"}, {"auth_token": "u"}
TOKEN_T, TOKEN_U = "authorization { token: t }\n", "authorization { token: u }\n"
ONE_JOE = "authorization { user: joe, password: joe }\n"
ONE_JOE_NEW = "authorization { user: joe, password: new }\n"

AREA.rows(
    NO_SERVER,
    connected_during,
    [
        ("same_users", "The same users stay", users("joe"), users("joe"), JOE),
        (
            "user_added",
            "Those there stay, when one is added",
            users("joe"),
            users("joe", "ann"),
            JOE,
        ),
        ("user_removed", "Who is no more is sent away", users("joe", "ann"), users("ann"), JOE),
        ("all_users_replaced", "Nobody stays", users("joe"), users("ann"), JOE),
        ("password_changed", "So is who has the old password", ONE_JOE, ONE_JOE_NEW, JOE),
        ("user_to_users", "One user becomes one of many", ONE_JOE, users("joe", "ann"), JOE),
        ("token_changed", "An old token is worth nothing", TOKEN_T, TOKEN_U, T),
        ("token_same", "The same token stays", TOKEN_T, TOKEN_T, T),
        ("auth_switched_on", "Who did not log in is sent away", "", ONE_JOE, {}),
        ("auth_switched_off", "Who logged in may stay", ONE_JOE, "", JOE),
        ("users_to_token", "Another way of logging in", ONE_JOE, TOKEN_T, JOE),
        ("nothing_changed", "Nothing changed", "", "", {}),
    ],
)


@AREA.case(NO_SERVER)
def user_added_can_log_in(play):
    """The added user gets in."""
    server = serve(play, users("joe"))
    user(play, "ann", server)
    reload(play, server, users("joe", "ann"))
    user(play, "ann", server).talk("")


@AREA.case(NO_SERVER)
def info_follows(play):
    """INFO says whether logging in is needed from now on."""
    server = serve(play, "")
    for config in (ONE_JOE, ""):
        reload(play, server, config)
        play.note(
            f"auth_required {play.open(server=server, info=False).info().get('auth_required')}"
        )


@AREA.case(NO_SERVER)
def max_payload_lowered(play):
    """A lower max_payload holds for new clients, and for old ones or not."""
    server = serve(play, "max_payload: 2048\n")
    old = play.connect("old", server=server, protocol=1).settle()
    reload(play, server, "max_payload: 1024\n")
    play.note(
        f"new < max_payload {play.open('new', server=server, info=False).info()['max_payload']}"
    )
    old.talk("")
    old.talk("PUB a 2000\r\n" + "x" * 2000 + "\r\n")


@AREA.case(NO_SERVER)
def max_payload_raised(play):
    """A higher one too."""
    server = serve(play, "max_payload: 1024\n")
    old = play.connect("old", server=server)
    reload(play, server, "max_payload: 2048\n")
    old.talk("PUB a 2000\r\n" + "x" * 2000 + "\r\n")


@AREA.case(NO_SERVER)
def max_control_line_lowered(play):
    """max_control_line."""
    server = serve(play, "")
    old = play.connect("old", server=server)
    reload(play, server, "max_control_line: 256\n")
    old.talk("SUB " + "a" * 300 + " 1\r\n")
    play.connect("new", server=server).talk("SUB " + "a" * 300 + " 1\r\n")


@AREA.case(NO_SERVER)
def max_connections_raised(play):
    """max_connections."""
    server = serve(play, "max_connections: 1\n")
    a = play.connect("a", server=server)
    play.open("b", server=server, info=False).read_to_end()
    reload(play, server, "max_connections: 2\n")
    play.connect("b", server=server).talk("")
    a.talk("")


@AREA.case(NO_SERVER)
def max_connections_lowered(play):
    """When too many are connected, some are closed."""
    server = serve(play, "")
    clients = [play.connect(f"c{n}", server=server) for n in range(3)]
    reload(play, server, "max_connections: 2\n")
    ended = 0
    for c in clients:
        c.sock.send(b"PING\r\n")
        frames = c.read_until(lambda f: f.line == b"PONG")
        ended += c.sock.ended
        if c.sock.ended:
            play.note(f"one < {[frame.line.decode() for frame in frames]}")
    play.note(f"ended: {ended}")


def mappings(play, after):
    server = serve(play, "mappings { a: b }\n")
    c = play.connect("c", server=server)
    c.talk("SUB > 1\r\nPUB a 1\r\nx\r\n")
    reload(play, server, after)
    c.talk("PUB a 1\r\ny\r\n")


AREA.rows(
    NO_SERVER,
    mappings,
    [
        ("mappings_changed", "Another mapping of the subject", "mappings { a: c }\n"),
        ("mappings_replaced", "One of another subject", "mappings { d: e }\n"),
        ("mappings_gone", "None at all", ""),
    ],
)


@AREA.case(NO_SERVER)
def ping_interval(play):
    """ping_interval holds for who is connected."""
    server = serve(play, "")
    reload(play, server, 'ping_interval: "200ms"\nping_max: 1\n')
    c = play.open(server=server, show_pings=True)
    c.connect(verbose=False)
    c.read_to_end()


@AREA.case(NO_SERVER)
def client_advertise(play):
    """client_advertise is told to new clients."""
    server = serve(play, "")
    port = server.port
    reload(play, server, 'client_advertise: "example.org:4242"\n')
    server.connect(port=port).close()
    info = play.open(server=server, info=False).info()
    play.note(f"{info['host']} {info['port']}")


def refused(play, before, after):
    """The new file is refused: the server says so and goes on with the old one."""
    server = serve(play, before)
    c = play.connect(server=server)
    seen = len(server.process.lines())
    server.write_config(play.filled(Setup("reload", after)))
    server.process.signal(signal.SIGHUP)
    match = server.process.wait_for_line(
        r"\[(\w+)\] (Failed to reload server configuration)", first=seen
    )
    play.note(f"* [{match.group(1)}] {match.group(2)}")
    c.talk("SUB a 1\r\nPUB a 1\r\nx\r\n")
    play.note(f"max_payload {play.json('/varz', server)['max_payload']}")


AREA.rows(
    NO_SERVER,
    refused,
    [
        (
            "refused_syntax",
            "A file that cannot be read",
            "max_payload: 1024\n",
            "max_payload: 2048\nfoo {\n",
        ),
        (
            "refused_unknown",
            "A file with an unknown key",
            "max_payload: 1024\n",
            "max_payload: 2048\nfoo: 1\n",
        ),
        ("refused_type", "A file with a wrong type", "max_payload: 1024\n", "max_payload: x\n"),
        (
            "refused_name",
            "Another server_name",
            "max_payload: 1024\n",
            "max_payload: 2048\nserver_name: other\n",
        ),
        (
            "refused_port",
            "Another port",
            "max_payload: 1024\n",
            'max_payload: 2048\nlisten: "127.0.0.1:4999"\n',
        ),
    ],
)


@AREA.case(NO_SERVER)
def debug_switched_on(play):
    """debug and trace can be switched on."""
    server = serve(play, "")
    reload(play, server, "debug: true\ntrace: true\n")
    play.connect(server=server).talk("PUB a 1\r\nx\r\n")
    server.process.wait_for_line(r"\[TRC\] .*MSG_PAYLOAD")
    play.note(f"debug lines: {any('[DBG]' in line for line in server.process.lines())}")


@AREA.case(NO_SERVER)
def varz_tells(play):
    """/varz shows the new values and the time of the reload."""
    server = serve(play, "")
    before = play.json("/varz", server)
    reload(play, server, "max_payload: 1024\nmax_connections: 10\n")

    def changed():
        # A nats-server tells the time a moment before the values.
        now = play.json("/varz", server)
        are_new = [now[name] != before[name] for name in ("config_load_time", "max_payload")]
        return now if all(are_new) else None

    after = wait_until(changed, "another config_load_time, and the new values")
    play.note(f"start is the same: {before['start'] == after['start']}")
    play.note(f"{after['max_payload']} {after['max_connections']}")


@AREA.case(NO_SERVER)
def log_line(play):
    """The line that scripts wait for."""
    server = serve(play, "")
    reload(play, server, "max_payload: 1024\n")
    line = next(l for l in server.process.lines() if "Reloaded server configuration" in l)
    play.note(line[line.index("[", 1) :])


TLS = 'tls {{ cert_file: "{{certs}}/{0}.pem", key_file: "{{certs}}/{0}.key", timeout: 30 }}\n'


def upgraded(play, server, name):
    c = play.open(name, server=server)
    c.start_tls()
    certificate = c.sock.peer_certificate()
    c.connect(verbose=False)
    return c, certificate


@AREA.case(NO_SERVER_TLS)
def certificate_replaced(play):
    """A new certificate is shown to new clients; those there stay."""
    server = serve(play, TLS.format("server"))
    old, first = upgraded(play, server, "old")
    reload(play, server, TLS.format("server2"))
    new, second = upgraded(play, server, "new")
    play.note(f"another certificate: {first != second}")
    old.talk("SUB a 1\r\nPUB a 1\r\nx\r\n")
    new.talk("")


VERIFY = """tls {{ cert_file: "{{certs}}/server.pem", key_file: "{{certs}}/server.key", timeout: 30
ca_file: "{{certs}}/{0}.pem", verify: {1} }}
"""


def verified_during(play, before, after, *certificates):
    """Clients come by TLS, the authorities change, and each is asked whether it is still there."""
    server = serve(play, VERIFY.format(*before))
    clients = []
    for index, choose in enumerate(certificates):
        c = play.open(f"c{index}", server=server)
        c.start_tls(certificate=choose(play.certificates))
        c.connect(verbose=False)
        c.settle()
        clients.append(c)
    reload(play, server, VERIFY.format(*after))
    for c in clients:
        c.talk("SUB a 1\r\nPUB a 1\r\nx\r\n", unordered=True)
        if c.sock.ended:
            play.note_close_reason(c, server)


AREA.rows(
    NO_SERVER_TLS,
    verified_during,
    [
        (
            "authority_gone",
            "An authority is taken out of ca_file",
            ("both", "true"),
            ("ca", "true"),
            lambda issued: issued.unknown,
            lambda issued: issued.client,
        ),
        (
            "authority_gone_unasked",
            "The same where nobody is asked from now on",
            ("both", "true"),
            ("ca", "false"),
            lambda issued: issued.unknown,
        ),
        (
            "certificates_asked_for",
            "Certificates are asked for; who has shown none is there",
            ("ca", "false"),
            ("ca", "true"),
            lambda issued: None,
        ),
    ],
)


@AREA.case(NO_SERVER_TLS)
def tls_switched_on(play):
    """TLS is asked from new clients; what happens to those without."""
    server = serve(play, "")
    old = play.connect("old", server=server)
    reload(play, server, TLS.format("server"))
    upgraded(play, server, "new")[0].talk("")
    old.talk("")


@AREA.case(NO_SERVER_TLS)
def tls_switched_off(play):
    """TLS is no longer asked for; what happens to those with."""
    server = serve(play, TLS.format("server"))
    old, _ = upgraded(play, server, "old")
    reload(play, server, "")
    play.connect("new", server=server).talk("")
    old.talk("")
