"""What the clients have heard in one step, in an order that does not depend on the server.

WHY     A server is free in whom of a queue group it picks, and in the order in which one message
        goes to several subscriptions. It is not free in the order of messages on one subject to
        one subscription, nor in what it answers to whoever speaks.
MODEL   The sid of a member begins with its group (`GROUP:7`): such messages are heard by the group.
        The others of one client are sorted as far as servers are free.
"""

import json
import re
from dataclasses import dataclass, replace

from tests.conformance import transcript
from tests.support.nats_socket import Frame

GROUP_MARK = b"GROUP:"
_BAD_SUBJECT = "-ERR 'Invalid Publish Subject'"
_SENT_AWAY = "-ERR 'Authorization Violation'"
_ANY = b"<any>"
_REQUEST_INFO = re.compile(rb"Nats-Request-Info: (\{[^\r]+\})")


def _fields_alone(info: re.Match) -> bytes:
    """Of who asks a service only the account: of two imports nats-server takes either."""
    try:
        fields = json.loads(info.group(1))
    except ValueError:
        return info.group()
    return f"Nats-Request-Info: {fields.get('acc')}".encode()


def comparable(frame: Frame) -> Frame:
    """Without what differs from one run to the next."""
    if frame.payload is None or b"Nats-Request-Info: {" not in frame.payload:
        return frame
    payload = _REQUEST_INFO.sub(_fields_alone, frame.payload)
    if payload == frame.payload:
        return frame
    words = frame.line.split(b" ")
    if words[0] == b"HMSG":
        words[-2:] = [b"<bytes>", b"<bytes>"]
    return replace(frame, line=b" ".join(words), payload=payload)


@dataclass(frozen=True)
class Heard:
    """A message as it came to a client."""

    client: str
    frame: Frame

    @property
    def words(self) -> list[bytes]:
        return self.frame.line.split(b" ")

    @property
    def sid(self) -> bytes:
        return self.words[2]

    @property
    def group(self) -> bytes | None:
        return self.sid.rsplit(b":", 1)[0] if self.sid.startswith(GROUP_MARK) else None

    @property
    def reply(self) -> bytes | None:
        words = self.words
        plain = len(words) - (5 if words[0] == b"HMSG" else 4)
        return words[3] if plain > 0 else None

    @property
    def serial(self) -> int | None:
        body = self.frame.payload
        if self.words[0] == b"HMSG":
            body = body[int(self.words[-2]) :]
        name, mark, _ = body.partition(b";")
        return int(name[1:]) if mark and name[:1] == b"m" and name[1:].isdigit() else None

    @property
    def listener(self) -> str:
        """Who it was sent to, as far as that is certain."""
        return self.group.decode() if self.group else f"{self.client} {self.sid.decode('latin-1')}"

    @property
    def is_no_responders(self) -> bool:
        """Which of a client's subscriptions to the reply subject hears of it is free."""
        return self.frame.payload.startswith(b"NATS/1.0 503") and self.serial is None

    @property
    def is_event(self) -> bool:
        """Told by the server, some time."""
        return self.words[1].startswith(b"$SYS.") and self.serial is None

    @property
    def sid_shown(self) -> bytes:
        return self.group or (_ANY if self.is_no_responders else self.sid)

    def line(self) -> str:
        words = self.words
        frame = Frame(b" ".join([*words[:2], self.sid_shown, *words[3:]]), self.frame.payload)
        who = self.group.decode() if self.group else self.client
        return f"{who} < {transcript.of_frame(comparable(frame))}"


def _same_message_sorted(run: list[Heard]) -> list[str]:
    """The lines of one subscription and subject; neighbours of equal content have no order."""
    lines: list[str] = []
    begin = 0
    for end in range(1, len(run) + 1):
        if end == len(run) or run[end].frame.payload != run[begin].frame.payload:
            lines += sorted(heard.line() for heard in run[begin:end])
            begin = end
    return lines


def _run_lines(run: list[Heard]) -> list[str]:
    threads: dict[tuple[bytes, bytes], list[Heard]] = {}
    for heard in run:
        threads.setdefault((heard.sid_shown, heard.words[1]), []).append(heard)
    made = [_same_message_sorted(thread) for thread in threads.values()]
    return [line for lines in sorted(made) for line in lines]


class Hearing:
    """Collects the frames of one step; what comes of a reload comes in any order."""

    def __init__(self, as_it_came: bool = True):
        self._as_it_came = as_it_came
        self._said: list[str] = []
        self._of: dict[str, list[str]] = {}
        self._of_groups: list[str] = []
        self.messages: list[Heard] = []

    def add(self, client: str, frames: list[Frame], speaker: str | None = None) -> None:
        """`speaker`: what the client is called as the one who is answered."""
        run: list[Heard] = []
        lines = self._of.setdefault(client, [])
        answers = self._of.setdefault(speaker or client, [])
        for frame in frames:
            if frame.line.startswith(b"INFO {"):
                continue
            if frame.payload is None:
                lines += _run_lines(run)
                run = []
                self._add_answer(answers, f"{speaker or client} < {transcript.of_frame(frame)}")
                continue
            heard = Heard(client, frame)
            if heard.is_event:
                continue
            self.messages.append(heard)
            if heard.group:
                self._of_groups.append(heard.line())
            else:
                run.append(heard)
        lines += _run_lines(run)

    @staticmethod
    def _add_answer(answers: list[str], line: str) -> None:
        # nats-server says this once more when the payload did not come with its line.
        if not (line.endswith(_BAD_SUBJECT) and answers[-1:] == [line]):
            answers.append(line)

    def end(self, client: str) -> None:
        self._of.setdefault(client, []).append(f"{client} < (end of stream)")

    def say(self, text: str) -> None:
        self._said.append(text)

    def lines(self) -> list[str]:
        if not self._as_it_came:
            for name, lines in self._of.items():
                # Who is sent away by a reload is told why by us alone.
                self._of[name] = sorted(line for line in lines if not line.endswith(_SENT_AWAY))
        of_clients = [line for name in sorted(self._of) for line in self._of[name]]
        return self._said + of_clients + sorted(self._of_groups)
