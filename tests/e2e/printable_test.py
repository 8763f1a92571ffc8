"""What strangers write reaches no log and no page as it is: no byte there moves a cursor or ends a line."""

import http.client
import json
import os
import re
import unittest

from tests.support.broker import Broker
from tests.support.client import Client
from tests.support.nats_socket import NatsSocket
from tests.support.places import LOOPBACK
from tests.support.process import wait_until

# Everybody may log in, as a user whose name is the file's own fault.
CONFIG = r"""
log_file: "{dir}/log", debug: true, trace: true
authorization {
  users: [
    { user: "mallory\x1b\xc2\x9b\x7f", password: p }
    { user: guest, permissions: { publish: { deny: "denied.>" }, subscribe: { deny: "denied.>" } } }
  ]
}
no_auth_user: guest
"""
SYSTEM_CONFIG = r"""
log_file: "{dir}/log"
accounts {
  STRANGERS { users: [ { user: "mallory\x1b\xc2\x9b\x7f", password: p }, { user: guest } ] }
  $SYS { users: [ { user: system, password: p } ] }
}
no_auth_user: guest
"""
USER = "mallory\x1b\x9b\x7f"
FORGED = b"\r[1] 2026/01/01 00:00:00.000000 [INF] forged"
HOSTILE = {
    "ESC": b"\x1b[2J",
    "NUL": b"\0",
    "CR": b"\rforged",
    "DEL": b"\x7f",
    "BEL": b"\x07",
    "C1": "\x9b31m".encode(),
    "a byte of C1": b"\x9b31m",
    "next line": "\x85".encode(),
}
PAGES = [
    "/varz", "/connz?subs=detail&auth=1", "/connz?state=all&subs=detail&auth=1", "/subsz?subs=1",
    "/subsz?subs=1&test=a%1bb", "/connz?sort=%1b%00", "/healthz?details=%9b", "/metrics", "/%1b%0d",
]  # fmt: skip
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def control_of(text: bytes) -> str | None:
    """The first control character, or what is no UTF-8; newlines and tabs aside."""
    try:
        decoded = text.decode()
    except UnicodeDecodeError as error:
        return f"no UTF-8: {text[max(0, error.start - 40) : error.end + 10]!r}"
    found = CONTROL.search(decoded)
    return repr(decoded[max(0, found.start() - 40) : found.end() + 10]) if found else None


class PrintableCase(unittest.TestCase):
    config = CONFIG

    def setUp(self):
        self.broker = Broker(self.config, shards=2, ready=None)
        self.addCleanup(self.broker.stop)
        self.wait_for_log(b"Server is ready")

    def log(self) -> bytes:
        """As it is: what the tests' support collects of a program has its line ends made equal."""
        path = self.broker.directory.file("log")
        if not os.path.exists(path):
            return b""
        with open(path, "rb") as file:
            return file.read()

    def wait_for_log(self, text: bytes) -> None:
        wait_until(lambda: text in self.log(), f"the log has {text!r}")

    def port(self, what: str) -> int:
        return int(re.search(rf"{what} on \S*:(\d+)", self.log().decode()).group(1))

    def page(self, path: str) -> bytes:
        connection = http.client.HTTPConnection(LOOPBACK, self.port("Starting http monitor"), timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", path)
        return connection.getresponse().read()

    def join(self, **options) -> Client:
        client = Client(self.port("Listening for client connections"), **options)
        self.addCleanup(client.close)
        return client

    def say(self, lines: bytes, **options) -> None:
        """What becomes of it does not matter: it is taken, refused, or the end of the connection."""
        client = self.join(**options)
        client.socket.send(lines + b"PING\r\n")
        client.socket.read_until(lambda frame: frame.verb == "PONG")
        client.close()


class NothingThatATerminalObeys(PrintableCase):
    def expect_clean(self) -> None:
        self.marks += 1
        name = f"mark{self.marks}"
        self.join(name=name).close()
        self.wait_for_log(name.encode())
        for line in self.log().split(b"\n")[:-1]:
            self.assertRegex(line, rb"^\[\d+\] \d{4}/", "a line that the log did not begin")
            self.assertIsNone(control_of(line))
            self.assertNotIn(b"\t", line)
        for path in PAGES:
            body = self.page(path)
            self.assertIsNone(control_of(body), path)
            self.assertNotRegex(body, rb"\n\[1\] ", path)

    marks = 0

    def test_of_what_clients_write_in_their_lines(self):
        for name, bad in HOSTILE.items():
            word = b"a" + bad + b"b"
            with self.subTest(name):
                for lines in (
                    b"SUB " + word + b" 1\r\n",
                    b"SUB a.b " + word + b" 2\r\n",
                    b"SUB a.b " + word + b"\r\nPUB a.b 1\r\nx\r\nUNSUB " + word + b"\r\n",
                    b"SUB > 1\r\nPUB " + word + b" 1\r\nx\r\n",
                    b"SUB > 1\r\nPUB a.b " + word + b" 1\r\nx\r\n",
                    b"SUB > 1\r\nHPUB a.b 12 13\r\nNATS/1.0\r\n\r\nx\r\n",
                    b"SUB > 1\r\nPUB a.b 8\r\n" + (bad + b"xxxxxxxx")[:8] + b"\r\n",
                    b"PUB denied." + word + b" 1\r\nx\r\n",
                    b"SUB denied." + word + b" 1\r\n",
                    b"SUB denied.a " + word + b" 1\r\n",
                    b"UNSUB " + word + b" 5\r\n",
                    b"-ERR 'x" + bad + FORGED + b"'\r\n",
                    b"+OK " + bad + b"\r\n",
                    b"INFO {" + bad + b"}\r\n",
                    bad + b"\r\n",
                ):
                    self.say(lines, headers=True)
        self.wait_for_log(b"Client Error")
        self.wait_for_log(b"[SUB a\\x1b[2Jb 1]")
        self.expect_clean()

    def test_of_what_clients_say_of_themselves(self):
        stay = []
        for bad in HOSTILE.values():
            text = "a" + bad.decode("utf-8", "replace") + FORGED.decode()
            stay.append(self.join(name=text, lang=text, version=text))
            stay.append(self.join(name=text, user=USER, **{"pass": "p"}))
            stay[-1].subscribe("a.b", "1")
            stay[-1].settle()
            for fields in ({"user": text, "pass": text}, {"user": "@", "pass": "p", "name": "@"}):
                raw = json.dumps(fields, ensure_ascii=False).encode().replace(b"@", bad)
                with NatsSocket(self.port("Listening for client connections")) as wrong:
                    wrong.send(b"CONNECT " + raw + b"\r\nPING\r\n")
                    wrong.read_until(lambda frame: frame.verb in ("-ERR", "PONG"))
        self.expect_clean()
        body = self.page("/connz?auth=1")
        self.assertIn(b"\\u001b", body)
        self.assertIn(b"\\u009b", body)
        for client in stay:
            client.close()
        self.expect_clean()

    def test_ordinary_names_stay_as_they_are(self):
        self.say("SUB grüße.世界 \"q\\ 1\r\n".encode(), name="größe")
        self.wait_for_log("[SUB grüße.世界 \"q\\ 1]".encode())
        self.expect_clean()


class NothingInWhatTheSystemAccountHears(PrintableCase):
    config = SYSTEM_CONFIG
    SERVICES = ("VARZ", "CONNZ", "SUBSZ", "ACCOUNTZ", "STATSZ", "IDZ", "HEALTHZ")
    DETAILS = b'{"subscriptions_list_detail":true,"subscriptions":true,"auth":true,"state":2}'

    def test_in_events_and_in_answers(self):
        system = self.join(user="system", **{"pass": "p"})
        system.subscribe("$SYS.>", "1")
        system.subscribe("answers.*", "2")
        system.settle()
        stay = []
        for bad in HOSTILE.values():
            word = bad.decode("utf-8", "replace")
            stay.append(self.join(name="a" + word, lang=word, version=word))
            stay.append(self.join(name=word, user=USER, **{"pass": "p"}))
            stay[-1].socket.send(b"SUB a" + bad + b" 1\r\n")
            raw = json.dumps({"user": "@", "pass": "p", "name": "@"}).encode().replace(b"@", bad)
            with NatsSocket(self.port("Listening for client connections")) as wrong:
                wrong.send(b"CONNECT " + raw + b"\r\nPING\r\n")
                wrong.read_until(lambda frame: frame.verb in ("-ERR", "PONG"))
        for service in self.SERVICES:
            system.publish(f"$SYS.REQ.SERVER.PING.{service}", self.DETAILS, f"answers.{service}")
        for client in stay:
            client.close()
        self.join(name="the last").close()
        wanted = {f"answers.{service}" for service in self.SERVICES} | {"CONNECT", "DISCONNECT"}
        last = False
        while wanted or not last:
            (frame,) = system.messages(1, 30 * self.broker.slowness)
            self.assertIsNone(control_of(frame.payload), frame.line)
            self.assertIsNone(control_of(frame.line))
            subject = frame.line.split()[1].decode()
            wanted -= {subject, subject.rsplit(".", 1)[1]}
            last = last or (b"the last" in frame.payload and subject.endswith(".DISCONNECT"))


if __name__ == "__main__":
    unittest.main()
