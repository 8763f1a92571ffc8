"""Ends every process group and removes every temporary directory when the test run dies.

WHY   A test run that is killed cannot clean up, and PR_SET_PDEATHSIG follows the starting *thread*,
      not the process. So a small guardian process reads a pipe: "+thing" and "-thing" lines keep a
      list of process groups (numbers) and directories (paths), and its end is the end of the run.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading

_lock = threading.Lock()
_guardian: subprocess.Popen | None = None


def _tell(line: str) -> None:
    global _guardian
    with _lock:
        if _guardian is None:
            _guardian = subprocess.Popen(
                [sys.executable, "-I", os.path.abspath(__file__)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        _guardian.stdin.write(line.encode())
        _guardian.stdin.flush()


def guard(thing: int | str) -> None:
    """From now on the process group is killed, or the directory removed, when this run ends."""
    _tell(f"+{thing}\n")


def release(thing: int | str) -> None:
    """It is gone: the number of a group may be used by somebody else from now on."""
    _tell(f"-{thing}\n")


def _stand_guard() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    things: set[str] = set()
    for line in sys.stdin:
        thing = line[1:].rstrip("\n")
        things.add(thing) if line[0] == "+" else things.discard(thing)
    groups = {thing for thing in things if thing.isdigit()}
    for group in groups:
        try:
            os.killpg(int(group), signal.SIGKILL)
        except ProcessLookupError:
            pass
    for directory in things - groups:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    _stand_guard()
