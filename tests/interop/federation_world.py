"""Two Choria collectives and a federation: three brokers of ours, real servers, federation brokers of either kind.

MODEL   One authority for all. The federation's broker is where clients are; each collective has a
        broker and real servers of its own, and is the federation `dc1` or `dc2`.
"""

import http.client
import re

from tests.interop.choria_broker import Broker
from tests.support import choria, process
from tests.support.nats_socket import Frame, NatsSocket
from tests.support.places import LOOPBACK, free_port

CLUSTERS = ("dc1", "dc2")
NODES = {"dc1": ("n1.dc1.test", "n2.dc1.test"), "dc2": ("n1.dc2.test", "n2.dc2.test")}
ALL_NODES = sorted(NODES["dc1"] + NODES["dc2"])
OURS, THEIRS = "antiphon", "choria"
READY = {OURS: r"passing on requests and replies", THEIRS: r"Starting Federation Broker"}
_INGEST_CONNECTIONS = 10  # of Choria's federation broker, on each side


class Metrics:
    """Those of one federation broker, wherever it runs."""

    def __init__(self, stats_port: int):
        self.stats_port = stats_port

    def metric(self, family: str, **labels: str) -> float:
        """The sum of a metric's samples with these labels."""
        connection = http.client.HTTPConnection(LOOPBACK, self.stats_port, timeout=10)
        try:
            connection.request("GET", "/choria/prometheus")
            text = connection.getresponse().read().decode()
        finally:
            connection.close()
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        samples = re.findall(rf"^{family}\{{(.*)\}} (\S+)$", text, re.MULTILINE)
        return sum(float(value) for has, value in samples if all(one in has for one in wanted))


class FederationBroker(Metrics):
    """One federation broker process."""

    def __init__(self, kind: str, argv: list[str], config: str, stats_port: int, site: choria.Site):
        super().__init__(stats_port)
        self.kind = kind
        where = {"cwd": site.directory.path, "env": site.environment("root")}
        self.process = process.Process([*argv, "--config", config], **where)
        self.process.wait_for_line(READY[kind], 30)

    def end(self) -> int:
        return self.process.end()


class World:
    """`inside` names the collectives whose broker runs the federation tier in its own process; `server_more` is
    for every server's configuration; `dialect` is that of the brokers' configuration."""

    def __init__(
        self, antiphon: str, program: str, with_servers: bool = True, inside: tuple[str, ...] = (),
        server_more: str = "", dialect: str = "choria",
    ):  # fmt: skip
        self.antiphon, self.program = antiphon, program
        self.federation = choria.Site(program)
        self.sites = {name: choria.Site(program, self.federation.authority) for name in CLUSTERS}
        self.servers: dict[str, process.Process] = {}
        self.federation_brokers: list[FederationBroker] = []
        self._logs: dict[str, str] = {}
        self.brokers: dict[str, Broker] = {}
        self.inside = {name: Metrics(free_port()) for name in inside}
        try:
            for name, site in {"federation": self.federation, **self.sites}.items():
                more = ""
                if name in inside:
                    port = self.federation.broker_port
                    more = site.tier_beside(name, port, self.inside[name].stats_port)
                self.brokers[name] = Broker(site, [antiphon, "broker", "run", "--config"], dialect, more)
            for name in inside:
                self.brokers[name].wait_for_line(READY[OURS])
            self._server_more = server_more
            for name in self.sites if with_servers else ():
                for node in NODES[name]:
                    self.start_server(name, node)
            for node in self.servers:
                self.wait_for_server(node)
        except BaseException:
            self.close()
            raise
        with open(self.federation.client_config(), encoding="utf-8") as text:
            hosts = f"plugin.choria.federation_middleware_hosts = {LOOPBACK}:{self.federation.broker_port}"
            config = self.federation.directory.write("client.conf", f"{text.read()}{hosts}\n")
        self.client = choria.Client(self.federation, config=config)

    def start_server(self, cluster: str, node: str) -> None:
        site = self.sites[cluster]
        config = site.server_config(
            node, {"site": cluster}, ["role::web"], ["mcollective"], self._server_more
        )
        self.servers[node] = site.start_server(config)

    def wait_for_server(self, node: str) -> None:
        self.servers[node].wait_for_line(choria.CONNECTED, 30)
        self.servers[node].wait_for_line(f"Subscribing node {re.escape(node)} to mcollective", 30)

    def start(self, kind: str, cluster: str, identity: str, more: str = "") -> FederationBroker:
        site, stats_port = self.sites[cluster], free_port()
        config = site.federation_config(
            cluster, self.federation.broker_port, stats_port, identity, more
        )
        argv = {OURS: [self.antiphon, "federation", "run"], THEIRS: [self.program, "broker", "run"]}
        broker = FederationBroker(kind, argv[kind], config, stats_port, site)
        self.federation_brokers.append(broker)
        if kind == THEIRS:
            self._wait_for_subscriptions(cluster)
        return broker

    def _wait_for_subscriptions(self, cluster: str) -> None:
        """Choria's does not say when it is connected: a message that it must refuse tells."""
        broker = self.federation_brokers[-1]
        for side in ("federation", "collective"):
            with self.connect(cluster if side == "collective" else "federation") as socket:

                def refuses(side=side, socket=socket) -> bool:
                    for _ in range(4 * _INGEST_CONNECTIONS):
                        publish(socket, f"choria.federation.{cluster}.{side}", b"nonsense")
                    labels = {"name": "nats_ingest", "connected_to": side}
                    return broker.metric("choria_federation_errors", **labels) > _INGEST_CONNECTIONS

                process.wait_until(refuses, f"the {side} side of {cluster} is served", 30, 0.3)

    def connect(self, name: str, identity: str = "probe.mcollective") -> NatsSocket:
        """A plain client of one of the brokers; it has answered a PING."""
        made = self.federation.certificate(identity)
        socket = NatsSocket(self.brokers[name].port)
        socket.read_frame()
        if not socket.start_tls(self.federation.authority.client_context(made)):
            raise AssertionError(f"no TLS with the broker of {name}")
        socket.send(b'CONNECT {"verbose":false,"pedantic":false,"headers":true,"name":"probe"}\r\nPING\r\n')
        socket.read_until(lambda frame: frame.verb == "PONG")
        return socket

    def end_federation_brokers(self) -> None:
        for number, broker in enumerate(self.federation_brokers):
            broker.end()
            key = f"{broker.kind}-{len(self._logs)}-{number}"
            self._logs[key] = "\n".join(broker.process.lines()) + "\n"
        self.federation_brokers.clear()

    def logs(self) -> dict[str, str]:
        texts = {node: "\n".join(one.lines()) + "\n" for node, one in self.servers.items()}
        texts |= {f"broker-{name}": broker.log() for name, broker in self.brokers.items()}
        return texts | self._logs

    def close(self) -> None:
        self.end_federation_brokers()
        for server in self.servers.values():
            server.end()
        for broker in self.brokers.values():
            broker.kill()
        for site in self.sites.values():
            site.close()
        self.federation.close()


def publish(socket: NatsSocket, subject: str, payload: bytes) -> None:
    socket.send(b"PUB %s %d\r\n%s\r\n" % (subject.encode(), len(payload), payload))


def subscribe(socket: NatsSocket, *subjects: str) -> None:
    for sid, subject in enumerate(subjects, 1):
        socket.send(f"SUB {subject} {sid}\r\n".encode())
    socket.send(b"PING\r\n")
    socket.read_until(lambda frame: frame.verb == "PONG")


def messages(frames: list[Frame]) -> list[tuple[str, bytes]]:
    found = [frame for frame in frames if frame.verb == "MSG"]
    return [(one.line.split()[1].decode("utf-8", "surrogateescape"), one.payload or b"") for one in found]
