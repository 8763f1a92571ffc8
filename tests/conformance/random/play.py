"""Plays a conversation to a server and gives back the transcript.

MODEL   After each step everybody is asked with PING whether there is more, so that whatever comes
        of the step is in its part of the transcript. When a connection has ended the server is
        watched until nothing of it is left.
"""

import json
import signal
from collections import Counter
from collections.abc import Callable

from tests.conformance import transcript
from tests.conformance.random.configuration import Configuration, nkey
from tests.conformance.random.heard import Heard, Hearing
from tests.conformance.random.steps import Answer, Connect, Leave, Reload, Send, Step, message
from tests.support.nats_server import NatsServer
from tests.support.nats_socket import Frame, NatsSocket
from tests.support.process import DeadlineExceeded, wait_until

READ_DEADLINE_S = 20.0  # only a server that hangs takes so long
RELOADED, NOT_RELOADED = "(reloaded)", "(not reloaded)"
_RELOADED = r"(Reloaded|Failed to reload) server configuration"
_PING, _PONG = b"PING", b"PONG"


def figures(server: NatsServer) -> tuple[int, int]:
    """How many connections and subscriptions there are."""
    varz = json.loads(server.get("/varz")[2])
    return varz["connections"], varz["subscriptions"]


def wait_until_quiet(server: NatsServer, connections: int | None = None) -> None:
    """Until there are not more connections, and nothing goes any more."""
    seen: list[tuple[int, int]] = []

    def quiet() -> bool:
        seen.append(figures(server))
        as_many = connections is None or seen[-1][0] <= connections
        return as_many and len(seen) > 2 and len(set(seen[-3:])) == 1

    wait_until(quiet, f"{connections} connections, and nothing of the others", poll_s=0.001)


class _Client:
    def __init__(self, name: str, sock: NatsSocket):
        self.name, self._sock = name, sock

    @property
    def ended(self) -> bool:
        return self._sock.ended

    def send(self, *parts: bytes) -> None:
        for part in parts:
            self._sock.send(part)

    def read(self, pongs: int = 1) -> list[Frame]:
        """Up to so many PONGs, the last one left out, or to the end."""
        left = [pongs]

        def enough(frame: Frame) -> bool:
            if frame.line == _PING:
                self._sock.send(b"PONG\r\n")
            left[0] -= frame.line == _PONG
            return left[0] == 0

        frames = self._sock.read_until(enough, READ_DEADLINE_S)
        if left[0] == 0:
            frames.pop()
        return [frame for frame in frames if frame.line != _PING]

    def close(self) -> None:
        self._sock.close()


class Player:
    """`text_of`: how the server's configuration file is written."""

    def __init__(self, server: NatsServer, text_of: Callable[[Configuration], str]):
        self._server, self._text_of = server, text_of
        self._clients: dict[str, _Client] = {}
        self._requests: dict[int, list[Heard]] = {}

    def play(self, steps: list[Step]) -> list[str]:
        lines: list[str] = []
        try:
            for number, step in enumerate(steps):
                lines.append(f"{number}: {step}")
                lines += [f"   {line}" for line in self._step(step)]
        except (DeadlineExceeded, OSError) as error:
            lines.append(f"   !! {type(error).__name__}: {str(error).splitlines()[0]}")
        finally:
            for client in self._clients.values():
                client.close()
        return lines

    def _step(self, step: Step) -> list[str]:
        heard = Hearing(as_it_came=not isinstance(step, Reload))
        if isinstance(step, Connect):
            self._connect(step, heard)
        elif isinstance(step, Send):
            self._send(step, heard)
        elif isinstance(step, Answer):
            self._answer(step, heard)
        elif isinstance(step, Leave):
            self._leave(step)
        elif isinstance(step, Reload):
            self._reload(step, heard)
        self._settle(heard)
        for one in heard.messages:
            if one.serial is not None and one.reply:
                self._requests.setdefault(one.serial, []).append(one)
        return heard.lines()

    def _connect(self, step: Connect, heard: Hearing) -> None:
        if step.client in self._clients:
            return
        sock = self._server.connect()
        client = self._clients[step.client] = _Client(step.client, sock)
        first = sock.read_frame(READ_DEADLINE_S)
        if first is None or not first.line.startswith(b"INFO {"):
            heard.add(client.name, [first] if first else [])
            return
        if step.options is not None:
            options = dict(step.options)
            if step.key is not None:
                nonce = transcript.info_fields(first.line).get("nonce", "")
                options |= {"nkey": nkey(step.key).nkey, "sig": nkey(step.key).sig(nonce)}
            body = json.dumps(options, separators=(",", ":"))
            client.send(f"CONNECT {body}\r\n".encode())
        # What the server has to say of itself comes after the first PONG.
        client.send(b"PING\r\n")
        frames = client.read()
        client.send(b"PING\r\n")
        heard.add(client.name, frames + client.read())

    def _send(self, step: Send, heard: Hearing) -> None:
        if client := self._clients.get(step.client):
            client.send(*step.parts(b"PING\r\n"))
            pongs = sum(command.pongs for command in step.commands)
            heard.add(client.name, client.read(pongs + 1))

    def _answer(self, step: Answer, heard: Hearing) -> None:
        got = sorted(self._requests.get(step.request, []), key=lambda one: one.listener)
        got = [one for one in got if one.client in self._clients]
        if step.heard_once and any(one.group for one in got):
            got = got if len(got) == 1 else []
        elif step.heard_once:
            times = Counter(one.client for one in got)
            got = [one for one in got if times[one.client] == 1]
        if not got:
            return
        chosen = got[step.which % len(got)]
        client = self._clients[chosen.client]
        name = chosen.group.decode() if chosen.group else client.name
        heard.say(f"(by {name})")
        subject = chosen.reply.decode("latin-1")
        data = message(subject, step.reply, step.headers, b"m%d;" % step.serial)
        client.send(data + b"PING\r\n")
        heard.add(client.name, client.read(), speaker=name)

    def _leave(self, step: Leave) -> None:
        if client := self._clients.pop(step.client, None):
            client.close()
            wait_until_quiet(self._server, len(self._clients))

    def _reload(self, step: Reload, heard: Hearing) -> None:
        process, seen = self._server.process, len(self._server.process.lines())
        self._server.write_config(self._text_of(Configuration(step.tree)))
        process.signal(signal.SIGHUP)
        word = process.wait_for_line(_RELOADED, READ_DEADLINE_S, seen).group(1)
        heard.say(RELOADED if word == "Reloaded" else NOT_RELOADED)
        wait_until_quiet(self._server)

    def _settle(self, heard: Hearing) -> None:
        """Everybody is asked, and anew when somebody was found to have been sent away."""
        ended = True
        while ended:
            ended = False
            for client in list(self._clients.values()):
                if not client.ended:
                    client.send(b"PING\r\n")
                    heard.add(client.name, client.read())
                if client.ended:
                    heard.end(client.name)
                    ended = True
                    del self._clients[client.name]
                    client.close()
            if ended:
                wait_until_quiet(self._server, len(self._clients))
