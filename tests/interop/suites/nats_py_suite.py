"""nats-py's own tests, with fixtures that start the broker under test.

The tests name their ports, so each run has a network namespace of its own.
"""

import json
import os
from collections.abc import Sequence

from tests.interop.namespace import private_network
from tests.interop.suites.suite import Outcome, Suite, beside, need_private_network
from tests.support import process
from tests.support.certificates import Authority
from tests.support.peers import path

SUITE_DEADLINE_S = 240
FILES = (
    "test_client.py", "test_client_async_await.py", "test_client_v2.py", "test_micro_service.py",
)  # fmt: skip

ROUTES = "routes between servers are not in this release"
FIXTURES = "its fixtures need a server that only the suite's own helper starts"


class NatsPySuite(Suite):
    """Files without a server (parser, nuid) and of features of later releases are not collected."""

    peer = "suite.nats-py"
    version = "2.14.0"
    needs = ("nats-py", "suite-nats-py")
    recorded_file = beside(__file__, "nats_py", "tests.json")
    exclusions = (
        (r"test_client\.ClusterDiscovery.*", ROUTES),
        (r"test_client\.NoAuthUserClientTest.*", FIXTURES),
    )

    def names(self) -> list[str]:
        environment = self._environment("", "", os.devnull)
        files = [os.path.join(self._tests, name) for name in FILES]
        done = process.run(
            self._pytest("--collect-only", *files), SUITE_DEADLINE_S, env=environment
        )
        if done.status != 0:
            raise AssertionError(done.stdout + done.stderr)
        return [_name(line) for line in done.stdout.split("\n") if line.count("::") == 2]

    @property
    def _tests(self) -> str:
        return path("suites", "nats-py", "tests")

    def _pytest(self, *arguments: str) -> list[str]:
        options = ["-q", "-p", "no:cacheprovider", "--rootdir", os.path.dirname(self._tests)]
        return [path("python", "bin", "python"), "-m", "pytest", *options, *arguments]

    def _node(self, name: str) -> str:
        module, case, test = name.split(".")
        return f"{self._tests}/{module}.py::{case}::{test}"

    def _environment(self, server: str, certificates: str, report: str) -> dict[str, str]:
        archive = path("suites", "nats-py")
        return os.environ | {
            "PYTHONPATH": f"{archive}/src:{archive}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "ANTIPHON_NATS_SERVER": server,
            "ANTIPHON_TEST_CERTIFICATES": certificates,
            "ANTIPHON_TEST_REPORT": report,
            "NATS_SERVER_VERSION": "main",  # the suite skips what it thinks a server is too old for
        }

    def run(self, names: Sequence[str], server: str, directory: str) -> dict[str, Outcome]:
        need_private_network()
        report = os.path.join(directory, "report.jsonl")
        open(report, "w").close()
        environment = self._environment(server, self._certificates(directory), report)
        argv = private_network(self._pytest(*map(self._node, names)))
        try:
            process.run(argv, SUITE_DEADLINE_S, env=environment)
        except process.DeadlineExceeded:
            pass  # what had ended by then is in the report
        return _outcomes(report)

    @staticmethod
    def _certificates(directory: str) -> str:
        authority = Authority(os.path.join(directory, "pki"))
        for name in ("server", "client"):
            authority.issue(name)
        here = authority.directory
        config = os.path.join(here, "handshake_first.conf")
        with open(config, "w", encoding="utf-8") as out:
            out.write(
                f'tls {{ cert_file: "{here}/server.pem", key_file: "{here}/server.key"\n'
                f'ca_file: "{here}/ca.pem", verify: true, handshake_first: true }}\n'
            )
        return here


def _name(node: str) -> str:
    """ "tests/test_client.py::ClientTest::test_flush" is test_client.ClientTest.test_flush here."""
    file, case, test = node.split("::")
    return f"{os.path.basename(file).removesuffix('.py')}.{case}.{test}"


def _outcomes(report: str) -> dict[str, Outcome]:
    """Tests by name: set-up, body, subtests and tear-down must have passed; a skip is not a pass."""
    outcomes: dict[str, Outcome] = {}
    with open(report, encoding="utf-8") as lines:
        for part in map(json.loads, lines):
            name = _name(part["node"])
            before = outcomes.get(name, Outcome(True))
            if before.ok:
                skipped = part["outcome"] == "skipped"
                outcomes[name] = Outcome(
                    part["outcome"] == "passed",
                    part["detail"],
                    before.reached_server and not skipped,
                )
    return outcomes
