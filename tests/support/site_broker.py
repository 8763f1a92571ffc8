"""The broker of one site of a federation, on the same port whenever it runs; and the program under test."""

import os
import signal

from tests.support import process
from tests.support.broker import binary
from tests.support.choria import Site
from tests.support.places import free_port


def antiphon() -> str:
    return os.path.realpath(binary())


class SiteBroker:
    """The broker of one side, on the same port whenever it runs."""

    def __init__(self, site: Site, more: str = ""):
        self._site = site
        self.port = site.broker_port = free_port()
        self._argv = [antiphon(), "broker", "run", "--config", self.configure(more)]
        self.process: process.Process
        self.start()

    def configure(self, more: str) -> str:
        """Writes the configuration anew, with these lines at its end."""
        return self._site.broker_config(self.port, "choria", more)

    def start(self) -> None:
        self.process = process.Process(self._argv)
        self.process.wait_for_line("Server is ready", 30)

    def kill(self) -> None:
        self.process.signal(signal.SIGKILL)
        self.process.end()
