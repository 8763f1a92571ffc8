"""-t, the configuration check: exit status and shape of what is said."""

from tests.conformance.commands import command, shape_of_error
from tests.conformance.script import NO_SERVER, Area

AREA = Area("config_check")

LISTEN = 'listen: "127.0.0.1:-1"\n'
CONFIGS = (
    ("good", "A good file", LISTEN),
    ("empty", "An empty file", ""),
    ("comments", "Comments alone", "# nothing\n// here\n"),
    ("unknown_key", "An unknown key", LISTEN + "nosuch: 1\n"),
    ("unknown_block", "An unknown block", LISTEN + "\nnosuch { a: 1 }\n"),
    (
        "unknown_inner",
        "An unknown key in a block",
        "authorization { user: a, password: b, nosuch: 1 }\n",
    ),
    ("unknown_tls", "An unknown key in tls", "tls { nosuch: 1 }\n"),
    ("unclosed_block", "A block that does not end", "authorization {\n user: a\n"),
    ("unclosed_string", "A text that does not end", 'listen: "127.0.0.1\n'),
    ("stray_brace", "A brace too many", "}\n"),
    ("port_text", "A text for a number", "port: abc\n"),
    ("bad_listen", "A port that is no number", 'listen: "127.0.0.1:abc"\n'),
    ("bad_duration", "A duration that is none", 'write_deadline: "soon"\n'),
    ("bad_duration_ping", "Another one", 'ping_interval: "often"\n'),
    ("bool_text", "A text for a switch", "debug: perhaps\n"),
    ("variable_missing", "A variable that is not set", "port: $NO_SUCH_VARIABLE_ANYWHERE\n"),
    ("variable", "A variable", "PORT: 4333\nport: $PORT\n"),
    ("include_missing", "An include that is not there", "include nosuch.conf\n"),
    ("include", "An include", "include other.conf\n"),
    (
        "payload_above_pending",
        "max_payload above max_pending",
        "max_payload: 2MB\nmax_pending: 1MB\n",
    ),
    (
        "user_and_users",
        "One user and many",
        "authorization { user: a, password: b, users: [ { user: c, password: d } ] }\n",
    ),
    ("token_and_user", "A token and a user", "authorization { user: a, password: b, token: t }\n"),
    (
        "token_and_users",
        "A token and users",
        "authorization { token: t, users: [ { user: c, password: d } ] }\n",
    ),
    (
        "user_twice",
        "A user twice",
        "authorization { users: [ { user: c, password: d }, { user: c, password: e } ] }\n",
    ),
    (
        "no_auth_user_unknown",
        "no_auth_user that is nobody",
        "no_auth_user: x\nauthorization { users: [ { user: c, password: d } ] }\n",
    ),
    (
        "tls_no_files",
        "tls with files that are not there",
        'tls { cert_file: "./no.pem", key_file: "./no.key" }\n',
    ),
    ("tls_no_key", "tls without a key", 'tls { cert_file: "./no.pem" }\n'),
    ("lame_duck_short", "A lame duck of a second", 'lame_duck_duration: "1s"\n'),
    (
        "lame_duck_grace",
        "A grace longer than it",
        'lame_duck_duration: "30s"\nlame_duck_grace_period: "40s"\n',
    ),
    ("server_name_space", "A name with a space", 'server_name: "a b"\n'),
    ("two_errors", "All errors are shown", "nosuch: 1\nport: abc\n"),
    ("json", "JSON is good too", '{"listen": "127.0.0.1:-1", "debug": false}\n'),
    ("key_case", "Keys may be in upper case", "PORT: 4222\nDebug: false\n"),
    ("sizes", "Sizes with units", "max_payload: 1k\nmax_pending: 1GB\nmax_control_line: 4KiB\n"),
)


def shape_of_check(line):
    return line if " is valid" in line else shape_of_error(line)


def check(play, text):
    files = [("x.conf", text), ("other.conf", LISTEN)]
    command(play, "-t", "-c", "{dir}/x.conf", files=files, shape=shape_of_check)


AREA.rows(NO_SERVER, check, [(n, f"-t: {a}", t) for n, a, t in CONFIGS])


@AREA.case(NO_SERVER)
def one_dash_two_dashes(play):
    """Flags have one or two dashes, a space or =."""
    for flags in (
        ["--t", "--c", "{dir}/x.conf"],
        ["-t", "--config={dir}/x.conf"],
        ["-t=true", "-c={dir}/x.conf"],
    ):
        command(play, *flags, files=[("x.conf", LISTEN)])


@AREA.case(NO_SERVER)
def bad_does_not_start(play):
    """With a bad file nothing starts."""
    files = [("x.conf", LISTEN + "nosuch: 1\n")]
    command(play, "-c", "{dir}/x.conf", files=files, shape=shape_of_error)
