"""What a conversation is made of: plain values, so that it can be made smaller and printed.

MODEL   One client acts in each step, and everybody has heard what comes of it before the next one.
        A message says which it is (`m7;`), so that an answer can be given to whoever got it.
"""

import json
from dataclasses import dataclass

from tests.conformance.transcript import shown


@dataclass(frozen=True)
class Command:
    """Bytes that a client sends, and how many PONG they ask for."""

    data: bytes
    pongs: int = 0


@dataclass(frozen=True)
class Connect:
    client: str
    options: tuple[tuple[str, object], ...] | None  # of CONNECT; None: it is not sent
    key: int | None = None  # which nkey signs the nonce

    def __str__(self) -> str:
        how = "silently" if self.options is None else str(dict(self.options))
        by_key = "" if self.key is None else f" by nkey {self.key}"
        return f"{self.client} connects {how}{by_key}"


@dataclass(frozen=True)
class Send:
    client: str
    commands: tuple[Command, ...]
    cuts: tuple[float, ...] = ()  # where the bytes are parted, as shares of their number

    def __str__(self) -> str:
        parted = f" (in {len(self.cuts) + 1} parts)" if self.cuts else ""
        said = b"".join(command.data for command in self.commands)
        return f"{self.client} >{parted} {shown(said)}"

    def parts(self, more: bytes) -> list[bytes]:
        data = b"".join(command.data for command in self.commands) + more
        ends = sorted({int(cut * len(data)) for cut in self.cuts} | {0, len(data)})
        return [data[a:b] for a, b in zip(ends, ends[1:])]


@dataclass(frozen=True)
class Answer:
    """Who got message `request` publishes to its reply subject. Of several it is number `which`."""

    request: int
    which: int
    serial: int
    headers: bytes = b""
    reply: str = ""
    heard_once: bool = False  # only who has got it once answers

    def __str__(self) -> str:
        headers = "headers and " if self.headers else ""
        back = f", asking back on {self.reply}" if self.reply else ""
        return f"m{self.request} is answered with {headers}m{self.serial}{back}"


@dataclass(frozen=True)
class Leave:
    client: str

    def __str__(self) -> str:
        return f"{self.client} leaves"


@dataclass(frozen=True)
class Reload:
    """The server gets another configuration, and a signal."""

    tree: dict

    def __str__(self) -> str:
        return "reload " + json.dumps(self.tree)


Step = Connect | Send | Answer | Leave | Reload


def message(subject: str, reply: str, headers: bytes, body: bytes) -> bytes:
    """A PUB, or an HPUB if there are headers."""
    words = [subject, reply] if reply else [subject]
    if headers:
        words = ["HPUB", *words, str(len(headers)), str(len(headers) + len(body))]
    else:
        words = ["PUB", *words, str(len(body))]
    return " ".join(words).encode("latin-1") + b"\r\n" + headers + body + b"\r\n"
