"""The program's command line: version and help, bad flags, what flags do, the files they write."""

import glob
import json
import os
import re

from tests.conformance.commands import command, shape_of_error
from tests.conformance.script import NO_SERVER, NO_SERVER_TLS, Area
from tests.support import process
from tests.support.places import TempDir
from tests.support.process import wait_until

AREA = Area("command_line")

LISTEN = 'listen: "127.0.0.1:-1"\n'


AREA.rows(
    NO_SERVER,
    command,
    [
        ("version", "-v", "-v"),
        ("version_long", "--version", "--version"),
        ("version_one_dash", "-version", "-version"),
        ("version_word", "version", "version"),
        ("version_word_upper", "VERSION", "VERSION"),
        ("version_first", "-v beside others", "-p", "-1", "-v"),
        ("help", "-h", "-h"),
        ("help_long", "--help", "--help"),
        ("help_word", "help", "help"),
        ("help_tls", "--help_tls", "--help_tls"),
        ("unknown_flag", "An unknown flag", "--nosuch"),
        ("unknown_short_flag", "An unknown short flag", "-Z"),
        ("unknown_word", "An unknown word", "nosuch"),
        ("two_words", "Two unknown words", "nosuch", "either"),
        ("missing_value", "A flag without its value", "-c"),
        ("bad_port", "A port that is no number", "-p", "abc"),
        ("bad_port_equals", "The same with =", "--port=abc"),
        ("bad_bool", "A switch that is neither", "-D=maybe"),
        ("signal_unknown", "An unknown signal", "--signal", "nosuch=99999999"),
        ("signal_bad_pid", "A pid that is none", "--signal", "quit=abc"),
        ("signal_no_file", "A pid file that is not there", "--signal", "quit={dir}/none.pid"),
        ("signal_nobody", "A pid that nobody has", "--signal", "quit=99999999"),
        ("signal_short", "The short flag", "-sl", "nosuch=99999999"),
        ("routes_without_cluster", "--routes without a cluster", "--routes", "nats://127.0.0.1:1"),
        ("test_without_file", "-t without a file", "-t"),
    ],
)

AREA.rows(
    NO_SERVER,
    lambda play, *flags: command(play, *flags, shape=shape_of_error),
    [
        ("config_missing", "A file that is not there", "-c", "{dir}/none.conf"),
        ("config_directory", "A directory as a file", "-c", "{dir}"),
    ],
)


def last_words(text):
    """The [FTL] line up to its first colon; other text is free."""
    last = [line for line in text.splitlines() if line.strip()][-1]
    return last[last.index("[FTL]") :].split(":")[0] if "[FTL]" in last else "(text)"


def fails(play, *flags):
    """Does not start: exit status, and the beginning of its last words."""
    with TempDir() as directory:
        filled = [flag.replace("{dir}", directory.path) for flag in flags]
        outcome = process.run([play.binary, "-a", "127.0.0.1", *filled], cwd=directory.path)
        play.note(f"{' '.join(flags)} -> {outcome.status}: {last_words(outcome.stderr)}")


AREA.rows(
    NO_SERVER,
    fails,
    [
        ("fails_port", "A port above 65535", "-p", "70000"),
        ("fails_log", "A log file that cannot be", "-p", "-1", "-l", "{dir}/no/log"),
        ("fails_pid", "A pid file that cannot be", "-p", "-1", "-P", "{dir}/no/pid"),
        ("fails_https", "Monitoring by TLS without a certificate", "-p", "-1", "-ms", "-1"),
    ],
)


@AREA.case(NO_SERVER)
def fails_port_in_use(play):
    """A port that somebody has."""
    first = play.start()
    second = process.run([play.binary, "-a", "127.0.0.1", "-p", str(first.port)])
    play.note(f"exit status {second.status}: {last_words(second.stderr)}")


# --- what flags do


def info_of(play, *flags):
    server = play.start(flags=flags)
    info = play.open(server=server, info=False).info()
    names = ("server_name", "host", "auth_required", "max_payload")
    shown = {name: info.get(name) for name in names}
    if re.fullmatch(r"N[A-Z2-7]{55}", shown["server_name"]):
        shown["server_name"] = "the server id" if shown["server_name"] == info["server_id"] else "?"
    play.note(f"{' '.join(flags)}: {shown}")
    return server


AREA.rows(
    NO_SERVER,
    info_of,
    [
        ("flag_none", "Without flags the id is the name"),
        ("flag_name", "-n", "-n", "somebody"),
        ("flag_name_long", "--name=", "--name=somebody"),
        ("flag_server_name", "--server_name", "--server_name", "somebody"),
        ("flag_port_long", "--port -1", "--port", "-1"),
        ("flag_port_equals", "-p=-1", "-p=-1"),
        ("flag_addr", "--addr", "--addr", "127.0.0.1"),
        ("flag_net", "--net", "--net", "127.0.0.1"),
        ("flag_user", "--user and --pass", "--user", "u", "--pass", "p"),
        ("flag_token", "--auth", "--auth", "t"),
        ("flag_last_counts", "The last of two counts", "-n", "a", "-n", "b"),
    ],
)


@AREA.case(NO_SERVER)
def flag_user_is_asked_for(play):
    """Who starts with --user and --pass gets in with them alone."""
    server = play.start(flags=["--user", "u", "--pass", "p"])
    play.connect("a", server=server, user="u", **{"pass": "p"})
    play.connect("b", server=server, user="u", **{"pass": "x"})


@AREA.case(NO_SERVER)
def flag_token_is_asked_for(play):
    """The same with --auth."""
    server = play.start(flags=["--auth", "t"])
    play.connect("a", server=server, auth_token="t")
    play.connect("b", server=server, auth_token="x")


@AREA.case(NO_SERVER)
def flags_override_config(play):
    """A flag counts more than the file."""
    server = play.start(
        config=LISTEN + "server_name: file\ndebug: true\n", flags=["-n", "flag", "-D=false"]
    )
    play.note(play.open(server=server, info=False).info()["server_name"])
    play.note(f"debug lines: {any('[DBG]' in line for line in server.process.lines())}")


@AREA.case(NO_SERVER)
def flag_monitor(play):
    """-m and --http_port open the monitoring port."""
    for flag in ("-m", "--http_port", "-http_port"):
        server = play.start(flags=[flag, "-1"])
        play.note(f"{flag}: /healthz {server.get('/healthz')[0]}")


@AREA.case(NO_SERVER)
def flag_client_advertise(play):
    """--client_advertise is told in INFO."""
    server = play.start(flags=["--client_advertise", "example.org:4242"])
    info = play.open(server=server, info=False).info()
    play.note(f"{info['host']} {info['port']}")


@AREA.case(NO_SERVER_TLS)
def flag_tls(play):
    """--tls with certificate and key."""
    authority = play.certificates.authority
    cert, key = (os.path.join(authority.directory, f"server.{end}") for end in ("pem", "key"))
    server = play.start(flags=["--tls", "--tlscert", cert, "--tlskey", key])
    c = play.open(server=server)
    c.start_tls()
    c.connect(verbose=False)
    c.talk("")


@AREA.case(NO_SERVER_TLS)
def flag_tlsverify(play):
    """--tlsverify with an authority."""
    authority = play.certificates.authority
    cert, key = (os.path.join(authority.directory, f"server.{end}") for end in ("pem", "key"))
    server = play.start(
        flags=["--tlsverify", "--tlscert", cert, "--tlskey", key, "--tlscacert", authority.ca.cert]
    )
    for name, certificate in (("with", play.certificates.client), ("without", None)):
        c = play.open(name, server=server)
        c.start_tls(certificate=certificate)
        c.connect(verbose=False)
        c.talk("")


# --- files


@AREA.case(NO_SERVER)
def pid_file(play):
    """-P writes the pid; the file stays behind or not."""
    for flag in ("-P", "--pid"):
        server = play.start(flags=[flag, "{dir}/pid"])
        path = server.directory.file("pid")
        with open(path, encoding="ascii") as file:
            play.note(f"{flag}: is the pid: {file.read() == str(server.process.pid)}")
        server.process.end()
        play.note(f"still there afterwards: {os.path.exists(path)}")


@AREA.case(NO_SERVER)
def pid_file_from_config(play):
    """So does pid_file."""
    server = play.start(config=LISTEN + 'pid_file: "{dir}/pid"\n')
    with open(server.directory.file("pid"), encoding="ascii") as file:
        play.note(f"is the pid: {file.read() == str(server.process.pid)}")


@AREA.case(NO_SERVER)
def ports_file(play):
    """--ports_file_dir gets a file with the URLs, gone when the server is."""
    server = play.start(flags=["--ports_file_dir", "{dir}", "-m", "-1"])
    pattern = server.directory.file("*.ports")
    path = wait_until(lambda: glob.glob(pattern), "the ports file")[0]

    def complete():
        with open(path, encoding="utf-8") as file:
            return file.read().strip().endswith("}")

    wait_until(complete, "the whole ports file")
    play.note(f"name: {os.path.basename(path).replace(str(server.process.pid), '<pid>')}")
    with open(path, encoding="utf-8") as file:
        ports = json.load(file)
    play.note(f"right port: {ports['nats'] == [f'nats://127.0.0.1:{server.port}']}")
    play.note(re.sub(r":\d+", ":<port>", json.dumps(ports, sort_keys=True)))
    server.process.end()
    play.note(f"still there afterwards: {bool(glob.glob(pattern))}")


@AREA.case(NO_SERVER)
def ports_file_from_config(play):
    """So does ports_file_dir."""
    server = play.start(config=LISTEN + 'ports_file_dir: "{dir}"\n')
    path = wait_until(lambda: glob.glob(server.directory.file("*.ports")), "the ports file")[0]
    play.note(os.path.basename(path).replace(str(server.process.pid), "<pid>"))
