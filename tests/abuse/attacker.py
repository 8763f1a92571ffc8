"""One hostile connection, down to its bytes and its way of hanging up."""

import re
import select
import socket
import ssl
import struct
import time

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
        self.hears_records = False  # of TLS, which it does not understand

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

    # ---- TLS

    def start_tls(self, context: ssl.SSLContext) -> None:
        """An error is what some want: it counts as the end."""
        try:
            self._socket = context.wrap_socket(self._socket, server_hostname="localhost")
        except (OSError, ssl.SSLError):
            self.ended = True

    def send_records(self, data: bytes) -> None:
        """TLS as bytes; what comes back is not taken for the protocol of NATS."""
        self.hears_records = True
        self.send(data)

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

    # ---- With others

    def fileno(self) -> int:
        return self._socket.fileno()

    def send_if_open(self, data: bytes) -> None:
        self.ended = self.ended or not self.send(data)

    def take_what_came(self) -> None:
        self._read()


def drip_together(attackers: list[Attacker], data: bytes, pause_s: float) -> None:
    """Each writes one byte, then all wait, and so on, until the broker has closed all of them."""
    for index in range(len(data)):
        open_ones = [attacker for attacker in attackers if not attacker.ended]
        if not open_ones:
            return
        for attacker in open_ones:
            attacker.send_if_open(data[index : index + 1])
        _read_for(open_ones, pause_s)


def _read_for(attackers: list[Attacker], pause_s: float) -> None:
    until = time.monotonic() + pause_s
    waiting = {attacker.fileno(): attacker for attacker in attackers if not attacker.ended}
    poll = select.poll()
    for descriptor in waiting:
        poll.register(descriptor, select.POLLIN)
    while waiting and (left_s := until - time.monotonic()) > 0:
        for descriptor, _ in poll.poll(left_s * 1000):
            waiting[descriptor].take_what_came()
            if waiting[descriptor].ended:
                poll.unregister(descriptor)
                del waiting[descriptor]
