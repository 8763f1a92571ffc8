"""Prometheus's `promtool` reads /metrics: of a fresh broker, and of one with a history."""

from tests.interop.results import PeerResult
from tests.support import process
from tests.support.nats_server import NatsServer
from tests.support.nats_socket import NatsSocket

DEADLINE_S = 30.0
_CONFIGURATION = 'listen: "127.0.0.1:-1"\nhttp: "127.0.0.1:-1"\nmax_payload: 1024\n'


def _check(binary: str, server: NatsServer) -> str:
    """How many samples promtool found nothing wrong with."""
    status, headers, body = server.get("/metrics")
    assert status == 200, f"/metrics answers {status}"
    assert headers["content-type"].startswith("text/plain; version=0.0.4"), headers
    done = process.run([binary, "check", "metrics"], DEADLINE_S, input=body.decode())
    assert done.status == 0, f"{done.stdout}{done.stderr}"
    samples = [line for line in body.decode().splitlines() if line and not line.startswith("#")]
    assert samples, "no sample at all"
    return f"{len(samples)} samples"


def _make_history(server: NatsServer) -> None:
    """Deliveries, and a connection that the broker closed with a reason."""
    with NatsSocket(server.port) as client:
        client.send(b'CONNECT {"verbose":false}\r\nSUB a.> 1\r\nPUB a.b 2\r\nhi\r\nPING\r\n')
        client.read_until(lambda frame: frame.verb == "PONG")
        client.send(b"PUB a.b 1025\r\n")
        client.read_until(lambda frame: frame.verb == "-ERR")


def run(binary: str, server_binary: str, result: PeerResult) -> None:
    with NatsServer(server_binary, _CONFIGURATION) as server:
        for name, prepare in {"metrics.fresh": None, "metrics.history": _make_history}.items():
            try:
                if prepare:
                    prepare(server)
                result.add(name, True, _check(binary, server))
            except Exception as problem:  # reported as this check's failure
                result.add(name, False, f"{type(problem).__name__}: {problem}")
