"""One login of the table over a real connection: what CONNECT shows, what comes of it."""

import json
import ssl
import time
from dataclasses import dataclass

from tests.interop.decisions.grants import INBOXES, INFO, PROBES, Probe
from tests.interop.decisions.policies import IN_NETWORK, LISTED
from tests.interop.decisions.table import Row
from tests.interop.decisions.tokens import HOLDER, STRANGER, Tokens, passes
from tests.support.choria_jwt import base64url, key
from tests.support.nats_socket import Frame, NatsSocket
from tests.support.places import LOOPBACK

DEADLINE_S = 60.0  # for each answer: the machine may be busy
_SOURCES = {"listed": LISTED, "in_network": IN_NETWORK}
_WITHOUT_CERTIFICATE = {"clear", "tls"}
_VIOLATION = {b"Publish": "PUB", b"Subscription": "SUB"}
_INFO_SID = "info"


@dataclass(frozen=True)
class Verdict:
    """What a broker makes of a row."""

    let_in: bool
    account: str = ""  # where the login could ask for it
    permitted: frozenset[Probe] = frozenset()
    said: str = ""
    address: tuple[str, int] = ("", 0)  # where it came from: our broker's records name it

    def __str__(self) -> str:
        if not self.let_in:
            return "refused"
        return f"let in{' to ' if self.account else ''}{self.account}"


@dataclass(frozen=True)
class Shown:
    """The words of a row's credentials."""

    user: str
    password: str
    token: str
    signature: str
    asks: bool

    @classmethod
    def of(cls, row: Row) -> "Shown":
        words = dict(word.partition("=")[::2] for word in row.credentials.split())
        unknown = set(words) - {"user", "pass", "token", "sig", "asks"}
        if unknown:
            raise AssertionError(f"no such credentials: {unknown}")
        return cls(words.get("user", ""), words.get("pass", ""), words.get("token", ""), words.get("sig", "own"),
                   "asks" in words)  # fmt: skip


def _proof(how: str, nonce: bytes) -> str:
    if how in ("none", "garbage"):
        return {"none": "", "garbage": "%%%"}[how]
    signer = STRANGER if how == "stolen" else HOLDER
    message = {"old": b"an older nonce", "empty": b""}.get(how, nonce)
    proof = base64url(key(signer).sign(message))
    return proof[: len(proof) // 2] if how == "cut" else proof


class Login:
    """`contexts` are of the certificates, by the connection's word; "" has none."""

    def __init__(self, port: int, row: Row, contexts: dict[str, ssl.SSLContext]):
        words = row.connection.split()
        source = next((_SOURCES[word] for word in words if word in _SOURCES), "")
        kind = next(word for word in words if word not in _SOURCES)
        self.socket = NatsSocket(port, deadline_s=DEADLINE_S, source=source)
        self.address = (source or LOOPBACK, self.socket.local_port)
        info = json.loads(self.socket.read_frame(DEADLINE_S).line.split(b" ", 1)[1])
        self.nonce = info.get("nonce", "").encode()
        self.last = Frame(b"(end)")
        if kind != "clear":
            context = contexts["" if kind in _WITHOUT_CERTIFICATE else kind]
            if not self.socket.start_tls(context, deadline_s=DEADLINE_S):
                self.last = Frame(b"(no TLS)")

    def connect(self, shown: Shown, token: str) -> bool:
        fields: dict[str, object] = {"verbose": False, "pedantic": False, "protocol": 1}
        fields |= {"user": shown.user} if shown.user else {}
        fields |= {"pass": shown.password} if shown.password else {}
        if token:
            fields["auth_token"] = token
            fields |= {"sig": proof} if (proof := _proof(shown.signature, self.nonce)) else {}
        fields |= {"account": "choria"} if shown.asks else {}
        self.socket.send(f"CONNECT {json.dumps(fields)}\r\n".encode(), DEADLINE_S)
        self.fence()
        return self.last.verb == "PONG"

    def fence(self, commands: bytes = b"") -> list[Frame]:
        self.socket.send(commands + b"PING\r\n", DEADLINE_S)
        return self._until(lambda frame: frame.verb == "PONG")

    def _until(self, predicate) -> list[Frame]:
        frames = self.socket.read_until(predicate, DEADLINE_S)
        self.last = frames[-1] if frames else self.last
        return frames

    def permitted(self) -> frozenset[Probe]:
        commands = b""
        for verb, subject in PROBES:
            name = subject.encode()
            commands += b"PUB %s 0\r\n\r\n" % name if verb == "PUB" else b"SUB %s 1\r\nUNSUB 1\r\n" % name
        refused = set()
        for frame in self.fence(commands):
            if frame.verb == "-ERR" and b"Permissions Violation" in frame.line:
                before, subject = frame.line.split(b'"')[:2]
                verb = next(one for word, one in _VIOLATION.items() if word in before)
                refused.add((verb, subject.decode()))
        return frozenset(PROBES) - refused

    def account(self, permitted: frozenset[Probe]) -> str:
        """As the server tells it; empty for whom may not ask."""
        inbox = next((one for one in INBOXES if ("SUB", one) in permitted), "")
        if not inbox or INFO not in permitted:
            return ""
        self.socket.send(f"SUB {inbox} {_INFO_SID}\r\nPUB {INFO[1]} {inbox} 0\r\n\r\n".encode(), DEADLINE_S)
        frames = self._until(lambda frame: frame.verb == "MSG" and frame.line.split(b" ")[2] == _INFO_SID.encode())
        return json.loads(frames[-1].payload)["data"]["account"] if frames and frames[-1].payload else ""


def _from_another_place(port: int, row: Row, contexts: dict[str, ssl.SSLContext], kept: list[Login]) -> Login:
    """Comes from an address that none of `kept` had, since our broker's records are found by it. That those are
    open is not enough: a broker that closes resets the connection, and its client's port is free again."""
    taken, passed_over = {one.address for one in kept}, []
    try:
        while (login := Login(port, row, contexts)).address in taken:
            passed_over.append(login)  # open, so that the next one is from elsewhere
        return login
    finally:
        for one in passed_over:
            one.socket.close()


def play(port: int, row: Row, contexts: dict[str, ssl.SSLContext], tokens: Tokens, kept: list[Login]) -> Verdict | None:
    """None if the second has passed for which the row's token was made. Its connection is put to `kept`."""
    shown = Shown.of(row)
    login = _from_another_place(port, row, contexts, kept)
    kept.append(login)
    now = int(time.time())
    let_in = login.connect(shown, tokens.make(shown.token, now) if shown.token else "")
    verdict = Verdict(let_in, said=login.last.line.decode(errors="replace"), address=login.address)
    if let_in:
        permitted = login.permitted()
        verdict = Verdict(True, login.account(permitted), permitted, verdict.said, login.address)
    return None if passes(shown.token) and int(time.time()) != now else verdict
