"""Every relative link and every file that the documents name exists.

    python3 -m tests.docs.links

MODEL   README.md and docs/**/*.md. A link `[text](target)` is relative to its document; its `#part`
        must be a heading there. A name in backquotes that begins with one of the repository's
        folders is a path from the root; `*` stands for any text. build/ holds what is made and
        is not looked at.
"""

import glob
import os
import re
import sys
from collections.abc import Iterator

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MADE = {"build"}

_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_NAMED = re.compile(r"`([\w.*-]+(?:/[\w.*-]+)+)/?`")
_HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)


def documents() -> list[str]:
    found = glob.glob(os.path.join(ROOT, "docs", "**", "*.md"), recursive=True)
    return sorted(found + glob.glob(os.path.join(ROOT, "README.md")))


def read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return _FENCED.sub("", file.read())


def anchors(path: str) -> set[str]:
    """The parts of a document, as GitHub names them."""
    headings = (re.sub(r"[^\w\- ]", "", text.lower()) for text in _HEADING.findall(read(path)))
    return {text.strip().replace(" ", "-") for text in headings}


def problem_of_link(document: str, target: str) -> str | None:
    if re.match(r"[a-z]+:", target):
        return None
    name, _, part = target.partition("#")
    path = os.path.join(os.path.dirname(document), name) if name else document
    if not os.path.exists(path):
        return f"the link {target} leads nowhere"
    if part and part not in anchors(path):
        return f"the link {target} names no heading"
    return None


def problem_of_name(name: str) -> str | None:
    folder = name.split("/")[0]
    if folder in MADE or not os.path.isdir(os.path.join(ROOT, folder)):
        return None
    return None if glob.glob(os.path.join(ROOT, name)) else f"there is no {name}"


def problems() -> Iterator[str]:
    for document in documents():
        text = read(document)
        found = [problem_of_link(document, target) for target in _LINK.findall(text)]
        found += [problem_of_name(name) for name in _NAMED.findall(text)]
        for problem in filter(None, found):
            yield f"{os.path.relpath(document, ROOT)}: {problem}"


def main() -> int:
    found = sorted(set(problems()))
    print("\n".join(found) or f"{len(documents())} documents are in order")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
