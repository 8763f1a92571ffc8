"""Values of what was measured: medians, spreads, ratios, and whether a target is met."""

import math
import statistics
from dataclasses import dataclass

from bench.comparison.targets import CryptoLimit, Limit

SIGNIFICANT_DIGITS = 3


@dataclass(frozen=True)
class Figure:
    """One metric of one server."""

    values: tuple[float, ...]
    unit: str

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def text(self) -> str:
        middle = format_value(self.median, self.unit)
        if len(self.values) < 2:
            return middle
        low = format_value(min(self.values), self.unit)
        high = format_value(max(self.values), self.unit)
        return f"{middle} ({low} to {high})"


def significant(value: float) -> str:
    whole = 1 if abs(value) < 1 else int(math.log10(abs(value))) + 1
    return f"{value:,.{max(0, SIGNIFICANT_DIGITS - whole)}f}"


def format_value(value: float, unit: str) -> str:
    """As `antiphon bench` prints it: "5.12 M msg/s", "1.40 KB", "85.2 ns"."""
    if unit == "bytes":
        for size, name in ((1024**2, "MB"), (1024, "KB")):
            if value >= size:
                return f"{significant(value / size)} {name}"
        return f"{significant(value)} B"
    if unit.endswith("/s") and unit != "MB/s":
        for size, prefix in ((1e6, "M "), (1e3, "k ")):
            if value >= size:
                return f"{significant(value / size)} {prefix}{unit}"
    if unit == "":
        return f"{value:,.0f}"
    return f"{significant(value)} {unit}".strip()


def _metric(series: dict, name: str) -> dict | None:
    return next((metric for metric in series["metrics"] if metric["name"] == name), None)


def figure(series: dict, name: str) -> Figure | None:
    """`name` may be "a / b": run by run, a divided by b."""
    over, _, under = name.partition(" / ")
    metric = _metric(series, over)
    if metric is None or not metric["runs"]:
        return None
    if not under:
        return Figure(tuple(metric["runs"]), metric["unit"])
    divisor = _metric(series, under)
    if divisor is None or len(divisor["runs"]) != len(metric["runs"]) or 0 in divisor["runs"]:
        return None
    return Figure(tuple(a / b for a, b in zip(metric["runs"], divisor["runs"])), "x")


def ratio(ours: Figure | None, peer: Figure | None) -> float | None:
    if ours is None or peer is None or peer.median == 0:
        return None
    return ours.median / peer.median


def generator_was_busier(series: dict) -> bool:
    """Then a wall time may be the generator's own limit. Below zero: not known."""
    server = series.get("server_cpu_percent", -1)
    return server >= 0 and series.get("generator_cpu_percent", -1) > server


def crypto_limit_s(limit: CryptoLimit, nodes: int, handshake_us: float) -> float:
    return limit.factor * nodes * handshake_us / 1e6


def plain_limit(limit: Limit | CryptoLimit, nodes: int, handshake_us: float) -> Limit:
    if isinstance(limit, CryptoLimit):
        return Limit("ours", crypto_limit_s(limit, nodes, handshake_us), "s")
    return limit


def limit_text(limit: Limit) -> str:
    sign = ">=" if limit.at_least else "<="
    if limit.of == "ours":
        return f"{sign} {format_value(limit.value, limit.unit)}"
    share = 1 / limit.value
    if share > 1.5 and math.isclose(share, round(share), rel_tol=1e-9):
        return f"ratio {sign} 1/{share:.0f}"
    return f"ratio {sign} {limit.value:g}"


def is_met(limits: list[Limit], ours: Figure | None, peer: Figure | None) -> str:
    """ "yes", "no", or "-" when there is nothing to compare."""
    verdicts = []
    for limit in limits:
        value = ratio(ours, peer) if limit.of == "ratio" else (ours.median if ours else None)
        if value is None:
            return "-"
        verdicts.append(value >= limit.value if limit.at_least else value <= limit.value)
    if not verdicts:
        return "-"
    return "yes" if all(verdicts) else "no"
