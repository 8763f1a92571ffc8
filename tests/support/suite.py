"""Runs the unittest modules of one kind of test: all of them, or those that are named.

    python3 -m tests.e2e.run --server build/dev/cli/nats-server [reload_test ...] [-k PATTERN]
"""

import argparse
import importlib
import os
import pkgutil
import sys
import unittest

from tests.support.broker import ENV_SERVER
from tests.support.nats_server import version_of


def _modules(package: str) -> list[str]:
    path = importlib.import_module(package).__path__
    return sorted(m.name for m in pkgutil.iter_modules(path) if m.name.endswith("_test"))


def _load(package: str, modules: list[str], patterns: list[str]) -> unittest.TestSuite:
    loader = unittest.TestLoader()
    if patterns:
        loader.testNamePatterns = [p if "*" in p else f"*{p}*" for p in patterns]
    return loader.loadTestsFromNames([f"{package}.{module}" for module in modules])


def main(package: str) -> int:
    known = _modules(package)
    parser = argparse.ArgumentParser(prog=f"python3 -m {package}.run")
    parser.add_argument("--server", help=f"the nats-server to test (or {ENV_SERVER})")
    parser.add_argument("-k", dest="patterns", action="append", default=[], metavar="PATTERN")
    parser.add_argument("--list", action="store_true", help="print the modules")
    parser.add_argument("modules", nargs="*", metavar="MODULE", help=", ".join(known))
    options = parser.parse_args()
    if unknown := set(options.modules) - set(known):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    if options.list:
        print("\n".join(known))
        return 0
    if options.server:
        os.environ[ENV_SERVER] = os.path.abspath(options.server)
        version_of(os.environ[ENV_SERVER])  # fails with a clear text if it cannot be run
    suite = _load(package, options.modules or known, options.patterns)
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
    return 0 if result.wasSuccessful() else 1
