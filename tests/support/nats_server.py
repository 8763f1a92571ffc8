"""A running nats-server (the real one, or ours under that name) on ports of its own choosing."""

import http.client
import re
import signal
import ssl
from collections.abc import Sequence

from tests.support import process
from tests.support.nats_socket import NatsSocket
from tests.support.places import LOOPBACK, TempDir

READY = r"Server is ready"
_CLIENT_PORT = r"Listening for client connections on \S*:(\d+)"
_MONITOR_PORT = r"Starting https? monitor on \S*:(\d+)"


def version_of(binary: str) -> str:
    """ "2.9.10" from what `nats-server -v` prints."""
    outcome = process.run([binary, "-v"])
    match = re.search(r"nats-server: v(\S+)", outcome.stdout)
    if outcome.status != 0 or not match:
        raise AssertionError(f"{binary} -v: {outcome}")
    return match.group(1)


class NatsServer:
    """Started at construction; returns when the server has logged the line `ready`.

    `config` is the text of a configuration file; it should listen on "127.0.0.1:-1". Without it the
    server is started with flags alone.
    """

    def __init__(
        self,
        binary: str,
        config: str | None = None,
        flags: Sequence[str] = (),
        ready: str | None = READY,
        deadline_s: float = process.DEFAULT_DEADLINE_S,
    ):
        self.directory = TempDir()
        self.config_path = self.directory.file("server.conf")
        argv = [binary]
        if config is not None:
            self.write_config(config)
            argv += ["-c", self.config_path]
        else:
            argv += ["-a", LOOPBACK, "-p", "-1"]
        argv += [flag.replace("{dir}", self.directory.path) for flag in flags]
        self.process = process.Process(argv, cwd=self.directory.path)
        try:
            if ready is not None:
                self.process.wait_for_line(ready, deadline_s)
        except BaseException:
            self.stop()
            raise

    def write_config(self, text: str) -> None:
        self.directory.write("server.conf", text.replace("{dir}", self.directory.path))

    @property
    def port(self) -> int:
        return int(self.process.wait_for_line(_CLIENT_PORT).group(1))

    @property
    def monitor_port(self) -> int:
        return int(self.process.wait_for_line(_MONITOR_PORT).group(1))

    def connect(self, **kwargs) -> NatsSocket:
        return NatsSocket(kwargs.pop("port", None) or self.port, **kwargs)

    def get(
        self, path: str, method: str = "GET", tls: ssl.SSLContext | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """(status, headers with lower-case names, body) of a monitoring request."""
        options = {"timeout": process.DEFAULT_DEADLINE_S}
        if tls:
            connection = http.client.HTTPSConnection(
                "localhost", self.monitor_port, context=tls, **options
            )
        else:
            connection = http.client.HTTPConnection(LOOPBACK, self.monitor_port, **options)
        try:
            connection.request(method, path)
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return response.status, headers, response.read()
        finally:
            connection.close()

    def reload(self, config: str) -> None:
        """Writes a new configuration, sends HUP and waits until the server says it is in use."""
        seen = len(self.process.lines())
        self.write_config(config)
        self.process.signal(signal.SIGHUP)
        self.process.wait_for_line(r"Reloaded server configuration", first=seen)

    def stop(self) -> None:
        self.process.end()
        self.directory.remove()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
