"""nats-server's own tests, with the program under test in the place of the server inside of them.

The tests start their servers by calls of a package. `suites/nats_server/outside` takes the place of
the calls that start, stop, reload and ask a server: it starts the program, signals it and reads its
log and monitoring. `suites/nats_server/prepare` puts it into a copy of the sources.
"""

import re
import time
from collections.abc import Sequence

from tests.interop.namespace import private_network
from tests.interop.suites.suite import Outcome, Suite, beside, need_private_network
from tests.support import process
from tests.support.peers import path

SUITE_DEADLINE_S = 600
TEST_DEADLINE_S = 20  # the longest that pass take 10
LINES_SHOWN_MAX = 20
PACKAGES = ("test", "server")
JETSTREAM = "JetStream is not in this release"
ROUTES = "routes between servers are not in this release"
GATEWAYS = "gateways are not in this release"
LEAFNODES = "leaf nodes are not in this release"
MQTT = "MQTT is not in this release"
WEBSOCKET = "websockets are not in this release"
LATENCY = "latency of services is not in this release"
URL_RESOLVER = "account resolvers over HTTP are not in this release"
PAGES = "the page is not in this release"
TLS_OPTIONS = "this option of TLS is not in this release"
PROXIES = "proxies that vouch for clients are not in this release"
STRICTER = "the configuration is refused here, see docs/configuration.md"
BEFORE_START = "the configuration is checked before the start, with a text of its own"
MAX_PAYLOAD = "a new limit is told in a new INFO, so that the client itself refuses"
WRITE_DEADLINE = "a write that did not have to wait is not late here, however short the deadline"
MIN_VERSION = "the text of an error is another one"
NO_JWT = "JWTs of logins are not shown, as in events"
CALLOUT_WARNINGS = "answers that cannot be taken are not warned about, yet"
USER_INFO = "users of a callout's account may not hear its questions here, and user info says so"
OPERATOR_RELOAD = "operators may be taken out by a reload, yet"
OPERATOR_PAGE = "/varz does not show operators, yet"
RAFT_SUBJECTS = "users of the system account may not use $NRG, yet"
DISTINGUISHED = "a certificate's name is not taken without its domain components, yet"
INSIDE = "looks at what only the server's own process has"


class NatsServerSuite(Suite):
    """Tests of files without any server, of clusters and of JetStream are not prepared."""

    peer = "suite.nats-server"
    version = "2.15.2"
    needs = ("suite-nats-server",)
    recorded_file = beside(__file__, "nats_server", "tests.json")
    exclusions = (
        (r".*(JetStream|JS|Jsz).*", JETSTREAM),
        (r".*Cluster.*", ROUTES),
        (r".*Route(?!Mapping).*", ROUTES),
        (r".*Gateway.*", GATEWAYS),
        (r".*(LeafNode|Leafz).*", LEAFNODES),
        (r".*MQTT.*", MQTT),
        (r".*(Websocket|WS).*", WEBSOCKET),
        (r"test\.TestServiceLatency(OldRequestStyleSingleServer|RequestorSharesConfig|LossTest)", LATENCY),
        (r"test\.TestServiceLatencyHeaderTriggered|server\.Test(AccountImportOwnExport|JWTHeader)", LATENCY),
        (r"test\.TestTLSConnectionRate|server\.TestConfigReloadRotateTLSMultiCert", TLS_OPTIONS),
        (r"test\.TestTLSVerifyClientCertificate|server\.TestClosedTLSHandshake", STRICTER),
        (r"server\.TestClientAdvertiseErrorOnStartup", STRICTER),
        (r"test\.TestMonitorNoTLSConfig", BEFORE_START),
        (r"test\.TestTLSTimeoutNotReportSlowConsumer", ROUTES),
        (r"test\.TestReloadFailsWithBadAccountsWithMemoryResolver", ROUTES),
        (r"test\.TestTLSClientAuthWithRDNSequence", DISTINGUISHED),
        (r"server\.TestAccountServiceAndStreamExportDoubleDelivery", JETSTREAM),
        (r"server\.TestServerEventsHealthZSingleServer|server\.TestMonitorHandleVarz", JETSTREAM),
        (r"server\.TestConfigReloadNoPanicOnShutdown", JETSTREAM),
        (r"server\.TestAuthCertMappedUserOnOtherListeners", WEBSOCKET),
        (r"server\.TestJWTAccountImportsWithWildcardSupport", JETSTREAM),
        (r"server\.TestJWTAccount(URLResolver.*|FetchTimeout|Ops|TokenImportMisuse)", URL_RESOLVER),
        (r"server\.TestMonitor(Stacksz|ConcurrentMonitoring|ServerIDs|Accountsz?.*|AccountStatz)", PAGES),
        (r"server\.Test(MonitorAccountz.*|AccountRouteMappingsConfiguration)", PAGES),
        (r"server\.TestMonitorOpJWT", OPERATOR_PAGE),
        (r"server\.Test(MonitorConnzJWTVisibility|JWTUserRevocation)", NO_JWT),
        (r"server\.TestAuthCallout\w*ProxyRequired\w*", PROXIES),
        (r"server\.TestAuthCallout(OperatorMode)?Response\w*Requires\w*", CALLOUT_WARNINGS),
        (r"server\.TestAuthCallout(Basics|VerifiedUserCalloutsWithSig|OperatorModeBasics)", USER_INFO),
        (r"server\.TestAuthCalloutScopedUser(Assigned|All)Account", USER_INFO),
        (r"server\.TestConfigReloadTrustedOperatorAndTrustedKeysUnsupported", OPERATOR_RELOAD),
        (r"server\.TestConfigReloadMaxPayload", MAX_PAYLOAD),
        (r"server\.TestClientNoSlowConsumerIfConnectExpected", WRITE_DEADLINE),
        (r"server\.TestClientRejectsNRGSubjects", RAFT_SUBJECTS),
        (r"server\.TestTLSMinVersionConfig", MIN_VERSION),
    )  # fmt: skip

    def names(self) -> list[str]:
        return [f"{package}.{name}" for package in PACKAGES for name in _listed(package)]

    def explained(self, failed: dict[str, Outcome]) -> dict[str, list[str]]:
        reasons: dict[str, list[str]] = {}
        for name, outcome in failed.items():
            needs = re.search(r"^panic: (needs .*?)(?: \[recovered.*)?$", outcome.detail, re.MULTILINE)
            reasons.setdefault(needs.group(1) if needs else INSIDE, []).append(name)
        return reasons

    def run(self, names: Sequence[str], server: str, directory: str) -> dict[str, Outcome]:
        need_private_network()
        outcomes: dict[str, Outcome] = {}
        for package in PACKAGES:
            chosen = [name.split(".")[1] for name in names if name.startswith(f"{package}.")]
            ended = _Package(package, server).run(chosen)
            outcomes |= {f"{package}.{name}": outcome for name, outcome in ended.items()}
        return outcomes


def _home(package: str) -> str:
    return path("suites", "nats-server", package)


def _binary(package: str) -> str:
    return path("suites", "nats-server", f"{package}.tests")


def _listed(package: str) -> list[str]:
    done = process.run([_binary(package), "-test.list", "."], process.DEFAULT_DEADLINE_S)
    return [name for name in done.stdout.split("\n") if re.fullmatch(r"Test\w+", name)]


class _Package:
    """The tests of a package, one after the other; what breaks one of them does not end the others."""

    def __init__(self, package: str, server: str):
        self._package, self._server = package, server
        self._end = time.monotonic() + SUITE_DEADLINE_S

    def run(self, names: Sequence[str]) -> dict[str, Outcome]:
        outcomes: dict[str, Outcome] = {}
        while left := [name for name in names if name not in outcomes]:
            ended = self._until_one_breaks(left)
            if not ended or time.monotonic() > self._end:
                break
            outcomes |= ended
        return outcomes

    def _until_one_breaks(self, names: Sequence[str]) -> dict[str, Outcome]:
        only = "^(" + "|".join(names) + ")$"
        argv = [_binary(self._package), "-test.v", "-test.parallel", "1", "-test.run", only]
        environment = {"ANTIPHON_NATS_SERVER": self._server}
        home = _home(self._package)
        with process.Process(private_network(argv), cwd=home, env=environment) as tests:
            while tests.running and time.monotonic() < self._end:
                done = len(_ended(tests.lines()))
                try:
                    process.wait_until(
                        lambda: not tests.running or len(_ended(tests.lines())) > done,
                        "the next test", TEST_DEADLINE_S, poll_s=0.1,
                    )  # fmt: skip
                except process.DeadlineExceeded:
                    break
            tests.end()
            return _outcomes(tests.lines())


def _ended(said: Sequence[str]) -> list[re.Match]:
    return [match for line in said if (match := re.match(r"--- (PASS|FAIL|SKIP): (\w+) ", line))]


def _outcomes(said: Sequence[str]) -> dict[str, Outcome]:
    """Of those that have ended, and of the one that the process broke off in."""
    asked: set[str] = set()
    told: dict[str, list[str]] = {}
    passed: dict[str, bool] = {}
    running = ""
    for line in said:
        if match := re.match(r"(?:=== (?:RUN|CONT|NAME)|--- (PASS|FAIL|SKIP):)\s+(Test\w+)", line):
            running = match.group(2)
            if match.group(1):
                passed[running] = match.group(1) == "PASS"
        told.setdefault(running, []).append(line)
        if line.startswith("=== SERVER"):
            asked.add(running)
    if running and running not in passed:
        passed[running] = False
    return {
        name: Outcome(ok, "" if ok else _shown(told[name]), name in asked)
        for name, ok in passed.items()
    }


def _shown(said: Sequence[str]) -> str:
    """What a test said of itself, or why it ended the process."""
    broken = next((at for at, line in enumerate(said) if line.startswith("panic:")), None)
    own = [line for line in said if not line.startswith("===")]
    return "\n".join(own[-LINES_SHOWN_MAX:] if broken is None else said[broken:][:LINES_SHOWN_MAX])
