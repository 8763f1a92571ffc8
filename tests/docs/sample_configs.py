"""Every sample configuration loads, without a warning.

    python3 -m tests.docs.sample_configs build/dev/cli/antiphon

MODEL   configs/ is copied to a directory of its own; each PEM file that a sample names by a whole
        path is made there, signed by one authority, and the path is replaced. Files in NATS's
        grammar are checked by `nats-server -t` too.
"""

import os
import re
import shutil
import sys

from tests.support import certificates, process
from tests.support.certificates import Authority
from tests.support.places import TempDir

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SKIPPED = 77
AUTHORITY = "ca"

_PEM_PATH = re.compile(r"/[\w./-]+/([\w.-]+)\.(pem|key)\b")


def put_certificates(text: str, authority: Authority) -> str:
    """The text with its PEM paths replaced by those of files that are there."""
    for name in {match.group(1) for match in _PEM_PATH.finditer(text)} - {AUTHORITY}:
        if not os.path.exists(os.path.join(authority.directory, f"{name}.pem")):
            authority.issue(name)
    return _PEM_PATH.sub(rf"{authority.directory}/\1.\2", text)


def copy_samples(directory: TempDir) -> list[str]:
    """The paths of the copies that can be loaded; drop-ins are loaded with their main file."""
    copies = directory.file("configs")
    shutil.copytree(os.path.join(ROOT, "configs"), copies)
    authority = Authority(directory.file("pki"))
    for folder, _, names in os.walk(copies):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, encoding="utf-8") as file:
                text = put_certificates(file.read(), authority)
            directory.write(os.path.relpath(path, directory.path), text)
    return sorted(os.path.join(copies, name) for name in os.listdir(copies) if "." in name
                  and os.path.isfile(os.path.join(copies, name)))  # fmt: skip


def is_choria(path: str) -> bool:
    return os.path.basename(path).startswith("choria-")


def commands(antiphon: str, path: str) -> list[list[str]]:
    if os.path.basename(path).startswith("federation-"):
        return [[antiphon, "federation", "run", "--check", "--config", path]]
    chosen = [[antiphon, "broker", "run", "--check", "--config", path]]
    if not is_choria(path):
        chosen.append([os.path.join(os.path.dirname(antiphon), "nats-server"), "-t", "-c", path])
    return chosen


def main() -> int:
    if not certificates.available():
        print("skipped: there is no openssl program (Debian package openssl)")
        return SKIPPED
    antiphon, bad = os.path.abspath(sys.argv[1]), 0
    with TempDir() as directory:
        for path in copy_samples(directory):
            for command in commands(antiphon, path):
                # plugin.d is not read below the home folder.
                done = process.run(command, env=os.environ | {"HOME": "/nonexistent"})
                good = done.status == 0 and "warning" not in done.stderr
                bad += not good
                shown = " ".join(command[:-1]).replace(os.path.dirname(antiphon) + "/", "")
                print(f"{'ok' if good else 'FAILED'}: {shown} {os.path.basename(path)}")
                if not good:
                    print(done.stdout + done.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
