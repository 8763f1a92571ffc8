"""A real fleet with tokens behind a broker in Choria's dialect, and what its clients may ask of it."""

import json
from collections.abc import Callable

from tests.interop.choria_login_scene import Scene
from tests.interop.results import expect
from tests.support.choria import CONNECTED, node_name

NODES = (1, 2, 3)
FLEET_DEADLINE_S = 60.0


class Fleet:
    """Three real servers with tokens behind one broker."""

    def __init__(self, scene: Scene, who: str):
        self.site = scene.site
        self.port = scene.brokers.port(who, "issuer")
        self.site.broker_port = self.port
        self.servers = [self.site.start_server(number) for number in NODES]
        try:
            for number, server in zip(NODES, self.servers, strict=True):
                server.wait_for_line(CONNECTED, FLEET_DEADLINE_S)
                server.wait_for_line(f"Subscribing node {node_name(number)}", FLEET_DEADLINE_S)
        except BaseException:
            self.stop()
            raise

    def answering(self, token: str, *arguments: str) -> tuple[list[str], str]:
        done = self.site.run_client(token, "ping", "--names", *arguments)
        names = [line for line in done.stdout.split() if line.startswith("node")]
        return sorted(names), done.stdout + done.stderr

    def stop(self) -> None:
        for server in self.servers:
            server.end()


ALL = [node_name(number) for number in NODES]


def fleet_pings(fleet: Fleet) -> None:
    got, said = fleet.answering("alice", "--expect", "3")
    expect(got == ALL, said)


def fleet_discovers(fleet: Fleet) -> None:
    done = fleet.site.run_client("alice", "discover")
    expect(sorted(done.stdout.split()) == ALL, done.stdout + done.stderr)


def fleet_requests(fleet: Fleet) -> None:
    done = fleet.site.run_client("alice", "req", "rpcutil", "ping", "--json")
    expect(done.status == 0, done.stdout + done.stderr)
    reply = json.loads(done.stdout)
    expect(sorted(one["sender"] for one in reply["replies"]) == ALL, reply)
    expect(reply["request_stats"]["ok"] == len(ALL), reply["request_stats"])


def fleet_directed(fleet: Fleet) -> None:
    done = fleet.site.run_client("alice", "req", "rpcutil", "ping", "--json", "-I", ALL[1])
    expect(done.status == 0, done.stdout + done.stderr)
    replies = json.loads(done.stdout)["replies"]
    expect([one["sender"] for one in replies] == [ALL[1]], replies)


def fleet_refuses_clients_without_it(fleet: Fleet) -> None:
    got, said = fleet.answering("nofleet", "--timeout", "2")
    expect(not got, said)


def fleet_refuses_stolen_tokens(fleet: Fleet) -> None:
    refused = r"(?i)connection to the broker failed on try \d+: .*authorization"
    with fleet.site.start_client("alice", "mallory", "ping", "--names", "--timeout", "2") as child:
        child.wait_for_line(refused)
        expect(not any(line.startswith("node") for line in child.lines()), child.lines())


def fleet_answers_chained(fleet: Fleet) -> None:
    got, said = fleet.answering("carol", "--expect", "3")
    expect(got == ALL, said)


FLEET: dict[str, Callable[[Fleet], None]] = {
    "ping": fleet_pings,
    "discover": fleet_discovers,
    "request": fleet_requests,
    "request.directed": fleet_directed,
    "client.without_fleet": fleet_refuses_clients_without_it,
    "client.stolen_token": fleet_refuses_stolen_tokens,
    "client.chained_token": fleet_answers_chained,
}
