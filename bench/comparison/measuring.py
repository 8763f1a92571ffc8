"""One scenario measured: the command, its run, and what is kept of it."""

import datetime
import json
import shlex
import subprocess
from dataclasses import dataclass

from bench.comparison import machine
from bench.comparison.scenarios import NODES, READERS, STUCK, Scenario


@dataclass(frozen=True)
class Setting:
    antiphon: str
    server: str
    peer: str
    runs: int
    quick: bool
    connections_max: int
    versions: tuple[str, str, str]  # ours, the peer's, the generator's
    handshake_us: float = 0.0  # CPU of a handshake's crypto alone; 0: not known


def options_of(scenario: Scenario, setting: Setting) -> tuple[dict[str, object], str]:
    """The options, and what had to be made smaller for this machine (or "")."""
    options = dict(scenario.options)
    if setting.quick:
        options |= scenario.quick
    # The rest of the connections (a publisher, an asker) is in what machine.py keeps back.
    counted = NODES if NODES in options else READERS
    wanted = options.get(counted, 0)
    room = setting.connections_max - options.get(STUCK, 0)
    if wanted <= room:
        return options, ""
    if room < 1:
        raise ValueError(f"{setting.connections_max} connections are too few for {scenario.name}")
    options[counted] = room
    what = counted.removeprefix("--")
    return options, f"{room:,} instead of {wanted:,} {what}: the descriptor limit"


def command_of(scenario: Scenario, setting: Setting, options: dict[str, object]) -> list[str]:
    command = [setting.antiphon, "bench", *scenario.bench.split()]
    for name, value in options.items():
        command += [name] if value is True else [name, str(value)]
    ours = f"{setting.server} {scenario.server_flags}".strip()
    command += ["--runs", str(setting.runs), "--server", ours, "--name", "ours"]
    if not scenario.alone:
        command += ["--vs-server", scenario.peer or setting.peer, "--vs-name", "peer"]
    return command + ["--json"]


def outcome(status: int, stdout: str, stderr: str) -> dict[str, object]:
    """`cases` as the program printed them, or `failure`. A run that lost messages has both
    its figures and status 1; its failures are in the cases."""
    try:
        return {"cases": json.loads(stdout)["cases"]}
    except (ValueError, KeyError, TypeError):
        said = " ".join(stderr.split())
        return {"failure": said or f"ended with status {status} and said nothing"}


def measure(scenario: Scenario, setting: Setting) -> dict[str, object]:
    """What is kept of a scenario; a failure is a result too."""
    result: dict[str, object] = {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
        "machine": machine.describe(),
        "versions": list(setting.versions),
        "runs": setting.runs,
        "quick": setting.quick,
        "command": "",
        "note": "",
        "alone": scenario.alone,
        "handshake_us": setting.handshake_us,
    }
    try:
        options, result["note"] = options_of(scenario, setting)
        command = command_of(scenario, setting, options)
        result["command"] = shlex.join(command)
        result["nodes"] = options.get(NODES, 0)
        done = subprocess.run(command, capture_output=True, text=True)
    except (ValueError, OSError) as error:
        return result | {"failure": str(error)}
    return result | outcome(done.returncode, done.stdout, done.stderr)
