"""One driver per peer: what it needs installed, and how its checks are run against a server."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import ModuleType

from tests.interop import (
    choria_checks,
    choria_federation,
    choria_federation_border,
    choria_federation_clusters,
    choria_federation_tokens,
    choria_login,
    choria_tokens,
    natscli,
    promtool,
)
from tests.interop.choria_broker import Broker, version_of
from tests.interop.conversation import Conversation
from tests.interop.decisions import suite as decisions
from tests.interop.peers.components import CHORIA_VERSION
from tests.interop.peers.install import install
from tests.interop.random import federation as random_federation
from tests.interop.random import logins as random_logins
from tests.interop.results import PeerResult
from tests.interop.suites.async_nats_suite import AsyncNatsSuite
from tests.interop.suites.nats_go_suite import NatsGoMicroSuite, NatsGoSuite
from tests.interop.suites.nats_java_suite import NatsJavaSuite
from tests.interop.suites.nats_py_suite import NatsPySuite
from tests.interop.suites.nats_server_suite import NatsServerSuite
from tests.interop.suites.suite import Suite
from tests.interop.world import Certificates, World
from tests.support import choria_v2, peers
from tests.support.choria import Site
from tests.support.peers import Absent, path, program
from tests.support.places import TempDir

PROGRAM_DEADLINE_S = 300
EMULATED_NODES = 1_000


@dataclass
class Run:
    """What all drivers of one run share."""

    server: str  # a nats-server, ours or the reference
    logs: str  # directory that keeps the logs of what failed
    emulator: str = ""  # command line with {nodes}, {url}, {ca}, {cert}, {key}
    scratch: TempDir = field(default_factory=TempDir)
    _certificates: Certificates | None = None

    @property
    def certificates(self) -> Certificates:
        if self._certificates is None:
            if not shutil.which("openssl"):
                raise Absent("no openssl in PATH (Debian package openssl)")
            self._certificates = Certificates(self.scratch.path)
        return self._certificates

    def directory(self, peer: str) -> str:
        made = self.scratch.file(peer.replace("/", "-"))
        os.makedirs(made, exist_ok=True)
        return made

    def keep_log(self, result: PeerResult, name: str, text: str) -> None:
        """Logs are for failures only."""
        if result.failures:
            directory = os.path.join(self.logs, result.peer.replace("/", "-"))
            os.makedirs(directory, exist_ok=True)
            with open(os.path.join(directory, f"{name}.log"), "w", encoding="utf-8") as out:
                out.write(text)


@dataclass(frozen=True)
class Driver:
    name: str  # what --only selects
    needs: tuple[str, ...]  # components
    run: Callable[[Run, PeerResult], None]
    title: str = ""  # how the peer is called in results, if not by the driver's name
    version: Callable[[], str] = str

    def work(self, run: Run) -> PeerResult:
        result = PeerResult(self.title or self.name)
        begin = time.monotonic()
        try:
            for component in self.needs:
                install(component)
            result.version = self.version()
            self.run(run, result)
        except Absent as reason:
            result.skipped = "" if peers.required() else str(reason)
            if peers.required():
                result.add("peer is there", False, str(reason))
        except Exception as problem:  # a driver that breaks must not take the others with it
            result.add("driver", False, f"{type(problem).__name__}: {problem}")
        result.seconds = time.monotonic() - begin
        return result


@contextmanager
def world_of(run: Run, result: PeerResult) -> Iterator[World]:
    """The servers for one peer; their logs are kept if something fails."""
    world = World(run.server, run.certificates)
    for name, problem in world.problems.items():
        result.add(f"server {name} starts", False, problem)
    try:
        yield world
    finally:
        world.close()
        run.keep_log(result, "servers", world.log())


def talk(run: Run, result: PeerResult, *argv: str) -> None:
    """A client program works through its checks in a world of its own."""
    with world_of(run, result) as world:
        conversation = Conversation([*argv, world.describe()], {}, run.directory(result.peer))
        conversation.run(result, world.act, PROGRAM_DEADLINE_S)
    with open(conversation.log_path, encoding="utf-8", errors="replace") as text:
        run.keep_log(result, "program", text.read())


def client_source(*parts: str) -> str:
    return os.path.join(os.path.dirname(os.path.abspath(__file__)), "clients", *parts)


def nats_c_version() -> str:
    argv = ["pkg-config", "--modversion", "libnats"]
    return subprocess.run(argv, capture_output=True, text=True).stdout.strip() or "unknown"


def run_natscli(run: Run, result: PeerResult) -> None:
    with world_of(run, result) as world:
        natscli.run(program("nats"), world, result)


def promtool_version() -> str:
    argv = [program("promtool"), "--version"]
    said = subprocess.run(argv, capture_output=True, text=True)
    return (said.stdout + said.stderr).split()[2]  # "promtool, version 2.42.0 (...)"


def run_promtool(run: Run, result: PeerResult) -> None:
    promtool.run(program("promtool"), run.server, result)


def run_choria(run: Run, result: PeerResult, command: list[str], dialect: str) -> None:
    site = Site(program("choria"))
    try:
        broker = Broker(site, command, dialect)
        try:
            logs = choria_checks.run(site, broker, result)
            if run.emulator:
                ping_emulated(run, result, site)
        finally:
            broker.kill()
        for name, text in logs.items():
            run.keep_log(result, name, text)
    finally:
        site.close()


def ping_emulated(run: Run, result: PeerResult, site: Site) -> None:
    try:
        said = choria_checks.ping_emulated(site, run.emulator, EMULATED_NODES)
        result.add("ping.emulated_nodes", True, said)
    except Exception as problem:  # reported as this check's failure
        result.add("ping.emulated_nodes", False, f"{type(problem).__name__}: {problem}")


def run_choria_nats_dialect(run: Run, result: PeerResult) -> None:
    run_choria(run, result, [run.server, "-c"], "nats")


def run_choria_own_dialect(run: Run, result: PeerResult) -> None:
    """The same fleet with Choria's own broker configuration: our `broker run`, or Choria's."""
    ours = os.path.realpath(run.server)
    binary = ours if os.path.basename(ours) == "antiphon" else program("choria")
    result.version += f", broker {os.path.basename(binary)} {version_of(binary)}"
    run_choria(run, result, [binary, "broker", "run", "--config"], "choria")


def our_program(run: Run) -> str:
    """What the server is a link to, and what has commands of its own."""
    ours = os.path.realpath(run.server)
    if os.path.basename(ours) != "antiphon":
        raise Absent("the server given is not antiphon, whose commands are tried here")
    return ours


def run_choria_tokens(run: Run, result: PeerResult) -> None:
    choria_tokens.run(our_program(run), program("choria"), run.directory(result.peer), result)


def federation_checks(checks: ModuleType) -> Callable[[Run, PeerResult], None]:
    """Its run() takes our program and Choria's, and gives the logs."""

    def run_checks(run: Run, result: PeerResult) -> None:
        for name, text in checks.run(our_program(run), program("choria"), result).items():
            run.keep_log(result, name, text)

    return run_checks


def login_checks(checks: ModuleType) -> Callable[[Run, PeerResult], None]:
    """Its run() takes a site and both brokers' commands, and gives the logs."""

    def run_checks(run: Run, result: PeerResult) -> None:
        ours, reference = our_program(run), program("choria")
        commands = {
            "ours": [ours, "broker", "run", "--config"],
            "reference": [reference, "broker", "run", "--config"],
        }
        site = choria_v2.Site(reference, ours)
        try:
            for name, text in checks.run(site, commands, result).items():
                run.keep_log(result, name, text)
        finally:
            site.close()

    return run_checks


def suite_driver(suite: Suite) -> Driver:
    def run_suite(run: Run, result: PeerResult) -> None:
        suite.check(run.server, run.directory(suite.peer), result)

    return Driver(suite.peer, suite.needs, run_suite, version=lambda: suite.version)


def nats_js_driver(package: str, version: str) -> Driver:
    def run_program(run: Run, result: PeerResult) -> None:
        talk(run, result, "node", client_source("nats_js", "main.mjs"), path("js"), package)

    return Driver("nats.js", ("nats-js",), run_program, title=package, version=lambda: version)


SUITES = (
    NatsServerSuite(), NatsGoSuite(), NatsGoMicroSuite(), NatsPySuite(), NatsJavaSuite(),
    AsyncNatsSuite(),
)  # fmt: skip

DRIVERS = (
    Driver(
        "nats.c", ("nats-c",), lambda run, result: talk(run, result, program("nats_c_checks")),
        version=nats_c_version,
    ),
    nats_js_driver("nats", "2.29.3"),
    nats_js_driver("@nats-io/transport-node", "3.4.0"),
    Driver(
        "nats.py", ("nats-py",),
        lambda run, result: talk(
            run, result, path("python", "bin", "python"), client_source("nats_py", "main.py")
        ),
        title="nats-py", version=lambda: "2.16.0",
    ),
    Driver(
        "nats.go", ("nats-go",), lambda run, result: talk(run, result, program("nats_go_checks")),
        version=lambda: "1.55.0",
    ),
    Driver(
        "async-nats", ("nats-rs",), lambda run, result: talk(run, result, program("nats_rs_checks")),
        version=lambda: "0.51.0",
    ),
    Driver("natscli", ("nats-tools",), run_natscli, version=lambda: "0.5.1"),
    Driver("promtool", ("promtool",), run_promtool, version=promtool_version),
    Driver("choria", ("choria",), run_choria_nats_dialect, version=lambda: CHORIA_VERSION),
    Driver(
        "choria.broker-run", ("choria",), run_choria_own_dialect, version=lambda: CHORIA_VERSION
    ),
    Driver("choria.tokens", ("choria",), run_choria_tokens, version=lambda: CHORIA_VERSION),
    Driver(
        "choria.federation", ("choria",), federation_checks(choria_federation),
        version=lambda: CHORIA_VERSION,
    ),
    Driver(
        "choria.federation-tokens", ("choria",), federation_checks(choria_federation_tokens),
        version=lambda: CHORIA_VERSION,
    ),
    Driver(
        "choria.federation-border", ("choria",), federation_checks(choria_federation_border),
        version=lambda: CHORIA_VERSION,
    ),
    Driver(
        "choria.federation-clusters", ("choria",), federation_checks(choria_federation_clusters),
        version=lambda: CHORIA_VERSION,
    ),
    Driver(
        "choria.random-federation", ("choria",), federation_checks(random_federation),
        version=lambda: CHORIA_VERSION,
    ),
    Driver("choria.login", ("choria",), login_checks(choria_login), version=lambda: CHORIA_VERSION),
    Driver("choria.decisions", ("choria",), login_checks(decisions), version=lambda: CHORIA_VERSION),
    Driver(
        "choria.random-logins", ("choria",), login_checks(random_logins),
        version=lambda: CHORIA_VERSION,
    ),
    *map(suite_driver, SUITES),
)  # fmt: skip
