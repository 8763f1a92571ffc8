"""Our broker under its name nats-server, with what the abuse and end-to-end tests ask of it.

WHY   Ending well is part of every test: a broker that does not stop on TERM with status 0, or in
      whose output a sanitizer complains, fails the test that used it.
"""

import functools
import json
import os
import socket

from tests.support import process, process_facts
from tests.support.client import Client
from tests.support.nats_server import NatsServer

ENV_SERVER = "ANTIPHON_NATS_SERVER"
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_BUILT = ("build/release/cli/nats-server", "build/dev/cli/nats-server")
STOP_DEADLINE_S = 20.0
# How much longer everything may take, by sanitizer.
SLOWNESS = {None: 1, "address": 4, "thread": 8}


def binary() -> str:
    given = os.environ.get(ENV_SERVER)
    built = [os.path.join(ROOT, path) for path in _BUILT]
    found = [path for path in ([given] if given else built) if os.path.exists(path)]
    if not found:
        raise FileNotFoundError(f"no broker: set {ENV_SERVER}, or build one of {', '.join(_BUILT)}")
    return os.path.abspath(found[0])


def listening(config: str, shards: int | None = None) -> str:
    """The configuration with listeners on ports that the system chooses, and monitoring."""
    text = f'listen: "127.0.0.1:-1"\nhttp: "127.0.0.1:-1"\n{config}\n'
    return text if shards is None else f"{text}antiphon {{ shards: {shards} }}\n"


class Broker(NatsServer):
    """Started at construction. Leaving the block stops it, and fails if it does not end well."""

    def __init__(
        self, config: str = "", shards: int | None = None, program: str | None = None, **kwargs
    ):
        super().__init__(program or binary(), listening(config, shards), **kwargs)
        self.sanitizer = process_facts.sanitizer_of(self.pid) if self.process.running else None
        self.slowness = SLOWNESS[self.sanitizer]

    @property
    def pid(self) -> int:
        return self.process.pid

    @functools.cached_property
    def port(self) -> int:  # asked for very often
        return super().port

    # ---- Clients

    def join(self, **options) -> Client:
        return Client(self.port, **options)

    def connect_raw(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), process.DEFAULT_DEADLINE_S)

    # ---- What it tells

    def json(self, path: str) -> dict:
        status, _, body = self.get(path)
        if status != 200:
            raise AssertionError(f"{path}: status {status}: {body[:200]!r}")
        return json.loads(body)

    def metrics(self) -> dict[str, float]:
        """Each sample of /metrics by its name with labels, as written there."""
        lines = self.get("/metrics")[2].decode().splitlines()
        samples = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
        return {name: float(value) for name, value in samples}

    def varz(self) -> dict:
        return self.json("/varz")

    def wait_for_connections(self, count: int, deadline_s: float = 30.0) -> None:
        what = f"{count} connections"
        process.wait_until(lambda: self.varz()["connections"] == count, what, deadline_s)

    def wait_for_reason(self, cid: int, deadline_s: float = process.DEFAULT_DEADLINE_S) -> str:
        """Why the connection was closed; waits until it is."""

        def reason() -> str | None:
            closed = self.json(f"/connz?state=closed&cid={cid}")["connections"]
            return closed[0]["reason"] if closed else None

        return process.wait_until(reason, f"connection {cid} is closed", deadline_s)

    # ---- Process

    def resident_bytes(self) -> int:
        return process_facts.resident_bytes(self.pid)

    def descriptors(self) -> int:
        return process_facts.descriptor_count(self.pid)

    def stop(self) -> None:
        was_running = self.process.running
        status = self.process.end(STOP_DEADLINE_S)
        self.directory.remove()
        lines = self.process.lines()
        if complaints := process_facts.complaints(lines):
            at = lines.index(complaints[0])
            raise AssertionError("a sanitizer complains:\n" + "\n".join(lines[at : at + 60]))
        if was_running and status != 0:
            tail = "\n  ".join(lines[-20:])
            raise AssertionError(f"the broker ended with status {status}:\n  {tail}")
