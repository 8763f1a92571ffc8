"""A federation of two organizations under tokens works with go-choria's client and servers.

MODEL   The federation's broker and the collective's are of two organizations, each with an issuer of its
        own: clients are of the federation's; nodes are of the collective's and believe the federation's
        too. Between them stands our federation broker, with a token of each. Both brokers are ours, or
        both the reference's.
"""

import json
import re
from collections.abc import Callable

from tests.interop.results import PeerResult
from tests.support import process
from tests.support.choria import CONNECTED, node_name
from tests.support.choria_v2 import ISSUER, Broker, Site
from tests.support.federation_tokens import CLUSTER, READY, federation_config, make_tokens
from tests.support.places import LOOPBACK

NODES = (1, 2, 3)
ALL = [node_name(number) for number in NODES]
START_DEADLINE_S = 60.0
FEDERATIONS = ("--federations", CLUSTER)
# Nodes believe both: the last of equal keys counts.
_BOTH_ISSUERS = """\
plugin.security.issuer.names = choria, above
plugin.security.issuer.above.public = {above}
"""


def expect(condition, detail) -> None:
    if not condition:
        raise AssertionError(detail)


class World:
    """Two brokers, three real servers, a federation broker of ours."""

    def __init__(self, ours: str, reference: str, broker_command: list[str]):
        self.ours = ours
        self.above, self.site = Site(reference, ours), Site(reference, ours)
        self.sites = {"federation": self.above, "collective": self.site}
        self.brokers: list[Broker] = []
        self.servers: list[process.Process] = []
        self.tier: process.Process | None = None
        try:
            self._start(broker_command)
        except BaseException:
            self.close()
            raise

    def _start(self, command: list[str]) -> None:
        for site in self.sites.values():
            above = _BOTH_ISSUERS.format(above=self.above.issuer) if site is self.above else ""
            self.brokers.append(Broker(site, command, ISSUER, above))
        names = {side: side for side in self.sites}
        config = federation_config(self.sites, "fed1.test", names)
        make_tokens(self.ours, self.sites, config)
        self.above.more = (
            f"plugin.choria.federation_middleware_hosts = nats://{LOOPBACK}:{self.above.broker_port}\n"
        )
        self.above.client("plain", "--no-fleet-management")
        self.above.client("alice", "--org", "above")
        self.above.client("nofleet", "--org", "above", "--no-fleet-management")
        self.tier = process.Process([self.ours, "federation", "run", "--config", config])
        self.tier.wait_for_line(READY, START_DEADLINE_S)
        self.site.more = _BOTH_ISSUERS.format(above=self.above.issuer)
        self.servers = [self.site.start_server(number) for number in NODES]
        for number, server in zip(NODES, self.servers, strict=True):
            server.wait_for_line(CONNECTED, START_DEADLINE_S)
            server.wait_for_line(f"Subscribing node {re.escape(node_name(number))}", START_DEADLINE_S)

    def client(self, token: str, *arguments: str) -> process.Outcome:
        return self.above.run_client(token, *arguments)

    def names(self, token: str, *arguments: str) -> tuple[list[str], str]:
        done = self.client(token, "ping", "--names", *FEDERATIONS, *arguments)
        return sorted(line for line in done.stdout.split() if line.startswith("node")), (
            done.stdout + done.stderr
        )

    def logs(self) -> dict[str, str]:
        texts = {f"broker-{i}": broker.log() for i, broker in enumerate(self.brokers)}
        texts |= {f"node{i}": "\n".join(one.lines()) + "\n" for i, one in enumerate(self.servers, 1)}
        if self.tier:
            texts["tier"] = "\n".join(self.tier.lines()) + "\n"
        return texts

    def close(self) -> None:
        for one in [*self.servers, *([self.tier] if self.tier else [])]:
            one.end()
        for broker in self.brokers:
            broker.stop()
        for site in self.sites.values():
            site.close()


def ping(world: World) -> None:
    got, said = world.names("alice", "--expect", "3")
    expect(got == ALL, said)


def discover(world: World) -> None:
    done = world.client("alice", "discover", *FEDERATIONS)
    expect(sorted(done.stdout.split()) == ALL, done.stdout + done.stderr)


def request(world: World) -> None:
    done = world.client("alice", "req", "rpcutil", "ping", "--json", *FEDERATIONS)
    expect(done.status == 0, done.stdout + done.stderr)
    reply = json.loads(done.stdout)
    expect(sorted(one["sender"] for one in reply["replies"]) == ALL, reply)
    expect(reply["request_stats"]["ok"] == len(ALL), reply["request_stats"])


def request_directed(world: World) -> None:
    done = world.client("alice", "req", "rpcutil", "ping", "--json", *FEDERATIONS, "-I", ALL[1])
    expect(done.status == 0, done.stdout + done.stderr)
    replies = json.loads(done.stdout)["replies"]
    expect([one["sender"] for one in replies] == [ALL[1]], replies)


def without_fleet(world: World) -> None:
    got, said = world.names("nofleet", "--timeout", "2")
    expect(not got, said)


def refused_without_permission(world: World) -> str:
    tokens = {"federation": "plain", "collective": "collective"}
    config = federation_config(world.sites, "fed2.test", tokens)
    with process.Process([world.ours, "federation", "run", "--config", config]) as tier:
        found = tier.wait_for_line(
            rf"has no permission to subscribe to choria\.federation\.{CLUSTER}\.federation.*",
            START_DEADLINE_S,
        )
        return found.group(0)


def log_has_no_secret(world: World) -> None:
    log = world.logs()["tier"]
    for side, site in world.sites.items():
        expect(site.read(f"{side}.seed") not in log, "a seed is in the log")
        expect(site.read(f"{side}.jwt").rsplit(".", 1)[1] not in log, "a token is in the log")


def stops(world: World) -> None:
    status = world.tier.end()
    expect(status == 0, f"exit status {status}")


CHECKS: dict[str, Callable[[World], str | None]] = {
    "ping": ping,
    "discover": discover,
    "request.rpcutil_ping": request,
    "request.directed": request_directed,
    "client.without_fleet": without_fleet,
    "tier.without_permission": refused_without_permission,
    "tier.log_has_no_secret": log_has_no_secret,
    "tier.stops": stops,
}


def run(ours: str, reference: str, result: PeerResult) -> dict[str, str]:
    """The tier between our brokers, and between the reference's."""
    logs: dict[str, str] = {}
    commands = {"ours": [ours, "broker", "run", "--config"],
                "reference": [reference, "broker", "run", "--config"]}  # fmt: skip
    for who, command in commands.items():
        try:
            world = World(ours, reference, command)
        except Exception as problem:  # nothing of it came up
            result.add(f"{who}.starts", False, f"{type(problem).__name__}: {problem}")
            continue
        try:
            for name, check in CHECKS.items():
                try:
                    result.add(f"{who}.{name}", True, check(world) or "")
                except Exception as problem:  # reported as this check's failure
                    result.add(f"{who}.{name}", False, f"{type(problem).__name__}: {problem}")
            logs |= {f"{who}-{name}": text for name, text in world.logs().items()}
        finally:
            world.close()
    return logs
