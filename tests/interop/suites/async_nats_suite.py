"""async-nats' own tests, with a crate in place of the one that starts their servers.

The programs run side by side, because most of their time is waiting. Some of the tests name their
ports, so each program has a network namespace of its own.
"""

import os
import re
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from tests.interop.namespace import private_network
from tests.interop.suites.suite import Outcome, Suite, beside, need_private_network
from tests.support import process
from tests.support.peers import path

SUITE_DEADLINE_S = 120
TESTS_AT_ONCE = 4  # more than one: only then does a thread have the name of its test

INTERNET = "needs the internet"
ROUTES = "routes between servers are not in this release"


class AsyncNatsSuite(Suite):
    """Programs of JetStream, of what is built on it and of websockets are not built."""

    peer = "suite.async-nats"
    version = "0.51.0"
    needs = ("suite-async-nats",)
    recorded_file = beside(__file__, "async_nats", "tests.json")
    exclusions = (
        (r"client_tests\.client::connect_domain", INTERNET),
        (r"service_tests\.service::(schemas|cross_clients_tests)", INTERNET),
        (r"tls_tests\.client::(custom_tls_client|tls_with_native_certs)", INTERNET),
        (r"server_pool_tests\.server_pool::server_pool_contains_discovered_servers", ROUTES),
        (r"server_pool_tests\.server_pool::set_server_pool_marks_all_as_explicit", ROUTES),
    )

    def names(self) -> list[str]:
        return [name for one in sorted(os.listdir(self._programs)) for name in self._tests(one)]

    @property
    def _programs(self) -> str:
        return path("suites", "async-nats", "programs")

    def _tests(self, name: str) -> Iterator[str]:
        argv = [os.path.join(self._programs, name), "--list", "--format", "terse"]
        done = process.run(argv, process.DEFAULT_DEADLINE_S)
        return (f"{name}.{test}" for test in re.findall(r"^(\S+): test$", done.stdout, re.MULTILINE))

    def run(self, names: Sequence[str], server: str, directory: str) -> dict[str, Outcome]:
        need_private_network()
        tests = defaultdict(list)
        for name in names:
            program, _, test = name.partition(".")
            tests[program].append(test)
        outcomes: dict[str, Outcome] = {}
        with ExitStack() as running:
            runs = [
                running.enter_context(_Run(self._programs, name, chosen, server, directory))
                for name, chosen in tests.items()
            ]
            for run in runs:
                outcomes |= run.outcomes()
        return outcomes


class _Run(process.Process):
    """One test program at work on the tests chosen."""

    def __init__(self, programs: str, name: str, tests: list[str], server: str, directory: str):
        self._name = name
        self._end = time.monotonic() + SUITE_DEADLINE_S
        self._asked = os.path.join(directory, f"{name}.asked")
        open(self._asked, "w").close()
        options = ["--test-threads", str(TESTS_AT_ONCE), "--color", "never", "--exact"]
        super().__init__(
            private_network([os.path.join(programs, name), *options, *tests]),
            cwd=os.path.dirname(programs),
            env={
                "ANTIPHON_NATS_SERVER": server,
                "ANTIPHON_TESTS_WITH_SERVER": self._asked,
                "RUST_BACKTRACE": "0",
            },
        )

    def outcomes(self) -> dict[str, Outcome]:
        try:
            self.wait(max(0.0, self._end - time.monotonic()))
        except process.DeadlineExceeded:
            pass  # what had ended by then has been said
        with open(self._asked, encoding="utf-8") as lines:
            asked = set(lines.read().split())
        said = "\n".join(self.lines())
        return {
            f"{self._name}.{test}": Outcome(how == "ok", _detail(said, test, how), test in asked)
            for test, how in re.findall(r"^test (\S+) \.\.\. (\S+)$", said, re.MULTILINE)
        }


def _detail(said: str, test: str, how: str) -> str:
    """What a test that did not pass has written, which comes after the last of them has ended."""
    if how == "ok":
        return ""
    report = re.search(rf"^---- {re.escape(test)} stdout ----\n(.*?)\n\n", said, re.M | re.S)
    return report.group(1) if report else how
