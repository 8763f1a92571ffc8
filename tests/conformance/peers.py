"""Where the servers are: the real ones to compare with, and ours.

Peers wanted: Debian's package (2.9) and the current release (2.15). Each is looked for in
ANTIPHON_PEER_NATS_SERVERS (paths separated by ":"), then where packages and builds put it.
"""

import os
import shutil
from dataclasses import dataclass

from tests.support.nats_server import version_of

ENV_PEERS = "ANTIPHON_PEER_NATS_SERVERS"
ENV_SERVER = "ANTIPHON_NATS_SERVER"
ENV_REQUIRED = "ANTIPHON_REQUIRE_PEERS"

WANTED = ("2.9", "2.15")
SEARCHED = ("build/peers/bin/nats-server", "~/go/bin/nats-server", "/usr/local/bin/nats-server",
            "/usr/sbin/nats-server")  # fmt: skip
OURS = ("build/release/cli/nats-server", "build/dev/cli/nats-server")


@dataclass(frozen=True)
class Binary:
    path: str
    version: str

    @property
    def number(self) -> tuple[int, ...]:
        return tuple(int(part) for part in self.version.split("-")[0].split("."))

    @property
    def is_ours(self) -> bool:
        """Ours is a link named nats-server to the one binary of the project."""
        return os.path.basename(os.path.realpath(self.path)) == "antiphon"


def binary(path: str) -> Binary:
    return Binary(os.path.abspath(path), version_of(path))


def _is_program(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)


def find_ours() -> str | None:
    candidates = [os.environ.get(ENV_SERVER), *OURS]
    return next((path for path in candidates if path and _is_program(path)), None)


def find_peers() -> tuple[list[Binary], list[str]]:
    """The peers that are here, and for each wanted one that is not the reason."""
    candidates = os.environ.get(ENV_PEERS, "").split(os.pathsep)
    candidates += [os.path.expanduser(path) for path in SEARCHED]
    candidates.append(shutil.which("nats-server") or "")
    found: dict[str, Binary] = {}
    for path in candidates:
        if _is_program(path):
            peer = binary(path)
            if not peer.is_ours:
                found.setdefault(".".join(peer.version.split(".")[:2]), peer)
    missing = [
        f"no nats-server {wanted}.x: not in {ENV_PEERS}, {', '.join(SEARCHED)} or PATH"
        for wanted in WANTED
        if wanted not in found
    ]
    return [found[wanted] for wanted in WANTED if wanted in found], missing
