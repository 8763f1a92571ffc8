"""Where the peers of the interoperability tests are installed, and what the absence of one means.

A peer that cannot be had raises Absent with the reason. The test then shows a skip, or fails where
ANTIPHON_REQUIRE_PEERS=1 says that nothing may be skipped.
"""

import os

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

ENV_DIRECTORY = "ANTIPHON_PEERS_DIR"
ENV_REQUIRED = "ANTIPHON_REQUIRE_PEERS"


class Absent(Exception):
    """The peer cannot be had on this machine; the text says why."""


def required() -> bool:
    return os.environ.get(ENV_REQUIRED, "") not in ("", "0")


def directory() -> str:
    return os.environ.get(ENV_DIRECTORY) or os.path.join(ROOT, "build", "peers")


def path(*parts: str) -> str:
    return os.path.join(directory(), *parts)


def program(name: str) -> str:
    return path("bin", name)
