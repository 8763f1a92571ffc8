"""Three of Choria's brokers that are one network. Each is told the peers of all; any of them may be killed and started
again, on the same ports.
"""

import http.client
import json
from collections.abc import Sequence

from tests.interop.choria_broker import START_DEADLINE_S, Broker
from tests.support import choria, process
from tests.support.places import LOOPBACK, lasting_port

BROKERS = 3
LOGIN_S = 20  # which two seconds are too few for where many come at once and processors are scarce
_CLUSTERED = """\
plugin.choria.network.peer_port = {peer_port}
plugin.choria.network.peers = {peers}
plugin.choria.network.tls_timeout = {login_s}
plugin.choria.stats_address = {host}
plugin.choria.stats_port = {stats_port}
"""


class Member(Broker):
    """One of them."""

    def __init__(self, site: choria.Site, command: Sequence[str], name: str, peer_port: int, peers: str):
        self.name = name
        self._stats_port = lasting_port()
        more = _CLUSTERED.format(
            peer_port=peer_port, peers=peers, host=LOOPBACK, stats_port=self._stats_port, login_s=LOGIN_S
        )
        # Brokers of one name refuse each other.
        super().__init__(site, command, "choria", more, f"{name}.{choria.DOMAIN}", started=False)

    @property
    def host(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def peers(self) -> set[str]:
        """Whom it has a route to; nobody while it is not there."""
        page = http.client.HTTPConnection(LOOPBACK, self._stats_port, timeout=START_DEADLINE_S)
        try:
            page.request("GET", "/routez")
            return {route["remote_id"] for route in json.load(page.getresponse())["routes"] or ()}
        except OSError:
            return set()
        finally:
            page.close()


class BrokerCluster:
    def __init__(self, site: choria.Site, command: Sequence[str], name: str):
        ports = [lasting_port() for _ in range(BROKERS)]
        peers = ", ".join(f"nats://{LOOPBACK}:{port}" for port in ports)
        self.members = [
            Member(site, command, f"broker{number}-{name}", port, peers)
            for number, port in enumerate(ports, 1)
        ]

    @property
    def hosts(self) -> str:
        """As a configuration names them."""
        return ", ".join(member.host for member in self.members)

    def at(self, url: str) -> Member:
        """The one that has this address."""
        [found] = [member for member in self.members if url.endswith(member.host)]
        return found

    def launch(self) -> None:
        for member in self.members:
            member.launch()

    def wait_until_ready(self) -> None:
        for member in self.members:
            member.wait_until_ready()
        self.wait_until_joined()

    def wait_until_joined(self) -> None:
        """Each has a route to each other one."""

        def joined() -> bool:
            return all(len(member.peers()) == BROKERS - 1 for member in self.members)

        process.wait_until(joined, f"{self.hosts} are one network", START_DEADLINE_S, 0.1)

    def logs(self) -> dict[str, str]:
        return {member.name: member.log() for member in self.members}

    def close(self) -> None:
        for member in self.members:
            member.kill()
