"""Signals and --signal: stop, reopen the log, lame duck; what connected clients see."""

import os
import signal

from tests.conformance import transcript
from tests.conformance.script import NO_SERVER, Area, Setup
from tests.support import process
from tests.support.process import wait_until

AREA = Area("signals")

PLAIN = Setup("signals")
LAME_DUCK = Setup(
    "lame_duck", 'lame_duck_duration: "30s"\nlame_duck_grace_period: "300ms"\n', slow=True
)
LAME_DUCK_LONG = Setup(
    "lame_duck_long", 'lame_duck_duration: "60s"\nlame_duck_grace_period: "30s"\n'
)


def stopped_by(play, number):
    """A client is connected when the signal comes."""
    server = play.start(PLAIN)
    c = play.connect(server=server)
    c.talk("SUB foo 1\r\n")
    server.process.signal(number)
    c.read_to_end()
    play.note(f"exit status {server.process.wait()}")


AREA.rows(
    NO_SERVER,
    stopped_by,
    [
        ("term", "TERM ends the server", signal.SIGTERM),
        ("int", "INT ends the server", signal.SIGINT),
        ("kill", "KILL ends anything", signal.SIGKILL),
    ],
)


def told(play, command, by_file):
    """--signal from a second process, by pid or by pid file."""
    server = play.start(PLAIN, flags=["-P", "{dir}/pid"])
    c = play.connect(server=server)
    target = server.directory.file("pid") if by_file else str(server.process.pid)
    outcome = process.run([play.binary, "--signal", f"{command}={target}"])
    play.note(
        f"--signal {command}: exit status {outcome.status} {outcome.stdout!r} {outcome.stderr!r}"
    )
    c.read_to_end()
    play.note(f"server: exit status {server.process.wait()}")


AREA.rows(
    NO_SERVER,
    told,
    [
        ("told_quit", "--signal quit=pid is INT", "quit", False),
        ("told_term", "--signal term=pid is TERM", "term", False),
        ("told_stop", "--signal stop=pid is KILL", "stop", False),
        ("told_quit_by_file", "A pid file works too", "quit", True),
    ],
)


@AREA.case(NO_SERVER)
def told_short_flag(play):
    """-sl is the short flag."""
    server = play.start(PLAIN)
    outcome = process.run([play.binary, "-sl", f"quit={server.process.pid}"])
    play.note(f"exit status {outcome.status}, server: {server.process.wait()}")


@AREA.case(NO_SERVER)
def told_reload(play):
    """--signal reload=pid is HUP."""
    server = play.start(PLAIN)
    outcome = process.run([play.binary, "--signal", f"reload={server.process.pid}"])
    server.process.wait_for_line("Reloaded server configuration")
    play.note(f"exit status {outcome.status}")


@AREA.case(NO_SERVER)
def told_ldm(play):
    """--signal ldm=pid is lame duck mode."""
    server = play.start(LAME_DUCK_LONG)
    c = play.connect(server=server, protocol=1).settle()
    outcome = process.run([play.binary, "--signal", f"ldm={server.process.pid}"])
    play.note(f"exit status {outcome.status}")
    note_ldm_info(play, c)


def reopens(play, tell):
    """The log file was moved away; afterwards there is a new one."""
    server = play.start(PLAIN, flags=["-P", "{dir}/pid", "-l", "{dir}/log"], ready=None)
    path = server.directory.file("log")

    def text():
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                return file.read()
        return ""

    wait_until(lambda: "Server is ready" in text(), "the log")
    os.rename(path, path + ".1")
    tell(server)
    wait_until(lambda: "File log re-opened" in text(), "the new log")
    play.note("the log is open again")


@AREA.case(NO_SERVER)
def usr1(play):
    """USR1 opens the log file again."""
    reopens(play, lambda server: server.process.signal(signal.SIGUSR1))


@AREA.case(NO_SERVER)
def told_reopen(play):
    """--signal reopen=pid too."""
    reopens(
        play, lambda server: process.run([play.binary, "--signal", f"reopen={server.process.pid}"])
    )


@AREA.case(NO_SERVER)
def usr1_without_log_file(play):
    """USR1 without a log file harms nobody."""
    server = play.start(PLAIN)
    c = play.connect(server=server)
    server.process.signal(signal.SIGUSR1)
    server.process.wait_for_line("File log re-open")
    c.talk("SUB a 1\r\nPUB a 1\r\nx\r\n")


# --- lame duck


def note_ldm_info(play, talker):
    """Reads the INFO of lame duck mode."""
    frame = talker.read_until(lambda f: f.verb == "INFO")[-1]
    info = transcript.info_fields(frame.line)
    play.note(f"{talker.name} < INFO ldm {info.get('ldm')} connect_urls {info.get('connect_urls')}")


@AREA.case(NO_SERVER)
def lame_duck(play):
    """USR2: a notice to clients that understand it, no new ones, then the end for all, and exit."""
    server = play.start(LAME_DUCK)
    new, old = play.connect("new", server=server, protocol=1), play.connect("old", server=server)
    new.settle().talk("SUB a 1\r\n")
    old.talk("SUB a 1\r\n")
    port = server.port
    server.process.signal(signal.SIGUSR2)
    note_ldm_info(play, new)

    def refused():
        try:
            server.connect(port=port).close()
            return False
        except ConnectionRefusedError:
            return True

    play.note(f"new connections are refused: {wait_until(refused, 'refusal')}")
    new.read_to_end()
    old.read_to_end()
    play.note(f"exit status {server.process.wait(20)}")


@AREA.case(NO_SERVER)
def lame_duck_is_served(play):
    """Until then clients are served as ever."""
    server = play.start(LAME_DUCK_LONG)
    a, b = play.connect("a", server=server, protocol=1), play.connect("b", server=server)
    a.settle().talk("SUB a 1\r\n")
    server.process.signal(signal.SIGUSR2)
    note_ldm_info(play, a)
    b.talk("PUB a 1\r\nx\r\n")
    play.carry(b, a)


@AREA.case(NO_SERVER)
def lame_duck_monitoring(play):
    """Monitoring goes on."""
    server = play.start(LAME_DUCK_LONG)
    a = play.connect("a", server=server, protocol=1).settle()
    server.process.signal(signal.SIGUSR2)
    note_ldm_info(play, a)
    for path in ("/healthz", "/varz", "/connz"):
        play.note(f"{path} {server.get(path)[0]}")


@AREA.case(NO_SERVER)
def lame_duck_before_first_pong(play):
    """A client that has not had its first PONG gets no notice."""
    server = play.start(LAME_DUCK_LONG)
    early, a = (
        play.open("early", server=server),
        play.connect("a", server=server, protocol=1).settle(),
    )
    early.send('CONNECT {"protocol":1,"verbose":true}\r\n')
    early.read_frames(1)
    server.process.signal(signal.SIGUSR2)
    note_ldm_info(play, a)
    early.talk("")


@AREA.case(NO_SERVER)
def lame_duck_nobody(play):
    """Without clients the server ends at once."""
    server = play.start(LAME_DUCK_LONG)
    server.process.signal(signal.SIGUSR2)
    play.note(f"exit status {server.process.wait()}")


@AREA.case(NO_SERVER)
def lame_duck_twice(play):
    """A second USR2 changes nothing."""
    server = play.start(LAME_DUCK_LONG)
    a = play.connect("a", server=server, protocol=1).settle()
    server.process.signal(signal.SIGUSR2)
    note_ldm_info(play, a)
    server.process.signal(signal.SIGUSR2)
    a.talk("")


@AREA.case(NO_SERVER)
def lame_duck_int(play):
    """INT ends a lame duck at once."""
    server = play.start(LAME_DUCK_LONG)
    a = play.connect("a", server=server, protocol=1).settle()
    server.process.signal(signal.SIGUSR2)
    note_ldm_info(play, a)
    server.process.signal(signal.SIGINT)
    a.read_to_end()
    play.note(f"exit status {server.process.wait()}")


@AREA.case(NO_SERVER)
def term_many_clients(play):
    """TERM closes every client."""
    server = play.start(PLAIN)
    clients = [play.connect(f"c{n}", server=server) for n in range(10)]
    server.process.signal(signal.SIGTERM)
    for c in clients:
        c.read_to_end()
    play.note(f"exit status {server.process.wait()}")
