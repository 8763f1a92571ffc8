"""jnats' own tests, whose servers a library of the same project starts from a path in the environment.

Most of the time the tests wait, so several virtual machines have some of them each. A network
namespace of its own for every machine keeps tests apart that name their ports.
"""

import os
import re
import time
from collections.abc import Sequence
from contextlib import ExitStack

from tests.interop.namespace import private_network
from tests.interop.suites.suite import Outcome, Suite, beside, need_private_network
from tests.support import process
from tests.support.peers import path

SUITE_DEADLINE_S = 300
LINES_SHOWN_MAX = 20
MACHINES = 8
STARTER = beside(__file__, "nats_java", "server")
TEST_LIMIT = ("--config", "junit.jupiter.execution.timeout.default=60s")  # the longest takes 35
STARTED = "server is started"  # what that program says
MACHINE = ("java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")

# Classes that need a server, but none with JetStream for all of their tests.
CLASSES = (
    *(f"client.{name}Tests" for name in ("Auth", "Connect", "Echo", "Publish", "Subscriber")),
    *(
        f"client.impl.{name}"
        for name in (
            "AdvancedRequestBehaviorTests", "AuthAndConnectTests", "ConnectionListenerStaleStateTests",
            "ConnectionListenerTests", "ConnectionStateConsistencyTests", "DispatcherTests",
            "DrainTests", "ErrorListenerTests", "MessageContentTests", "NatsConnectionImplTests",
            "NatsStatisticsTests", "ParseTests", "PingTests", "ReconnectTests", "RequestTests",
            "SlowConsumerTests", "TLSConnectTests", "ValidateIssue1426Test",
        )
    ),
)  # fmt: skip

INTERNET = "needs the internet"
JETSTREAM = "JetStream is not in this release"
WEBSOCKET = "websockets are not in this release"
RESET = "waits for a reset; here the connection is closed in order, so that the error surely arrives"
CLOCK = "its certificate is valid for seconds, which a busy machine needs to start a server"
NEVER = "does not pass against nats-server either"


class NatsJavaSuite(Suite):
    """Classes of JetStream and of what is built on it, and such without any server, are not run."""

    peer = "suite.nats-java"
    version = "2.26.2"
    needs = ("suite-nats-java",)
    recorded_file = beside(__file__, "nats_java", "tests.json")
    exclusions = (
        (r"client\.ConnectTests\.testConnectWithHappyEyeballsShortCircuitCoverage", INTERNET),
        (r"client\.ConnectTests\.testRunInJsCluster", JETSTREAM),
        (r"client\.PublishTests\.testUtf8Subjects", JETSTREAM),
        (r"client\.impl\.PingTests\.testRtt", JETSTREAM),
        (r"client\.impl\.ReconnectTests\.testForceReconnect(WithAccount|QueueBehaviorCheck)?",
         JETSTREAM),
        (r"client\.AuthTests\.testWss?JWTAuthWithCredsFile", WEBSOCKET),
        (r"client\.impl\.ReconnectTests\.testWsReconnect", WEBSOCKET),
        (r"client\.PublishTests\.testThrowsIfTooBig", RESET),
        (r"client\.impl\.TLSConnectTests\.test(Force)?ReconnectFailsAfterCertExpires", CLOCK),
        (r"client\.impl\.ReconnectTests\.testReconnectNoIPTLSConnection", NEVER),
        (r"client\.AuthTests\.testRealUserAuthenticationExpired", "the project has switched it off"),
    )  # fmt: skip

    def names(self) -> list[str]:
        selected = [f"--select-class=io.nats.{one}" for one in CLASSES]
        argv = [*_console("discover"), "--details=flat", *selected]
        done = process.run(argv, SUITE_DEADLINE_S, cwd=_home())
        if done.status != 0:
            raise AssertionError(done.stdout + done.stderr)
        pattern = r"\[class:io\.nats\.([\w.]+)\]/\[(?:method|test-template):(\w+)\("
        return [f"{one}.{test}" for one, test in re.findall(pattern, done.stdout)]

    def run(self, names: Sequence[str], server: str, directory: str) -> dict[str, Outcome]:
        need_private_network()
        parts = [part for first in range(MACHINES) if (part := names[first::MACHINES])]
        outcomes: dict[str, Outcome] = {}
        with ExitStack() as running:
            machines = [running.enter_context(_Machine(part, server)) for part in parts]
            for machine in machines:
                outcomes |= machine.outcomes()
        return outcomes


class _Machine(process.Process):
    """A virtual machine at work on the tests chosen, one after the other."""

    def __init__(self, names: Sequence[str], server: str):
        self._names = names
        self._end = time.monotonic() + SUITE_DEADLINE_S
        tests = ["--select-method=io.nats.{}#{}".format(*name.rsplit(".", 1)) for name in names]
        super().__init__(
            private_network([*_console("execute"), "--details=testfeed", *TEST_LIMIT, *tests]),
            cwd=_home(),
            env={"nats_server_path": STARTER, "ANTIPHON_NATS_SERVER": server},
        )

    def outcomes(self) -> dict[str, Outcome]:
        """A test that is repeated has passed if it has each time."""
        try:
            self.wait(max(0.0, self._end - time.monotonic()))
        except process.DeadlineExceeded:
            pass  # what had ended by then has been said
        names = {".".join(name.split(".")[-2:]): name for name in self._names}
        ended: dict[str, Outcome] = {}
        said = self.lines()
        begin = 0
        for number, line in enumerate(said):
            match = re.search(r"JUnit Jupiter > (\w+) > (\w+)\(.*\).* :: ([A-Z]+)$", line)
            if not match:
                continue
            name = names[f"{match.group(1)}.{match.group(2)}"]
            if match.group(3) == "STARTED":
                begin = number
            elif name not in ended or ended[name].ok:
                ok = match.group(3) == "SUCCESSFUL"
                # The reason comes behind the end.
                detail = "" if ok else "\n".join(said[number : number + LINES_SHOWN_MAX])
                ended[name] = Outcome(ok, detail, STARTED in said[begin:number])
        return ended


def _home() -> str:
    return path("suites", "nats-java")


def _console(command: str) -> list[str]:
    """JUnit's own program with this command, for the classes of the suite."""
    library = os.path.join(_home(), "lib")
    console = next(name for name in os.listdir(library) if "console-standalone" in name)
    places = ["classes", "src/test/resources", *(f"lib/{name}" for name in os.listdir(library))]
    options = ["--class-path", ":".join(places), "--disable-banner", "--disable-ansi-colors"]
    return [*MACHINE, "-jar", f"lib/{console}", command, *options]
