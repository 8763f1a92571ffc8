"""One process of a federation is killed while people ask all its nodes: three checks of what comes of it.

WHY   Choria delivers at most once, so what is under way at the kill may be lost. Nothing may be once the others have
      taken over, and all must be as before when the killed one is started again.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.interop.federation_asking import Asked, Crowd
from tests.interop.federation_clusters_world import World
from tests.interop.federation_replies import Replies
from tests.interop.federation_world import FederationBroker
from tests.interop.results import PeerResult, expect
from tests.support import process

PROBE_S = "3"  # how long a ping that is tried again waits for its last answer
DEADLINE_S = 90.0
REQUESTS_AFTERWARDS = 2  # of each caller


@dataclass(frozen=True)
class Victim:
    name: str
    through: FederationBroker  # the victim is at work while requests come to this one
    kill: Callable[[], None]
    start: Callable[[], None]
    wait_until_back: Callable[[], None]
    alone: frozenset[str] = frozenset()  # the nodes that are gone with it


def answering(world: World, caller: str, *arguments: str) -> list[str]:
    """The names of who answers a ping; of who answers twice, twice."""
    done = world.clients[caller].run("ping", "--names", *arguments)
    return sorted(line for line in done.stdout.split() if line.endswith(".test"))


def difference(got: list[str], wanted: list[str]) -> str:
    missing, more = sorted(set(wanted) - set(got)), sorted(set(got) - set(wanted))
    return f"{len(got)} of {len(wanted)}, {len(missing)} missing ({missing[:5]}), too many: {more[:5]}"


class Kill:
    def __init__(self, world: World, replies: Replies, victim: Victim):
        self._world, self._replies, self._victim = world, replies, victim
        self._crowd = Crowd(world.clients, world.nodes_file)
        self._caller = next(iter(world.clients))
        self._healed = 0.0
        self.asked: list[Asked] = []

    def check(self, result: PeerResult, all_is_well: Callable[[], None]) -> None:
        name = f"kill.{self._victim.name}"
        with self._crowd:
            result.check(f"{name}.recovers", self._recovers)
        result.check(f"{name}.loses_nothing_more", self._loses_nothing_more)

        def comes_back() -> None:
            if not self._victim.alone:
                self._start()
            all_is_well()

        result.check(f"{name}.comes_back", comes_back)

    def _recovers(self) -> str:
        victim = self._victim
        self._crowd.wait_until_each(lambda asked: len(asked) >= 1, "each has asked", DEADLINE_S)
        self._wait_for_request()
        victim.kill()
        killed = time.monotonic()
        rest = sorted(set(self._world.nodes) - victim.alone)
        arguments = ("--expect", str(len(rest)), "--timeout", PROBE_S)
        process.wait_until(
            lambda: answering(self._world, self._caller, *arguments) == rest, "all others answer", DEADLINE_S
        )
        took = time.monotonic() - killed
        if victim.alone:  # else each later request waits in vain for these nodes
            self._start()
        self._healed = time.monotonic()
        self._crowd.wait_until_each(
            lambda asked: sum(one.began > self._healed for one in asked) >= REQUESTS_AFTERWARDS,
            "each has asked again", DEADLINE_S,
        )  # fmt: skip
        return f"after {took:.1f} s"

    def _wait_for_request(self) -> None:
        """When another one has come, it is on its way."""

        def received() -> float:
            labels = {"name": "nats_ingest", "connected_to": "federation"}
            return self._victim.through.metric("choria_federation_received_msgs", **labels)

        before = received()
        process.wait_until(lambda: received() > before, "a request passes", DEADLINE_S, 0.002)

    def _start(self) -> None:
        self._victim.start()
        self._victim.wait_until_back()

    def _loses_nothing_more(self) -> str:
        """Of what was asked later; and never what does not pass the killed one."""
        self.asked = self._crowd.asked()
        nodes = set(self._world.nodes)
        cut = [one for one in self.asked if not nodes.issubset(one.senders)]
        for one in cut:
            lost = nodes - set(one.senders) - self._replies.senders(one.request_id)
            if one.began > self._healed:
                expect(not lost, missed(one, self._world.nodes))
            elif self._victim.alone:
                expect(lost <= self._victim.alone, missed(one, self._world.nodes))
        later = [one for one in cut if one.began > self._healed]
        return f"{len(self.asked) - len(cut)} requests whole, {len(cut) - len(later)} cut by the kill" + "".join(
            f", {len(nodes) - len(one.senders)} answers lost between the federation's brokers and the client, "
            f"which waited {one.ended - one.began:.1f} s"
            for one in later
        )


def missed(asked: Asked, wanted: list[str]) -> str:
    return f"{asked.caller} {asked.request_id}: {difference(sorted(asked.senders), wanted)} {asked.said}"
