"""Running the commands of an installation, and telling "cannot be had" from "is broken"."""

import os
import re
import shutil

from tests.support import process
from tests.support.peers import Absent

INTEROP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STEP_DEADLINE_S = 900
PARALLEL_JOBS = 2
OUTPUT_SHOWN_MAX = 2000


class Broken(Exception):
    """A build step failed although everything it needs is there."""


def source(*parts: str) -> str:
    return os.path.join(INTEROP, *parts)


def step(*argv: str, cwd: str | None = None, failure: type[Exception] = Broken, **env: str) -> str:
    """Runs one command to its end; its output is shown only if it fails."""
    try:
        done = process.run(argv, STEP_DEADLINE_S, cwd=cwd, env=dict(os.environ, **env))
    except process.DeadlineExceeded as late:
        raise failure(str(late)) from None
    if done.status != 0:
        said = f"{done.stdout}\n{done.stderr}".strip()[-OUTPUT_SHOWN_MAX:]
        raise failure(f"{' '.join(argv)}: {said}")
    return done.stdout


def tool(name: str, source_of_it: str) -> str:
    found = shutil.which(name)
    if not found:
        raise Absent(f"no {name} in PATH ({source_of_it})")
    return found


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


def go(module: str, *build: str, product: str, **env: str) -> None:
    """Fetches what a module's packages need, at the versions in go.sum, and builds it."""
    with open(os.path.join(module, "go.mod"), encoding="utf-8") as text:
        wanted = re.search(r"^go (\S+)$", text.read(), re.MULTILINE).group(1)
    command = tool("go", f"Go {wanted} or newer")
    found = step(command, "env", "GOVERSION", cwd=os.path.sep).strip()
    if numbers(found) < numbers(wanted):
        raise Absent(f"Go {wanted} or newer is needed, this is {found}")
    packages = build[-1]
    tests_too = ("-test",) if build[0] == "test" else ()
    step(command, "list", "-deps", *tests_too, packages, cwd=module, failure=Absent)
    flags = ("-trimpath", "-buildvcs=false", "-p", str(PARALLEL_JOBS), "-o", product)
    step(command, *build[:-1], *flags, packages, cwd=module, **env)
