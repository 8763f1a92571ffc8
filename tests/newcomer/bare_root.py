"""A Debian 12 with nothing but git in it, made with debootstrap, in which commands are run.

MODEL   The commands run in a mount and a PID namespace of their own, so that what they mount or
        leave running is gone when they end. The network is the machine's.
NEEDS   root, debootstrap, and a Debian mirror.
"""

import glob
import os
import shutil

from tests.support import process
from tests.support.peers import Absent

SUITE = "bookworm"
MIRROR = "http://deb.debian.org/debian"
PACKAGES = "ca-certificates,git"
DEBOOTSTRAP_DEADLINE_S = 900
# What makes the machine's network and mirrors work for the root as well.
_SHARED_FILES = ("/etc/resolv.conf", "/etc/hosts", "/etc/apt/apt.conf.d/*prox*",
                 "/usr/local/share/ca-certificates/*.crt")  # fmt: skip

_ENTER = """
set -e
mount -t proc proc "$ROOT/proc"
mount --rbind /dev "$ROOT/dev"
[ -z "$CACHE" ] || mount --bind "$CACHE" "$ROOT/ccache"
exec chroot "$ROOT" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
  CCACHE_DIR=/ccache DEBIAN_FRONTEND=noninteractive \
  /bin/bash -c "$COMMAND"
"""


class BareRoot:
    def __init__(self, root: str, cache: str | None):
        """`cache` is a ccache directory that the root shares with the machine, if any."""
        if os.geteuid() != 0:
            raise Absent("only root can make a root file system")
        if not shutil.which("debootstrap"):
            raise Absent("no debootstrap in PATH (Debian package debootstrap)")
        self.root, self._cache = os.path.abspath(root), cache
        self.remove()

    def make(self) -> None:
        argv = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, self.root, MIRROR]
        done = process.run(argv, DEBOOTSTRAP_DEADLINE_S)
        if done.status != 0:
            raise Absent(f"debootstrap could not make a root: {done.stdout[-500:]}{done.stderr[-500:]}")
        for pattern in _SHARED_FILES:
            for file in glob.glob(pattern):
                self._copy(file)
        self.write("/etc/apt/sources.list", "".join(
            f"deb {mirror} {suite} main\n" for mirror, suite in (
                (MIRROR, SUITE), (MIRROR, f"{SUITE}-updates"), (f"{MIRROR}-security", f"{SUITE}-security"))))  # fmt: skip
        os.makedirs(self.root + "/ccache")
        done = self.run("update-ca-certificates", 60)
        assert done.status == 0, done.stderr

    def _copy(self, file: str) -> None:
        os.makedirs(self.root + os.path.dirname(file), exist_ok=True)
        shutil.copyfile(file, self.root + file)

    def write(self, file: str, text: str) -> None:
        with open(self.root + file, "w", encoding="utf-8") as out:
            out.write(text)

    def run(self, command: str, deadline_s: float) -> process.Outcome:
        """Runs a command of bash; all its processes end with it."""
        argv = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", _ENTER]
        env = dict(os.environ, ROOT=self.root, CACHE=self._cache or "", COMMAND=command)
        return process.run(argv, deadline_s, env=env)

    def remove(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
