"""Free TCP ports and temporary directories.

LIMITS  A free port can be taken by somebody else before it is used. Prefer port 0 (or -1 for a
        nats-server) and ask the program where it listens.
"""

import os
import shutil
import socket
import tempfile

from tests.support import lifeline

LOOPBACK = "127.0.0.1"


def free_port(host: str = LOOPBACK) -> int:
    with socket.socket() as probe:
        probe.bind((host, 0))
        return probe.getsockname()[1]


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
