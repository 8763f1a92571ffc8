"""Tells the driver how each test ended, one JSON object per line, so that a hang loses nothing."""

import json
import os

REPORT = os.environ["ANTIPHON_TEST_REPORT"]


def pytest_runtest_logreport(report):
    """Called for set-up, body (and each of its subtests) and tear-down of a test."""
    line = {"node": report.nodeid, "outcome": report.outcome, "detail": report.longreprtext}
    with open(REPORT, "a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")
