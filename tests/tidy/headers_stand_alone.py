"""Fails when nothing proves that a header compiles alone, so that whoever includes it first needs no other.

A header is proven by any source file that includes it before anything else. Headers without one stand in
headers.txt, from which the build makes such files. Here is only looked whether any is left.
"""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LIST = "tests/tidy/headers.txt"
INCLUDE = re.compile(r'^#include ["<]([^">]+)[">]', re.MULTILINE)


def files(ending: str, *tops: str) -> list[str]:
    found = []
    for top in tops:
        for directory, _, names in os.walk(os.path.join(ROOT, top)):
            found += [os.path.join(directory, name) for name in names if name.endswith(ending)]
    return sorted(os.path.relpath(path, ROOT) for path in found)


def first_include(source: str) -> str:
    with open(os.path.join(ROOT, source), encoding="utf-8") as text:
        found = INCLUDE.search(text.read())
    return found.group(1) if found else ""


def main() -> int:
    proven = {first_include(source) for source in files(".cc", "protocol", "broker", "fleet", "federation", "cli", "tests")}
    headers = files(".h", "protocol", "broker", "fleet", "federation", "cli")
    with open(os.path.join(ROOT, LIST), encoding="utf-8") as text:
        listed = text.read().split()
    alone = [header for header in headers if header not in proven and header not in listed]
    gone = [header for header in listed if header not in headers]
    for header in alone:
        print(f"{header}: no source file includes it first; let its test do so, or add it to {LIST}")
    for header in gone:
        print(f"{LIST}: there is no {header}")
    print(f"{len(headers)} headers, {len(alone)} that nobody includes first")
    return 1 if alone or gone else 0


if __name__ == "__main__":
    sys.exit(main())
