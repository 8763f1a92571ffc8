"""Free TCP ports and temporary directories.

LIMITS  A free port can be taken by somebody else before it is used. Prefer port 0 (or -1 for a
        nats-server) and ask the program where it listens. What must be known in advance, or be the
        same after a restart, is a lasting port.
"""

import errno
import os
import random
import shutil
import socket
import tempfile

from tests.support import lifeline

LOOPBACK = "127.0.0.1"
_PORTS_FIRST, _PORTS_END = 10_000, 65_536  # below are those that programs have by default
_held: list[socket.socket] = []  # until this process ends


def free_port(host: str = LOOPBACK) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


def lasting_port() -> int:
    """A port for who listens on it again and again: nobody else is given it while this process lives.

    The kernel does not take it for an outgoing connection either, as it may do with a free port whose
    listener is away. An abstract Unix socket of its number holds it: all runs in this network see that.
    """
    with open("/proc/sys/net/ipv4/ip_local_port_range", encoding="ascii") as text:
        first, last = map(int, text.read().split())
    outside = [port for port in range(_PORTS_FIRST, _PORTS_END) if not first <= port <= last]
    for port in random.sample(outside, len(outside)):
        hold = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            hold.bind(f"\0antiphon-test-port-{port}")
            with socket.socket() as probe:
                probe.bind((LOOPBACK, port))
        except OSError as problem:
            hold.close()
            if problem.errno != errno.EADDRINUSE:
                raise
            continue
        _held.append(hold)
        return port
    raise AssertionError(f"no port is free outside of {first} to {last}")


class TempDir:
    """A directory that is gone when the block ends."""

    def __init__(self, prefix: str = "antiphon-test-"):
        self.path = tempfile.mkdtemp(prefix=prefix)
        lifeline.guard(self.path)

    def file(self, name: str) -> str:
        return os.path.join(self.path, name)

    def write(self, name: str, text: str) -> str:
        """Puts a file there and returns its path."""
        path = self.file(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)
        return path

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        lifeline.release(self.path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()
