"""Runs the interoperability checks against a broker that is given by its path.

    python3 -m tests.interop.run --server build/dev/cli/nats-server [--only choria,...] [--json]

Prints a line per peer and a last line with the totals; writes a summary for docs/compatibility.md.
"""

import argparse
import json
import os
import sys

from tests.interop.drivers import DRIVERS, SUITES, Driver, Run
from tests.interop.peers.install import install
from tests.interop.results import PeerResult, totals, write_summary
from tests.interop.suites import UNAVAILABLE
from tests.support.nats_server import version_of

ENV_SERVER = "ANTIPHON_NATS_SERVER"
SUMMARY = "build/interop/summary.json"
LOGS = "build/interop/logs"
EXIT_SKIPPED = 77  # no peer that was asked for can be had here


def arguments() -> argparse.Namespace:
    names = sorted({driver.name for driver in DRIVERS})
    parser = argparse.ArgumentParser(prog="python3 -m tests.interop.run", description=__doc__)
    parser.add_argument(
        "--server", default=os.environ.get(ENV_SERVER), help=f"a nats-server (or {ENV_SERVER})"
    )
    parser.add_argument("--only", default="", help=f"comma-separated, of: {', '.join(names)}")
    parser.add_argument("--json", action="store_true", help="print the summary instead of lines")
    parser.add_argument("--verbose", action="store_true", help="print every check")
    parser.add_argument("--summary", default=SUMMARY, help=f"where the summary goes ({SUMMARY})")
    parser.add_argument("--logs", default=LOGS, help=f"where logs of failures go ({LOGS})")
    parser.add_argument(
        "--emulator", default="", help="for choria: command with {nodes} {url} {ca} {cert} {key}"
    )
    parser.add_argument(
        "--record", action="store_true",
        help="write the suites' lists of tests anew; the server must be the reference",
    )  # fmt: skip
    chosen = parser.parse_args()
    if not chosen.server:
        parser.error(f"--server or {ENV_SERVER} is needed")
    unknown = set(filter(None, chosen.only.split(","))) - set(names)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return chosen


def selected(only: str) -> list[Driver]:
    wanted = only.split(",") if only else [driver.name for driver in DRIVERS]
    return [driver for driver in DRIVERS if driver.name in wanted]


def show(result: PeerResult, verbose: bool) -> None:
    for check in sorted(result.checks, key=lambda check: check.ok):  # failures first: long output is often cut
        if verbose or not check.ok:
            mark = "ok    " if check.ok else "FAILED"
            print(f"  {mark} {check.name}{': ' if check.detail else ''}{check.detail}")
    print(result.line(), flush=True)


def record(run: Run, version: str, drivers: list[Driver]) -> int:
    failed = []
    for suite in SUITES:
        for driver in drivers:
            if driver.name == suite.peer:
                for component in driver.needs:
                    install(component)
                failed += suite.record(run.server, version, run.directory(suite.peer))
    print("\n".join(failed))
    return 1 if failed else 0


def main() -> int:
    options = arguments()
    server, drivers = os.path.abspath(options.server), selected(options.only)
    run = Run(server, os.path.abspath(options.logs), options.emulator)
    try:
        version = version_of(server)
        if options.record:
            return record(run, version, drivers)
        results = []
        for driver in drivers:
            results.append(driver.work(run))
            if not options.json:
                show(results[-1], options.verbose)
    finally:
        run.scratch.remove()
    write_summary(options.summary, version, results, UNAVAILABLE)
    passed, failed, skipped = totals(results)
    if options.json:
        print(json.dumps([result.as_dict() for result in results], indent=2))
    else:
        print(f"interop: {passed} passed, {failed} failed, {skipped} skipped")
    if failed:
        return 1
    return EXIT_SKIPPED if skipped and not passed else 0


if __name__ == "__main__":
    sys.exit(main())
