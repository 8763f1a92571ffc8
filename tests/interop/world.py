"""The servers that a client program meets: one per situation, all on free loopback ports.

MODEL   Every server is a nats-server (ours or the real one) with its own configuration. A program
        gets the ports in a text file of "key value" lines, and asks for restarts by name.
"""

import json
import os
import signal

from tests.interop import keys
from tests.support import process
from tests.support.certificates import Authority
from tests.support.nats_server import NatsServer
from tests.support.nats_socket import NatsSocket
from tests.support.places import TempDir, free_port

USER, PASSWORD = "alice", "s3cret word"
BCRYPT_USER, BCRYPT_PASSWORD = "bob", "hunter2"
_BCRYPT_HASH = "$2a$04$antiphonantiphonantipOLHYcGIU3uNTPXFi.F3AsHk5qZEEiiCG"
TOKEN = "t0ken-of-the-test"

STALLED_RECEIVE_BUFFER_BYTES = 4096

_LISTEN = 'listen: "127.0.0.1:-1"\n'
_MONITOR = 'http: "127.0.0.1:-1"'
_TLS_FILES = 'cert_file: "{server.cert}", key_file: "{server.key}", ca_file: "{ca}", timeout: 5'

# Configuration by name; {..} is replaced by certificate paths.
SERVERS = {
    "plain": _MONITOR,
    "volatile": _MONITOR,
    "user": f"""authorization {{ users: [
        {{user: {USER}, password: "{PASSWORD}"}},
        {{user: {BCRYPT_USER}, password: "{_BCRYPT_HASH}"}} ] }}""",
    "token": f'authorization {{ token: "{TOKEN}" }}',
    "nkey": keys.NKEY_CONFIG,
    "jwt": keys.JWT_CONFIG,
    "callout": keys.CALLOUT_CONFIG,
    "callout_xkey": keys.CALLOUT_XKEY_CONFIG,
    "callout_jwt": keys.CALLOUT_JWT_CONFIG,
    "tls": f"tls {{ {_TLS_FILES} }}",
    "mtls": f"tls {{ {_TLS_FILES}, verify: true }}",
    "tls_first": f"tls {{ {_TLS_FILES}, handshake_first: true }}",
    "duck": 'lame_duck_duration: "30s"\nlame_duck_grace_period: "100ms"',
    "slow": f'max_pending: 1MB\nwrite_deadline: "2s"\n{_MONITOR}',
    "crowded": f"max_connections: 2\n{_MONITOR}",
    "system": """accounts {
        SYS { users [ { user: sys, password: sys } ] }
        APP { users [ { user: app, password: app } ] } }
      system_account: SYS\n""" + _MONITOR,
    "limited": "max_subscriptions: 5\nmax_payload: 1024",
}


class Certificates:
    """A CA with what servers and clients need, plus a second CA that nobody should trust."""

    def __init__(self, directory: str):
        authority = Authority(os.path.join(directory, "pki"))
        self.paths = {"ca": authority.ca.cert}
        for name in ("server", "client"):
            made = authority.issue(name)
            self.paths |= {f"{name}.cert": made.cert, f"{name}.key": made.key}
        stranger = Authority(os.path.join(directory, "stranger"), name="Stranger CA")
        self.paths["stranger_ca"] = stranger.ca.cert

    def fill(self, text: str) -> str:
        for key, path in self.paths.items():
            text = text.replace("{" + key + "}", path)
        return text


class World:
    """All servers of one client program, running; a context manager that ends them."""

    def __init__(self, binary: str, certificates: Certificates):
        self._binary = binary
        self.certificates = certificates
        self.directory = TempDir("antiphon-interop-")
        self._servers: dict[str, NatsServer] = {}
        self.ports: dict[str, int] = {}
        self._stalled: NatsSocket | None = None
        self._log: list[str] = []
        # Servers that did not start; nobody listens on their ports.
        self.problems: dict[str, str] = {}
        try:
            for name in SERVERS:
                self._try_to_start(name)
        except BaseException:
            self.close()
            raise

    def _try_to_start(self, name: str) -> None:
        try:
            self._start(name)
        except AssertionError as problem:
            self.problems[name] = str(problem)
            self.ports[name] = free_port()

    def _start(self, name: str) -> None:
        """Starts the server, on the port it had if it ran before."""
        listen = _LISTEN.replace("-1", str(self.ports.get(name, -1)))
        server = NatsServer(self._binary, listen + self.certificates.fill(SERVERS[name]))
        self._servers[name] = server
        self.ports[name] = server.port

    def _stop(self, name: str) -> None:
        """Kills the server without warning."""
        server = self._servers.pop(name)
        server.process.signal(signal.SIGKILL)
        self._keep_log(name, server)

    def _keep_log(self, name: str, server: NatsServer) -> None:
        server.stop()
        self._log += [f"{name}: {line}" for line in server.process.lines()]

    def describe(self) -> str:
        """Writes the file that tells a program where everything is, and returns its path."""
        lines = [f"{name}.port {port}" for name, port in self.ports.items()]
        lines += [f"{key} {path}" for key, path in self.certificates.paths.items()]
        lines += [f"user {USER}", f"password {PASSWORD}", f"token {TOKEN}"]
        lines += [f"bcrypt_user {BCRYPT_USER}", f"bcrypt_password {BCRYPT_PASSWORD}"]
        lines.append(f"callout.curve_seed {keys.CURVE_SEED}")
        for name, text in keys.files().items():
            lines.append(f"{name} {self.directory.write(name, text)}")
        return self.directory.write("world.txt", "\n".join(lines) + "\n")

    def act(self, request: str) -> str:
        """Does what a program asks for: "ACTION SERVER [ARGUMENT]"; returns the answer."""
        action, server, *arguments = request.split()
        actions = {
            "stop": self._stop,
            "start": self._start,
            "restart": self._restart,
            "lame-duck": self._lame_duck,
            "stall": self._stall,
            "closed-reason": self._closed_reason,
        }
        return actions[action](server, *arguments) or ""

    def _restart(self, name: str) -> None:
        self._stop(name)
        self._start(name)

    def _lame_duck(self, name: str) -> None:
        self._servers[name].process.signal(signal.SIGUSR2)

    def _stall(self, name: str, subject: str) -> None:
        """A subscriber that never reads what it is sent."""
        self._stalled = NatsSocket(
            self.ports[name], receive_buffer_bytes=STALLED_RECEIVE_BUFFER_BYTES
        )
        self._stalled.send(b'CONNECT {"verbose":false,"name":"stalled"}\r\n')
        self._stalled.send(f"SUB {subject} 1\r\nPING\r\n".encode())
        self._stalled.read_until(lambda frame: frame.verb == "PONG")

    def _closed_reason(self, name: str, word: str) -> str:
        """The reason with this word for which the server closed a connection; waits for it."""

        def reason():
            closed = self.connections(name, "state=closed")
            return next((one["reason"] for one in closed if word in one["reason"]), None)

        return process.wait_until(reason, f"a connection closed with reason {word!r}")

    def variables(self, name: str) -> dict:
        """Of a server, as /varz shows them."""
        return json.loads(self._servers[name].get("/varz")[2])

    def connections(self, name: str, query: str) -> list[dict]:
        """Of a server, as /connz with this query shows them."""
        _, _, body = self._servers[name].get(f"/connz?{query}")
        return json.loads(body).get("connections") or []

    def wait_for_subscription(self, name: str, subject: str, count: int = 1) -> None:
        """Returns when the server has so many subscriptions to exactly this subject."""

        def found() -> bool:
            lists = [one.get("subscriptions_list") for one in self.connections(name, "subs=1")]
            return sum((subjects or []).count(subject) for subjects in lists) >= count

        process.wait_until(found, f"{count} subscriptions to {subject}")

    def log(self) -> str:
        """Everything the servers have said, for a failure report; complete after close()."""
        return "\n".join(self._log) + "\n"

    def close(self) -> None:
        if self._stalled:
            self._stalled.close()
        for name, server in self._servers.items():
            self._keep_log(name, server)
        self._servers.clear()
        self.directory.remove()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
