"""The servers that nats-py's own tests run against; takes the place of the suite's tests/utils.py.

WHY     The source archive of nats-py has the tests but not their fixtures. The ports, users and
        tokens below are those that the tests name, so a run needs the ports for itself: the driver
        gives it a network namespace of its own.
"""

import asyncio
import os
import ssl
import subprocess
import threading
import unittest
from functools import wraps

BINARY = os.environ["ANTIPHON_NATS_SERVER"]
CERTIFICATES = os.environ["ANTIPHON_TEST_CERTIFICATES"]
TEST_DEADLINE_S = 30
START_DEADLINE_S = 20

TLS_FLAGS = (
    "--tls", "--tlsverify",
    "--tlscert", f"{CERTIFICATES}/server.pem",
    "--tlskey", f"{CERTIFICATES}/server.key",
    "--tlscacert", f"{CERTIFICATES}/ca.pem",
)  # fmt: skip
HANDSHAKE_FIRST_CONFIG = f"{CERTIFICATES}/handshake_first.conf"


class Server:
    def __init__(self, port: int, *flags: str):
        self.port = port
        self.http_port = port + 4000
        self._flags = flags
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Returns when the server says that it is ready."""
        ports = ["-p", str(self.port), "-m", str(self.http_port)]
        self._process = subprocess.Popen(
            [BINARY, "-a", "127.0.0.1", *ports, *self._flags],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        late = threading.Timer(START_DEADLINE_S, self._process.kill)
        late.start()
        said = []
        for line in self._process.stderr:
            said.append(line)
            if "Server is ready" in line:
                break
        else:
            raise AssertionError("the server did not start:\n" + "".join(said))
        late.cancel()
        threading.Thread(target=self._process.stderr.read, daemon=True).start()

    def stop(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()


class _Case(unittest.TestCase):
    """Starts a fresh set of servers for every test."""

    servers: tuple[tuple, ...] = ()

    def setUp(self):
        self.loop = asyncio.new_event_loop()
        self.server_pool = []
        self.addCleanup(self.loop.close)
        for description in self.servers:
            server = Server(*description)
            self.server_pool.append(server)
            self.addCleanup(server.stop)
            server.start()
        self.ssl_ctx = ssl.create_default_context(cafile=f"{CERTIFICATES}/ca.pem")
        self.ssl_ctx.load_cert_chain(f"{CERTIFICATES}/client.pem", f"{CERTIFICATES}/client.key")


def _user(name: str, password: str) -> tuple[str, ...]:
    return ("--user", name, "--pass", password)


class SingleServerTestCase(_Case):
    servers = ((4222,),)


class MultiServerAuthTestCase(_Case):
    servers = ((4223, *_user("foo", "bar")), (4224, *_user("hoge", "fuga")))


class MultiServerAuthTokenTestCase(_Case):
    servers = ((4223, "--auth", "token"), (4224, "--auth", "token"), (4225, "--auth", "secret"))


class TLSServerTestCase(_Case):
    servers = ((4224, *TLS_FLAGS),)


class MultiTLSServerAuthTestCase(_Case):
    servers = tuple((*server, *TLS_FLAGS) for server in MultiServerAuthTestCase.servers)


class TLSServerHandshakeFirstTestCase(_Case):
    servers = ((4224, "-c", HANDSHAKE_FIRST_CONFIG),)


class _NotOffered(unittest.TestCase):
    """Tests of these cases are on the list of exclusions; they must only be loadable."""

    def setUp(self):
        self.skipTest("needs what these fixtures do not offer")


ClusteringTestCase = ClusteringDiscoveryAuthTestCase = NoAuthUserServerTestCase = _NotOffered


def async_test(test, deadline_s=TEST_DEADLINE_S):
    @wraps(test)
    def run(case, *args, **kwargs):
        return asyncio.run(asyncio.wait_for(test(case, *args, **kwargs), deadline_s))

    return run


async_long_test = async_debug_test = async_test
