"""nats.go's own tests (its packages `test` and `micro/test`), with a tester that starts the broker.

The suites ask a service for their servers; suites/nats_go/tester is that service. The test binaries
are the suites' code unchanged but for TestMain.
"""

import re
from collections.abc import Sequence

from tests.interop.suites.suite import Outcome, Suite, beside
from tests.support import process
from tests.support.peers import path, program

SUITE_DEADLINE_S = 240

JETSTREAM = "JetStream is not in this release"
ROUTES = "routes between servers are not in this release"
WEBSOCKET = "websockets are not in this release"


class NatsGoSuite(Suite):
    peer = "suite.nats-go"
    version = "1.55.0"
    needs = ("suite-nats-go",)
    package = ("test",)
    binary = "suite.test"
    recorded_file = beside(__file__, "nats_go", "tests.json")
    exclusions = (
        (r"Test.*(JetStream|JS|KeyValue|KV|ObjectStore|GetObjectDigest).*", JETSTREAM),
        (r"TestPull(Subscribe|Consumer).*", JETSTREAM),
        (r"Test(NoRaceObject|DefaultObject|Object|PublishAsync|PublishWithTTL|MsgDeleteMarker).*",
         JETSTREAM),
        (r"TestStream(Config|Name|Lister|Info).*", JETSTREAM),
        (r"Test(ConsumersLister|AccountInfo|PurgeStream)", JETSTREAM),
        (r"Test(ListKeysFromPurgedStream|ConnectedDomain)", JETSTREAM),
        (r"Test(ConnectedClusterName|RemoteAccountKeptAcrossAsyncInfo)", ROUTES),
        (r"Test(ServerPoolUpdatedWhenRouteGoesAway|PartialWriteReconnects|NewServers)", ROUTES),
        (r"Test(IgnoreDiscoveredServers|GetClientID|RequestMsgRaceAsyncInfo)", ROUTES),
        (r"Test(MaxConnectionsReconnect|UserCredentialsChainedFileNotFoundError)", ROUTES),
        (r"Test(Ws|WS|WebSocket).*", WEBSOCKET),
    )  # fmt: skip

    def names(self) -> list[str]:
        done = process.run([self._binary, "-test.list", "."], process.DEFAULT_DEADLINE_S)
        return [name for name in done.stdout.split("\n") if re.fullmatch(r"Test\w+", name)]

    @property
    def _binary(self) -> str:
        return path("suites", "nats-go", self.binary)

    def run(self, names: Sequence[str], server: str, directory: str) -> dict[str, Outcome]:
        tester = [program("nats_go_tester"), "-server", server, "-dir", directory]
        with process.Process(tester) as service:
            url = service.wait_for_line(r"^tester at (\S+)$").group(1)
            only = "^(" + "|".join(names) + ")$"
            argv = [self._binary, "-test.v", "-test.run", only]
            argv += ["-test.timeout", f"{SUITE_DEADLINE_S}s"]
            where = path("suites", "nats-go", *self.package)
            with process.Process(argv, cwd=where, env={"TESTER_NATS_URL": url}) as suite:
                try:
                    suite.wait(SUITE_DEADLINE_S + process.DEFAULT_DEADLINE_S)
                except process.DeadlineExceeded:
                    pass  # what had ended by then has been said
                return self._outcomes(suite.lines(), service.lines())

    @staticmethod
    def _outcomes(said: list[str], tester_said: list[str]) -> dict[str, Outcome]:
        requests = (line.split() for line in tester_said if line.startswith("server for "))
        asked = {words[2].split("/")[0] for words in requests}
        outcomes: dict[str, Outcome] = {}
        recent: list[str] = []
        for line in said:
            if line.startswith("=== RUN") and "/" not in line:
                recent = []
            recent.append(line)
            if match := re.match(r"--- (PASS|FAIL|SKIP): (\w+) ", line):
                ok = match.group(1) == "PASS"
                detail = "" if ok else "\n".join(recent[-20:])
                outcomes[match.group(2)] = Outcome(ok, detail, match.group(2) in asked)
        return outcomes


class NatsGoMicroSuite(NatsGoSuite):
    """Of services that can be discovered and asked for their figures."""

    peer = "suite.nats-go-micro"
    package = ("micro", "test")
    binary = "micro.test"
    recorded_file = beside(__file__, "nats_go", "micro_tests.json")
    exclusions = ()
