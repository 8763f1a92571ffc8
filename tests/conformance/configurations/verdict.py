"""What a server says of a configuration: by -t, and by starting with it.

WHY   -t of nats-server reads the file; much of what is wrong with it shows only at the start. Ours
      tells all at once.
"""

import json
import re
import ssl
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from tests.support import process
from tests.support.places import LOOPBACK

_DEADLINE_S = 60.0  # of a machine with much else to do
_OVER_TLS = re.compile(r"^\s*https(_port)?\s*[:=]", re.MULTILINE)
_BASE_PATH = re.compile(r"\bhttp_base_path\W+([\w/.-]+)")
_PLACE = re.compile(r"(?:^|: |')(?P<file>/[^\s:']+):(?P<line>\d+):(?P<column>\d+): (?P<text>.*)")
_WARNING = ": warning: "  # of ours; what nats-server warns of lets -t fail
_UNKNOWN = re.compile(r"(?i)unknown field (?:name )?\"(\S+)\"")
_GRAMMAR = re.compile(r"^Parse error|^variable reference|^error parsing include")
_LINE = re.compile(r"\bon line (\d+)")


@dataclass(frozen=True)
class Complaint:
    line: int  # 0 where none is named
    column: int
    text: str
    file: str = ""


@dataclass(frozen=True)
class Verdict:
    complaints: tuple[Complaint, ...] = ()  # none: it is taken
    by_start: bool = False
    told: dict = field(default_factory=dict)  # /varz

    @property
    def takes(self) -> bool:
        return not self.complaints

    @property
    def is_about_grammar(self) -> bool:
        """nats-server tells of such a mistake alone."""
        return any(_GRAMMAR.search(complaint.text) for complaint in self.complaints)

    def unknown_fields(self) -> set[str]:
        """With their lines."""
        found = [(complaint.line, _UNKNOWN.search(complaint.text)) for complaint in self.complaints]
        return {f"{match[1]} on line {line}" for line, match in found if match}

    def other_complaints(self) -> list[str]:
        return [one.text for one in self.complaints if not _UNKNOWN.search(one.text)]

    def lines(self) -> list[str]:
        return [f"{c.line}:{c.column}: {c.text}" for c in self.complaints] or ["takes it"]


def _complaint(line: str) -> Complaint:
    if at := _PLACE.search(line):
        return Complaint(int(at["line"]), int(at["column"]), at["text"], at["file"])
    named = _LINE.search(line)
    return Complaint(int(named[1]) if named else 0, 0, re.sub(r"^\S+: ", "", line))


def check(binary: str, path: str, folder: str) -> Verdict:
    outcome = process.run([binary, "-t", "-c", path], _DEADLINE_S, cwd=folder)
    if outcome.status == 0:
        return Verdict()
    lines = (outcome.stdout + outcome.stderr).splitlines()
    found = [_complaint(line) for line in lines if line.strip() and _WARNING not in line]
    return Verdict(tuple(found) or (Complaint(0, 0, f"exit status {outcome.status}"),))


def start(binary: str, path: str, folder: str, text: str, scratch: Path) -> Verdict:
    """Started on ports of its own choosing, asked for /varz and stopped again."""
    # A log of its own, which the configuration may have rotated: never a device.
    log, ports = scratch / "server.log", scratch / "ports"
    log.unlink(missing_ok=True)
    ports.mkdir(exist_ok=True)
    monitor = "--https_port" if _OVER_TLS.search(text) else "-m"
    argv = [binary, "-c", path, "-a", LOOPBACK, "-p", "-1", monitor, "-1"]
    argv += ["-l", str(log), "--ports_file_dir", str(ports)]
    with process.Process(argv, cwd=folder) as server:
        process.wait_until(
            lambda: _monitoring(ports, server.pid) or not server.running,
            f"the start of {binary} with {path}",
            _DEADLINE_S,
        )
        if url := _monitoring(ports, server.pid):
            return _asked(url, text)
        server.wait()
    words = server.lines() + (log.read_text().splitlines() if log.exists() else [])
    last = [line for line in words if line.strip()][-1:] or ["(nothing)"]
    return Verdict((Complaint(0, 0, last[0]),), by_start=True)


def _monitoring(ports: Path, pid: int) -> str | None:
    """From the file of ports, once it is there and whole."""
    try:
        return json.loads(next(ports.glob(f"*_{pid}.ports")).read_text())["monitoring"][0]
    except (StopIteration, ValueError):
        return None


def _asked(url: str, text: str) -> Verdict:
    try:
        return Verdict(told=_varz(url, text))
    except OSError as error:  # no certificate for its TLS, for one
        return Verdict((Complaint(0, 0, f"/varz: {error}"),), by_start=True)


def _varz(url: str, text: str) -> dict:
    base = _BASE_PATH.search(text)
    page = f"{url}/{base[1].strip('/')}/varz" if base else f"{url}/varz"
    anybody = ssl._create_unverified_context()
    with urllib.request.urlopen(page, timeout=_DEADLINE_S, context=anybody) as answer:
        return json.load(answer)
