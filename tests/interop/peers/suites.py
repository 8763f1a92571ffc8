"""How the tests of the clients' own projects are fetched and made ready for the broker under test."""

import glob
import os
import shutil
import zipfile

from tests.interop.peers.steps import cargo, fetch, fetch_crates, go, python, source, step, tool
from tests.support.peers import Absent, path, program

# The others need JetStream or websockets.
ASYNC_NATS_TESTS = (
    "client_tests", "jwt_tests", "nkey_tests", "server_pool_parity_tests", "server_pool_tests",
    "service_tests", "subject_validation_test", "tls_tests",
)  # fmt: skip

# The others have no server, or several, or one with JetStream, leaf nodes, MQTT or websockets.
NATS_SERVER_TESTS = {
    "test": (
        "accounts_cycles", "auth", "client_auth", "fanout", "gosrv", "log", "maxpayload", "monitor",
        "operator", "opts", "pedantic", "pid", "ping", "port", "ports", "proto", "service_latency",
        "services", "system_services", "tls", "user_authorization", "verbose",
    ),
    "server": (
        "accounts", "auth_callout", "auth", "client", "closed_conns", "events", "jwt", "log",
        "monitor", "nkey", "ping", "reload", "server", "split", "subject_transform", "trust",
    ),
}  # fmt: skip

MAVEN = "https://repo1.maven.org/maven2"


def build_nats_py_suite() -> None:
    """The archive of the client with its tests; our fixtures stand in for those that it lacks.

    Uses the virtual environment of nats-py, so that has to be installed before.
    """
    target = path("suites", "nats-py")
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    archive = ("--no-deps", "--no-build-isolation", "--no-binary", ":all:", "--require-hashes")
    python("-m", "pip", "download", "-q", *archive, "-d", target, "-r",
           source("peers", "python", "suite.txt"))  # fmt: skip
    (packed,) = os.listdir(target)
    step("tar", "-xzf", packed, "--strip-components", "1", cwd=target)
    open(os.path.join(target, "tests", "__init__.py"), "w").close()
    shutil.copy(source("suites", "nats_py", "conftest.py"), os.path.join(target, "tests"))
    fixtures = source("suites", "nats_py", "fixtures.py")
    shutil.copy(fixtures, os.path.join(target, "tests", "utils.py"))


def build_tester() -> None:
    go(source("suites", "nats_go", "tester"), "build", ".", product=program("nats_go_tester"))


def build_nats_go_suite() -> None:
    """The sources of nats.go as the tester's go.mod names them; the tests of a package in a binary."""
    build_tester()
    module = "github.com/nats-io/nats.go"
    tester = source("suites", "nats_go", "tester")
    origin = step("go", "list", "-m", "-f", "{{.Dir}}", module, cwd=tester).strip()
    target = path("suites", "nats-go")
    copy_module(origin, target)
    for name in ("go.mod", "go.sum"):
        shutil.copy(source("suites", "nats_go", "upstream", name), target)
    with open(source("suites", "nats_go", "upstream", "main_test.go"), encoding="utf-8") as text:
        main = text.read()
    for package, name, binary in (
        ("test", "test", "suite.test"), ("micro/test", "micro_test", "micro.test"),
    ):  # fmt: skip
        with open(os.path.join(target, package, "main_test.go"), "w", encoding="utf-8") as out:
            out.write(main.replace("package test\n", f"package {name}\n"))
        go(target, "test", "-c", "-vet=off", "-tags", "internal_testing", f"./{package}",
           product=path("suites", "nats-go", binary))  # fmt: skip


def copy_module(origin: str, target: str) -> None:
    """The module cache is read only; what is made of it is not."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(origin, target, copy_function=shutil.copyfile)
    for directory, _, _ in os.walk(target):
        os.chmod(directory, 0o755)


def build_nats_server_suite() -> None:
    """The sources of the nats-server that is installed as a peer, with ours in place of its insides."""
    prepare = program("nats_server_prepare")
    go(source("suites", "nats_server", "prepare"), "build", ".", product=prepare)  # says it if there is no Go
    module = "github.com/nats-io/nats-server/v2"
    peer = source("peers", "nats")
    step("go", "mod", "download", module, cwd=peer, failure=Absent)
    origin = step("go", "list", "-m", "-f", "{{.Dir}}", module, cwd=peer).strip()
    target = path("suites", "nats-server")
    copy_module(origin, target)
    chosen = [
        f"{package}=" + ",".join(f"{name}_test.go" for name in names)
        for package, names in NATS_SERVER_TESTS.items()
    ]
    step(prepare, "-module", target, "-outside", source("suites", "nats_server", "outside"), *chosen)
    for package in NATS_SERVER_TESTS:
        go(target, "test", "-c", "-vet=off", "-gcflags=-N", f"./{package}",
           product=path("suites", "nats-server", f"{package}.tests"))  # fmt: skip


def build_async_nats_suite() -> None:
    """The tests in the archive of async-nats that our lock file names, with our crate for servers."""
    target = path("suites", "async-nats")
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source("suites", "async_nats", "upstream"), target)
    origin = fetch_crates(target)["async-nats"]
    shutil.copytree(os.path.join(origin, "tests"), os.path.join(target, "tests"))
    chosen = [option for name in ASYNC_NATS_TESTS for option in ("--test", name)]
    programs = cargo(target, "test", "--no-run", *chosen)
    os.makedirs(os.path.join(target, "programs"))
    for name, made in programs.items():
        shutil.copy(made, os.path.join(target, "programs", name))


def build_nats_java_suite() -> None:
    """The tests are in an archive beside jnats itself, as sources; their files are where they look."""
    tool("javac", "Debian package default-jdk-headless")
    target = path("suites", "nats-java")
    shutil.rmtree(target, ignore_errors=True)
    library = os.path.join(target, "lib")
    os.makedirs(library)
    with open(source("suites", "nats_java", "jars.txt"), encoding="utf-8") as lines:
        jars = dict(reversed(line.split()) for line in lines)
    for jar, digest in jars.items():
        fetch(f"{MAVEN}/{jar}", digest, os.path.join(library, os.path.basename(jar)))
    (tests,) = (name for name in os.listdir(library) if name.endswith("-tests.jar"))
    resources = os.path.join(target, "src", "test", "resources")
    with zipfile.ZipFile(os.path.join(library, tests)) as archive:
        archive.extractall(resources)
    os.remove(os.path.join(library, tests))
    sources = glob.glob("**/*.java", root_dir=resources, recursive=True)
    step("javac", "-nowarn", "-proc:none", "-d", "../../../classes", "-cp", "../../../lib/*",
         *sources, source("suites", "nats_java", "Patience.java"), cwd=resources)  # fmt: skip
    services = os.path.join(target, "classes", "META-INF", "services")
    os.makedirs(services)
    listener = "org.junit.platform.launcher.LauncherSessionListener"
    with open(os.path.join(services, listener), "w", encoding="utf-8") as out:
        out.write("antiphon.Patience\n")
