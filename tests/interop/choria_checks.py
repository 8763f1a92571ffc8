"""A real Choria fleet works through the broker: three servers and a client over mutual TLS."""

import json
import re
import shlex
from collections.abc import Callable

from tests.interop.choria_broker import Broker
from tests.interop.results import PeerResult, expect
from tests.support import process
from tests.support.certificates import RSA, Authority
from tests.support.choria import (
    CLIENT,
    CONNECTED,
    DOMAIN,
    MAIN_COLLECTIVE,
    STRANGE_CLIENT,
    SUB_COLLECTIVE,
    Client,
    Site,
    node_name,
)
from tests.support.places import LOOPBACK

NODES = tuple(node_name(number) for number in (1, 2, 3))
IN_SUB_COLLECTIVE = NODES[:2]
AGENTS = ("choria_util", "discovery", "rpcutil", "scout")
FACTS = {node: {"os": {"family": "Debian"}, "rank": rank} for rank, node in enumerate(NODES, 1)}
CLASSES = {NODES[0]: ["role::web"], NODES[1]: ["role::web", "role::db"], NODES[2]: ["role::db"]}
RECONNECT_DEADLINE_S = 60.0  # servers wait up to 20 s between tries
EMULATOR_DEADLINE_S = 60.0
PINGS_IN_A_ROW = 10


class Fleet:
    """The site with its servers running."""

    def __init__(self, site: Site, broker: Broker):
        self.site, self.broker = site, broker
        self.client = Client(site)
        self.servers: dict[str, process.Process] = {}
        for node in NODES:
            self.start(node)

    def start(self, node: str) -> None:
        collectives = [MAIN_COLLECTIVE]
        if node in IN_SUB_COLLECTIVE:
            collectives.append(SUB_COLLECTIVE)
        config = self.site.server_config(node, FACTS[node], CLASSES[node], collectives)
        self.servers[node] = self.site.start_server(config)

    def wait_until_connected(self) -> None:
        for node, server in self.servers.items():
            server.wait_for_line(CONNECTED)
            last = SUB_COLLECTIVE if node in IN_SUB_COLLECTIVE else MAIN_COLLECTIVE
            server.wait_for_line(f"Subscribing node {re.escape(node)} to {last}")

    def answering(self, *arguments: str) -> list[str]:
        """The names of the nodes that answer a ping."""
        done = self.client.run("ping", "--names", *arguments)
        return sorted(done.stdout.split())

    def logs(self) -> dict[str, str]:
        texts = {node: "\n".join(server.lines()) + "\n" for node, server in self.servers.items()}
        return texts | {"broker": self.broker.log()}

    def stop(self) -> None:
        for server in self.servers.values():
            server.end()


def connected(fleet: Fleet) -> None:
    fleet.wait_until_connected()


def ping(fleet: Fleet) -> str:
    output = fleet.client.output("ping", "--expect", str(len(NODES)))
    for node in NODES:
        expect(re.search(rf"^{re.escape(node)}\s+time=\d+ ms$", output, re.MULTILINE), output)
    summary = r"^3 replies max: .* min: .* avg: .* overhead: .*$"
    statistics = re.search(summary, output, re.MULTILINE)
    expect(statistics, output)
    return statistics.group(0)


def ping_in_a_row(fleet: Fleet) -> None:
    for number in range(PINGS_IN_A_ROW):
        got = fleet.answering("--expect", "3")
        expect(got == list(NODES), f"ping {number}: {got}")


def filtered(*arguments: str, nodes: tuple[str, ...]) -> Callable[[Fleet], None]:
    def check(fleet: Fleet) -> None:
        got = fleet.answering(*arguments, "--timeout", "2")
        expect(got == list(nodes), got)

    return check


def discover(fleet: Fleet) -> None:
    got = sorted(fleet.client.output("discover").split())
    expect(got == list(NODES), got)


def discover_json(fleet: Fleet) -> None:
    got = json.loads(fleet.client.output("discover", "--json", "-F", "rank>=2"))
    expect(sorted(got) == list(NODES[1:]), got)


def answers(reply: dict, *nodes: str) -> None:
    """Exactly these nodes were asked and all answered well."""
    senders = sorted(one["sender"] for one in reply["replies"])
    expect(senders == sorted(nodes), senders)
    statistics = reply["request_stats"]
    expect(statistics["ok"] == len(nodes) and not statistics["failed"], statistics)
    expect(not statistics["no_responses"] and not statistics["unexpected_responses"], statistics)


def request_ping(fleet: Fleet) -> None:
    reply = fleet.client.request("rpcutil", "ping")
    answers(reply, *NODES)
    expect(all(one["data"]["pong"] > 0 for one in reply["replies"]), reply)


def request_text(fleet: Fleet) -> None:
    output = fleet.client.output("req", "rpcutil", "ping", "--np")
    expect(re.search(r"Finished processing 3 / 3 hosts in ", output), output)


def request_directed(fleet: Fleet) -> None:
    answers(fleet.client.request("rpcutil", "ping", "-I", NODES[1]), NODES[1])


def request_pattern(fleet: Fleet) -> None:
    answers(fleet.client.request("rpcutil", "ping", "-I", "/node[13]/"), NODES[0], NODES[2])


def request_nobody(fleet: Fleet) -> None:
    absent = node_name(9)
    done = fleet.client.run("req", "rpcutil", "ping", "--json", "-I", absent)
    statistics = json.loads(done.stdout)["request_stats"]
    expect(statistics["no_responses"] == [absent] and statistics["ok"] == 0, statistics)


def request_batched(fleet: Fleet) -> None:
    batches = ("--batch", "1", "--batch-sleep", "0")
    answers(fleet.client.request("rpcutil", "ping", *batches), *NODES)


def request_sub_collective(fleet: Fleet) -> None:
    answers(fleet.client.request("rpcutil", "ping", "-T", SUB_COLLECTIVE), *IN_SUB_COLLECTIVE)


def request_failing_action(fleet: Fleet) -> None:
    done = fleet.client.run("req", "rpcutil", "get_config_item", "item=no.such.key", "--json")
    failed = json.loads(done.stdout)["request_stats"]["failed"]
    expect(failed == len(NODES), done.stdout)


def inventory(fleet: Fleet) -> None:
    reply = fleet.client.request("rpcutil", "inventory", "-I", NODES[0])
    answers(reply, NODES[0])
    data = reply["replies"][0]["data"]
    expect(data["facts"] == FACTS[NODES[0]] and data["classes"] == CLASSES[NODES[0]], data)
    expect(sorted(data["collectives"]) == sorted((MAIN_COLLECTIVE, SUB_COLLECTIVE)), data)
    expect(set(AGENTS) <= set(data["agents"]), data)


def get_fact(fleet: Fleet) -> None:
    reply = fleet.client.request("rpcutil", "get_fact", "fact=rank")
    answers(reply, *NODES)
    got = {one["sender"]: one["data"]["value"] for one in reply["replies"]}
    expect(got == {node: facts["rank"] for node, facts in FACTS.items()}, got)


def facts_report(fleet: Fleet) -> None:
    output = fleet.client.output("facts", "os.family")
    expect(re.search(r"^\s*Debian found 3 times$", output, re.MULTILINE), output)


def inventory_report(fleet: Fleet) -> None:
    output = fleet.client.output("inventory", NODES[0])
    for expected in (f"Inventory for {NODES[0]}", "role::web", "rpcutil"):
        expect(expected in output, output)


def subscriptions(fleet: Fleet) -> None:
    """The broker shows what a server subscribes to: itself and each agent, in each collective."""
    mine = [one for one in fleet.broker.connections() if one.get("name") == NODES[0]]
    got = sorted(mine[0]["subscriptions_list"])
    wanted = [
        f"{collective}.{subject}"
        for collective in (MAIN_COLLECTIVE, SUB_COLLECTIVE)
        for subject in (f"node.{NODES[0]}", *(f"broadcast.agent.{agent}" for agent in AGENTS))
    ]
    expect(got == sorted(wanted), got)


def untrusted_client(fleet: Fleet) -> None:
    """A certificate from another CA: the broker does not let the client in."""
    stranger = Authority(fleet.site.directory.file("stranger"), key_type=RSA)
    issued = stranger.issue(CLIENT, alt_names=f"DNS:{CLIENT}")
    with open(fleet.site.client_config(), encoding="utf-8") as text:
        config = re.sub(r"(file\.certificate =).*", rf"\1 {issued.cert}", text.read())
    config = re.sub(r"(file\.key =).*", rf"\1 {issued.key}", config)
    path = fleet.site.directory.write("stranger/client.conf", config)
    client = Client(fleet.site, config=path)
    refused = r"connection to the Broker failed on try \d+: .*(?i:tls|certificate|authorization)"
    with client.start("ping", "--timeout", "2") as child:
        child.wait_for_line(refused)


def unknown_caller(fleet: Fleet) -> None:
    """A name that servers do not accept: the broker carries the request, nobody answers."""
    done = Client(fleet.site, STRANGE_CLIENT).run("ping", "--names", "--timeout", "2")
    expect(not done.stdout.split(), done.stdout)


def lifecycle_event(fleet: Fleet) -> None:
    """A server that starts announces itself; `choria tool event` prints it."""
    fleet.servers[NODES[2]].end()
    expect(fleet.answering("--timeout", "2") == list(NODES[:2]), "a stopped server still answers")
    with fleet.client.start("tool", "event", "--type", "startup") as watcher:
        watcher.wait_for_line("(?i)waiting|viewing|choria")
        fleet.start(NODES[2])
        watcher.wait_for_line(rf"(?i)start.*{re.escape(NODES[2])}", RECONNECT_DEADLINE_S)


def back_again(fleet: Fleet) -> None:
    fleet.wait_until_connected()
    expect(fleet.answering("--expect", "3") == list(NODES), "not all answer")


def broker_restart(fleet: Fleet) -> str:
    """Killed and started again: the servers come back by themselves."""
    fleet.broker.kill()
    fleet.broker.start()

    def all_answer() -> bool:
        return fleet.answering("--expect", "3", "--timeout", "1") == list(NODES)

    process.wait_until(all_answer, "all servers answer again", RECONNECT_DEADLINE_S)
    reply = fleet.client.request("rpcutil", "ping")
    answers(reply, *NODES)
    return ping(fleet)


CHECKS: dict[str, Callable[[Fleet], str | None]] = {
    "servers.connect": connected,
    "ping": ping,
    "ping.in_a_row": ping_in_a_row,
    "ping.fact_filter": filtered("-F", "rank=2", nodes=NODES[1:2]),
    "ping.class_filter": filtered("-C", "role::db", nodes=NODES[1:]),
    "ping.agent_filter": filtered("-A", "rpcutil", nodes=NODES),
    "ping.combined_filter": filtered("-W", "role::db rank>2", nodes=NODES[2:]),
    "ping.sub_collective": filtered("-T", SUB_COLLECTIVE, nodes=IN_SUB_COLLECTIVE),
    "discover": discover,
    "discover.json": discover_json,
    "request.rpcutil_ping": request_ping,
    "request.text_output": request_text,
    "request.directed": request_directed,
    "request.identity_pattern": request_pattern,
    "request.absent_node": request_nobody,
    "request.batched": request_batched,
    "request.sub_collective": request_sub_collective,
    "request.failing_action": request_failing_action,
    "request.inventory": inventory,
    "request.get_fact": get_fact,
    "facts": facts_report,
    "inventory": inventory_report,
    "broker.subscriptions": subscriptions,
    "client.from_other_ca": untrusted_client,
    "client.unknown_caller": unknown_caller,
    "server.lifecycle_event": lifecycle_event,
    "server.back_again": back_again,
    "broker.restart": broker_restart,
}


def ping_emulated(site: Site, emulator: str, nodes: int) -> str:
    """`choria ping` sees all emulated nodes.

    In the emulator's command line {nodes}, {url}, {ca}, {cert} and {key} are filled in.
    """
    made = site.certificate(f"emulator.{DOMAIN}")
    filled = emulator.format(
        nodes=nodes, url=f"tls://{LOOPBACK}:{site.broker_port}",
        ca=site.authority.ca.cert, cert=made.cert, key=made.key,
    )  # fmt: skip
    client = Client(site)
    counted = re.compile(r"^(\d+) replies max: .*$", re.MULTILINE)

    def all_answer() -> re.Match | None:
        expect(child.running, "\n".join(child.lines()[-20:]))
        done = client.run("ping", "--silent", "--expect", str(nodes), "--timeout", "5")
        found = counted.search(done.stdout)
        return found if found and int(found.group(1)) == nodes else None

    with process.Process(shlex.split(filled)) as child:
        found = process.wait_until(all_answer, f"{nodes} nodes answer", EMULATOR_DEADLINE_S)
        names = client.output("ping", "--names", "--expect", str(nodes), "--timeout", "5").split()
        expect(len(set(names)) == nodes, f"{len(set(names))} different names")
        return found.group(0)


def run(site: Site, broker: Broker, result: PeerResult) -> dict[str, str]:
    """Works through all checks; returns the logs of broker and servers."""
    fleet = Fleet(site, broker)
    try:
        for name, check in CHECKS.items():
            if check is subscriptions and broker.dialect != "nats":
                continue  # this dialect has no monitoring port
            result.check(name, lambda check=check: check(fleet))
        return fleet.logs()
    finally:
        fleet.stop()
