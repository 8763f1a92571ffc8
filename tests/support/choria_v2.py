"""A small Choria site of protocol version 2: an organization's issuer, tokens, no certificates but the
broker's.

MODEL   Security provider `choria`. Tokens and seeds are made by the reference's `choria jwt`, but for
        those that a chain issuer signs, which only `antiphon jwt` can make. Who is known by NAME has
        NAME.seed, NAME.public and NAME.jwt.
"""

import base64
import os
import re
import ssl
import subprocess
from collections.abc import Sequence

from tests.support import process
from tests.support.certificates import RSA, Authority
from tests.support.choria import DOMAIN, node_name
from tests.support.nats_server import READY
from tests.support.nats_socket import Frame, NatsSocket
from tests.support.places import LOOPBACK, TempDir, free_port

COLLECTIVE = "choria"
PROGRAM_DEADLINE_S = 60.0
SYSTEM_USER, SYSTEM_PASSWORD = "sysop", "the-system-password"
PROVISIONER_PASSWORD = "the-provisioner-password"
PROVISIONING_SECRET = "opens-the-provisioning-agent"
PROVISIONING_JWT = "CHORIA_PROVISIONING_JWT"  # tells the peer's program what a release has compiled in

# What stands before 32 bytes of seed in a private key (RFC 8410).
_PKCS8_ED25519 = bytes.fromhex("302e020100300506032b657004220420")

_COMMON = """\
identity = {identity}
collectives = {collective}
main_collective = {collective}
plugin.choria.middleware_hosts = nats://{broker}
plugin.choria.use_srv = false
plugin.choria.srv_domain = {domain}
plugin.security.provider = choria
plugin.security.choria.token_file = {token}
plugin.security.choria.seed_file = {seed}
plugin.security.issuer.names = choria
plugin.security.issuer.choria.public = {issuer}
"""
_SERVER = """\
logfile = stdout
loglevel = info
registerinterval = 3600
rpcauthorization = 0
"""
_CLIENT = """\
logfile = stderr
loglevel = warn
discovery_timeout = 2
"""
# The last of equal keys counts.
_PROVISIONER = f"""\
collectives = provisioning
main_collective = provisioning
plugin.nats.user = provisioner
plugin.nats.pass = {PROVISIONER_PASSWORD}
"""
BROKER = """\
identity = broker.{domain}
logfile = stdout
loglevel = info
plugin.choria.broker_network = true
plugin.choria.network.listen_address = {host}
plugin.choria.network.client_port = {port}
plugin.choria.use_srv = false
plugin.security.provider = choria
plugin.security.choria.certificate = {cert}
plugin.security.choria.key = {key}
plugin.security.choria.token_file = {directory}/broker.jwt
plugin.security.choria.seed_file = {directory}/broker.seed
"""
ISSUER = """\
plugin.security.issuer.names = choria
plugin.security.issuer.choria.public = {issuer}
"""
SYSTEM = f"""\
plugin.choria.network.system.user = {SYSTEM_USER}
plugin.choria.network.system.password = {SYSTEM_PASSWORD}
"""
PROVISIONING = f"""\
plugin.choria.network.provisioning.client_password = {PROVISIONER_PASSWORD}
"""
AUTHORITY = "plugin.security.choria.ca = {ca}\n"
# The provider `file` instead, which asks for no issuer; the last of equal keys counts.
FILE_PROVIDER = """\
plugin.security.provider = file
plugin.security.file.certificate = {cert}
plugin.security.file.key = {key}
plugin.security.file.ca = {ca}
"""


class Site:
    """Keys, tokens and configurations, in one directory that goes at the end."""

    def __init__(self, reference: str, ours: str):
        self.reference, self.ours = reference, ours
        self.directory = TempDir("antiphon-choria-v2-")
        self.authority = Authority(self.file("pki"), name="Site CA", key_type=RSA)
        names = f"DNS:broker.{DOMAIN},DNS:localhost,IP:{LOOPBACK}"
        self.broker_certificate = self.authority.issue("broker", alt_names=names)
        self.broker_port = 0
        self.more = ""  # in the configuration of every server and client
        self.issuer = self.keys("issuer")
        self.server("broker", f"broker.{DOMAIN}")

    def file(self, name: str) -> str:
        return self.directory.file(name)

    def read(self, name: str) -> str:
        with open(self.file(name), encoding="utf-8") as text:
            return text.read().strip()

    def environment(self) -> dict[str, str]:
        home = self.file("home")
        os.makedirs(home, exist_ok=True)
        return {"HOME": home, "USER": "root", "XDG_CONFIG_HOME": home, "COLUMNS": "200"}

    def _make(self, program: str, *arguments: str) -> None:
        environment = os.environ | self.environment()
        argv = [program, "jwt", *arguments]
        done = process.run(argv, PROGRAM_DEADLINE_S, cwd=self.directory.path, env=environment)
        if done.status != 0:
            raise AssertionError(f"{' '.join(argv)}: {done.stdout}{done.stderr}")

    def keys(self, name: str) -> str:
        self._make(self.reference, "keys", f"{name}.seed", f"{name}.public")
        os.chmod(self.file(f"{name}.seed"), 0o600)
        return self.read(f"{name}.public")

    def client(self, name: str, *flags: str, signer: str = "issuer") -> None:
        public = self.keys(name)
        self._make(self.reference, "client", f"{name}.jwt", f"up={name}", f"{signer}.seed",
                   "--public-key", public, *flags)  # fmt: skip

    def server(self, name: str, identity: str, *flags: str, signer: str = "issuer") -> None:
        public = self.keys(name)
        self._make(self.reference, "server", f"{name}.jwt", identity, public, f"{signer}.seed",
                   "--collectives", COLLECTIVE, *flags)  # fmt: skip

    def chained_client(self, name: str, issuer: str, *flags: str) -> None:
        public = self.keys(name)
        self._make(self.ours, "client", f"{name}.jwt", f"up={name}", f"{issuer}.seed",
                   "--issuer-token", f"{issuer}.jwt", "--public-key", public, *flags)  # fmt: skip

    def provisioning(self, name: str, signer: str = "issuer") -> None:
        self._make(self.reference, "provisioning", f"{name}.jwt", f"{signer}.seed", "--token",
                   PROVISIONING_SECRET, "--urls", f"nats://{LOOPBACK}:4222", "--default",
                   "--protocol-v2")  # fmt: skip

    def waiting_node(self, path: str, url: str, registration: str, *flags: str) -> None:
        """A provisioning token of ours at this path, for nodes that are to come to this broker."""
        secret = self.directory.write("waiting.secret", PROVISIONING_SECRET)
        os.chmod(secret, 0o600)
        self._make(self.ours, "provisioning", path, "issuer.seed", "--token-file", secret, "--urls", url,
                   "--default", "--registration", registration, *flags)  # fmt: skip

    def start_waiting_node(self, config: str, token: str) -> process.Process:
        """A real server that finds no configuration, but a provisioning token."""
        argv = [self.reference, "server", "run", "--config", config]
        environment = self.environment() | {PROVISIONING_JWT: token}
        return process.Process(argv, cwd=os.path.dirname(config), env=environment)

    def server_token(self, name: str, identity: str, public_key: str) -> str:
        """A token of ours for a seed that the server keeps to itself."""
        self._make(self.ours, "server", f"{name}.jwt", identity, public_key, "issuer.seed",
                   "--collectives", COLLECTIVE)  # fmt: skip
        return self.read(f"{name}.jwt")

    def provisioned(self, identity: str, home: str) -> dict[str, str]:
        """The settings of a server whose token and seed lie in `home`."""
        text = self._common(identity, "", "") + _SERVER + "plugin.choria.server.provision = 0\n"
        settings = dict(line.split(" = ", 1) for line in text.splitlines())
        for key, file in (("token_file", "server.jwt"), ("seed_file", "server.seed")):
            settings[f"plugin.security.choria.{key}"] = os.path.join(home, file)
        return settings

    def run_provisioner(self, *arguments: str) -> process.Outcome:
        """A command of the real client in the account of the provisioner."""
        text = self._common(f"provisioner.{DOMAIN}", "provisioner", "provisioner") + _CLIENT + _PROVISIONER
        config = self.directory.write("client-provisioner.conf", text)
        argv = [self.reference, *arguments, "--config", config]
        environment = os.environ | self.environment()
        return process.run(argv, PROGRAM_DEADLINE_S, cwd=self.directory.path, env=environment)

    def _common(self, identity: str, token: str, seed: str) -> str:
        return _COMMON.format(
            identity=identity, collective=COLLECTIVE, domain=DOMAIN, issuer=self.issuer,
            broker=f"{LOOPBACK}:{self.broker_port}", token=self.file(f"{token}.jwt"),
            seed=self.file(f"{seed}.seed"),
        ) + self.more  # fmt: skip

    def start_server(self, number: int) -> process.Process:
        """A real server with a token of its own, made the first time."""
        identity = node_name(number)
        if not os.path.exists(self.file(f"node{number}.jwt")):
            self.server(f"node{number}", identity)
        text = self._common(identity, f"node{number}", f"node{number}") + _SERVER
        config = self.directory.write(f"node{number}.conf", text)
        argv = [self.reference, "server", "run", "--config", config]
        return process.Process(argv, cwd=self.directory.path, env=self.environment())

    def _client_argv(self, token: str, seed: str, arguments: Sequence[str]) -> list[str]:
        text = self._common(f"{token}.{DOMAIN}", token, seed or token) + _CLIENT
        config = self.directory.write(f"client-{token}-{seed}.conf", text)
        return [self.reference, *arguments, "--config", config]

    def run_client(self, token: str, *arguments: str) -> process.Outcome:
        """A command of the real client, under the token's name."""
        argv = self._client_argv(token, "", arguments)
        environment = os.environ | self.environment()
        return process.run(argv, PROGRAM_DEADLINE_S, cwd=self.directory.path, env=environment)

    def start_client(self, token: str, seed: str, *arguments: str) -> process.Process:
        """The same with somebody's token and another one's seed; it may try for ever."""
        argv = self._client_argv(token, seed, arguments)
        return process.Process(argv, cwd=self.directory.path, env=self.environment())

    def close(self) -> None:
        self.directory.remove()


def _says_ready(path: str) -> bool:
    if not os.path.exists(path):
        return False
    with open(path, encoding="utf-8", errors="replace") as log:
        return READY in log.read()


class Broker:
    """`command` stands before the configuration's path; `settings` follow what every broker has."""

    def __init__(
        self, site: Site, command: Sequence[str], *settings: str, ready_file: str = ""
    ):
        self.port = site.broker_port = free_port()
        text = (BROKER + "".join(settings)).format(
            domain=DOMAIN, host=LOOPBACK, port=self.port, cert=site.broker_certificate.cert,
            key=site.broker_certificate.key, directory=site.directory.path, issuer=site.issuer,
            ca=site.authority.ca.cert, monitor=free_port(),
        )  # fmt: skip
        self.config = site.directory.write(f"broker-{self.port}.conf", text)
        self.process = process.Process([*command, self.config], cwd=site.directory.path)
        try:
            if ready_file:  # it logs there
                path = site.file(ready_file)
                process.wait_until(lambda: _says_ready(path), "the broker is ready")
            else:
                self.process.wait_for_line(READY)
        except BaseException:
            self.stop()
            raise

    def log(self) -> str:
        return "\n".join(self.process.lines()) + "\n"

    def stop(self) -> None:
        self.process.end()


class Login:
    """One login with nothing hidden: what CONNECT shows, and what the broker answers."""

    def __init__(self, site: Site, port: int, certificate=None):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if certificate:
            context.load_cert_chain(certificate.cert, certificate.key)
        self._site = site
        self.socket = NatsSocket(port)
        info = self.socket.read_frame()
        found = re.search(rb'"nonce":"([^"]+)"', info.line)
        self.nonce = found.group(1) if found else b""
        self.tls = self.socket.start_tls(context)
        self.signature = ""
        self.is_in = False

    def sign(self, name: str) -> str:
        """The nonce's signature by NAME.seed, as Choria's programs write it; empty without one."""
        if not self.nonce:
            return ""
        key = self._site.file(f"{name}.der")
        with open(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(_PKCS8_ED25519 + bytes.fromhex(self._site.read(f"{name}.seed")))
        message = self._site.file("nonce")
        with open(message, "wb") as out:
            out.write(self.nonce)
        argv = ["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", key, "-keyform", "DER",
                "-in", message]  # fmt: skip
        signed = subprocess.run(argv, capture_output=True, check=True).stdout
        return base64.urlsafe_b64encode(signed).decode().rstrip("=")

    def connect(
        self, user: str = "", password: str = "", token: str = "", seed: str = "", more: str = '"protocol":1'
    ) -> bool:
        """Whether the broker lets it in. `token` and `seed` are names; `more` stands in CONNECT as it is."""
        fields = {"user": user, "pass": password}
        if token:
            fields["auth_token"] = self._site.read(f"{token}.jwt")
        self.signature = fields["sig"] = self.sign(seed) if seed else ""
        shown = "".join(f',"{key}":"{value}"' for key, value in fields.items() if value)
        self.socket.send(
            f'CONNECT {{"verbose":false,"pedantic":false,{more}{shown}}}\r\nPING\r\n'.encode()
        )
        return self.until("PONG")[-1:] != [] and self.last.verb == "PONG"

    def until(self, verb: str) -> list[Frame]:
        """Frames up to one of this verb, or up to the end."""
        frames = self.socket.read_until(lambda frame: frame.verb == verb)
        self.last = frames[-1] if frames else Frame(b"(end)")
        return frames

    def errors(self, commands: bytes) -> list[str]:
        """What the broker objects to in these commands."""
        self.socket.send(commands + b"PING\r\n")
        frames = self.until("PONG")
        return [frame.line.decode() for frame in frames if frame.verb == "-ERR"]

    def close(self) -> None:
        self.socket.close()
