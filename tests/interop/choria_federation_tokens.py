"""A federation of two organizations under tokens works with go-choria's client and servers.

MODEL   The federation's broker and the collective's are of two organizations, each with an issuer of its
        own: clients are of the federation's; nodes are of the collective's and believe the federation's
        too. Between them stands our federation broker, with a token of each. Both brokers are ours, or
        both the reference's.
"""

import json
import re
from collections.abc import Callable

from tests.interop.results import PeerResult, expect
from tests.interop.two_organizations import START_DEADLINE_S, TwoOrganizations
from tests.support import process
from tests.support.choria import node_name
from tests.support.federation_tokens import CLUSTER, READY
from tests.support.places import LOOPBACK

NODES = (1, 2, 3)
ALL = [node_name(number) for number in NODES]
FEDERATIONS = ("--federations", CLUSTER)
# Nodes believe both: the last of equal keys counts.
_BOTH_ISSUERS = """\
plugin.security.issuer.names = choria, above
plugin.security.issuer.above.public = {above}
"""


class World(TwoOrganizations):
    """Two brokers, three real servers, a federation broker of ours."""

    def __init__(self, ours: str, reference: str, broker_command: list[str]):
        super().__init__(ours, reference)
        self.tier: process.Process | None = None
        try:
            self._start(broker_command)
        except BaseException:
            self.close()
            raise

    def _start(self, command: list[str]) -> None:
        both_issuers = _BOTH_ISSUERS.format(above=self.above.issuer)
        self.start_brokers(command, both_issuers)
        self.above.client("plain", "--no-fleet-management")
        self.above.client("alice", "--org", "above")
        self.above.client("nofleet", "--org", "above", "--no-fleet-management")
        self.tier = process.Process([self.ours, "federation", "run", "--config", self.tier_config()])
        self.tier.wait_for_line(READY, START_DEADLINE_S)
        self.site.more = both_issuers
        self.start_servers(NODES)

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
        if self.tier:
            self.tier.end()
        super().close()


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


def trace(world: World, token: str) -> process.Outcome:
    """Of ours, as a client of version 2."""
    site = world.above
    return process.run(
        [world.ours, "federation", "trace", ALL[1], "--federations", CLUSTER, "--timeout", "5",
         "--server", f"tls://{LOOPBACK}:{site.broker_port}", "--tls-ca", site.authority.ca.cert,
         "--token", site.file(f"{token}.jwt"), "--seed", site.file(f"{token}.seed")]
    )  # fmt: skip


def traced(world: World) -> str:
    done = trace(world, "alice")
    expect(done.status == 0, done.stdout + done.stderr)
    for line in (rf"{ALL[1]} through {CLUSTER}: answered after", r"fed1\.test +nats://\S+ -> nats://",
                 rf"{ALL[1]} +answers at"):  # fmt: skip
        expect(re.search(line, done.stdout), done.stdout)
    return done.stdout.splitlines()[0]


def trace_without_fleet(world: World) -> None:
    done = trace(world, "nofleet")
    expect(done.status == 2 and "nofleet.jwt: has no fleet management" in done.stderr, done.stderr)


def without_fleet(world: World) -> None:
    got, said = world.names("nofleet", "--timeout", "2")
    expect(not got, said)


def refused_without_permission(world: World) -> str:
    config = world.tier_config(identity="fed2.test", federation="plain")
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
    "trace": traced,
    "trace.without_fleet": trace_without_fleet,
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
                result.check(f"{who}.{name}", lambda check=check, world=world: check(world))
            logs |= {f"{who}-{name}": text for name, text in world.logs().items()}
        finally:
            world.close()
    return logs
