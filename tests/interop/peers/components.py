"""What is installed: for each component the files it is made from and the steps that make it."""

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tests.interop.peers import suites
from tests.interop.peers.steps import cargo, fetch_crates, go, numbers, python, source, step, tool
from tests.support.peers import Absent, path, program

NODE_MAJOR_MIN = 18
CHORIA_VERSION = "0.29.4"
NATS_C_HEADER = "/usr/include/nats/nats.h"


@dataclass(frozen=True)
class Component:
    inputs: tuple[str, ...]  # files and directories, from tests/interop
    product: str  # what must exist afterwards, from the peers directory
    build: Callable[[], None]


def build_nats_tools() -> None:
    go(source("peers", "nats"), "build", "tool", product=path("bin") + os.path.sep)


def build_choria() -> None:
    version = f"-X github.com/choria-io/go-choria/build.Version={CHORIA_VERSION}"
    go(source("peers", "choria"), "build", "-ldflags", version, ".", product=program("choria"))


def build_nats_go() -> None:
    go(source("clients", "nats_go"), "build", ".", product=program("nats_go_checks"))


def build_nats_c() -> None:
    compiler = tool("g++", "Debian package g++")
    directory = source("clients", "nats_c")
    sources = sorted(name for name in os.listdir(directory) if name.endswith(".cc"))
    if not os.path.exists(NATS_C_HEADER):
        raise Absent("no nats.c headers (Debian package libnats-dev)")
    output = ("-o", program("nats_c_checks"), "-lnats", "-pthread")
    step(compiler, "-std=c++20", "-O1", "-Wall", "-Wextra", *sources, *output, cwd=directory)


def build_nats_js() -> None:
    tool("npm", "Debian package npm")
    node = step(tool("node", "Debian package nodejs"), "--version").strip()
    if numbers(node)[0] < NODE_MAJOR_MIN:
        raise Absent(f"Node {NODE_MAJOR_MIN} or newer is needed, this is {node}")
    os.makedirs(path("js"), exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(source("peers", "js", name), path("js"))
    step("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=path("js"), failure=Absent)


def build_nats_rs() -> None:
    package = source("clients", "nats_rs")
    fetch_crates(package)
    for name, made in cargo(package, "build").items():
        shutil.copy(made, program(name))


def build_promtool() -> None:
    """Prometheus's own checker, out of Debian's package: its service stays uninstalled."""
    tool("dpkg-deb", "Debian package dpkg")
    target = path("promtool")
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(target)
    step(tool("apt-get", "Debian package apt"), "download", "-qq", "prometheus", cwd=target,
         failure=Absent)  # fmt: skip
    (package,) = os.listdir(target)
    step("dpkg-deb", "--extract", package, ".", cwd=target)
    shutil.move(os.path.join(target, "usr", "bin", "promtool"), program("promtool"))
    shutil.rmtree(target)


def build_nats_py() -> None:
    shutil.rmtree(path("python"), ignore_errors=True)
    try:
        step(sys.executable, "-m", "venv", path("python"), failure=Absent)
    except Absent as problem:
        raise Absent(f"no virtual environment (Debian package python3-venv): {problem}") from None
    requirements = source("peers", "python", "requirements.txt")
    python("-m", "pip", "install", "-q", "--no-deps", "--require-hashes", "-r", requirements)


COMPONENTS: dict[str, Component] = {
    "nats-tools": Component(("peers/nats",), "bin/nats", build_nats_tools),
    "choria": Component(("peers/choria",), "bin/choria", build_choria),
    "nats-c": Component(("clients/nats_c",), "bin/nats_c_checks", build_nats_c),
    "nats-go": Component(("clients/nats_go",), "bin/nats_go_checks", build_nats_go),
    "nats-rs": Component(("clients/nats_rs",), "bin/nats_rs_checks", build_nats_rs),
    "nats-js": Component(("peers/js",), "js/node_modules/nats", build_nats_js),
    "nats-py": Component(("peers/python/requirements.txt",), "python/bin/python", build_nats_py),
    "promtool": Component((), "bin/promtool", build_promtool),
    "suite-nats-py": Component(
        ("peers/python", "suites/nats_py/fixtures.py", "suites/nats_py/conftest.py"),
        "suites/nats-py/tests/utils.py",
        suites.build_nats_py_suite,
    ),
    "suite-nats-go": Component(
        ("suites/nats_go/tester", "suites/nats_go/upstream"),
        "suites/nats-go/micro.test",
        suites.build_nats_go_suite,
    ),
    "suite-nats-server": Component(
        ("peers/nats", "suites/nats_server/prepare", "suites/nats_server/outside"),
        "suites/nats-server/server.tests",
        suites.build_nats_server_suite,
    ),
    "suite-async-nats": Component(
        ("suites/async_nats/upstream",), "suites/async-nats/programs", suites.build_async_nats_suite
    ),
    "suite-nats-java": Component(
        ("suites/nats_java/jars.txt", "suites/nats_java/Patience.java"),
        "suites/nats-java/classes",
        suites.build_nats_java_suite,
    ),
}
