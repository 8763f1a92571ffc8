"""A client that has been let in: CONNECT was accepted before the constructor returns.

Unlike NatsSocket it knows a little: INFO, the way to TLS, and that a PONG answers its PING.
"""

import json
import ssl
from collections.abc import Callable

from tests.support.nats_socket import Frame, NatsSocket
from tests.support.process import DEFAULT_DEADLINE_S


class Refused(AssertionError):
    """The server did not let the client in; the text is what it said."""


def connect_line(**options) -> bytes:
    return b"CONNECT " + json.dumps({"verbose": False, "protocol": 1} | options).encode() + b"\r\n"


class _Socket(NatsSocket):
    def fileno(self) -> int:
        return self._sock.fileno()


class Client:
    def __init__(
        self,
        port: int,
        *,
        tls: ssl.SSLContext | None = None,
        tls_first: bool = False,
        receive_buffer_bytes: int | None = None,
        deadline_s: float = DEFAULT_DEADLINE_S,
        credentials: Callable[[str], dict] | None = None,
        **options,
    ):
        self.socket = _Socket(port, receive_buffer_bytes=receive_buffer_bytes)
        try:
            if tls_first:
                self._start_tls(tls)
            first = self.socket.read_frame(deadline_s)
            if first is None or first.verb != "INFO":
                raise Refused(f"instead of INFO: {first}")
            self.info = json.loads(first.line[len("INFO ") :])
            if tls and not tls_first:
                self._start_tls(tls)
            if credentials:  # what CONNECT says in answer to the nonce
                options |= credentials(self.info.get("nonce", ""))
            self.send(connect_line(**options))
            self.settle(deadline_s)
            self.settle(deadline_s)  # the first PONG is followed by one more INFO
        except BaseException:
            self.socket.close()
            raise

    def _start_tls(self, context: ssl.SSLContext) -> None:
        if not self.socket.start_tls(context):
            raise Refused("the TLS handshake failed")

    @property
    def cid(self) -> int:
        return self.info["client_id"]

    def send(self, data: bytes, deadline_s: float = DEFAULT_DEADLINE_S) -> None:
        if not self.socket.send(data, deadline_s):
            raise Refused(f"closed: {self.socket.read_until(lambda _: False)[-3:]}")

    def settle(self, deadline_s: float = DEFAULT_DEADLINE_S) -> list[Frame]:
        """Everything that came before the answer to a PING, INFO aside."""
        self.send(b"PING\r\n", deadline_s)
        frames = self.socket.read_until(lambda frame: frame.line == b"PONG", deadline_s)
        if not frames or frames[-1].line != b"PONG":
            raise Refused(f"no PONG but {[frame.line[:200] for frame in frames[-3:]]}")
        return [frame for frame in frames[:-1] if frame.verb not in ("INFO", "PING")]

    def subscribe(self, subject: str, sid: str = "1", queue: str = "") -> None:
        self.send(f"SUB {subject} {queue} {sid}\r\n".encode())

    def publish(self, subject: str, payload: bytes = b"", reply: str = "") -> None:
        self.send(f"PUB {subject} {reply} {len(payload)}\r\n".encode() + payload + b"\r\n")

    def messages(self, count: int, deadline_s: float = DEFAULT_DEADLINE_S) -> list[Frame]:
        """The next `count` messages; PING is answered, other frames are left out."""
        found: list[Frame] = []
        while len(found) < count:
            frame = self.socket.read_frame(deadline_s)
            if frame is None:
                raise Refused(f"closed after {len(found)} of {count} messages")
            if frame.verb in ("MSG", "HMSG"):
                found.append(frame)
            elif frame.verb == "PING":
                self.send(b"PONG\r\n")
            elif frame.verb == "-ERR":
                raise Refused(frame.line.decode("latin-1"))
        return found

    def fileno(self) -> int:
        return self.socket.fileno()

    def close(self) -> None:
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
