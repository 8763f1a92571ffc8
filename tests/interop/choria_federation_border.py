"""A border between two authorities: go-choria's client of one is answered by go-choria's servers of the other.

MODEL   In both versions the client is of the federation's authority, the servers believe the collective's
        only. The same federation broker is started without a border, with one, and with one whose policy
        denies an agent.
"""

import json
from collections.abc import Callable

from tests.interop import choria_broker
from tests.interop.results import PeerResult, expect
from tests.interop.two_organizations import START_DEADLINE_S, TwoOrganizations, wait_for_servers
from tests.support import choria, process
from tests.support.federation_tokens import CLUSTER, READY
from tests.support.places import LOOPBACK

NODES = (1, 2)
ALL = [choria.node_name(number) for number in NODES]
PRIVILEGED = "border.privileged.mcollective"
OWN = "plugin.antiphon.federation."


class World:
    """What both versions have in common: brokers, servers, one federation broker after the other."""

    cluster: str

    def __init__(self, ours: str):
        self.ours = ours
        self.servers: list[process.Process] = []
        self.tier: process.Process | None = None
        self.log = ""

    def start_tier(self, policy: str | None) -> None:
        """Without a border if there is no policy."""
        self.end_tier()
        self.tier = process.Process([self.ours, "federation", "run", "--config", self.config(policy)])
        self.tier.wait_for_line(READY, START_DEADLINE_S)

    def end_tier(self) -> None:
        if self.tier:
            expect(self.tier.end() == 0, "the federation broker does not end well")
            self.log += "\n".join(self.tier.lines()) + "\n"
            self.tier = None

    def config(self, policy: str | None) -> str:
        raise NotImplementedError

    def client(self, *arguments: str) -> process.Outcome:
        raise NotImplementedError

    def names(self, *arguments: str) -> list[str]:
        done = self.client("ping", "--names", "--federations", self.cluster, *arguments)
        return sorted(line for line in done.stdout.split() if line.startswith("node"))

    def request(self, *arguments: str) -> dict:
        done = self.client("req", "rpcutil", "ping", "--json", "--federations", self.cluster, *arguments)
        return json.loads(done.stdout)

    def decisions(self) -> list[dict]:
        lines = self.tier.lines() if self.tier else []
        return [json.loads(line.split("Border: ", 1)[1]) for line in lines if "Border: " in line]

    def close(self) -> None:
        for server in self.servers:
            server.end()
        self.end_tier()


class WorldV1(World):
    """Certificates: two authorities."""

    cluster, caller = "dc1", f"choria={choria.CLIENT}"
    agent_row = f"allow {caller} rpcutil,discovery mcollective\n"

    def __init__(self, ours: str, program: str):
        super().__init__(ours)
        self.near, self.far = choria.Site(program), choria.Site(program)
        self.brokers: list[choria_broker.Broker] = []
        try:
            command = [ours, "broker", "run", "--config"]
            for site in (self.near, self.far):
                self.brokers.append(choria_broker.Broker(site, command, "choria"))
            for number in NODES:
                node = choria.node_name(number)
                self.servers.append(self.far.start_server(
                    self.far.server_config(node, {}, [], ["mcollective"])))  # fmt: skip
            wait_for_servers(self.servers, NODES, "mcollective")
            with open(self.near.client_config(), encoding="utf-8") as text:
                hosts = f"plugin.choria.federation_middleware_hosts = {LOOPBACK}:{self.near.broker_port}"
                path = self.near.directory.write("client.conf", f"{text.read()}{hosts}\n")
            self._client = choria.Client(self.near, config=path)
        except BaseException:
            self.close()
            raise

    def config(self, policy: str | None) -> str:
        made = self.near.certificate("fed1.test")
        more = (f"{OWN}federation_certificate = {made.cert}\n{OWN}federation_key = {made.key}\n"
                f"{OWN}federation_ca = {self.near.authority.ca.cert}\n")  # fmt: skip
        if policy is not None:
            signer = self.far.certificate(PRIVILEGED)
            more += (
                f"{OWN}border = true\n"
                f"{OWN}border_policy_file = {self.far.directory.write('border.policy', policy)}\n"
                f"{OWN}border_near_ca = {self.near.authority.ca.cert}\n"
                f"{OWN}border_certificate = {signer.cert}\n{OWN}border_key = {signer.key}\n"
            )
        return self.far.federation_config(self.cluster, self.near.broker_port, 0, "fed1.test", more)

    def client(self, *arguments: str) -> process.Outcome:
        return self._client.run(*arguments)

    def close(self) -> None:
        super().close()
        for broker in self.brokers:
            broker.kill()
        for site in (self.near, self.far):
            site.close()


class WorldV2(World):
    """Tokens: two organizations, both called choria, with different issuers."""

    cluster, caller = CLUSTER, "up=alice"
    agent_row = "allow up=alice rpcutil,discovery choria up={name}_above\n"

    def __init__(self, ours: str, program: str):
        super().__init__(ours)
        self._organizations = TwoOrganizations(ours, program)
        self.near, self.far = self._organizations.above, self._organizations.site
        try:
            self._organizations.start_brokers([ours, "broker", "run", "--config"])
            self.near.client("alice")
            self.far.client("border", "--auth-delegation", "--no-fleet-management")
            self.far.client("anybody", "--signed-fleet-management")
            self._organizations.start_servers(NODES)
            self.servers = self._organizations.servers
        except BaseException:
            self.close()
            raise

    def config(self, policy: str | None) -> str:
        more = ""
        if policy is not None:
            more = (
                f"{OWN}border = true\n"
                f"{OWN}border_policy_file = {self.far.directory.write('border.policy', policy)}\n"
                f"{OWN}border_near_issuers = choria:{self.near.issuer}\n"
                f"{OWN}border_token_file = {self.far.file('border.jwt')}\n"
                f"{OWN}border_seed_file = {self.far.file('border.seed')}\n"
                f"{OWN}border_caller_token_file = {self.far.file('anybody.jwt')}\n"
            )
        return self._organizations.tier_config(more)

    def client(self, *arguments: str) -> process.Outcome:
        return self.near.run_client("alice", *arguments)

    def close(self) -> None:
        self.end_tier()
        self._organizations.close()


def refused_without(world: World) -> None:
    world.start_tier(None)
    got = world.names("--timeout", "2")
    expect(not got, got)
    reply = world.request("-I", ALL[0])
    expect(reply["replies"] is None or not reply["replies"], reply)
    expect(reply["request_stats"]["no_responses"] == [ALL[0]], reply["request_stats"])


def answered_with(world: World) -> str:
    world.start_tier(world.agent_row)
    got = world.names("--expect", "2")
    expect(got == ALL, got)
    reply = world.request()
    senders = sorted(one["sender"] for one in reply["replies"])
    expect(senders == ALL and reply["request_stats"]["ok"] == 2, reply)
    reply = world.request("-I", ALL[1])
    expect([one["sender"] for one in reply["replies"]] == [ALL[1]], reply)
    decisions = world.decisions()
    expect(decisions and all(one["decision"] == "carried" for one in decisions), decisions)
    expect({one["caller"] for one in decisions} == {world.caller}, decisions)
    expect({"rpcutil", "discovery"} == {one["agent"] for one in decisions}, decisions)
    return f"{len(decisions)} requests carried over, as {decisions[0]['as']}"


def denied_by_policy(world: World) -> str:
    world.start_tier(f"deny {world.caller} rpcutil *\n{world.agent_row}")
    got = world.names("--expect", "2")
    expect(got == ALL, got)
    reply = world.request("-I", ALL[0])
    [error] = reply["replies"]
    expect(error["sender"] == "fed1.test" and error["statuscode"] == 5, error)
    expect(error["statusmsg"].endswith("border_denied"), error)
    expect(reply["request_stats"]["no_responses"] == [ALL[0]], reply["request_stats"])
    denied = [one for one in world.decisions() if one["decision"] == "border_denied"]
    expect(denied and denied[0]["row"] == 1 and denied[0]["caller"] == world.caller, denied)
    return error["statusmsg"]


def nobody_without_a_row(world: World) -> None:
    world.start_tier("# nobody\n")
    got = world.names("--timeout", "2")
    expect(not got, got)
    decisions = world.decisions()
    expect(decisions and decisions[0]["reason"] == "no row of the policy allows it", decisions)


CHECKS: dict[str, Callable[[World], str | None]] = {
    "refused_without_a_border": refused_without,
    "answered_with_a_border": answered_with,
    "denied_by_the_policy": denied_by_policy,
    "nobody_without_a_row": nobody_without_a_row,
}


def run(ours: str, program: str, result: PeerResult) -> dict[str, str]:
    logs: dict[str, str] = {}
    for name, kind in {"v1": WorldV1, "v2": WorldV2}.items():
        try:
            world = kind(ours, program)
        except Exception as problem:  # nothing of it came up
            result.add(f"{name}.starts", False, f"{type(problem).__name__}: {problem}")
            continue
        try:
            for check_name, check in CHECKS.items():
                result.check(f"{name}.{check_name}", lambda check=check, world=world: check(world))
            logs |= {f"{name}-node{i}": "\n".join(one.lines()) for i, one in enumerate(world.servers)}
        finally:
            world.close()
            logs[f"{name}-tier"] = world.log
    return logs
