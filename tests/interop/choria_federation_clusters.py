"""A federation whose parts are all there several times works with go-choria's client, servers and brokers, and goes on
when any one of its processes is killed.

Two collectives and the federation's network are three of Choria's brokers each; each collective has two federation
brokers of ours. While two people ask all nodes by name, one process of each kind is killed. What is under way then may
be lost: nothing is later, and nothing ever comes twice or to somebody else.
"""

import time
from collections.abc import Callable, Iterable

from tests.interop.broker_cluster import BrokerCluster, Member
from tests.interop.federation_asking import Asked, ask
from tests.interop.federation_clusters_world import CALLERS, Collective, World, kill
from tests.interop.federation_kill import DEADLINE_S, PROBE_S, Kill, Victim, answering, difference
from tests.interop.federation_replies import Replies, reply_subject
from tests.interop.federation_world import FederationBroker
from tests.interop.results import PeerResult, expect
from tests.support import process

ALICE, BOB = CALLERS
PING_S = "20"  # it ends with the last answer
TRIES = 3
FEW = ("e250.dc2.test", "e7.dc1.test", "n1.dc1.test", "n3.dc2.test")


class Checks:
    def __init__(self, world: World, result: PeerResult):
        self.world, self.result = world, result
        self.dc1, self.dc2 = world.collectives
        self.tiers = {identity for one in world.collectives for identity in one.tiers}
        self.asked: list[Asked] = []
        # The one to be killed has work, and who listens outlives it.
        self.killed_above = self.dc1.broker_of(first_tier(self.dc1), "federation")
        listened_to = next(one for one in world.brokers.members if one is not self.killed_above)
        self.replies = Replies(world.listen(listened_to))

    # ---- While all is well

    def whole(self, ask: Callable[[], Iterable[str]], wanted: list[str]) -> str:
        """All answers come to the client; they pass the federation each time that it asks.

        Choria's client asks as soon as one of its connections listens at one of the brokers. What another
        broker has for it before it has heard of that is lost, which can happen where processors are scarce.
        """
        for attempt in range(1, TRIES + 1):
            before, began = self.replies.requests(), time.monotonic()
            got = sorted(ask())
            if got == wanted:
                took = f"{len(got)} answers in {time.monotonic() - began:.1f} s"
                return took + (f", asked {attempt} times" if attempt > 1 else "")
            passed = [self.replies.senders(one) for one in self.replies.requests() - before]
            expect(set(wanted) in passed, f"{difference(got, wanted)}; passed: {[len(one) for one in passed]}")
        raise AssertionError(f"asked {TRIES} times: {difference(got, wanted)}, and all have passed")

    def ping(self) -> str:
        return self.ping_all(self.world.nodes)

    def ping_all(self, nodes: list[str], *federations: str) -> str:
        expected = ("--expect", str(len(nodes)), "--timeout", PING_S)
        return self.whole(lambda: answering(self.world, ALICE, *federations, *expected), nodes)

    def ping_one_collective(self) -> str:
        return self.ping_all(sorted(self.dc2.nodes), "--federations", "dc2")

    def discover(self) -> str:
        return self.whole(lambda: self.world.clients[BOB].output("discover").split(), self.world.nodes)

    def request_discovered(self) -> str:
        def senders() -> list[str]:
            reply = self.world.clients[ALICE].request("rpcutil", "ping")
            return [one["sender"] for one in reply["replies"]]

        return self.whole(senders, self.world.nodes)

    def request(self, caller: str, wanted: list[str], nodes_file: str) -> str:
        def senders() -> tuple[str, ...]:
            self.asked.append(ask(caller, self.world.clients[caller], nodes_file))
            return self.asked[-1].senders

        return self.whole(senders, wanted)

    def request_few(self) -> str:
        path = self.world.site.directory.write("few.txt", "\n".join(FEW) + "\n")
        return self.request(BOB, sorted(FEW), path)

    def request_all(self) -> str:
        """By their names, in chunks of 200 at most, which go to both collectives."""
        return self.request(ALICE, self.world.nodes, self.world.nodes_file)

    def share(self) -> str:
        """All federation brokers pass on requests and replies."""
        tiers = {identity: tier for one in self.world.collectives for identity, tier in one.tiers.items()}

        def published(tier: FederationBroker, side: str) -> float:
            return tier.metric("choria_federation_published_msgs", connected_to=side)

        def all_have_worked() -> bool:
            answering(self.world, BOB, "--expect", str(len(self.world.nodes)), "--timeout", PROBE_S)
            return all(published(tier, side) for tier in tiers.values() for side in ("federation", "collective"))

        process.wait_until(all_have_worked, "all have passed on requests and replies", DEADLINE_S)
        return ", ".join(f"{name}: {published(tier, 'federation'):g} replies" for name, tier in tiers.items())

    def refuse_nothing(self) -> None:
        for one in self.world.collectives:
            for identity, tier in one.tiers.items():
                for family in ("antiphon_federation_refused_total", "antiphon_federation_lost_bytes_total"):
                    count = tier.metric(family)
                    expect(count == 0, f"{identity}: {family} is {count:g}")

    # ---- Who is killed

    def broker(self, name: str, through: FederationBroker, network: BrokerCluster, member: Member) -> Victim:
        is_above = network is self.world.brokers
        nodes = self.world.nodes if is_above else sorted(self.dc2.nodes)
        client = self.world.client(ALICE, member.host, is_above)

        def start() -> None:
            member.start()
            network.wait_until_joined()

        def serves() -> bool:
            done = client.run("ping", "--names", "--expect", str(len(nodes)), "--timeout", PROBE_S)
            return sorted(done.stdout.split()) == nodes

        return Victim(
            name, through, member.kill, start,
            lambda: process.wait_until(serves, f"all answer who asks at {member.name}", DEADLINE_S),
        )  # fmt: skip

    def broker_above(self) -> Victim:
        return self.broker(
            "broker_of_federation", first_tier(self.dc1), self.world.brokers, self.killed_above
        )

    def broker_of_collective(self) -> Victim:
        tier = first_tier(self.dc2)
        member = self.dc2.broker_of(tier, "collective")
        return self.broker("broker_of_collective", tier, self.dc2.brokers, member)

    def federation_broker(self) -> Victim:
        identity, tier = next(iter(self.dc1.tiers.items()))

        def has_work() -> bool:
            answering(self.world, BOB, "--expect", str(len(self.world.nodes)), "--timeout", PROBE_S)
            return self.dc1.tiers[identity].metric("choria_federation_published_msgs") > 0

        return Victim(
            "federation_broker", tier, lambda: kill(tier.process),
            lambda: self.dc1.start_tier(identity),
            lambda: process.wait_until(has_work, f"{identity} has work again", DEADLINE_S),
        )  # fmt: skip

    def server(self) -> Victim:
        node = self.dc1.real[0]
        return Victim(
            "server", first_tier(self.dc1), lambda: kill(self.dc1.servers[node]),
            lambda: self.dc1.start_server(node), lambda: self.dc1.wait_for_server(node), frozenset([node]),
        )  # fmt: skip

    def play(self, victim: Victim) -> None:
        def all_is_well() -> None:
            self.ping()
            self.request_all()

        killing = Kill(self.world, self.replies, victim)
        killing.check(self.result, all_is_well)
        self.asked += killing.asked

    # ---- Of the whole run

    def asked_well(self) -> str:
        """What the clients say of all that they have asked. A request that is not passed on they are told of."""
        nodes, refused = set(self.world.nodes), 0
        for one in self.asked:
            expect(not one.repeated and nodes.issuperset(one.senders), (one.caller, one.repeated))
            refusing = {sender for sender, _ in one.refusals}
            expect(set(one.unexpected) == refusing, (one.caller, one.unexpected, one.refusals))
            if one.refusals:
                refused += 1
                expect(refusing <= self.tiers and one.silent, one.refusals)
                expect(all(why.endswith("link_down") for _, why in one.refusals), one.refusals)
        answers = sum(len(one.senders) for one in self.asked)
        return f"{len(self.asked)} requests, {answers} answers, {refused} told that a side was away"

    def replies_once(self) -> str:
        counts = self.replies.counts()
        # A federation broker tells of each chunk of a request that it does not pass on.
        twice = [reply for reply, times in counts.items() if times > 1 and reply.sender not in self.tiers]
        expect(not twice, f"{len(twice)} came more than once: {twice[:3]}")
        return f"{len(counts)} replies"

    def replies_to_their_askers(self) -> str:
        known = self.tiers.union(self.world.nodes)
        askers = {one.request_id: one.caller for one in self.asked}
        for reply in self.replies.counts():
            asker = askers.get(reply.request_id)  # a client does not tell the ids of its pings
            subjects = [reply_subject(name, reply.request_id) for name in ([asker] if asker else CALLERS)]
            expect(reply.subject in subjects, (asker, reply))
            expect(reply.sender in known, reply)
        return f"of {len(askers)} requests"

    def stop(self) -> None:
        for one in self.world.collectives:
            for identity, tier in one.tiers.items():
                status = tier.end()
                expect(status == 0, f"{identity}: exit status {status}")

    def run(self) -> None:
        calm: dict[str, Callable[[], str | None]] = {
            "ping": self.ping,
            "ping.one_collective": self.ping_one_collective,
            "discover": self.discover,
            "request.rpcutil_ping": self.request_discovered,
            "request.directed": self.request_few,
            "request.506_targets": self.request_all,
            "federation_brokers.share": self.share,
            "federation_brokers.refuse_nothing": self.refuse_nothing,
        }
        for name, check in calm.items():
            self.result.check(name, check)
        for victim in (
            self.broker_above, self.broker_of_collective, self.federation_broker, self.server
        ):  # fmt: skip
            self.play(victim())
        self.result.check("clients.have_each_answer_once", self.asked_well)
        self.result.check("replies.once", self.replies_once)
        self.result.check("replies.to_their_askers", self.replies_to_their_askers)
        self.result.check("federation_brokers.stop", self.stop)


def first_tier(collective: Collective) -> FederationBroker:
    return next(iter(collective.tiers.values()))


def run(antiphon: str, program: str, result: PeerResult) -> dict[str, str]:
    began = time.monotonic()
    world = World(antiphon, program)
    try:
        result.add("starts", True, f"{len(world.nodes)} nodes after {time.monotonic() - began:.1f} s")
        checks = Checks(world, result)
        try:
            checks.run()
        except Exception as problem:  # the logs say more
            result.add("run", False, f"{type(problem).__name__}: {problem}")
        finally:
            checks.replies.close()
        return world.logs()
    finally:
        world.close()
