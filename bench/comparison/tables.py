"""The text of the tables: what was measured on what and how, then a row for each figure.

    text = tables.text(scenarios)   # as results.merged() gives them
"""

from bench.comparison import figures
from bench.comparison.figures import Figure
from bench.comparison.scenarios import NODES, SCENARIOS
from bench.comparison.targets import TABLES, Limit, Row, Table, Unmeasured

MARK = "†"
# OpenSSL alone, used well, does some 1,800 full handshakes with RSA-2048 on both sides a second.
HANDSHAKE_US = 550.0
HEAD = (
    "| Scenario | What | Ours (min to max) | Peer (min to max) | Ratio | Target | Met | Runs |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
)
MARK_LEGEND = (
    f"{MARK} the generator used more processor than this server meanwhile, so that the figure may"
    " be the generator's limit."
)
REASON_CHARACTERS_MAX = 200


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _line(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _reason(text: str) -> str:
    if len(text) > REASON_CHARACTERS_MAX:
        text = text[:REASON_CHARACTERS_MAX] + "..."
    return _cell(text)


def _distinct(values) -> list[str]:
    return list(dict.fromkeys(values))


# ---- What stands above the tables ------------------------------------------------------------


def _mark(result: dict | None) -> str:
    return (result or {}).get("mark", "")


def _handshake_us(result: dict | None) -> float:
    return (result or {}).get("handshake_us") or HANDSHAKE_US


def _facts_of(kept: list[dict]) -> list[str]:
    dates = sorted({result["date"] for result in kept})
    when = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    lines = [f"- Machine: {machine}" for machine in _distinct(r["machine"] for r in kept)]
    versions = _distinct(tuple(result["versions"]) for result in kept)
    lines += [f"- Ours: {ours}; peer: {peer}; generator: {own}" for ours, peer, own in versions]
    lines.append(f"- Measured: {when}")
    # Each call measures it anew, and the targets of its scenarios are made of what it was then.
    costs = sorted({round(_handshake_us(result)) for result in kept})
    cost = f"{costs[0]}" if len(costs) == 1 else f"{costs[0]} to {costs[-1]}"
    lines.append(f"- Targets of storms: {cost} us for the crypto of a handshake, and one core")
    return lines


def _facts(scenarios: dict[str, dict]) -> list[str]:
    """Of each sitting; rows of all but the first have its mark."""
    lines = []
    for mark in _distinct(_mark(result) for result in scenarios.values()):
        facts = _facts_of([result for result in scenarios.values() if _mark(result) == mark])
        if mark and lines:
            lines += ["", f"Rows with {mark}:", ""]
        lines += facts
    return lines


def _quick_warning(scenarios: dict[str, dict]) -> list[str]:
    tried = [f"`{name}`" for name, result in scenarios.items() if result["quick"]]
    if not tried:
        return []
    warning = "**Only tried, with few nodes and short, so that it says nothing:**"
    return ["", f"{warning} {', '.join(tried)}"]


def _commands(scenarios: dict[str, dict]) -> list[str]:
    lines = ["```sh"]
    for name, result in scenarios.items():
        note = f" ({result['note']})" if result["note"] else ""
        lines += [f"# {name}{note}", result["command"] or "# could not be made"]
    return lines + ["```"]


# ---- Rows --------------------------------------------------------------------------------------


def _server_cell(row: Row, series: dict, figure: Figure | None) -> str:
    text = "-" if figure is None else figure.text()
    if figure is not None and row.wall and figures.generator_was_busier(series):
        text += f" {MARK}"
    failures = series["failures"]
    if failures:
        what = f"failed in {len(failures)} of the runs: {_reason(failures[0])}"
        text = f"{text}; {what}"
    return text


def _limits(row: Row, result: dict | None) -> list[Limit]:
    wanted = SCENARIOS[row.scenario].options.get(NODES, 0)
    nodes = (result or {}).get("nodes", wanted)
    return [figures.plain_limit(limit, nodes, _handshake_us(result)) for limit in row.limits]


def _measured_cells(row: Row, limits: list[Limit], case: dict, alone: str) -> list[str]:
    """Ours, peer, ratio, whether it is met, and how often it was run."""
    ours_series, *others = case["servers"]
    ours = figures.figure(ours_series, row.metric)
    peer = figures.figure(others[0], row.metric) if others else None
    ratio = figures.ratio(ours, peer)
    met = figures.is_met(limits, ours, peer)
    if ours_series["failures"] and limits:
        met = "no"
    runs = max((len(figure.values) for figure in (ours, peer) if figure), default=0)
    return [
        _server_cell(row, ours_series, ours) + (", alone" if not others else ""),
        _server_cell(row, others[0], peer) if others else _cell(alone or "-"),
        "-" if ratio is None else f"{ratio:.3g}",
        met,
        str(runs),
    ]


def _cells(row: Row, limits: list[Limit], result: dict | None) -> list[str]:
    if result is None:
        return ["not measured yet", "-", "-", "-", "0"]
    cases = result.get("cases", [])
    if row.case < len(cases):
        return _measured_cells(row, limits, cases[row.case], result.get("alone", ""))
    reason = result.get("failure", "it printed too few results")
    return [f"failed: {_reason(reason)}", "-", "-", "no" if limits else "-", "0"]


def _row_line(row: Row | Unmeasured, scenarios: dict[str, dict]) -> str:
    if isinstance(row, Unmeasured):
        reason = f"not measured here: {row.reason}"
        return _line("-", _cell(row.what), reason, "-", "-", row.target, "-", "-")
    result = scenarios.get(row.scenario)
    limits = _limits(row, result)
    target = ", ".join(figures.limit_text(limit) for limit in limits) or "-"
    ours, peer, ratio, met, runs = _cells(row, limits, result)
    what = f"{row.what} ({result['note']})" if result and result["note"] else row.what
    name = f"`{row.scenario}` {_mark(result)}".rstrip()
    return _line(name, _cell(what), ours, peer, ratio, target, met, runs)


def _usage_lines(table: Table, scenarios: dict[str, dict]) -> list[str]:
    """How busy both sides of each marked figure were."""
    lines = []
    for row in table.rows:
        if isinstance(row, Unmeasured) or not row.wall:
            continue
        cases = scenarios.get(row.scenario, {}).get("cases", [])
        for series in cases[row.case]["servers"] if row.case < len(cases) else ():
            if figures.generator_was_busier(series) and figures.figure(series, row.metric):
                generator, server = series["generator_cpu_percent"], series["server_cpu_percent"]
                lines.append(
                    f"- `{row.scenario}`, {cases[row.case]['case']}: generator {generator:.0f} % of"
                    f" a core, {series['server']} {server:.0f} %"
                )
    return _distinct(lines)


def table_text(table: Table, scenarios: dict[str, dict]) -> str:
    lines = [f"### {table.title}", "", *HEAD]
    lines += [_row_line(row, scenarios) for row in table.rows]
    if usage := _usage_lines(table, scenarios):
        lines += ["", MARK_LEGEND, "", *usage]
    return "\n".join(lines)


def text(scenarios: dict[str, dict]) -> str:
    """Everything that stands between the markers."""
    known = {name: scenarios[name] for name in SCENARIOS if name in scenarios}
    parts = []
    if known:
        parts.append("\n".join(_facts(known) + _quick_warning(known)))
        parts.append("\n".join(_commands(known)))
    parts += [table_text(table, known) for table in TABLES]
    return "\n\n".join(parts)
