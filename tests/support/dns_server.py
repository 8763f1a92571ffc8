"""A DNS server on loopback that says what a test wants, and counts what it was asked.

MODEL   `hosts` (name -> IPv4 addresses) and `services` (name -> (priority, weight, port, target)) may be
        changed at any time. Who is not there gets NXDOMAIN; who has no record of the type asked for, an
        answer without one. While `silent`, questions are taken and not answered.
"""

import socket
import struct
import threading

from tests.support.places import LOOPBACK

_A, _SRV, _IN = 1, 33, 1
_ANSWERED, _NO_SUCH_NAME = 0x8580, 0x8583  # authoritative answers with recursion
_POLL_S = 0.1
Service = tuple[int, int, int, str]


def _name(text: str) -> bytes:
    labels = [part.encode() for part in text.rstrip(".").split(".")]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _question(packet: bytes) -> tuple[str, int, bytes]:
    """The name in lower case, the type, and the question as it stands there."""
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1 : at + 1 + packet[at]].decode())
        at += 1 + packet[at]
    kind = struct.unpack_from(">H", packet, at + 1)[0]
    return ".".join(labels).lower(), kind, packet[12 : at + 5]


class DnsServer:
    def __init__(self):
        self.hosts: dict[str, list[str]] = {}
        self.services: dict[str, list[Service]] = {}
        self.silent = False
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((LOOPBACK, 0))
        self._socket.settimeout(_POLL_S)
        self.address = f"{LOOPBACK}:{self._socket.getsockname()[1]}"
        self._stopping = False
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._stopping:
            try:
                packet, sender = self._socket.recvfrom(4096)
            except TimeoutError:
                continue
            name, kind, question = _question(packet)
            self.asked.append(name)
            if not self.silent:
                self._socket.sendto(self._answer(packet[:2], name, kind, question), sender)

    def _answer(self, number: bytes, name: str, kind: int, question: bytes) -> bytes:
        records = []
        if kind == _A:
            records = [socket.inet_aton(one) for one in self.hosts.get(name, [])]
        elif kind == _SRV:
            records = [struct.pack(">HHH", *one[:3]) + _name(one[3])
                       for one in self.services.get(name, [])]  # fmt: skip
        known = name in self.hosts or name in self.services
        flags = _ANSWERED if known else _NO_SUCH_NAME
        head = number + struct.pack(">HHHHH", flags, 1, len(records), 0, 0)
        # The name of each record is that of the question, which stands at offset 12.
        answers = [b"\xc0\x0c" + struct.pack(">HHIH", kind, _IN, 0, len(one)) + one for one in records]
        return head + question + b"".join(answers)

    def close(self) -> None:
        self._stopping = True
        self._thread.join()
        self._socket.close()
