"""What should come out of the scenarios: the tables of targets as data.

MODEL   A table has rows; a row is one figure of one scenario, with its targets. What no scenario
        measures stands there too, with the reason, so that nothing is left out in silence.
"""

from dataclasses import dataclass

KILOBYTE = 1024


@dataclass(frozen=True)
class Limit:
    """A target. `of`: "ours" is our value itself, "ratio" ours by the peer's."""

    of: str
    value: float
    unit: str = ""  # of our value
    at_least: bool = False


def ours_at_most(value: float, unit: str) -> Limit:
    return Limit("ours", value, unit)


def ours_at_least(value: float, unit: str) -> Limit:
    return Limit("ours", value, unit, at_least=True)


def ratio_at_most(value: float) -> Limit:
    return Limit("ratio", value)


def ratio_at_least(value: float) -> Limit:
    return Limit("ratio", value, at_least=True)


# More than the arithmetic of the handshakes alone would take.
STORM_OVER_CRYPTO_MAX = 1.3


@dataclass(frozen=True)
class CryptoLimit:
    """At most so many times what the handshakes of all nodes alone would take on one core."""

    factor: float = STORM_OVER_CRYPTO_MAX


@dataclass(frozen=True)
class Row:
    what: str
    scenario: str
    metric: str  # as `antiphon bench --json` names it; "a / b" divides two of one server
    limits: tuple[Limit | CryptoLimit, ...] = ()
    case: int = 0  # which of the scenario's sizes
    wall: bool = True  # a slow generator makes it worse; CPU and memory do not depend on it


@dataclass(frozen=True)
class Unmeasured:
    what: str
    target: str
    reason: str


@dataclass(frozen=True)
class Table:
    title: str
    rows: tuple[Row | Unmeasured, ...]


def _ping(scenario: str, text: str, cpu_us_max: float) -> tuple[Row, Row]:
    cpu_limit = (ours_at_most(cpu_us_max, "us"),)
    return (
        Row(f"{text}: server CPU a node", scenario, "server CPU a node", cpu_limit, wall=False),
        Row(f"{text}: last answer after", scenario, "last answer after", (ratio_at_most(0.5),)),
    )


def _cpu(text: str, scenario: str, most: float, case: int) -> Row:
    limits = (ratio_at_most(most),)
    what = f"{text}: server CPU a delivery"
    return Row(what, scenario, "server CPU a delivery", limits, case, wall=False)


def _few_readers(text: str, scenario: str) -> tuple[Row, ...]:
    rows = []
    for case, size in enumerate((128, 1024)):
        what = f"{text}, {size:,} B"
        rows.append(Row(f"{what}: rate", scenario, "delivered", (ratio_at_least(2.5),), case))
        rows.append(_cpu(what, scenario, 1 / 3, case))
    return tuple(rows)


def _beside(text: str, scenario: str) -> tuple[Row, ...]:
    rows = []
    for case, size in enumerate((128, 1024)):
        for metric in ("delivered", "server CPU a delivery"):
            what = f"{text}, {size:,} B: {metric}"
            rows.append(Row(what, scenario, metric, case=case, wall=metric == "delivered"))
    return tuple(rows)


def _many_readers(text: str, scenario: str) -> tuple[Row, ...]:
    rows = []
    for case, size in enumerate((128, 512)):
        what = f"{text}, {size} B"
        rows.append(Row(f"{what}: rate", scenario, "delivered", (ratio_at_least(4),), case))
        rows.append(_cpu(what, scenario, 1 / 6, case))
        peak = (ratio_at_most(1 / 20),)
        what = f"{what}: peak memory"
        rows.append(Row(what, scenario, "server peak memory", peak, case, wall=False))
        what += " above that of an idle broker"
        rows.append(Row(what, scenario, "server memory above idle", (), case, wall=False))
    return tuple(rows)


def _share_of_bare(text: str, scenario: str) -> tuple[Row, ...]:
    rows = []
    for case, size in enumerate((128, 512)):
        what = f"{text}, {size} B, one shard, beside the bare loop"
        rows.append(Row(f"{what}: rate", scenario, "delivered", (ratio_at_least(0.85),), case))
        cpu = "server CPU a delivery"
        rows.append(Row(f"{what}: {cpu}", scenario, cpu, case=case, wall=False))
    return tuple(rows)


def _p99(text: str, scenario: str, limits: tuple[Limit, ...] = (ratio_at_most(0.5),)) -> Row:
    return Row(f"{text}: p99", scenario, "round trip p99", limits)


def _storm_latency_rows(text: str, scenario: str) -> tuple[Row, ...]:
    return tuple(
        Row(f"{text}: {metric.removeprefix('round trip ')}", scenario, metric)
        for metric in ("round trip p50", "round trip p99", "round trip max")
    )


def _latency_rows(text: str, scenario: str) -> tuple[Row, ...]:
    return (
        _p99(text, scenario),
        _p99(f"{text}, one shard", f"{scenario}-one-shard"),
        _p99(f"{text}, one shard, beside the bare loop", f"{scenario}-bare", ()),
    )


def _storm_rows(text: str, scenario: str, patient: bool) -> tuple[Row, ...]:
    dials = (ours_at_most(0, ""),) if patient else ()
    vain = () if patient else (ours_at_most(5, "%"),)
    left = (ours_at_most(1.2, "x"),)
    return (
        Row(f"{text}: all back after", scenario, "all back after", (CryptoLimit(),)),
        Row(f"{text}: failed dials", scenario, "failed dials", dials),
        Row(f"{text}: handshake CPU in vain", scenario, "handshake CPU spent in vain", vain),
        Row(
            f"{text}: memory after all left, by that with nobody yet",
            scenario,
            "memory after all left / memory with nobody",
            left,
            wall=False,
        ),
        Row(
            f"{text}: memory after all left, by that of the whole fleet",
            scenario,
            "memory after all left / memory before",
            wall=False,
        ),
    )


def _slow_rows(text: str, scenario: str) -> tuple[Row, ...]:
    kept = (ours_at_least(95, "%"),)
    late = (ours_at_most(120, "%"),)
    return (
        Row(f"{text}: rate the others keep", scenario, "rate the others keep", kept),
        Row(f"{text}: p99 of the others", scenario, "delay p99 against none stuck", late),
        Row(f"{text}: peak memory", scenario, "server peak memory", wall=False),
    )


_NODE = "memory a node"
TABLES = (
    Table(
        "Memory of an idle node",
        (
            Row("plain", "idle-plain", _NODE, (ours_at_most(2 * KILOBYTE, "bytes"),), wall=False),
            Row(
                "mutual TLS, RSA-2048, smaller fleet",
                "idle-tls-9000",
                _NODE,
                (ours_at_most(21 * KILOBYTE, "bytes"),),
                wall=False,
            ),
            Row(
                "mutual TLS, RSA-2048, larger fleet",
                "idle-tls-19000",
                _NODE,
                (ours_at_most(21 * KILOBYTE, "bytes"),),
                wall=False,
            ),
        ),
    ),
    Table(
        "Handshakes",
        (
            *(
                Row(
                    f"mutual TLS, RSA-2048, {fleet}: connects a server core",
                    scenario,
                    "connects a server core",
                    (ours_at_least(1500, "conn/s"),),
                    wall=False,
                )
                for fleet, scenario in (
                    ("smaller fleet", "idle-tls-9000"),
                    ("larger fleet", "idle-tls-19000"),
                )
            ),
        ),
    ),
    Table(
        "A question to the whole fleet, and all answers",
        (
            *_ping("ping-plain-10000", "plain, smaller fleet", 9),
            Row(
                "plain, smaller fleet, one shard, beside the bare loop: server CPU a node",
                "ping-plain-10000-bare",
                "server CPU a node",
                wall=False,
            ),
            *_ping("ping-plain-19500", "plain, larger fleet", 9),
            *_ping("ping-tls-10000", "mutual TLS, smaller fleet", 13),
            *_ping("ping-tls-19500", "mutual TLS, larger fleet", 13),
        ),
    ),
    Table(
        "One publisher, one reader, one shard",
        (
            Row("16 B: rate", "pubsub-1-1", "delivered", (ratio_at_least(4),), 0),
            Row("128 B: rate", "pubsub-1-1", "delivered", (ratio_at_least(3),), 1),
            Row("1,024 B: rate", "pubsub-1-1", "delivered", (ratio_at_least(2.5),), 2),
            *(
                Row(f"{size} B, a shard for each processor: rate", "pubsub-1-1-default",
                    "delivered", case=case)  # fmt: skip
                for case, size in enumerate(("16", "128", "1,024"))
            ),
        ),
    ),
    Table(
        "Few publishers, few readers, one subject",
        (
            *_few_readers("1:4", "pubsub-1-4"),
            *_few_readers("4:4", "pubsub-4-4"),
            *_few_readers("4:4, one shard", "pubsub-4-4-one-shard"),
            *_beside("1:4, one shard, beside the bare loop", "pubsub-1-4-bare"),
            *_beside("4:4, one shard, beside the bare loop", "pubsub-4-4-bare"),
        ),
    ),
    Table(
        "One subject, four publishers, four readers, by the number of shards",
        tuple(
            Row(
                f"{shards} shards, {size} B: server CPU a delivery",
                f"pubsub-shards-{shards}",
                "server CPU a delivery",
                case=case,
                wall=False,
            )
            for case, size in enumerate((16, 128))
            for shards in (1, 2, 4)
        ),
    ),
    Table(
        "Fan-out",
        (
            *_many_readers("1:1,000", "fanout-1000"),
            *_many_readers("1:10,000", "fanout-10000"),
            Row(
                "1:1,000, 128 B, unequal sids: rate",
                "fanout-unequal",
                "delivered",
                (ratio_at_least(2),),
            ),
            Row(
                "1:1,000, 512 B, unequal sids: rate",
                "fanout-unequal",
                "delivered",
                (ratio_at_least(2),),
                1,
            ),
            *(
                Row(f"1:10,000, {size} B, unequal sids: rate", "fanout-unequal-10000", "delivered",
                    (ratio_at_least(2),), case)  # fmt: skip
                for case, size in enumerate((128, 512))
            ),
            Row("1:1,000, 512 B, TLS: rate", "fanout-tls", "delivered", (ratio_at_least(2),)),
            Row("1:10,000, 512 B, TLS: rate", "fanout-tls-10000", "delivered", (ratio_at_least(2),)),
            *_share_of_bare("1:1,000", "fanout-1000-bare"),
            *_share_of_bare("1:10,000", "fanout-10000-bare"),
        ),
    ),
    Table(
        "Round trip of a request",
        (
            Row("idle: p50", "latency-idle", "round trip p50", (ratio_at_most(1),)),
            *_latency_rows("idle", "latency-idle"),
            *_latency_rows("1,000/s beside 50,000 msg/s", "latency-50k"),
            *_latency_rows("1,000/s beside 200,000 msg/s", "latency-200k"),
            *_storm_latency_rows("1,000/s beside 4,000 nodes at once, mutual TLS", "latency-storm"),
        ),
    ),
    Table(
        "Storm: all nodes cut off, and back at once, mutual TLS, RSA-2048",
        (
            *_storm_rows("smaller fleet, patience 2 s", "storm-10000-2s", False),
            *_storm_rows("smaller fleet, patience 60 s", "storm-10000-60s", True),
            *_storm_rows("larger fleet, patience 2 s", "storm-19000-2s", False),
            *_storm_rows("larger fleet, patience 60 s", "storm-19000-60s", True),
        ),
    ),
    Table(
        "Readers that never read",
        (
            *_slow_rows("1 of 10", "slow-1-of-10"),
            *_slow_rows("100 of 1,000", "slow-100-of-1000"),
            *_slow_rows("1,000 of 10,000", "slow-1000-of-10000"),
        ),
    ),
    Table(
        "A million subscriptions",
        (
            Unmeasured(
                "stall of a publish by an interest change",
                "<= 1 ms",
                "`ctest -L pause` holds it, but for one turn in a thousand while a million come; "
                "the figures stand [below](#micro-benchmarks)",
            ),
        ),
    ),
)
