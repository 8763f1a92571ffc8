"""What a case can do: open connections to the server, talk, and write down what comes back.

MODEL   Everything read is recorded in the order of the steps. A step that reads does so up to a
        synchronising PONG, a counted message or the end of the stream, never for a time.
WHY     A server may hand messages from one connection to another at any moment, so `carry` sends a
        marker message after them: when the marker is there, everything before it is there too.
"""

import contextlib
import json
from collections.abc import Callable

from tests.conformance import transcript
from tests.conformance.certificates import Certificates, Issued
from tests.conformance.script import Setup
from tests.support.nats_server import NatsServer
from tests.support.nats_socket import Frame, NatsSocket
from tests.support.process import wait_until

READ_DEADLINE_S = 10.0
_MARKER = "_marker"
_TLS_ALERT = b"\x15\x03"

Text = str | bytes


def _bytes(data: Text) -> bytes:
    return data.encode("latin-1") if isinstance(data, str) else data


def _is_message(frame: Frame) -> bool:
    return frame.payload is not None


def _is_pong(frame: Frame) -> bool:
    return frame.line == b"PONG"


class Talker:
    """One recorded connection. Server PINGs are answered and not shown unless `show_pings`."""

    def __init__(self, play: "Play", name: str, sock: NatsSocket, show_pings: bool = False):
        self._play, self.name, self.sock, self.show_pings = play, name, sock, show_pings
        self._end_shown = False
        self.cid: int | None = None

    def _say(self, text: str) -> None:
        self._play.note(f"{self.name} {text}")

    def record(self, frame: Frame) -> None:
        if frame.line.startswith(_TLS_ALERT):
            return  # whether a refused handshake says so is the TLS library's choice
        is_info = frame.line.startswith(b"INFO {")
        self._say("< " + ("INFO" if is_info else transcript.of_frame(frame)))

    def record_end(self) -> None:
        if self.sock.ended and not self._end_shown:
            self._end_shown = True
            self._say("< (end of stream)")

    def read_until(self, predicate: Callable[[Frame], bool]) -> list[Frame]:
        """Raw frames, not recorded."""

        def wanted(frame: Frame) -> bool:
            if frame.line == b"PING" and not self.show_pings:
                self.sock.send(b"PONG\r\n")
            return predicate(frame)

        frames = self.sock.read_until(wanted, READ_DEADLINE_S)
        return [f for f in frames if not self._is_ours(f)]

    def _is_ours(self, frame: Frame) -> bool:
        """Marker messages (a wildcard gets them too) and PINGs that nobody asked to see."""
        is_hidden_ping = frame.line == b"PING" and not self.show_pings
        return is_hidden_ping or frame.line.startswith(f"MSG {_MARKER}".encode())

    def _record_all(self, frames: list[Frame], unordered: bool = False) -> None:
        run: list[Frame] = []
        for frame in [*frames, None]:
            if unordered and frame is not None and _is_message(frame):
                run.append(frame)
                continue
            for message in sorted(run, key=lambda f: (f.line, f.payload)):
                self.record(message)
            run = []
            if frame is not None:
                self.record(frame)
        self.record_end()

    def info(self) -> dict:
        """Reads INFO, as the server's first words; its content is up to the case."""
        frames = self.read_until(lambda frame: True)
        if not frames:
            self.record_end()
            return {}
        if not frames[0].line.startswith(b"INFO {"):
            self._record_all(frames)
            return {}
        fields = transcript.info_fields(frames[0].line)
        self.cid = fields.get("client_id")
        return fields

    def send(self, data: Text, quiet: bool = False) -> None:
        data = _bytes(data)
        if not quiet:
            self._say("> " + transcript.shown(data))
        self.sock.send(data)

    def send_bytewise(self, data: Text) -> None:
        """Each byte in a segment of its own."""
        self._say("> (bytewise) " + transcript.shown(_bytes(data)))
        for byte in _bytes(data):
            self.sock.send(bytes([byte]))

    def read_to_pong(self, unordered: bool = False) -> None:
        self._record_all(self.read_until(_is_pong), unordered)

    def talk(self, data: Text = "", unordered: bool = False) -> None:
        """Sends data and a PING in one write; records everything up to PONG or the end."""
        if data:
            self._say("> " + transcript.shown(_bytes(data)))
        self.sock.send(_bytes(data) + b"PING\r\n")
        self.read_to_pong(unordered)

    def talk_quietly(self, data: Text) -> None:
        """As talk, but neither what is sent nor the PONG is recorded."""
        self.sock.send(_bytes(data) + b"PING\r\n")
        self._record_all([f for f in self.read_until(_is_pong) if not _is_pong(f)])

    def talk_marked(self, data: Text) -> None:
        """As talk, but with a message to itself as the mark, so that each PONG is shown."""
        self._say("> " + transcript.shown(_bytes(data)))
        marker = f"SUB {_MARKER} {_MARKER}\r\nPUB {_MARKER} 0\r\n\r\n"
        self.sock.send(_bytes(data) + marker.encode())
        last = f"MSG {_MARKER} {_MARKER} 0".encode()
        self._record_all(self.read_until(lambda f: f.line == last))

    def read_to_end(self) -> None:
        """Records everything up to the end of the stream."""
        self._record_all(self.read_until(lambda frame: False))

    def read_frames(self, count: int, unordered: bool = False) -> None:
        """Records exactly this many frames (fewer if the stream ends)."""
        left = [count]

        def enough(frame: Frame) -> bool:
            left[0] -= frame.line != b"PING" or self.show_pings
            return left[0] == 0

        self._record_all(self.read_until(enough), unordered)

    def connect(self, raw: str | None = None, **options) -> "Talker":
        """CONNECT with these options and a PING; records the answer, a plain PONG is left out."""
        body = json.dumps(options, separators=(",", ":")) if raw is None else raw
        self._say(f"> CONNECT {body}")
        self.sock.send(f"CONNECT {body}\r\nPING\r\n".encode())
        self._record_all([f for f in self.read_until(_is_pong) if not _is_pong(f)])
        return self

    def settle(self) -> "Talker":
        """Past the first PONG, and past the INFO that newer servers send after it: unrecorded."""
        self.sock.send(b"PING\r\nPING\r\n")
        for _ in range(2):
            self.read_until(_is_pong)
        return self

    def start_tls(self, **kwargs) -> bool:
        ok = self.sock.start_tls(self._play.certificates.authority.client_context(**kwargs))
        self._say("* TLS handshake " + ("done" if ok else "refused"))
        return ok

    def close(self) -> None:
        self.sock.close()


class Play:
    """One case being played to one server binary."""

    def __init__(self, binary: str, server: NatsServer | None, certificates: Certificates):
        self.binary, self.server, self._certificates = binary, server, certificates
        self.lines: list[str] = []
        self._opened = contextlib.ExitStack()
        self._markers = 0

    @property
    def certificates(self) -> Issued:
        return self._certificates.issued()

    def note(self, text: str) -> None:
        self.lines.append(text)

    # --- connections

    def open(
        self,
        name: str = "c",
        server: NatsServer | None = None,
        info: bool = True,
        show_pings: bool = False,
        receive_buffer_bytes: int | None = None,
    ) -> Talker:
        """A connection on which INFO was read, and nothing sent."""
        sock = (server or self.server).connect(receive_buffer_bytes=receive_buffer_bytes)
        self._opened.callback(sock.close)
        talker = Talker(self, name, sock, show_pings)
        if info:
            talker.info()
        return talker

    def connect(self, who: str = "c", /, *, server: NatsServer | None = None, **options) -> Talker:
        """A connection after CONNECT; quiet defaults, so `verbose=True` must be asked for."""
        options = {"verbose": False, "pedantic": False, **options}
        return self.open(who, server).connect(**options)

    # --- messages between connections

    def carry(self, publisher: Talker, *receivers: Talker, unordered: bool = False) -> None:
        """Records what the receivers got until now; they must not be verbose."""
        for receiver, frames in self._carried(publisher, receivers):
            receiver._record_all(frames, unordered)

    def pool(self, publisher: Talker, *receivers: Talker) -> None:
        """As carry, for messages that any of the receivers may get: who got which is left out."""
        pooled = []
        for receiver, frames in self._carried(publisher, receivers):
            receiver._record_all([f for f in frames if not _is_message(f)])
            pooled += [f for f in frames if _is_message(f)]
        for line in sorted(self._without_sid(frame) for frame in pooled):
            self.note(f"(any) < {line}")
        self.note(f"(any) {len(pooled)} messages")

    @staticmethod
    def _without_sid(frame: Frame) -> str:
        words = frame.line.split(b" ")
        return transcript.of_frame(
            Frame(b" ".join([*words[:2], b"<sid>", *words[3:]]), frame.payload)
        )

    def _carried(self, publisher: Talker, receivers) -> list[tuple[Talker, list[Frame]]]:
        self._markers += 1
        subject = f"{_MARKER}.{self._markers}"
        result = []
        for receiver in receivers:
            receiver.sock.send(f"SUB {subject} {_MARKER}\r\nUNSUB {_MARKER} 1\r\nPING\r\n".encode())
            frames = receiver.read_until(_is_pong)
            result.append((receiver, [f for f in frames if not _is_pong(f)]))
        publisher.talk_quietly(f"PUB {subject} 0\r\n\r\n")
        marker = f"MSG {subject} {_MARKER} 0".encode()
        for receiver, frames in result:
            frames += receiver.read_until(lambda f: f.line == marker)
        return result

    # --- monitoring

    def json(self, path: str, server: NatsServer | None = None) -> dict:
        status, _, body = (server or self.server).get(path)
        if status != 200:
            raise AssertionError(f"GET {path}: status {status}, {body!r}")
        return json.loads(body)

    def note_close_reason(self, talker: Talker, server: NatsServer | None = None) -> None:
        """Waits until the connection is among the closed ones, and records why."""

        def closed():
            known = self.json("/connz?state=closed&limit=1000", server)["connections"]
            return next((c for c in known if c["cid"] == talker.cid), None)

        entry = wait_until(closed, f"{talker.name} among the closed connections", READ_DEADLINE_S)
        self.note(f"{talker.name} * closed: {entry['reason']}")

    # --- servers of its own

    def filled(self, setup: Setup) -> str:
        return self._certificates.filled(setup.text())

    def start(self, setup: Setup | None = None, **kwargs) -> NatsServer:
        """A server for this case alone; `setup` gives its configuration."""
        if setup is not None:
            kwargs["config"] = self.filled(setup)
        server = NatsServer(self.binary, **kwargs)
        self._opened.callback(server.stop)
        return server

    def finish(self) -> None:
        """Closes the connections and stops the servers that the case has opened."""
        self._opened.close()
