"""A child process whose output can be waited for and that is surely ended.

WHY   Servers under test are ready when they say so: `wait_for_line` waits for that line, with a
      deadline, and a failure shows the last lines of the log.
"""

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.support import lifeline

DEFAULT_DEADLINE_S = 10.0
LOG_LINES_SHOWN_MAX = 20


class DeadlineExceeded(AssertionError):
    """What was waited for did not happen in time."""


def wait_until(condition, what: str, deadline_s: float = DEFAULT_DEADLINE_S, poll_s: float = 0.01):
    """Returns the first true value of condition(); for what cannot be waited for otherwise."""
    end = time.monotonic() + deadline_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise DeadlineExceeded(f"{what}: not within {deadline_s:g} s")
        time.sleep(poll_s)


class Process:
    """A started program: stdout and stderr are collected line by line, in one list."""

    def __init__(
        self, argv: Sequence[str], *, cwd: str | None = None, env: Mapping[str, str] | None = None
    ):
        self.argv = list(argv)
        self._changed = threading.Condition()
        self._lines: list[str] = []
        self._output_ended = False
        self._popen = subprocess.Popen(
            self.argv,
            cwd=cwd,
            env=dict(os.environ, **env) if env else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        lifeline.guard(self._popen.pid)
        self._reader = threading.Thread(target=self._collect, daemon=True)
        self._reader.start()

    def _collect(self) -> None:
        for line in self._popen.stdout:
            with self._changed:
                self._lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._output_ended = True
            self._changed.notify_all()

    @property
    def pid(self) -> int:
        return self._popen.pid

    @property
    def running(self) -> bool:
        return self._popen.poll() is None

    def lines(self) -> list[str]:
        with self._changed:
            return list(self._lines)

    def wait_for_line(
        self, pattern: str, deadline_s: float = DEFAULT_DEADLINE_S, first: int = 0
    ) -> re.Match:
        """The first match in the output from line number `first` on; waits for it."""
        regex = re.compile(pattern)
        end = time.monotonic() + deadline_s
        seen = first
        with self._changed:
            while True:
                for line in self._lines[seen:]:
                    if match := regex.search(line):
                        return match
                seen = max(seen, len(self._lines))
                left = end - time.monotonic()
                if self._output_ended or left <= 0:
                    raise DeadlineExceeded(self._describe(f"no line matching {pattern!r}"))
                self._changed.wait(left)

    def _describe(self, problem: str) -> str:
        state = "still running" if self.running else f"exit status {self._popen.returncode}"
        tail = "\n  ".join(self._lines[-LOG_LINES_SHOWN_MAX:])
        return f"{problem}; {' '.join(self.argv)} ({state}) said:\n  {tail}"

    def wait(self, deadline_s: float = DEFAULT_DEADLINE_S) -> int:
        """The exit status (negative: the signal that ended it), with all output collected."""
        try:
            status = self._popen.wait(deadline_s)
        except subprocess.TimeoutExpired:
            with self._changed:
                message = self._describe(f"did not end within {deadline_s:g} s")
            raise DeadlineExceeded(message) from None
        self._reader.join(deadline_s)
        return status

    def signal(self, number: int) -> None:
        if self.running:
            os.kill(self.pid, number)

    def end(self, grace_s: float = 5.0) -> int:
        """Ends the process: TERM, then KILL to its whole group. Safe to call twice."""
        if self.running:
            self.signal(signal.SIGTERM)
            try:
                self._popen.wait(grace_s)
            except subprocess.TimeoutExpired:
                pass
        _kill_group(self.pid)
        status = self._popen.wait()
        lifeline.release(self.pid)
        self._reader.join(grace_s)
        self._popen.stdout.close()
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()


@dataclass(frozen=True)
class Outcome:
    status: int
    stdout: str
    stderr: str


def run(
    argv: Sequence[str], deadline_s: float = DEFAULT_DEADLINE_S, input: str = "", **kwargs
) -> Outcome:
    """Runs a program that ends by itself; it reads `input`."""
    child = subprocess.Popen(
        list(argv),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,
        **kwargs,
    )
    lifeline.guard(child.pid)
    try:
        stdout, stderr = child.communicate(input, timeout=deadline_s)
        return Outcome(child.returncode, stdout, stderr)
    except subprocess.TimeoutExpired:
        raise DeadlineExceeded(f"{' '.join(argv)}: did not end within {deadline_s:g} s") from None
    finally:
        _kill_group(child.pid)
        child.wait()
        lifeline.release(child.pid)


def _kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass
