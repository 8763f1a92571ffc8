"""A NATS client connection with nothing hidden: bytes go out as given, frames come in as received.

WHY     Tests look at exactly what a server says, so there is no reconnect, no automatic PONG and no
        buffering of what is sent.
MODEL   A frame is one protocol line with its payload (MSG and HMSG) or without. The end of the
        stream is a value (`None`), however it comes: FIN, reset, or a broken TLS record.
"""

import contextlib
import re
import socket
import ssl
import time
from dataclasses import dataclass

from tests.support.places import LOOPBACK
from tests.support.process import DEFAULT_DEADLINE_S, DeadlineExceeded

READ_BYTES = 64 * 1024
LINE_BYTES_MAX = 1024 * 1024

_SIZED = re.compile(rb"H?MSG .*?(\d+)\Z", re.DOTALL)


@dataclass(frozen=True)
class Frame:
    line: bytes  # without its line end
    payload: bytes | None = None  # without its line end; headers included
    line_end: bytes = b"\r\n"

    @property
    def verb(self) -> str:
        return self.line.split(b" ", 1)[0].decode("latin-1")


class NatsSocket:
    def __init__(
        self,
        port: int,
        host: str = LOOPBACK,
        deadline_s: float = DEFAULT_DEADLINE_S,
        receive_buffer_bytes: int | None = None,
        source: str = "",
    ):
        """`source` is the own address, if it is not to be the system's choice."""
        self._sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._buffer = bytearray()
        self._ended = False
        self.timed_out = False
        try:
            if receive_buffer_bytes is not None:
                self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
            if source:
                self._sock.bind((source, 0))
            self._sock.settimeout(deadline_s)
            self._sock.connect((host, port))
            self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            self._sock.close()
            raise

    @property
    def tls_version(self) -> str | None:
        return self._sock.version() if isinstance(self._sock, ssl.SSLSocket) else None

    def peer_certificate(self) -> bytes | None:
        """In DER, if the stream is encrypted."""
        is_tls = isinstance(self._sock, ssl.SSLSocket)
        return self._sock.getpeercert(binary_form=True) if is_tls else None

    @property
    def local_port(self) -> int:
        return self._sock.getsockname()[1]

    def start_tls(
        self,
        context: ssl.SSLContext,
        server_hostname: str = "localhost",
        deadline_s: float = DEFAULT_DEADLINE_S,
    ) -> bool:
        """True if the client side of the handshake succeeded; otherwise the stream has ended."""
        self._sock.settimeout(deadline_s)
        try:
            self._sock = context.wrap_socket(self._sock, server_hostname=server_hostname)
            return True
        except TimeoutError:
            raise DeadlineExceeded("TLS handshake: no answer") from None
        except (ssl.SSLError, OSError):
            self._ended = True
            return False

    def send(self, data: bytes, deadline_s: float = DEFAULT_DEADLINE_S) -> bool:
        """False if the peer has closed; what it said before can still be read."""
        if self._ended:
            return False
        self._sock.settimeout(deadline_s)
        try:
            self._sock.sendall(data)
            return True
        except TimeoutError:
            raise DeadlineExceeded(f"sending {len(data)} bytes: not taken by the peer") from None
        except OSError:
            return False

    def _fill(self, end: float) -> bool:
        """Reads once; False at the end of the stream."""
        if self._ended:
            return False
        left = end - time.monotonic()
        if left <= 0:
            raise DeadlineExceeded(f"no more data in time; unread: {bytes(self._buffer[:200])!r}")
        self._sock.settimeout(left)
        try:
            data = self._sock.recv(READ_BYTES)
        except TimeoutError:
            return self._fill(end)
        except OSError:
            data = b""
        self._ended = not data
        self._buffer += data
        return bool(data)

    def receive(self, deadline_s: float = DEFAULT_DEADLINE_S) -> bytes:
        """What is there, of whatever frames; nothing after the deadline (`timed_out`) or at the end."""
        self.timed_out = False
        if not self._buffer:
            try:
                self._fill(time.monotonic() + deadline_s)
            except DeadlineExceeded:
                self.timed_out = True
        got = bytes(self._buffer)
        self._buffer.clear()
        return got

    def read_frame(self, deadline_s: float = DEFAULT_DEADLINE_S) -> Frame | None:
        """The next frame, or None at the end of the stream (an unfinished line is a frame too)."""
        end = time.monotonic() + deadline_s
        while (newline := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > LINE_BYTES_MAX:
                raise AssertionError(f"a line of more than {LINE_BYTES_MAX} bytes")
            if not self._fill(end):
                return self._rest()
        line_end = b"\r\n" if self._buffer[newline - 1 : newline] == b"\r" else b"\n"
        line = bytes(self._buffer[: newline + 1 - len(line_end)])
        if not (sized := _SIZED.match(line)):
            del self._buffer[: newline + 1]
            return Frame(line, None, line_end)
        stop = newline + 1 + int(sized.group(1))
        while len(self._buffer) < stop + 2:
            if not self._fill(end):
                return self._rest()
        payload, payload_end = (
            bytes(self._buffer[newline + 1 : stop]),
            self._buffer[stop : stop + 2],
        )
        if payload_end != b"\r\n":
            raise AssertionError(f"{line!r}: payload is followed by {bytes(payload_end)!r}")
        del self._buffer[: stop + 2]
        return Frame(line, payload, line_end)

    def _rest(self) -> Frame | None:
        rest = bytes(self._buffer)
        self._buffer.clear()
        return Frame(rest, None, b"") if rest else None

    def read_until(self, predicate, deadline_s: float = DEFAULT_DEADLINE_S) -> list[Frame]:
        """Frames up to and with the first one for which predicate(frame), or up to the end."""
        end = time.monotonic() + deadline_s
        frames: list[Frame] = []
        while True:
            try:
                frame = self.read_frame(end - time.monotonic())
            except DeadlineExceeded as error:
                raise DeadlineExceeded(
                    f"{error}; before: {[f.line[:80] for f in frames[-5:]]}"
                ) from None
            if frame is None:
                return frames
            frames.append(frame)
            if predicate(frame):
                return frames

    @property
    def ended(self) -> bool:
        """The peer has closed and everything it said was read."""
        return self._ended and not self._buffer

    def shutdown_write(self) -> None:
        """Half-closes: the peer sees the end of our stream, we can still read."""
        try:
            self._sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def close(self) -> None:
        self._sock.close()

    def shut_down(self) -> None:
        """Ends the connection under a thread that waits for it; closing would wait for that thread."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_RDWR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
