"""A small Choria site for tests: certificates, configuration, real servers and a real client.

MODEL   Security provider `file` with one throw-away CA: RSA keys, because protocol v1 signs with
        RSA; a node's certificate bears its identity; the client's name ends in ".mcollective",
        which is what servers accept by default. No DNS, so that everything starts fast: brokers are
        given as addresses, SRV look-ups are off, identities are set.
"""

import json
import os
from collections.abc import Iterable

from tests.support import process
from tests.support.certificates import RSA, Authority, Certificate
from tests.support.places import LOOPBACK, TempDir

DOMAIN = "choria.test"
MAIN_COLLECTIVE, SUB_COLLECTIVE = "mcollective", "webservers"
CLIENT = "alice.mcollective"
STRANGE_CLIENT = "mallory.example"  # has a valid certificate, but no name that servers accept
CLIENT_DEADLINE_S = 60.0
CONNECTED = r'msg="Connected to '

_COMMON = """\
identity = {identity}
collectives = {collectives}
main_collective = {main}
plugin.choria.middleware_hosts = {broker}
plugin.choria.use_srv = false
plugin.choria.srv_domain = {domain}
plugin.security.provider = file
plugin.security.file.certificate = {cert}
plugin.security.file.key = {key}
plugin.security.file.ca = {ca}
"""
_SERVER = """\
logfile = stdout
loglevel = info
classesfile = {directory}/classes.txt
plugin.yaml = {directory}/facts.json
registerinterval = 3600
rpcauthorization = 0
"""
_CLIENT = """\
logfile = stderr
loglevel = warn
discovery_timeout = 2
"""
_BROKER = """\
identity = {identity}
logfile = stdout
loglevel = info
plugin.choria.broker_network = true
plugin.choria.network.listen_address = {host}
plugin.choria.network.client_port = {port}
plugin.choria.use_srv = false
plugin.security.provider = file
plugin.security.file.certificate = {cert}
plugin.security.file.key = {key}
plugin.security.file.ca = {ca}
"""
_FEDERATION = """\
identity = {identity}
logfile = stdout
loglevel = info
plugin.choria.broker_network = false
plugin.choria.broker_federation = true
plugin.choria.federation.cluster = {cluster}
plugin.choria.federation_middleware_hosts = {federation}
plugin.choria.middleware_hosts = {collective}
plugin.choria.stats_address = 127.0.0.1
plugin.choria.stats_port = {stats}
plugin.choria.use_srv = false
plugin.choria.srv_domain = {domain}
plugin.security.provider = file
plugin.security.file.certificate = {cert}
plugin.security.file.key = {key}
plugin.security.file.ca = {ca}
"""
_NATS_BROKER = """\
server_name: "{identity}"
listen: "{host}:{port}"
http: "{host}:-1"
tls {{
  cert_file: "{cert}"
  key_file: "{key}"
  ca_file: "{ca}"
  verify: true
  timeout: 5
}}
"""


def node_name(number: int) -> str:
    return f"node{number}.{DOMAIN}"


class Site:
    """Certificates and configuration files of everything, in one directory that goes at the end."""

    def __init__(self, program: str, authority: Authority | None = None):
        self.program = program
        self.directory = TempDir("antiphon-choria-")
        self.authority = authority or Authority(
            self.directory.file("pki"), name="Site CA", key_type=RSA
        )
        self.broker_port = 0

    def certificate(self, name: str, *extra_names: str) -> Certificate:
        return self.authority.issue(name, alt_names=",".join([f"DNS:{name}", *extra_names]))

    def broker_config(
        self, port: int, dialect: str, more: str = "", identity: str = f"broker.{DOMAIN}"
    ) -> str:
        """The path of a configuration in the "nats" grammar or in Choria's ("choria")."""
        template = {"nats": _NATS_BROKER, "choria": _BROKER}[dialect]
        made = self.certificate(identity, "DNS:localhost", f"IP:{LOOPBACK}")
        text = template.format(
            identity=identity, host=LOOPBACK, port=port, cert=made.cert, key=made.key,
            ca=self.authority.ca.cert,
        )  # fmt: skip
        return self.directory.write(f"{identity}/{dialect}-broker.conf", text + more)

    def _common(self, identity: str, collectives: Iterable[str]) -> str:
        made = self.certificate(identity)
        return _COMMON.format(
            identity=identity, collectives=", ".join(collectives), main=MAIN_COLLECTIVE,
            broker=f"{LOOPBACK}:{self.broker_port}", domain=DOMAIN,
            cert=made.cert, key=made.key, ca=self.authority.ca.cert,
        )  # fmt: skip

    def server_config(
        self, identity: str, facts: dict, classes: Iterable[str], collectives: Iterable[str],
        more: str = "",
    ) -> str:  # fmt: skip
        self.directory.write(f"{identity}/facts.json", json.dumps(facts))
        self.directory.write(f"{identity}/classes.txt", "\n".join(classes) + "\n")
        where = _SERVER.format(directory=self.directory.file(identity))
        text = self._common(identity, collectives) + where
        return self.directory.write(f"{identity}/server.conf", text + more)

    def client_config(self, identity: str = CLIENT) -> str:
        text = self._common(identity, (MAIN_COLLECTIVE, SUB_COLLECTIVE)) + _CLIENT
        return self.directory.write(f"{identity}/client.conf", text)

    def federation_config(
        self, cluster: str, federation_port: int, stats_port: int, identity: str, more: str = ""
    ) -> str:
        """A federation broker between this site's broker and that of a federation."""
        made = self.certificate(identity)
        text = _FEDERATION.format(
            identity=identity, cluster=cluster, federation=f"{LOOPBACK}:{federation_port}",
            collective=f"{LOOPBACK}:{self.broker_port}", stats=stats_port, domain=DOMAIN,
            cert=made.cert, key=made.key, ca=self.authority.ca.cert,
        )  # fmt: skip
        return self.directory.write(f"{identity}/federation.conf", text + more)

    @staticmethod
    def tier_beside(cluster: str, federation_port: int, stats_port: int) -> str:
        """What makes a broker of Choria's dialect run the federation tier in its own process."""
        return (
            "plugin.choria.broker_federation = true\n"
            f"plugin.choria.federation.cluster = {cluster}\n"
            f"plugin.choria.federation_middleware_hosts = {LOOPBACK}:{federation_port}\n"
            f"plugin.choria.stats_port = {stats_port}\n"
        )

    def environment(self, user: str) -> dict[str, str]:
        """A home of its own, so that no configuration of this machine is used."""
        home = self.directory.file("home")
        os.makedirs(home, exist_ok=True)
        return {"HOME": home, "USER": user, "XDG_CONFIG_HOME": home, "COLUMNS": "200"}

    def start_server(self, config: str) -> process.Process:
        argv = [self.program, "server", "run", "--config", config]
        return process.Process(argv, cwd=self.directory.path, env=self.environment("root"))

    def close(self) -> None:
        self.directory.remove()


class Client:
    """Runs commands of the real client."""

    def __init__(self, site: Site, identity: str = CLIENT, config: str | None = None):
        self._site = site
        self._user = identity.split(".")[0]
        self._config = config or site.client_config(identity)

    def start(self, *arguments: str) -> process.Process:
        argv = [self._site.program, *arguments, "--config", self._config]
        where = {"cwd": self._site.directory.path, "env": self._site.environment(self._user)}
        return process.Process(argv, **where)

    def run(self, *arguments: str, deadline_s: float = CLIENT_DEADLINE_S) -> process.Outcome:
        argv = [self._site.program, *arguments, "--config", self._config]
        environment = os.environ | self._site.environment(self._user)
        return process.run(argv, deadline_s, cwd=self._site.directory.path, env=environment)

    def output(self, *arguments: str) -> str:
        """Standard output of a command that must succeed."""
        done = self.run(*arguments)
        if done.status != 0:
            said = f"{done.stdout}{done.stderr}"
            raise AssertionError(f"choria {' '.join(arguments)}: exit status {done.status}: {said}")
        return done.stdout

    def request(self, *arguments: str) -> dict:
        """The JSON document that `choria req` prints."""
        return json.loads(self.output("req", *arguments, "--json"))
