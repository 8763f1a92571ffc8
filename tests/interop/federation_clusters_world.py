"""A federation of two collectives in which everything there is once elsewhere is there several times.

MODEL   Three networks of three of Choria's brokers each: where clients are, and one for each collective. A collective
        has three real servers, 250 emulated nodes in one process and two federation brokers of ours, each of
        which is told all three brokers of both its sides. Any process can be killed and started again.
WHY     Certificates are small (EC) but for those of callers: version 1 signs requests with RSA, whose keys take long to
        make.
"""

import http.client
import json
import signal
from collections.abc import Iterator

from tests.interop.broker_cluster import LOGIN_S, BrokerCluster, Member
from tests.interop.federation_world import CLUSTERS, OURS, FederationBroker
from tests.support import choria, process
from tests.support.certificates import RSA, Authority, Certificate
from tests.support.nats_socket import NatsSocket
from tests.support.places import LOOPBACK, TempDir, lasting_port

SERVERS, EMULATED, TIERS = 3, 250, 2  # of each collective
START_DEADLINE_S = 120.0
CALLERS = ("alice.mcollective", "bob.mcollective")
# How long a client waits for answers: its discovery, and two seconds more in a request.
PATIENCE_S = 6
FEDERATIONS = ",".join(CLUSTERS)


class SmallKeySite(choria.Site):
    def certificate(self, name: str, *extra_names: str) -> Certificate:
        names = ",".join([f"DNS:{name}", *extra_names])
        return self.authority.issue(name, alt_names=names, key_type=RSA if name in CALLERS else None)


class Collective:
    def __init__(self, name: str, antiphon: str, program: str, authority: Authority, above: BrokerCluster):
        self.name, self._antiphon = name, antiphon
        self._above = above
        self.site = SmallKeySite(program, authority)
        self.brokers = BrokerCluster(self.site, [program, "broker", "run", "--config"], name)
        self.real = [f"n{number}.{name}.test" for number in range(1, SERVERS + 1)]
        self.nodes = self.real + [f"e{number}.{name}.test" for number in range(1, EMULATED + 1)]
        self.servers: dict[str, process.Process] = {}
        self.tiers: dict[str, FederationBroker] = {}
        self._emulator: process.Process | None = None
        self._ended: list[tuple[str, process.Process]] = []
        hosts = f"plugin.choria.middleware_hosts = {self.brokers.hosts}\n"  # the last of equal keys counts
        self._server_configs = {
            node: self.site.server_config(node, {"site": name}, ["role::web"], ["mcollective"], hosts)
            for node in self.real
        }
        hosts += f"plugin.choria.federation_middleware_hosts = {above.hosts}\n"
        self._tier_configs: dict[str, tuple[str, int]] = {}
        for number in range(1, TIERS + 1):
            identity, port = f"fed{number}.{name}.test", lasting_port()
            config = self.site.federation_config(name, above.members[0].port, port, identity, hosts)
            self._tier_configs[identity] = (config, port)

    def start(self) -> None:
        """All but the brokers, which are there."""
        for node in self.real:
            self.start_server(node)
        made = self.site.certificate(f"emulator.{self.name}.test")
        self._emulator = process.Process([
            self._antiphon, "emulate", "--nodes", str(EMULATED), "--identity", f"e{{n}}.{self.name}.test",
            "--server", ",".join(f"tls://{member.host}" for member in self.brokers.members),
            "--tls-cert", made.cert, "--tls-key", made.key, "--tls-ca", self.site.authority.ca.cert,
            "--wait", str(START_DEADLINE_S), "--timeout", str(LOGIN_S),
        ])  # fmt: skip
        for identity in self._tier_configs:
            self.start_tier(identity)

    def wait_until_ready(self) -> None:
        for node in self.real:
            self.wait_for_server(node)
        self._emulator.wait_for_line(f"ready: {EMULATED} of {EMULATED} nodes", START_DEADLINE_S)

    def start_server(self, node: str) -> None:
        self._keep(node, self.servers.get(node))
        self.servers[node] = self.site.start_server(self._server_configs[node])

    def wait_for_server(self, node: str) -> None:
        self.servers[node].wait_for_line(f"Subscribing node {node} to mcollective", START_DEADLINE_S)

    def start_tier(self, identity: str) -> None:
        config, port = self._tier_configs[identity]
        if identity in self.tiers:
            self._keep(identity, self.tiers[identity].process)
        argv = [self._antiphon, "federation", "run"]
        self.tiers[identity] = FederationBroker(OURS, argv, config, port, self.site)

    def broker_of(self, tier: FederationBroker, side: str) -> Member:
        """The broker to which a federation broker is connected."""
        page = http.client.HTTPConnection(LOOPBACK, tier.stats_port, timeout=START_DEADLINE_S)
        try:
            page.request("GET", "/federationz")
            server = json.load(page.getresponse())[side]["server"]
        finally:
            page.close()
        return (self.brokers if side == "collective" else self._above).at(server)

    def _keep(self, name: str, ended: process.Process | None) -> None:
        if ended:
            self._ended.append((name, ended))

    def logs(self) -> dict[str, str]:
        running = [*self.servers.items(), *((name, tier.process) for name, tier in self.tiers.items())]
        if self._emulator:
            running.append((f"emulator-{self.name}", self._emulator))
        texts = {name: "\n".join(one.lines()) + "\n" for name, one in running}
        for number, (name, one) in enumerate(self._ended, 1):
            texts[f"{name}-ended-{number}"] = "\n".join(one.lines()) + "\n"
        return texts | self.brokers.logs()

    def close(self) -> None:
        for tier in self.tiers.values():
            tier.end()
        for one in (*self.servers.values(), *([self._emulator] if self._emulator else [])):
            one.end()
        self.brokers.close()
        self.site.close()


class World:
    def __init__(self, antiphon: str, program: str):
        self._directory = TempDir("antiphon-clusters-")
        authority = Authority(self._directory.file("pki"), name="Clusters CA")
        self.site = SmallKeySite(program, authority)
        self.brokers = BrokerCluster(self.site, [program, "broker", "run", "--config"], "federation")
        self.collectives = [
            Collective(name, antiphon, program, authority, self.brokers) for name in CLUSTERS
        ]
        self.nodes = sorted(node for one in self.collectives for node in one.nodes)
        try:
            for network in self._networks():
                network.launch()
            for network in self._networks():
                network.wait_until_ready()
            for one in self.collectives:
                one.start()
            for one in self.collectives:
                one.wait_until_ready()
        except BaseException:
            self.close()
            raise
        self.nodes_file = self._directory.write("nodes.txt", "\n".join(self.nodes) + "\n")
        self._client_configs = {caller: self._client_config(caller) for caller in CALLERS}
        self.clients = {caller: self.client(caller, self.brokers.hosts) for caller in CALLERS}

    def _networks(self) -> Iterator[BrokerCluster]:
        yield self.brokers
        for one in self.collectives:
            yield one.brokers

    def client(self, caller: str, hosts: str, federated: bool = True) -> choria.Client:
        """The real client, which finds its brokers there."""
        config, name = self._client_configs[caller], hosts.replace(", ", "-")
        if federated:
            config += (
                f"plugin.choria.federation_middleware_hosts = {hosts}\n"
                f"plugin.choria.federation.collectives = {FEDERATIONS}\n"
            )
        else:
            config += f"plugin.choria.middleware_hosts = {hosts}\n"
        return choria.Client(self.site, caller, self._directory.write(f"{caller}/{name}.conf", config))

    def _client_config(self, caller: str) -> str:
        with open(self.site.client_config(caller), encoding="utf-8") as text:
            return f"{text.read()}discovery_timeout = {PATIENCE_S}\n"

    def listen(self, member: Member) -> NatsSocket:
        """A plain client of one of the federation's brokers, that has been let in."""
        made = self.site.certificate("listener.test")
        socket = NatsSocket(member.port)
        socket.read_frame()
        if not socket.start_tls(self.site.authority.client_context(made)):
            raise AssertionError(f"no TLS with {member.name}")
        socket.send(b'CONNECT {"verbose":false,"pedantic":false,"headers":true,"name":"listener"}\r\nPING\r\n')
        socket.read_until(lambda frame: frame.verb == "PONG")
        return socket

    def logs(self) -> dict[str, str]:
        texts = self.brokers.logs()
        for one in self.collectives:
            texts |= one.logs()
        return texts

    def close(self) -> None:
        for one in self.collectives:
            one.close()
        self.brokers.close()
        self.site.close()
        self._directory.remove()


def kill(one: process.Process) -> None:
    one.signal(signal.SIGKILL)
    one.end()
