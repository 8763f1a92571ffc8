"""Our broker and Choria's under several configurations at once, and how one case is played to one of
them.

MODEL   A witness in each account publishes what the login subscribes to, and subscribes to all that
        it publishes: what counts is what a broker lets through, beside what it says.
"""

import json
import re
import ssl
from dataclasses import dataclass

from tests.interop.random.login_cases import Case
from tests.interop.random.login_subjects import literal
from tests.interop.random.login_tokens import proof_of, token_of
from tests.support import certificates, choria_jwt, choria_v2
from tests.support.choria_v2 import PROVISIONER_PASSWORD, SYSTEM_USER
from tests.support.nats_socket import Frame, NatsSocket

_ISSUERS = f"""\
plugin.security.issuer.names = choria, other
plugin.security.issuer.choria.public = {choria_jwt.public("issuer")}
plugin.security.issuer.other.public = {choria_jwt.public("other")}
"""
_KEYS = f"{choria_jwt.public('issuer')}, {choria_jwt.public('other')}, {{directory}}/rsa.public"
_SIGNERS = f"""\
plugin.choria.network.client_signer_cert = {_KEYS}
plugin.choria.network.server_signer_cert = {_KEYS}
plugin.choria.network.provisioning.signer_cert = {{directory}}/rsa.public
"""
_NO_SERVERS = "plugin.choria.network.deny_server_connections = true\n"
_OTHER_HOSTS = "plugin.choria.network.client_hosts = 192.0.2.0/24\n"
_SETTINGS = {
    "issuer": (_ISSUERS, choria_v2.SYSTEM, choria_v2.PROVISIONING),
    "authority": (_ISSUERS, choria_v2.SYSTEM, choria_v2.PROVISIONING, choria_v2.AUTHORITY),
    "no servers": (_ISSUERS, choria_v2.PROVISIONING, _NO_SERVERS),
    "signers": (choria_v2.FILE_PROVIDER, _SIGNERS, choria_v2.SYSTEM, choria_v2.PROVISIONING),
    "hosts": (choria_v2.FILE_PROVIDER, _SIGNERS, choria_v2.SYSTEM, _OTHER_HOSTS),
}
_VIOLATION = re.compile(r"-ERR 'Permissions Violation for (Publish to|Subscription to) \"(.*?)\"", re.DOTALL)
_ADMIN = Case(
    kind="client",
    claims=(
        ("callerid", "up=witness"), ("ou", "choria"), ("permissions", {"org_admin": True, "provisioner": True}),
        ("purpose", "choria_client_id"), ("public_key", choria_jwt.public("holder")), ("exp", {"in": 100_000}),
    ),
)  # fmt: skip

ENDED = "the broker has ended"
_CLOSED = "(end)"


@dataclass(frozen=True)
class Verdict:
    """What a broker makes of a case. Probes are known by their place in it."""

    let_in: bool
    refused: frozenset[int] = frozenset()  # probes that the broker objects to
    seen: frozenset[tuple[str, int]] = frozenset()  # accounts in which a publish arrived
    got: frozenset[tuple[str, int, str]] = frozenset()  # from which account, by which SUB, which subject
    said: str = ""


class Login:
    def __init__(self, port: int, certificate: certificates.Certificate | None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if certificate:
            context.load_cert_chain(certificate.cert, certificate.key)
        self.socket = NatsSocket(port)
        info = json.loads(self.socket.read_frame().line.split(b" ", 1)[1])
        self.nonce = info.get("nonce", "").encode()
        self.tls = self.socket.start_tls(context)
        self.last = Frame(_CLOSED.encode())

    def connect(self, case: Case, token: str) -> bool:
        fields = {"verbose": False, "pedantic": False, "protocol": 1, "echo": False}
        fields |= {"user": case.user, "pass": case.password} if case.user else {}
        if token:
            names = ("auth_token", "jwt") if case.field == "both" else (case.field,)
            fields |= dict.fromkeys(names, token)
        if proof := proof_of(case.holder, self.nonce):
            fields["sig"] = proof
        self.socket.send(f"CONNECT {json.dumps(fields)}\r\n".encode())
        return bool(self.fence()) and self.last.verb == "PONG"

    def fence(self) -> list:
        self.socket.send(b"PING\r\n")
        frames = self.socket.read_until(lambda frame: frame.verb == "PONG")
        if any(frame.verb == "PING" for frame in frames):
            self.socket.send(b"PONG\r\n")
        if frames:
            self.last = frames[-1]
        return frames

    def close(self) -> None:
        self.socket.close()


class _Witness:
    def __init__(self, login: Login, case: Case, token: str):
        self.login = login
        if not login.connect(case, token):
            raise AssertionError(f"the witness is not let in: {login.last.line!r}")
        login.socket.send(b"SUB > 1\r\n")
        login.fence()

    def fence(self) -> list:
        frames = self.login.fence()
        if not frames or frames[-1].verb != "PONG":
            raise AssertionError(f"the witness is not there any more: {self.login.last.line!r}")
        return frames

    def seen(self) -> set[int]:
        """Which publishes of a case have arrived since it was asked last."""
        return {
            int(frame.payload) for frame in self.fence() if frame.verb == "MSG" and frame.payload.isdigit()
        }

    def publish(self, subjects: set[str]) -> None:
        commands = b"".join(b"PUB %s 7\r\nwitness\r\n" % one.encode() for one in sorted(subjects))
        self.login.socket.send(commands)
        self.fence()


class Scene:
    def __init__(self, site: choria_v2.Site, commands: dict[str, list[str]]):
        self.site = site
        self.rsa_key = site.file("rsa.pem")
        self._make_rsa()
        stranger = certificates.Authority(
            site.file("stranger-pki"), name="Stranger CA", key_type=certificates.RSA
        )
        self.certificates = {"app": site.authority.issue("app"), "foreign": stranger.issue("app")}
        self.brokers: dict[tuple[str, str], choria_v2.Broker] = {}
        self._witnesses: dict[tuple[str, str], dict[str, _Witness]] = {}
        self._commands = commands
        self.logs = dict.fromkeys(commands, "")

    def _make_rsa(self) -> None:
        certificates._openssl("genrsa", "-out", self.rsa_key, "2048")
        certificates._openssl("rsa", "-in", self.rsa_key, "-pubout", "-out", self.site.file("rsa.public"))

    def broker(self, who: str, configuration: str) -> choria_v2.Broker:
        place = (who, configuration)
        if place not in self.brokers:
            self.brokers[place] = choria_v2.Broker(self.site, self._commands[who], *_SETTINGS[configuration])
        return self.brokers[place]

    def login(self, who: str, configuration: str, certificate: str) -> Login:
        return Login(self.broker(who, configuration).port, self.certificates.get(certificate))

    def witnesses(self, who: str, configuration: str, now: int) -> dict[str, _Witness]:
        place = (who, configuration)
        if place not in self._witnesses:
            token = token_of(_ADMIN, now, self.rsa_key)
            found = {"choria": _Witness(self.login(who, configuration, ""), _ADMIN, token)}
            if "provisioning.client_password" in "".join(_SETTINGS[configuration]):
                certificate = "app" if configuration == "signers" else ""
                user = {"user": "provisioner", "password": PROVISIONER_PASSWORD}
                case = Case(**_ADMIN.__dict__ | user)
                login = self.login(who, configuration, certificate)
                found["provisioning"] = _Witness(login, case, token)
            self._witnesses[place] = found
        return self._witnesses[place]

    def play(self, who: str, case: Case, now: int) -> Verdict:
        """A broker that a login ends has not let it in; it is started again."""
        try:
            verdict = self._play(who, case, now)
        except OSError:
            verdict = Verdict(False, said=_CLOSED)
        if verdict.said == _CLOSED and not self._answers(who, case.configuration):
            self._end(who, case.configuration)
            return Verdict(False, said=ENDED)
        return verdict

    def _answers(self, who: str, configuration: str) -> bool:
        try:
            self.login(who, configuration, "").close()
        except (OSError, AttributeError):  # no connection, or one without INFO
            return False
        return True

    def _end(self, who: str, configuration: str) -> None:
        place = (who, configuration)
        for witness in self._witnesses.pop(place, {}).values():
            witness.login.close()
        broker = self.brokers.pop(place)
        broker.stop()
        self.logs[who] += broker.log()

    def _play(self, who: str, case: Case, now: int) -> Verdict:
        token = token_of(case, now, self.rsa_key) if case.kind else ""
        login = self.login(who, case.configuration, case.certificate)
        try:
            if not login.tls or not login.connect(case, token):
                return Verdict(False, said=login.last.line.decode())
            if case.user == SYSTEM_USER:  # the account is full of the brokers' own events
                return Verdict(True)
            return self._probe(login, case, self.witnesses(who, case.configuration, now))
        finally:
            login.close()

    @staticmethod
    def _probe(login: Login, case: Case, witnesses: dict[str, _Witness]) -> Verdict:
        probes = list(enumerate(case.probes))
        commands = b""
        for at, probe in probes:
            if probe.verb == "PUB":
                commands += b"PUB %s %d\r\n%d\r\n" % (probe.subject.encode(), len(str(at)), at)
        login.socket.send(commands)
        frames = login.fence()
        seen = {(name, at) for name, witness in witnesses.items() for at in witness.seen()}
        commands = b""
        for at, probe in probes:
            if probe.verb == "SUB":
                group = f" {probe.group}" if probe.group else ""
                commands += f"SUB {probe.subject}{group} {at}\r\n".encode()
        login.socket.send(commands)
        frames += login.fence()
        refused = {found.groups() for frame in frames if (found := _VIOLATION.match(frame.line.decode()))}
        subjects = {literal(probe.subject) for _, probe in probes if not probe.subject.startswith("$")}
        got = set()
        for name, witness in witnesses.items():
            witness.publish(subjects)
            for frame in login.fence():
                if frame.verb == "MSG":
                    _, subject, sid, *_ = frame.line.decode().split(" ")
                    got.add((name, int(sid), subject))
        said = {"PUB": "Publish to", "SUB": "Subscription to"}
        return Verdict(
            True,
            frozenset(at for at, probe in probes if (said[probe.verb], probe.subject) in refused),
            frozenset(seen),
            frozenset(got),
            "" if login.last.verb == "PONG" else login.last.line.decode(),
        )

    def close(self) -> None:
        for place in list(self.brokers):
            self._end(*place)
