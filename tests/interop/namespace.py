"""A network of its own for a program that insists on fixed ports.

Run as a program inside a fresh network namespace it brings the loopback interface up and then
becomes the program that is named on its command line.
"""

import fcntl
import os
import socket
import struct
import sys

from_linux_headers = {"SIOCGIFFLAGS": 0x8913, "SIOCSIFFLAGS": 0x8914, "IFF_UP": 0x1}


def private_network(argv: list[str]) -> list[str]:
    """The command that runs argv where all loopback ports are free."""
    return ["unshare", "--net", "--map-root-user", sys.executable, os.path.abspath(__file__), *argv]


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sh14x", b"lo", 0)
        answer = fcntl.ioctl(control, from_linux_headers["SIOCGIFFLAGS"], request)
        flags = struct.unpack("16sh14x", answer)[1] | from_linux_headers["IFF_UP"]
        request = struct.pack("16sh14x", b"lo", flags)
        fcntl.ioctl(control, from_linux_headers["SIOCSIFFLAGS"], request)


if __name__ == "__main__":
    _raise_loopback()
    os.execvp(sys.argv[1], sys.argv[1:])
