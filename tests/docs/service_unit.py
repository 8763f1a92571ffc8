"""The systemd unit starts the broker with words that it knows, and systemd finds nothing wrong with it.

    python3 -m tests.docs.service_unit build/dev/cli/antiphon
"""

import os
import re
import shutil
import sys

from tests.support import process
from tests.support.places import TempDir

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
UNIT = os.path.join(ROOT, "packaging", "antiphon.service")
SAMPLE = os.path.join(ROOT, "configs", "nats-minimal.conf")


def start_words(unit: str) -> list[str]:
    """What ExecStart runs."""
    [line] = re.findall(r"^ExecStart=(.*)$", unit, re.MULTILINE)
    return line.split(" ")


def problems(antiphon: str, unit: str, directory: TempDir) -> list[str]:
    found = []
    words = start_words(unit)
    tried = [antiphon, *words[1:-1], SAMPLE, "--check"]
    if (done := process.run(tried)).status != 0:
        found.append(f"{' '.join(tried)}: {done.stdout}{done.stderr}")
    if shutil.which("systemd-analyze"):
        text = unit.replace(words[0], antiphon)  # where nothing is installed
        path = directory.write("antiphon.service", text)
        done = process.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", path])
        said = [line for line in (done.stdout + done.stderr).splitlines() if "antiphon.service" in line]
        found += said
    return found


def main() -> int:
    antiphon = os.path.abspath(sys.argv[1])
    with open(UNIT, encoding="utf-8") as file, TempDir() as directory:
        found = problems(antiphon, file.read(), directory)
    for problem in found:
        print(problem)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
