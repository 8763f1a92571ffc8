"""What is compared: each scenario is one call of `antiphon bench`, which measures both servers in turns."""

from dataclasses import dataclass, field, replace

NODES = "--nodes"
READERS = "--readers"
STUCK = "--stuck"
TLS = "--tls"
ONE_SHARD = "-c bench/shards_1.conf"
# What one thread reaches that does nothing but move the bytes (bench/bare_loop).
BARE_LOOP = "build/bench/bench/ap_bare_loop"


@dataclass(frozen=True)
class Scenario:
    name: str
    bench: str  # the subcommand's words
    options: dict[str, object]  # True: the option has no value
    quick: dict[str, object] = field(default_factory=dict)  # instead, when it is only tried
    server_flags: str = ""  # for our server only
    peer: str = ""  # instead of the peer that everything else is measured against
    alone: str = ""  # why there is no peer


FEW = {NODES: 200}
FEW_READERS = {READERS: 50, "--messages": 200}
SHORT = {"--seconds": 0.2}


def _load(name: str, publishers: int, readers: int, sizes: str, flags: str = "") -> Scenario:
    options = {"--publishers": publishers, READERS: readers, "--size": sizes, "--seconds": 2}
    return Scenario(name, "pubsub", options, SHORT, flags)


def _fanout(name: str, readers: int, sizes: str, **more: object) -> Scenario:
    options = {READERS: readers, "--size": sizes}
    options |= {"--" + key.replace("_", "-"): value for key, value in more.items()}
    return Scenario(name, "fanout", options, FEW_READERS)


def _of_shards(shards: int) -> Scenario:
    """What a delivery costs, by the number of shards: all but one of four readers are elsewhere."""
    flags = f"-c bench/shards_{shards}.conf"
    return _load(f"pubsub-shards-{shards}", 4, 4, "16,128", flags)


def _ping_load(name: str, nodes: int, tls: bool = False) -> Scenario:
    # One thread of nodes answers more slowly than the server asks.
    options: dict[str, object] = {NODES: nodes, "--threads": 2}
    if tls:
        options[TLS] = True
    return Scenario(name, "fleet ping", options, FEW)


def _beside_bare(scenario: Scenario) -> Scenario:
    """The same, on one shard, against the bare loop, which has one thread."""
    return replace(
        scenario, name=f"{scenario.name}-bare", server_flags=ONE_SHARD, peer=BARE_LOOP
    )


def _on_all_shards(scenario: Scenario) -> Scenario:
    """As the broker comes: a shard for each processor."""
    return replace(scenario, name=f"{scenario.name}-default", server_flags="")


def _latency(name: str, rate: int = 0, background: int = 0) -> Scenario:
    options: dict[str, object] = {"--seconds": 3}
    if rate:
        options |= {"--rate": rate, "--background": background}
    return Scenario(name, "latency", options, SHORT)


def _on_one_shard(scenario: Scenario) -> Scenario:
    return replace(scenario, name=f"{scenario.name}-one-shard", server_flags=ONE_SHARD)


def _latency_beside_storm(nodes: int) -> Scenario:
    """Requests of connected clients while nodes shake hands, until all of these are in."""
    options = {"--seconds": 3, "--rate": 1000, "--storm": nodes, TLS: True}
    return Scenario("latency-storm", "latency", options, SHORT | {"--storm": 200})


def _storm(name: str, nodes: int, patience_s: int) -> Scenario:
    # A peer that has not got all back by then will not get them back soon. The target for memory
    # after all have left is at 60 s.
    # One thread of nodes would begin later than the peer waits for a client's first word.
    options = {NODES: nodes, TLS: True, "--threads": 2, "--node-timeout": patience_s, "--wait": 120}
    options["--leave"] = 20
    return Scenario(name, "fleet storm", options, FEW | {"--wait": 20, "--leave": 0.5})


_PING_PLAIN = _ping_load("ping-plain-10000", 10000)
_ONE_TO_ONE = _load("pubsub-1-1", 1, 1, "16,128,1024", ONE_SHARD)
_FANOUT_1000 = _fanout("fanout-1000", 1000, "128,512")
_FANOUT_10000 = _fanout("fanout-10000", 10000, "128,512")
_ONE_TO_FOUR = _load("pubsub-1-4", 1, 4, "128,1024")
_FOUR_TO_FOUR = _load("pubsub-4-4", 4, 4, "128,1024")

_LATENCIES = (
    _latency("latency-idle"),
    _latency("latency-50k", 1000, 50000),
    _latency("latency-200k", 1000, 200000),
)

_SCENARIOS = (
    Scenario("idle-plain", "fleet idle", {NODES: 19000}, FEW | {"--settle": 0.5}),
    Scenario("idle-tls-9000", "fleet idle", {NODES: 9000, TLS: True}, FEW | {"--settle": 0.5}),
    Scenario("idle-tls-19000", "fleet idle", {NODES: 19000, TLS: True}, FEW | {"--settle": 0.5}),
    _PING_PLAIN,
    _beside_bare(_PING_PLAIN),
    _ping_load("ping-plain-19500", 19500),
    _ping_load("ping-tls-10000", 10000, tls=True),
    _ping_load("ping-tls-19500", 19500, tls=True),
    _ONE_TO_ONE,
    _on_all_shards(_ONE_TO_ONE),
    _ONE_TO_FOUR,
    _beside_bare(_ONE_TO_FOUR),
    _FOUR_TO_FOUR,
    _load("pubsub-4-4-one-shard", 4, 4, "128,1024", ONE_SHARD),
    _beside_bare(_FOUR_TO_FOUR),
    _FANOUT_1000,
    _beside_bare(_FANOUT_1000),
    _FANOUT_10000,
    _beside_bare(_FANOUT_10000),
    _fanout("fanout-unequal", 1000, "128,512", unequal_sids=True),
    _fanout("fanout-unequal-10000", 10000, "128,512", unequal_sids=True),
    _fanout("fanout-tls", 1000, "512", tls=True),
    _fanout("fanout-tls-10000", 10000, "512", tls=True),
    _of_shards(1),
    _of_shards(2),
    _of_shards(4),
    *_LATENCIES,
    *(_on_one_shard(scenario) for scenario in _LATENCIES),
    *(_beside_bare(scenario) for scenario in _LATENCIES),
    _latency_beside_storm(4000),
    _storm("storm-10000-2s", 10000, 2),
    _storm("storm-10000-60s", 10000, 60),
    _storm("storm-19000-2s", 19000, 2),
    _storm("storm-19000-60s", 19000, 60),
    Scenario("slow-1-of-10", "slow", {READERS: 9, STUCK: 1, "--seconds": 12}, SHORT),
    Scenario(
        "slow-100-of-1000",
        "slow",
        {READERS: 900, STUCK: 100, "--seconds": 6},
        SHORT | {READERS: 45, STUCK: 5},
    ),
    Scenario(
        "slow-1000-of-10000",
        "slow",
        {READERS: 9000, STUCK: 1000, "--seconds": 6},
        SHORT | {READERS: 45, STUCK: 5},
        alone="not through after 330 s",
    ),
)
SCENARIOS = {scenario.name: scenario for scenario in _SCENARIOS}
