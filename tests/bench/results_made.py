"""Results as a comparison would keep them, made by hand."""


def metric(name: str, unit: str, *runs: float) -> dict:
    return {"name": name, "unit": unit, "better": "lower", "median": 0, "runs": list(runs)}


def series(server: str, *metrics: dict, generator=10.0, cpu=90.0, failures=()) -> dict:
    return {
        "server": server,
        "metrics": list(metrics),
        "generator_cpu_percent": generator,
        "server_cpu_percent": cpu,
        "failures": list(failures),
    }


def result(*cases: tuple[dict, ...], **more) -> dict:
    kept = {
        "date": "2026-01-02",
        "machine": "some machine",
        "versions": ["ours 1", "peer 2", "generator 3"],
        "runs": 5,
        "quick": False,
        "command": "antiphon bench",
        "note": "",
        "nodes": 0,
        "cases": [{"case": "some case", "servers": list(servers)} for servers in cases],
    }
    return kept | more


def failed(reason: str, **more) -> dict:
    kept = result(**more) | {"failure": reason}
    del kept["cases"]
    return kept
