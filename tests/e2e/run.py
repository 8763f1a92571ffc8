"""The entry point; see tests/support/suite.py."""

import sys

from tests.support.suite import main

if __name__ == "__main__":
    sys.exit(main("tests.e2e"))
