"""Prometheus's `promtool` reads /metrics: of a broker and of a federation broker, fresh and with a history."""

import http.client
import os

from tests.interop.federation_world import OURS, World, publish
from tests.interop.results import PeerResult
from tests.support import process
from tests.support.nats_server import NatsServer
from tests.support.nats_socket import NatsSocket
from tests.support.places import LOOPBACK

DEADLINE_S = 30.0
_CONFIGURATION = 'listen: "127.0.0.1:-1"\nhttp: "127.0.0.1:-1"\nmax_payload: 1024\n'


_CLUSTER = "dc1"
_REQUESTS = f"choria.federation.{_CLUSTER}.federation"


def _judge(binary: str, status: int, content_type: str, page: str) -> str:
    """How many samples promtool found nothing wrong with."""
    assert status == 200, f"the page answers {status}"
    assert content_type.startswith("text/plain; version=0.0.4"), content_type
    done = process.run([binary, "check", "metrics"], DEADLINE_S, input=page)
    assert done.status == 0, f"{done.stdout}{done.stderr}"
    samples = [line for line in page.splitlines() if line and not line.startswith("#")]
    assert samples, "no sample at all"
    return f"{len(samples)} samples"


def _check(binary: str, server: NatsServer) -> str:
    status, headers, body = server.get("/metrics")
    return _judge(binary, status, headers["content-type"], body.decode())


def _without_suffixes(page: str) -> str:
    """Choria's own names stay as Choria spells them, though its counters lack `_total`."""
    return "".join(
        line.replace(" counter", " untyped") if line.startswith("# TYPE choria_") else line
        for line in page.splitlines(keepends=True)
    )


def _check_tier(binary: str, port: int) -> str:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=DEADLINE_S)
    try:
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        return _judge(binary, answer.status, answer.headers["content-type"],
                      _without_suffixes(answer.read().decode()))  # fmt: skip
    finally:
        connection.close()


def _make_history(server: NatsServer) -> None:
    """Deliveries, and a connection that the broker closed with a reason."""
    with NatsSocket(server.port) as client:
        client.send(b'CONNECT {"verbose":false}\r\nSUB a.> 1\r\nPUB a.b 2\r\nhi\r\nPING\r\n')
        client.read_until(lambda frame: frame.verb == "PONG")
        client.send(b"PUB a.b 1025\r\n")
        client.read_until(lambda frame: frame.verb == "-ERR")


def _report(result: PeerResult, name: str, check) -> None:
    try:
        result.add(name, True, check())
    except Exception as problem:  # reported as this check's failure
        result.add(name, False, f"{type(problem).__name__}: {problem}")


def _check_broker(binary: str, server_binary: str, result: PeerResult) -> None:
    with NatsServer(server_binary, _CONFIGURATION) as server:
        _report(result, "metrics.fresh", lambda: _check(binary, server))
        _make_history(server)
        _report(result, "metrics.history", lambda: _check(binary, server))


def _check_federation(binary: str, server_binary: str, result: PeerResult) -> None:
    """A refusal is history enough: it has a label that text of strangers decides no part of."""
    world = World(os.path.realpath(server_binary), "", with_servers=False)
    try:
        tier = world.start(OURS, _CLUSTER, "fed1.test")
        _report(result, "federation.fresh", lambda: _check_tier(binary, tier.stats_port))
        with world.connect("federation") as asker:
            publish(asker, _REQUESTS, b"nonsense")
        labels = {"direction": "request", "cluster": _CLUSTER}
        process.wait_until(
            lambda: tier.metric("antiphon_federation_refused_total", **labels) == 1,
            "the refusal is counted",
        )
        _report(result, "federation.history", lambda: _check_tier(binary, tier.stats_port))
    finally:
        world.close()


def run(binary: str, server_binary: str, result: PeerResult) -> None:
    _check_broker(binary, server_binary, result)
    _check_federation(binary, server_binary, result)
