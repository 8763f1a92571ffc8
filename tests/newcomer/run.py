"""Plays a newcomer: both commands of the README in a Debian 12 with nothing but git in it.

    python3 -m tests.newcomer.run [--full] [--keep] [--root build/newcomer/root]

The committed state is cloned into the root. Compilers, libraries and what else is needed have to
come from the scripts; Go and Node are not there, and the tests that need them have to say so.
Without --full, `scripts/test` builds and runs the kinds of tests in KINDS, none under sanitizers.
"""

import argparse
import os
import re
import subprocess
import sys
import time

from tests.newcomer.bare_root import BareRoot
from tests.support import peers, process
from tests.support.peers import ROOT, Absent

EXIT_SKIPPED = 77
KINDS = "unit|model|fuzz|tidy|conformance|interop"
DEMO_DEADLINE_S = 1800
SECOND_DEMO_SECONDS_MAX = 60
TEST_DEADLINE_S = 5400
# What cannot be had in such a root, and must be skipped with its reason.
SKIPPED = (
    "conformance.configurations", "conformance.random",  # need a nats-server of today
    "interop.async-nats", "interop.choria", "interop.choria.broker-run", "interop.natscli",
    "interop.nats.go", "interop.nats.js", "interop.suite.async-nats", "interop.suite.nats-go",
    "interop.suite.nats-go-micro", "interop.suite.nats-java", "interop.suite.nats-server",
)  # fmt: skip


class Newcomer:
    def __init__(self, root: BareRoot, logs: str):
        # The same place as outside, so that a shared cache of the compiler finds its entries.
        self._root, self._place, self._logs = root, ROOT, logs

    def clone(self) -> None:
        target = self._root.root + self._place
        os.makedirs(os.path.dirname(target), exist_ok=True)
        # A bundle of objects of its own: nothing in the root refers to what is outside.
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, target], check=True)

    def says(self, name: str, command: str, deadline_s: float) -> tuple[str, float]:
        """What the command prints; it must succeed. Its log is kept."""
        begin = time.monotonic()
        done = self._root.run(f"cd '{self._place}' && {command}", deadline_s)
        seconds = time.monotonic() - begin
        os.makedirs(self._logs, exist_ok=True)
        with open(os.path.join(self._logs, f"{name}.log"), "w", encoding="utf-8") as log:
            log.write(f"{done.stdout}\n{done.stderr}")
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-60:])
        assert done.status == 0, f"{command}: exit status {done.status}\n{tail}"
        return done.stdout, seconds

    def demo(self) -> None:
        first, seconds = self.says("demo", "scripts/demo", DEMO_DEADLINE_S)
        print(f"scripts/demo: {seconds:.0f} s, with packages and build", flush=True)
        for part in (r"2000 .*nodes|nodes.* 2000", r"Broker memory: .* KB for each node",
                     r"How to go on", r"Done, everything stopped"):  # fmt: skip
            assert re.search(part, first, re.IGNORECASE), f"no {part!r} in:\n{first}"
        _, seconds = self.says("demo-again", "scripts/demo", DEMO_DEADLINE_S)
        print(f"scripts/demo again: {seconds:.0f} s", flush=True)
        assert seconds <= SECOND_DEMO_SECONDS_MAX, "a second run takes seconds"

    def test(self, full: bool) -> None:
        chosen = "-LE newcomer" if full else f"-L '{KINDS}'"
        limited = "" if full else "ANTIPHON_SANITIZERS=0 "
        said, seconds = self.says("test", f"{limited}scripts/test {chosen}", TEST_DEADLINE_S)
        (summary,) = re.findall(r"^\d+% tests passed.*$", said, re.MULTILINE)
        print(f"scripts/test {chosen}: {seconds:.0f} s: {summary}", flush=True)
        skipped = set(re.findall(r"^\s*\d+ - (\S+) \(Skipped\)", said, re.MULTILINE))
        for name in sorted(skipped):
            print(f"  skipped: {name}")
        for reason in re.findall(r"^peer .*skipped.*$", said, re.MULTILINE):
            print(f"  {reason}")
        missing = set(SKIPPED) - skipped
        assert not missing, f"not shown as skipped: {sorted(missing)}"
        others = {name for name in skipped if name.split(".")[0] != "interop"} - set(SKIPPED)
        assert not others, f"skipped, though all it needs is there: {sorted(others)}"


def ccache_directory() -> str | None:
    try:
        done = process.run(["ccache", "--get-config", "cache_dir"])
    except FileNotFoundError:
        return None
    directory = done.stdout.strip()
    return directory if done.status == 0 and os.path.isdir(directory) else None


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m tests.newcomer.run", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--full", action="store_true", help="run all of scripts/test, but not this test")
    parser.add_argument("--keep", action="store_true", help="do not remove the root afterwards")
    parser.add_argument("--cold", action="store_true", help="share no cache of the compiler")
    parser.add_argument("--root", default=os.path.join(ROOT, "build", "newcomer", "root"))
    options = parser.parse_args()
    try:
        root = BareRoot(options.root, None if options.cold else ccache_directory())
    except Absent as reason:
        print(f"newcomer: {'FAILED' if peers.required() else 'skipped'}: {reason}")
        return 1 if peers.required() else EXIT_SKIPPED
    try:
        root.make()
        newcomer = Newcomer(root, os.path.join(os.path.dirname(root.root), "logs"))
        newcomer.clone()
        newcomer.demo()
        newcomer.test(options.full)
    except Absent as reason:
        print(f"newcomer: {'FAILED' if peers.required() else 'skipped'}: {reason}")
        return 1 if peers.required() else EXIT_SKIPPED
    except AssertionError as problem:
        print(f"newcomer: FAILED: {problem}")
        return 1
    finally:
        if not options.keep:
            root.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
