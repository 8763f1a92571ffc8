"""Every reply that passes a federation's broker, as one who listens there sees it: for whom it is, and from which node.

WHY   Clients do not tell all that they get: what comes twice, or for somebody else, has to be seen on its way.
"""

import base64
import hashlib
import json
import threading
from collections import Counter
from dataclasses import dataclass

from tests.support.choria import MAIN_COLLECTIVE
from tests.support.nats_socket import Frame, NatsSocket
from tests.support.process import DeadlineExceeded

_LISTEN_S = 600.0


def reply_subject(caller: str, request_id: str) -> str:
    """Where Choria's client waits for the answers to its request."""
    who = hashlib.md5(f"choria={caller}".encode(), usedforsecurity=False).hexdigest()
    return f"{MAIN_COLLECTIVE}.reply.{who}.{request_id}"


@dataclass(frozen=True)
class Reply:
    subject: str
    request_id: str
    sender: str

    @classmethod
    def of(cls, frame: Frame) -> "Reply":
        """Out of its three layers."""
        transport = json.loads(frame.payload)
        reply = json.loads(json.loads(base64.b64decode(transport["data"]))["message"])
        envelope = reply["envelope"]
        return cls(frame.line.split()[1].decode(), envelope["requestid"], envelope["senderid"])


class Replies:
    """Listens on a thread of its own until it is closed."""

    def __init__(self, socket: NatsSocket):
        self._socket = socket
        self._frames: list[Frame] = []
        self._read = 0  # so many of them are in
        self._counts: Counter[Reply] = Counter()
        self._senders: dict[str, set[str]] = {}
        self._problem: Exception | None = None
        socket.send(f"SUB {MAIN_COLLECTIVE}.reply.> 1\r\nPING\r\n".encode())
        socket.read_until(lambda frame: frame.verb == "PONG")
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        try:
            while frame := self._socket.read_frame(_LISTEN_S):
                if frame.verb == "MSG":
                    self._frames.append(frame)
                elif frame.verb == "PING":
                    self._socket.send(b"PONG\r\n")
        except (OSError, DeadlineExceeded) as problem:
            self._problem = problem

    def counts(self) -> Counter[Reply]:
        """How often each has come; fails if it could not listen all the time."""
        if self._problem or not self._thread.is_alive():
            raise AssertionError(f"the listener has been cut off: {self._problem}")
        fresh = self._frames[self._read :]
        self._read += len(fresh)
        for reply in map(Reply.of, fresh):
            self._counts[reply] += 1
            self._senders.setdefault(reply.request_id, set()).add(reply.sender)
        return self._counts

    def requests(self) -> set[str]:
        """The ids of those that have been answered by anybody."""
        self.counts()
        return set(self._senders)

    def senders(self, request_id: str) -> set[str]:
        """Whose answers to a request have passed."""
        self.counts()
        return self._senders.get(request_id, set())

    def close(self) -> None:
        self._socket.shut_down()
        self._thread.join()
        self._socket.close()
