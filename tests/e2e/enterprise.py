"""An enterprise in one machine: so many collectives of so many emulated nodes, joined by the federation tier.

    python3 -m tests.e2e.enterprise --collectives 5 --nodes 4000

Each collective has a broker, a process of emulated nodes and a federation broker of its own; clients have
another broker. One ping must be answered by every node; then the broker of the last collective is killed:
the others must answer in full and the missing ones be named.
"""

import argparse
import json
import sys
import time

from tests.support import certificates, process
from tests.support.choria import Site
from tests.support.places import LOOPBACK, free_port
from tests.support.process_facts import cpu_seconds, peak_bytes
from tests.support.site_broker import SiteBroker, antiphon

MIB = 1 << 20


class Collective:
    """One site: a broker, its nodes, its federation broker."""

    def __init__(self, number: int, nodes: int, authority: certificates.Authority, above: int, start_s: float):
        self.name = f"site{number}"
        self.site = Site("", authority)
        self.certificate = self.site.certificate(f"nodes.{self.name}.test")
        self.broker = SiteBroker(self.site)
        self.nodes = process.Process([
            antiphon(), "emulate", "--nodes", str(nodes), "--identity", f"node{{n}}.{self.name}.test",
            "--server", f"tls://{LOOPBACK}:{self.broker.port}", "--wait", str(start_s),
            *tls_files(self.certificate, authority),
        ])  # fmt: skip
        self.http_port = free_port()
        config = self.site.federation_config(
            self.name, above, self.http_port, f"fed.{self.name}.test",
            "plugin.antiphon.federation.placement = on\n",
        )  # fmt: skip
        self.federation = process.Process([antiphon(), "federation", "run", "--config", config])
        self._expected = nodes
        self._start_s = start_s

    def wait(self) -> None:
        self.nodes.wait_for_line(f"ready: {self._expected} of {self._expected} nodes", self._start_s)
        self.federation.wait_for_line("passing on requests and replies", self._start_s)

    def processes(self) -> dict[str, int]:
        return {
            "brokers": self.broker.process.pid,
            "federation brokers": self.federation.pid,
            "emulators": self.nodes.pid,
        }

    def close(self) -> None:
        for one in (self.federation, self.nodes, self.broker.process):
            one.end()
        self.site.close()


def tls_files(made: certificates.Certificate, authority: certificates.Authority) -> list[str]:
    return ["--tls-cert", made.cert, "--tls-key", made.key, "--tls-ca", authority.ca.cert]


class Enterprise:
    def __init__(self, collectives: int, nodes: int, start_s: float = 300):
        self.nodes_each = nodes
        self.federation_site = Site("")
        authority = self.federation_site.authority
        self.federation = SiteBroker(self.federation_site)
        self._client = tls_files(self.federation_site.certificate("asker.mcollective"), authority)
        self.collectives: list[Collective] = []
        try:
            for number in range(1, collectives + 1):
                self.collectives.append(
                    Collective(number, nodes, authority, self.federation.port, start_s)
                )
            for one in self.collectives:
                one.wait()
        except BaseException:
            self.close()
            raise

    @property
    def names(self) -> list[str]:
        return [one.name for one in self.collectives]

    def ping(self, expect: int, timeout_s: float) -> dict:
        done = process.run(
            [antiphon(), "ping", "--unsigned", "--json", "--server", f"tls://{LOOPBACK}:{self.federation.port}",
             *self._client, "--federations", ",".join(self.names), "--expect", str(expect),
             "--timeout", str(timeout_s)],
            timeout_s + 60,
        )  # fmt: skip
        if not done.stdout:
            raise AssertionError(f"ping: exit status {done.status}: {done.stderr}")
        return json.loads(done.stdout)

    def request(self, request_id: str) -> dict:
        """What all federation brokers together know of a request."""
        addresses = [f"{LOOPBACK}:{one.http_port}" for one in self.collectives]
        done = process.run(
            [antiphon(), "federation", "status", *addresses, "--request", request_id, "--json"], 60
        )
        return json.loads(done.stdout)

    def cut_off(self, number: int) -> None:
        """Kills a collective's broker, and waits until its federation broker has seen that."""
        self.collectives[number].broker.kill()
        self.collectives[number].federation.wait_for_line("the next attempt follows in", 30)

    def usage(self) -> dict[str, tuple[float, float]]:
        """Peak memory in MiB and seconds of CPU of each kind of process, together."""
        sums: dict[str, tuple[float, float]] = {}
        kinds = [("the clients' broker", self.federation.process.pid)]
        kinds += [pair for one in self.collectives for pair in one.processes().items()]
        for kind, pid in kinds:
            memory, cpu = sums.get(kind, (0.0, 0.0))
            sums[kind] = (memory + peak_bytes(pid) / MIB, cpu + cpu_seconds(pid))
        return sums

    def close(self) -> None:
        for one in self.collectives:
            one.close()
        self.federation.process.end()
        self.federation_site.close()


def show(what: str, ping: dict, expect: int) -> None:
    print(f"{what}: {ping['replies']} of {expect} answered, {ping['repeated']} twice, "
          f"the first after {ping['min_ms']:.0f} ms, half within {ping['p50_ms']:.0f} ms, "
          f"the last after {ping['max_ms']:.0f} ms")  # fmt: skip


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--collectives", type=int, default=5)
    arguments.add_argument("--nodes", type=int, default=4000, help="of each collective")
    arguments.add_argument("--pings", type=int, default=3)
    arguments.add_argument("--timeout", type=float, default=30, help="seconds for the answers")
    given = arguments.parse_args()
    everybody = given.collectives * given.nodes
    began = time.monotonic()
    enterprise = Enterprise(given.collectives, given.nodes)
    good = True
    try:
        print(f"{everybody} nodes in {given.collectives} collectives are there after "
              f"{time.monotonic() - began:.0f} s")  # fmt: skip
        before = enterprise.usage()
        for number in range(given.pings):
            ping = enterprise.ping(everybody, given.timeout)
            show(f"ping {number + 1}", ping, everybody)
            good &= ping["replies"] == everybody and ping["repeated"] == 0
        for kind, (memory, cpu) in enterprise.usage().items():
            print(f"{kind}: {memory:.0f} MiB at most, {cpu - before[kind][1]:.2f} s of CPU for the pings")
        enterprise.cut_off(-1)
        rest = everybody - given.nodes
        ping = enterprise.ping(rest, given.timeout)
        show(f"without {enterprise.names[-1]}", ping, rest)
        told = enterprise.request(ping["request"])
        missing = {name: len(one["missing"]) for name, one in told["clusters"].items() if one["missing"]}
        print(f"expected {told['expected']}, answered {told['answered']}, missing {missing}")
        good &= ping["replies"] == rest and missing == {enterprise.names[-1]: given.nodes}
    finally:
        enterprise.close()
    print("as it should be" if good else "NOT as it should be")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
