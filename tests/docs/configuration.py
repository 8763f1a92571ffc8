"""docs/configuration.md is what the program says of its options today.

    python3 -m tests.docs.configuration build/dev/cli/antiphon
"""

import difflib
import os
import sys

from tests.support import process

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PAGE = os.path.join("docs", "configuration.md")


def main() -> int:
    program = sys.argv[1]
    done = process.run([program, "config-reference"])
    if done.status != 0:
        print(done.stderr)
        return 1
    try:
        with open(os.path.join(ROOT, PAGE), encoding="utf-8") as file:
            kept = file.read()
    except FileNotFoundError:
        kept = ""
    if kept == done.stdout:
        return 0
    names = (PAGE, "antiphon config-reference")
    lines = difflib.unified_diff(kept.splitlines(), done.stdout.splitlines(), *names, lineterm="")
    print("\n".join(lines))
    print(f"\n{PAGE} is not current. To refresh it:\n\n  {program} config-reference > {PAGE}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
