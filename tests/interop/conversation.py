"""A client program that reports its checks and asks the driver for what it cannot do itself.

PROTOCOL  The program writes one JSON object per line. {"check": name, "ok": bool, "detail": text}
          is a result; {"do": "restart volatile"} asks for an action, and the program then reads one
          line from its standard input: "ok ..." or "error ...". Standard error goes to a log file.
"""

import json
import os
import queue
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from tests.interop.results import PeerResult
from tests.support import lifeline

LOG_BYTES_SHOWN_MAX = 2000


class Conversation:
    def __init__(self, argv: Sequence[str], env: Mapping[str, str], directory: str):
        self.argv = list(argv)
        self.log_path = os.path.join(directory, "stderr.log")
        with open(self.log_path, "wb") as log:
            self._popen = subprocess.Popen(
                self.argv,
                cwd=directory,
                env=dict(os.environ, **env),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                errors="replace",
                start_new_session=True,
            )
        lifeline.guard(self._popen.pid)
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self) -> None:
        for line in self._popen.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def run(self, result: PeerResult, act: Callable[[str], str], deadline_s: float) -> None:
        """Collects the checks until the program ends; anything unexpected is a failed check."""
        end = time.monotonic() + deadline_s
        try:
            while (line := self._lines.get(timeout=max(0.0, end - time.monotonic()))) is not None:
                self._take(line, result, act)
            status = self._popen.wait(max(1.0, end - time.monotonic()))
            if status != 0:
                result.add("exit status 0", False, f"exit status {status}\n{self._log_tail()}")
        except (queue.Empty, subprocess.TimeoutExpired):
            result.add(f"ends within {deadline_s:g} s", False, self._log_tail())
        finally:
            self.end()
        if not result.checks:
            result.add("reports checks", False, self._log_tail())

    def _take(self, line: str, result: PeerResult, act: Callable[[str], str]) -> None:
        try:
            message = json.loads(line)
        except ValueError:
            result.add("speaks JSON lines", False, line.strip())
            return
        if "check" in message:
            result.add(message["check"], message["ok"], message.get("detail", ""))
        elif "do" in message:
            self._answer(message["do"], act)
        else:
            result.add("says what the driver knows", False, line.strip())

    def _answer(self, request: str, act: Callable[[str], str]) -> None:
        try:
            reply = f"ok {act(request)}".rstrip()
        except Exception as problem:  # told to the program: its check fails and names the problem
            reply = "error " + " ".join(f"{type(problem).__name__}: {problem}".split())
        try:
            self._popen.stdin.write(reply + "\n")
            self._popen.stdin.flush()
        except BrokenPipeError:
            pass  # the program has ended; its exit status tells

    def _log_tail(self) -> str:
        with open(self.log_path, encoding="utf-8", errors="replace") as log:
            return log.read()[-LOG_BYTES_SHOWN_MAX:]

    def end(self) -> None:
        try:
            os.killpg(self._popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._popen.wait()
        lifeline.release(self._popen.pid)
        for pipe in (self._popen.stdin, self._popen.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                pass
