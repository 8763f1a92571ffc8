"""The log: what scripts look for in it, the shape of its lines, its levels."""

import os
import re

from tests.conformance.script import NO_SERVER, Area
from tests.support import process
from tests.support.places import TempDir
from tests.support.process import wait_until

AREA = Area("logs")

LISTEN = 'listen: "127.0.0.1:-1"\n'

_SHAPE = re.compile(r"\[\d+\] \d{4}/\d\d/\d\d \d\d:\d\d:\d\d\.\d{6} \[(INF|WRN|ERR|FTL|DBG|TRC)\] ")

KEY_LINES = (
    "Starting nats-server",
    "  Version:  ",
    "  Git: ",
    "  Name: ",
    "  ID: ",
    "Using configuration file: ",
    "Starting http monitor on 127.0.0.1:",
    "Listening for client connections on 127.0.0.1:",
    "Server is ready",
    'Trapped "terminated" signal',
    "Initiating Shutdown...",
    "Server Exiting..",
)


def key_lines(play, lines):
    """Which of the lines that scripts look for are there, with their level, in their order."""
    for line in lines:
        for key in KEY_LINES:
            if key in line:
                play.note(f"{line[line.index('[', 1):].split(']')[0]}] {key}")


@AREA.case(NO_SERVER)
def whole_life(play):
    """What is logged from start to end, and the shape of each line."""
    server = play.start(config=LISTEN + 'http: "127.0.0.1:-1"\n')
    server.process.end()
    lines = server.process.lines()
    key_lines(play, lines)
    play.note(f"other shapes: {[line for line in lines if not _SHAPE.match(line)]}")


@AREA.case(NO_SERVER)
def to_a_file(play):
    """-l writes to a file, with the same shape, and nothing to stderr."""
    with TempDir() as directory:
        path = directory.file("log")
        child = process.Process([play.binary, "-a", "127.0.0.1", "-p", "-1", "-l", path])

        def text():
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    return file.read()
            return ""

        wait_until(lambda: "Server is ready" in text(), "the log file")
        play.note(f"exit status {child.end()}, on stderr: {child.lines()}")
        key_lines(play, text().splitlines())
        play.note(f"other shapes: {[l for l in text().splitlines() if not _SHAPE.match(l)]}")


def log_shape(play, *flags):
    server = play.start(flags=flags)
    play.connect(server=server)
    server.process.end()
    ready = next(line for line in server.process.lines() if "Server is ready" in line)
    ready = re.sub(r"\d", "0", re.sub(r"\[\d+\]", "[<pid>]", ready))
    levels = {
        level for level in ("DBG", "TRC") if any(f"[{level}]" in l for l in server.process.lines())
    }
    play.note(f"{' '.join(flags)}: {ready!r} {sorted(levels)}")


AREA.rows(
    NO_SERVER,
    log_shape,
    [
        ("plain", "Without flags"),
        ("no_time", "-T=false leaves the time out", "-T=false"),
        ("no_time_long", "--logtime=false too", "--logtime=false"),
        ("utc", "--logtime_utc", "--logtime_utc"),
        ("debug", "-D", "-D"),
        ("debug_long", "--debug", "--debug"),
        ("trace", "-V", "-V"),
        ("trace_long", "--trace", "--trace"),
        ("both", "-DV", "-DV"),
        ("both_verbose", "-DVV", "-DVV"),
    ],
)


@AREA.case(NO_SERVER)
def trace_lines(play):
    """With -V each protocol line is logged with its direction."""
    server = play.start(flags=["-V"])
    c = play.connect(server=server)
    c.talk("SUB foo 1\r\nPUB foo 5\r\nhello\r\nUNSUB 1\r\n")
    c.send("FOO\r\n")
    c.read_to_end()
    server.process.end()
    for line in server.process.lines():
        if " - cid:" in line and "[TRC]" in line:
            text = re.sub(r"cid:\d+", "cid:<n>", line[line.index("[", 1) :])
            play.note(text)
