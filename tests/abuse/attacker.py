"""One hostile connection, down to its bytes and its way of hanging up."""

import re
import socket
import ssl
import struct

from tests.support.places import LOOPBACK
from tests.support.process import DeadlineExceeded

DEADLINE_S = 30.0
READ_BYTES = 64 * 1024
_INFO = re.compile(rb"INFO (\{[^\n]*\}) ?\r\n")


class Attacker:
    def __init__(self, port: int, receive_buffer_bytes: int | None = None):
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer_bytes is not None:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer_bytes)
        self._socket.settimeout(DEADLINE_S)
        self._socket.connect((LOOPBACK, port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.local_port = self._socket.getsockname()[1]
        self.heard = b""  # everything, the greeting aside
        self.ended = False

    # ---- Reading

    def _read(self) -> bool:
        """Takes what comes next; False at the end, however it comes."""
        try:
            data = self._socket.recv(READ_BYTES)
        except TimeoutError:
            raise DeadlineExceeded(f"not closed in time; heard {self.heard[-200:]!r}") from None
        except (OSError, ssl.SSLError):
            data = b""
        self.heard += data
        self.ended = not data
        return bool(data)

    def read_until(self, text: bytes) -> None:
        while text not in self.heard:
            if not self._read():
                raise AssertionError(f"ended before {text!r}; heard {self.heard[-200:]!r}")

    def take_greeting(self) -> None:
        self.read_until(b"}")
        self.read_until(b"\r\n")
        match = _INFO.match(self.heard)
        self.heard = self.heard[match.end() :]

    def wait_for_greeting(self) -> None:
        """It has arrived, but is not read."""
        self._socket.recv(1, socket.MSG_PEEK)

    def rest(self) -> bytes:
        """Everything up to the end."""
        while not self.ended and self._read():
            pass
        return self.heard

    # ---- Writing

    def send(self, data: bytes) -> bool:
        """False when the broker has hung up."""
        try:
            self._socket.sendall(data)
            return True
        except TimeoutError:
            raise DeadlineExceeded(f"{len(data)} bytes are not taken") from None
        except (OSError, ssl.SSLError):
            return False

    def send_what_is_taken(self, data: bytes) -> int:
        """Writes until nothing more is taken, without waiting; how many bytes that were."""
        self._socket.setblocking(False)
        sent = 0
        try:
            while sent < len(data):
                sent += self._socket.send(data[sent:])
        except OSError:
            pass
        self._socket.settimeout(DEADLINE_S)
        return sent

    def drip(self, data: bytes, pause_s: float) -> None:
        """One byte at a time, with a pause after each, until the broker hangs up."""
        for index in range(len(data)):
            if not self.send(data[index : index + 1]):
                return
            self._socket.settimeout(pause_s)
            try:
                self.ended = not self._read()
            except DeadlineExceeded:
                pass  # nothing came: that is the pause
            finally:
                self._socket.settimeout(DEADLINE_S)
            if self.ended:
                return

    # ---- TLS

    def start_tls(self, context: ssl.SSLContext) -> None:
        """An error is what some want: it counts as the end."""
        try:
            self._socket = context.wrap_socket(self._socket, server_hostname="localhost")
        except (OSError, ssl.SSLError):
            self.ended = True

    def send_under_tls(self, data: bytes) -> None:
        """Bytes in clear on a connection that is encrypted."""
        with socket.fromfd(self._socket.fileno(), socket.AF_INET, socket.SOCK_STREAM) as raw:
            raw.sendall(data)

    # ---- Hanging up

    def close(self) -> None:
        self._socket.close()

    def half_close(self) -> None:
        self._socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Closes with a RST."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()
