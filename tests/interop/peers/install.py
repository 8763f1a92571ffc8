"""Builds and installs the peers; what is there already, from the same sources, is left alone.

    python3 -m tests.interop.peers.install [NAME ...]

MODEL   A component's stamp file holds a digest of what it is made from; the steps run when it
        differs.
ERRORS  A missing tool, or sources that cannot be fetched, raise Absent: the peer cannot be had. A
        step that fails after that raises Broken: something of ours has to be mended.
"""

import fcntl
import hashlib
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.interop.peers.components import COMPONENTS, Component
from tests.interop.peers.steps import INTEROP, Broken, source
from tests.support import peers
from tests.support.peers import Absent, path


def _files(inputs: tuple[str, ...]) -> Iterator[str]:
    for name in inputs:
        if os.path.isfile(source(name)):
            yield source(name)
        for directory, below, files in os.walk(source(name)):
            below[:] = sorted(set(below) - {"__pycache__"})
            yield from (os.path.join(directory, file) for file in sorted(files))


def _digest(component: Component) -> str:
    digest = hashlib.sha256()
    for file in _files(component.inputs):
        with open(file, "rb") as content:
            digest.update(os.path.relpath(file, INTEROP).encode() + b"\0" + content.read() + b"\0")
    return digest.hexdigest()


@contextmanager
def _lock() -> Iterator[None]:
    """One installation at a time, also of runs that know nothing of each other."""
    os.makedirs(path("stamps"), exist_ok=True)
    with open(path("stamps", "lock"), "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def ensure(name: str) -> None:
    """Installs the component unless it is there already."""
    component, stamp = COMPONENTS[name], path("stamps", name)
    digest = _digest(component)
    if os.path.exists(path(component.product)) and os.path.exists(stamp):
        with open(stamp, encoding="utf-8") as text:
            if text.read() == digest:
                return
    os.makedirs(path("bin"), exist_ok=True)
    component.build()
    os.makedirs(path("stamps"), exist_ok=True)
    with open(stamp, "w", encoding="utf-8") as text:
        text.write(digest)


def install(name: str) -> None:
    with _lock():
        ensure(name)


def main() -> int:
    status = 0
    for name in sys.argv[1:] or COMPONENTS:
        begin = time.monotonic()
        try:
            install(name)
            print(f"peer {name}: installed ({time.monotonic() - begin:.0f} s)", flush=True)
        except Absent as reason:
            status |= peers.required()
            print(f"peer {name}: skipped: {reason}", flush=True)
        except Broken as problem:
            status = 1
            print(f"peer {name}: FAILED: {problem}", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
