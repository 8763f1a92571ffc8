"""Two organizations under tokens and what stands between them: brokers, real servers, a federation broker's tokens.

MODEL   The federation's site (`above`) is where clients are, the collective's (`site`) where nodes are; both are of
        protocol version 2 with an issuer of their own.
"""

import re
from collections.abc import Sequence

from tests.support import process
from tests.support.choria import CONNECTED, node_name
from tests.support.choria_v2 import COLLECTIVE, ISSUER, Broker, Site
from tests.support.federation_tokens import federation_config, make_tokens
from tests.support.places import LOOPBACK

START_DEADLINE_S = 60.0


def wait_for_servers(servers: Sequence[process.Process], numbers: Sequence[int], collective: str) -> None:
    for number, server in zip(numbers, servers, strict=True):
        server.wait_for_line(CONNECTED, START_DEADLINE_S)
        node = re.escape(node_name(number))
        server.wait_for_line(f"Subscribing node {node} to {collective}", START_DEADLINE_S)


class TwoOrganizations:
    def __init__(self, ours: str, reference: str):
        self.ours = ours
        self.above, self.site = Site(reference, ours), Site(reference, ours)
        self.sites = {"federation": self.above, "collective": self.site}
        self.brokers: list[Broker] = []
        self.servers: list[process.Process] = []

    def tier_config(self, more: str = "", identity: str = "fed1.test", **tokens: str) -> str:
        """Of a federation broker; `tokens` says which it shows in place of a side's own."""
        shown = {side: tokens.get(side, side) for side in self.sites}
        return federation_config(self.sites, identity, shown, 0, more)

    def start_brokers(self, command: Sequence[str], more_above: str = "") -> None:
        """And makes the federation broker's tokens, and points clients to the federation."""
        for site in self.sites.values():
            self.brokers.append(Broker(site, command, ISSUER, more_above if site is self.above else ""))
        make_tokens(self.ours, self.sites, self.tier_config())
        self.above.more = (
            f"plugin.choria.federation_middleware_hosts = nats://{LOOPBACK}:{self.above.broker_port}\n"
        )

    def start_servers(self, numbers: Sequence[int]) -> None:
        self.servers = [self.site.start_server(number) for number in numbers]
        wait_for_servers(self.servers, numbers, COLLECTIVE)

    def close(self) -> None:
        for server in self.servers:
            server.end()
        for broker in self.brokers:
            broker.stop()
        for site in self.sites.values():
            site.close()
