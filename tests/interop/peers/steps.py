"""Running the commands of an installation, and telling "cannot be had" from "is broken"."""

import hashlib
import json
import os
import re
import shutil
import urllib.request

from tests.support import process
from tests.support.peers import Absent, path

INTEROP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STEP_DEADLINE_S = 900
FETCH_DEADLINE_S = 60
FETCH_TRIES = 3
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


def python(*arguments: str) -> str:
    return step(path("python", "bin", "python"), *arguments, failure=Absent)


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


def fetched(url: str, tries: int) -> bytes:
    """Servers of packages now and then refuse what they give a moment later."""
    try:
        with urllib.request.urlopen(url, timeout=FETCH_DEADLINE_S) as answer:
            return answer.read()
    except OSError as problem:
        if tries > 1:
            return fetched(url, tries - 1)
        raise Absent(f"{url}: {problem}") from None


def fetch(url: str, sha256: str, target: str) -> None:
    """One file from the network, which must be exactly the expected one."""
    content = fetched(url, FETCH_TRIES)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Broken(f"{url} is not the file that was expected")
    with open(target, "wb") as out:
        out.write(content)


def fetch_crates(package: str) -> dict[str, str]:
    """Fetches what a package's lock file names; the directory of each crate by its name."""
    with open(os.path.join(package, "Cargo.toml"), encoding="utf-8") as text:
        wanted = re.search(r'^rust-version = "(\S+)"$', text.read(), re.MULTILINE).group(1)
    command = tool("cargo", f"Rust {wanted} or newer")
    found = step(command, "--version", cwd=package).split()[1]
    if numbers(found) < numbers(wanted):
        raise Absent(f"Rust {wanted} or newer is needed, this is {found}")
    described = step(
        command, "metadata", "--locked", "--format-version", "1", cwd=package, failure=Absent
    )
    crates = json.loads(described)["packages"]
    return {crate["name"]: os.path.dirname(crate["manifest_path"]) for crate in crates}


def cargo(package: str, *build: str) -> dict[str, str]:
    """Builds what has been fetched; returns the programs by name.

    All packages share one directory of results: what two of them need is compiled once.
    """
    flags = ("--frozen", "--jobs", str(PARALLEL_JOBS), "--message-format", "json")
    said = step("cargo", *build, *flags, cwd=package, CARGO_TARGET_DIR=path("rust"))
    made = [json.loads(line) for line in said.splitlines()]
    return {one["target"]["name"]: one["executable"] for one in made if one.get("executable")}
