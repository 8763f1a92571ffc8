"""The broker of a Choria site: ours or a reference, configured in either dialect, restartable."""

import http.client
import json
import re
import signal
from collections.abc import Sequence

from tests.support import choria, process
from tests.support.nats_server import READY
from tests.support.places import LOOPBACK, lasting_port

START_DEADLINE_S = 60.0
_MONITOR_PORT = r"Starting https? monitor on \S*:(\d+)"


class Broker:
    """`command` is what stands before the configuration's path, e.g. ["nats-server", "-c"]."""

    def __init__(
        self, site: choria.Site, command: Sequence[str], dialect: str, more: str = "",
        identity: str = f"broker.{choria.DOMAIN}", started: bool = True,
    ):  # fmt: skip
        self.dialect = dialect
        self.port = site.broker_port = lasting_port()
        self._argv = [*command, site.broker_config(self.port, dialect, more, identity)]
        self._site = site
        self._log: list[str] = []
        self._process: process.Process | None = None
        if started:
            self.start()

    def start(self) -> None:
        self.launch()
        try:
            self.wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def launch(self) -> None:
        """Starts it without waiting for it."""
        self._process = process.Process(self._argv, cwd=self._site.directory.path)

    def wait_until_ready(self) -> None:
        self._process.wait_for_line(READY, START_DEADLINE_S)

    def wait_for_line(self, pattern: str, deadline_s: float = 30) -> None:
        self._process.wait_for_line(pattern, deadline_s)

    def end(self) -> int:
        """Tells it to stop; returns its exit status."""
        status = self._process.end()
        self._log += self._process.lines()
        self._process = None
        return status

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        """Ends it without warning."""
        if self._process:
            self._process.signal(signal.SIGKILL)
            self._process.end()
            self._log += self._process.lines()
            self._process = None

    def connections(self) -> list[dict]:
        """What the monitoring port tells about clients; only for the NATS dialect."""
        port = int(self._process.wait_for_line(_MONITOR_PORT).group(1))
        monitor = http.client.HTTPConnection(LOOPBACK, port, timeout=process.DEFAULT_DEADLINE_S)
        try:
            monitor.request("GET", "/connz?subs=1")
            return json.load(monitor.getresponse())["connections"]
        finally:
            monitor.close()

    def log(self) -> str:
        running = self._process.lines() if self._process else []
        return "\n".join(self._log + running) + "\n"


def version_of(program: str) -> str:
    said = process.run([program, "--version"])
    found = re.search(r"\d+\.\d+\.\d+\S*", said.stdout + said.stderr)
    return found.group(0) if found else "unknown"
