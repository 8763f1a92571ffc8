"""A federation of two collectives works: with our federation broker, with Choria's, and with both at once.

And both publish the same bytes for the same messages.
"""

import json
import re
from collections.abc import Callable

from tests.interop.federation_messages import (
    MARKERS,
    REFUSED,
    REPLIES,
    REQUESTS,
    is_marker,
    marker,
)
from tests.interop.federation_world import (
    ALL_NODES,
    NODES,
    OURS,
    THEIRS,
    Metrics,
    World,
    messages,
    publish,
    subscribe,
)
from tests.interop.results import PeerResult, expect
from tests.support import process

FEDERATIONS = ("--federations", "dc1,dc2")
PINGS_IN_A_ROW = 15
# Each server says what it is every other second, as its inventory.
REGISTERING = "registration = inventory_content\nregisterinterval = 2\nregistration_splay = false\n"
PLACEMENT = "plugin.antiphon.federation.placement = on\nplugin.antiphon.federation.placement_settle = 0\n"
HEARING = (
    "plugin.antiphon.federation.placement_lifecycle = true\n"
    "plugin.antiphon.federation.placement_registration = *.broadcast.agent.registration\n"
)
REPLY_SUBJECT = "mcollective.reply.74ce5a833e16d4afa24ecbc90fff8506"
_WORKER = re.compile(rb"(choria_[a-z_]+):\d+")


def names(world: World, *arguments: str) -> list[str]:
    done = world.client.run("ping", "--names", *arguments)
    return sorted(done.stdout.split())


def ping(world: World) -> None:
    got = names(world, *FEDERATIONS, "--expect", "4")
    expect(got == ALL_NODES, got)


def ping_one_federation(world: World) -> None:
    got = names(world, "--federations", "dc2", "--timeout", "2")
    expect(got == list(NODES["dc2"]), got)


def ping_unfederated(world: World) -> None:
    """Without the federation nobody is on the client's own broker."""
    got = names(world, "--timeout", "1")
    expect(not got, got)


def ping_filtered(world: World) -> None:
    got = names(world, *FEDERATIONS, "--timeout", "2", "-F", "site=dc1")
    expect(got == list(NODES["dc1"]), got)


def discover(world: World) -> None:
    got = sorted(world.client.output("discover", *FEDERATIONS).split())
    expect(got == ALL_NODES, got)


def request(world: World) -> None:
    reply = world.client.request("rpcutil", "ping", *FEDERATIONS)
    senders = sorted(one["sender"] for one in reply["replies"])
    expect(senders == ALL_NODES, senders)
    statistics = reply["request_stats"]
    expect(statistics["ok"] == 4 and not statistics["no_responses"], statistics)


def request_directed(world: World) -> None:
    wanted = [NODES["dc1"][0], NODES["dc2"][1]]
    targets = [word for node in wanted for word in ("-I", node)]
    reply = world.client.request("rpcutil", "ping", *FEDERATIONS, *targets)
    senders = sorted(one["sender"] for one in reply["replies"])
    expect(senders == sorted(wanted), senders)


def request_facts(world: World) -> None:
    reply = world.client.request("rpcutil", "get_fact", "fact=site", *FEDERATIONS)
    got = {one["sender"]: one["data"]["value"] for one in reply["replies"]}
    expect(got == {node: node.split(".")[1] for node in ALL_NODES}, got)


def request_500_targets(world: World) -> None:
    """Three chunks of targets, nearly all of which are nobody."""
    absent = [f"absent{number}.test" for number in range(496)]
    path = world.federation.directory.write("nodes.txt", "\n".join(absent + ALL_NODES) + "\n")
    done = world.client.run("req", "rpcutil", "ping", "--json", *FEDERATIONS, "--nodes", path)
    reply = json.loads(done.stdout)
    senders = sorted(one["sender"] for one in reply["replies"])
    expect(senders == ALL_NODES, senders)
    expect(len(reply["request_stats"]["no_responses"]) == 496, reply["request_stats"])


USE: dict[str, Callable[[World], None]] = {
    "ping": ping,
    "ping.one_federation": ping_one_federation,
    "ping.fact_filter": ping_filtered,
    "discover": discover,
    "request.rpcutil_ping": request,
    "request.directed": request_directed,
    "request.get_fact": request_facts,
    "request.500_targets": request_500_targets,
}


def share(world: World, ours: Metrics, theirs: Metrics) -> str:
    """Both of one cluster pass requests on, and every ping is answered by all."""
    for number in range(PINGS_IN_A_ROW):
        got = names(world, *FEDERATIONS, "--expect", "4")
        expect(got == ALL_NODES, f"ping {number}: {got}")

    def both_have_worked() -> tuple[float, float] | None:
        ping(world)
        mine, other = (
            broker.metric("choria_federation_published_msgs", connected_to="collective")
            for broker in (ours, theirs)
        )
        return (mine, other) if mine > 0 and other > 0 else None

    # Choria's has ten members in the queue group and ours one: few pings may all miss ours.
    mine, other = process.wait_until(both_have_worked, "both have passed requests on", 30)
    return f"requests: ours {mine:g}, Choria's {other:g}"


class Checks:
    def __init__(self, world: World, result: PeerResult):
        self.world, self.result = world, result

    def check(self, name: str, what: Callable[[], str | None]) -> None:
        self.result.check(name, what)

    def ours_alone(self) -> None:
        world = self.world
        one = world.start(OURS, "dc1", "fed1.test")
        two = world.start(OURS, "dc2", "fed2.test")
        self.check("ours.ping.unfederated", lambda: ping_unfederated(world))
        for name, use in USE.items():
            self.check(f"ours.{name}", lambda use=use: use(world))

        def metrics() -> str:
            received = one.metric("choria_federation_received_msgs", name="nats_ingest")
            out = two.metric("choria_federation_published_msgs", connected_to="federation")
            expect(received > 0 and out > 0, (received, out))
            return f"{received:g} received by dc1, {out:g} replies published by dc2"

        self.check("ours.metrics", metrics)

        def stop() -> None:
            for broker in (one, two):
                status = broker.end()
                expect(status == 0, f"exit status {status}")

        self.check("ours.stop", stop)
        world.end_federation_brokers()

    def ours_with_placement(self) -> None:
        """The same use, while targets of the other collective are left out."""
        world = self.world
        brokers = [world.start(OURS, name, f"fed.{name}.test", PLACEMENT) for name in ("dc1", "dc2")]
        for name, use in USE.items():
            self.check(f"placement.{name}", lambda use=use: use(world))
        self.check("placement.again.request.directed", lambda: request_directed(world))
        self.check("placement.again.request.500_targets", lambda: request_500_targets(world))

        def left_out() -> str:
            counts = [one.metric("antiphon_federation_elsewhere_targets_total") for one in brokers]
            expect(all(count > 400 for count in counts), counts)
            return f"targets left out: {counts}"

        self.check("placement.targets_left_out", left_out)
        world.end_federation_brokers()

    def ours_hears_nodes(self) -> None:
        """Real servers are known by their registrations, before anybody has asked them; and by their ends."""
        world = self.world
        tier = world.start(OURS, "dc1", "fed1.test", PLACEMENT + HEARING)
        node = NODES["dc1"][1]

        def signs(kind: str) -> float:
            return tier.metric("antiphon_federation_life_signs_total", sign=kind)

        def until_here(count: int) -> None:
            process.wait_until(
                lambda: tier.metric("antiphon_federation_nodes_here") == count, f"{count} are here", 30
            )

        def asked() -> list[str]:
            arguments = ("req", "rpcutil", "ping", "--federations", "dc1", "-I", node, "--json")
            replies = json.loads(world.client.run(*arguments).stdout)["replies"]
            return [one["sender"] for one in replies or ()]

        def registered() -> str:
            until_here(len(NODES["dc1"]))
            received = tier.metric("choria_federation_received_msgs", name="nats_ingest")
            expect(received == 0, f"{received:g} messages, and none was needed")
            expect(tier.metric("antiphon_federation_nameless_signs_total") == 0, "a sign named nobody")
            return f"{signs('registration'):g} registrations"

        def ended() -> str:
            world.servers[node].end()
            process.wait_until(lambda: signs("shutdown") == 1, "it has said that it ends", 30)
            until_here(len(NODES["dc1"]) - 1)
            for _ in range(2):
                got = asked()
                expect(not got, got)
            left_out = tier.metric("antiphon_federation_elsewhere_targets_total")
            expect(left_out == 1, f"{left_out:g} targets left out")
            return "asked once, as whoever is unknown, then left out"

        def started() -> None:
            world.start_server("dc1", node)
            process.wait_until(lambda: signs("startup") == 1, "it has said that it starts", 30)
            world.wait_for_server(node)
            got = asked()
            expect(got == [node], got)

        self.check("hearing.registered", registered)
        self.check("hearing.ended", ended)
        self.check("hearing.started_again", started)
        world.end_federation_brokers()

    def ours_refuses(self) -> None:
        """The real client shows what a federation broker of ours says of a request that it refuses."""
        world = self.world
        node = NODES["dc1"][0]
        world.start(
            OURS, "dc1", "fed1.test", "plugin.antiphon.federation.targets = *.broadcast.agent.discovery\n"
        )

        def shown() -> str:
            arguments = ("req", "rpcutil", "ping", "--federations", "dc1", "-I", node, "--json")
            reply = json.loads(world.client.run(*arguments).stdout)
            [error] = reply["replies"]
            expect(error["sender"] == "fed1.test" and error["statuscode"] == 5, error)
            expect(error["statusmsg"].endswith("target_not_allowed"), error)
            statistics = reply["request_stats"]
            expect(statistics["no_responses"] == [node], statistics)
            expect(statistics["unexpected_responses"] == ["fed1.test"], statistics)
            return error["statusmsg"]

        self.check("error_reply.shown", shown)

        def discovery() -> None:
            got = names(world, "--federations", "dc1", "--timeout", "2")
            expect(got == list(NODES["dc1"]), got)

        self.check("error_reply.not_in_discovery", discovery)
        world.end_federation_brokers()

    def mixed(self) -> None:
        """Ours and Choria's share a cluster; then one of them is gone."""
        world = self.world
        ours = world.start(OURS, "dc1", "fed1.test")
        theirs = world.start(THEIRS, "dc1", "fed3.test")
        world.start(THEIRS, "dc2", "fed2.test")

        self.check("mixed.both_work", lambda: share(world, ours, theirs))
        for name, use in USE.items():
            self.check(f"mixed.{name}", lambda use=use: use(world))
        ours.end()
        self.check("mixed.without_ours", lambda: ping(world))
        again = world.start(OURS, "dc1", "fed1.test")
        theirs.end()
        self.check("mixed.without_theirs", lambda: ping(world))
        again.end()
        world.end_federation_brokers()

    def inside(self) -> None:
        """Our tier inside the broker of dc1; then Choria's federation broker in the same cluster."""
        world = self.world
        tier = world.inside["dc1"]
        world.start(OURS, "dc2", "fed2.test")
        for name, use in USE.items():
            self.check(f"inside.{name}", lambda use=use: use(world))
        theirs = world.start(THEIRS, "dc1", "fed3.test")

        self.check("inside.mixed.both_work", lambda: share(world, tier, theirs))
        for name, use in USE.items():
            self.check(f"inside.mixed.{name}", lambda use=use: use(world))
        theirs.end()
        self.check("inside.mixed.without_theirs", lambda: ping(world))

        def stop() -> None:
            status = world.brokers["dc1"].end()
            expect(status == 0, f"exit status {status}")

        self.check("inside.stop", stop)
        world.end_federation_brokers()

    def published(self, kind: str) -> dict[str, list[tuple[str, bytes]]]:
        """What a federation broker of this kind publishes for each message."""
        world = self.world
        world.start(kind, "dc1", "fed1.test")
        got: dict[str, list[tuple[str, bytes]]] = {}
        with world.connect("federation") as federation, world.connect("dc1") as collective:
            subscribe(federation, "*.reply.>", "choria.lifecycle.>")
            subscribe(collective, "*.node.>", "*.broadcast.>")
            for name, (count, message) in REQUESTS.items():
                publish(federation, "choria.federation.dc1.federation", message)
                got[name] = take(collective, count)
            for name, (count, message) in REPLIES.items():
                publish(collective, "choria.federation.dc1.collective", message)
                got[name] = take(federation, count)
            for name, (side, message) in REFUSED.items():
                source = federation if side == "federation" else collective
                publish(source, f"choria.federation.dc1.{side}", message)
            # When what was sent behind them has come, nothing more is to be expected of them.
            for side, source, other in (
                ("federation", federation, collective), ("collective", collective, federation)
            ):  # fmt: skip
                for number in range(MARKERS):
                    publish(source, f"choria.federation.dc1.{side}", marker(side, number))
                published = take(other, MARKERS)
                other.send(b"PING\r\n")
                published += messages(other.read_until(lambda frame: frame.verb == "PONG"))
                got[f"refused from the {side}"] = [one for one in published if not is_marker(one[1])]
        world.end_federation_brokers()
        return got

    def same_bytes(self) -> None:
        ours, theirs = self.published(OURS), self.published(THEIRS)
        for name in theirs:

            def same(name=name) -> str:
                mine, other = ours[name], sorted(normal(theirs[name]))
                expect(sorted(normal(mine)) == other, f"ours {mine!r}, Choria's {other!r}")
                return f"{len(mine)} messages of {sum(len(payload) for _, payload in mine)} bytes"

            self.check(f"same_bytes.{name}", same)


def take(socket, count: int) -> list[tuple[str, bytes]]:
    got: list[tuple[str, bytes]] = []

    def enough(frame) -> bool:
        got.extend(messages([frame]))
        return len(got) == count

    socket.read_until(enough)
    return got


def normal(published: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Which worker of a stage had a message is chance."""
    return [(subject, _WORKER.sub(rb"\1:0", payload)) for subject, payload in published]


def play(world: World, result: PeerResult, parts: tuple[Callable[[Checks], None], ...]) -> dict[str, str]:
    """The parts in turn; what all processes said."""
    try:
        checks = Checks(world, result)
        for part in parts:
            try:
                part(checks)
            except Exception as problem:
                result.add(part.__name__, False, f"{type(problem).__name__}: {problem}")
                world.end_federation_brokers()
        return world.logs()
    finally:
        world.close()


def run(antiphon: str, program: str, result: PeerResult) -> dict[str, str]:
    logs = play(
        World(antiphon, program),
        result,
        (Checks.ours_alone, Checks.ours_with_placement, Checks.ours_refuses, Checks.mixed, Checks.same_bytes),
    )
    inside = play(World(antiphon, program, inside=("dc1",)), result, (Checks.inside,))
    hearing = play(World(antiphon, program, server_more=REGISTERING), result, (Checks.ours_hears_nodes,))
    return (
        logs
        | {f"inside-{name}": text for name, text in inside.items()}
        | {f"hearing-{name}": text for name, text in hearing.items()}
    )
