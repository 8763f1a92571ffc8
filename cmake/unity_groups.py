"""Puts sources of a target together that can be compiled as one, and prints what there is to compile then.

    python3 cmake/unity_groups.py ROOT FOLDER SOURCE...

A group is a file in FOLDER that includes its sources by their names from ROOT, so that another clone has the
same text and a cache of the compiler its results.

MODEL   Names in unnamed namespaces belong to one file, so two files may have the same; such files never share
        a group. Nor does a file share one if it has a name of its own that a header gives to all, or defines
        macros.
LIMITS  Reads formatted code: only what stands at the beginning of a line counts. What it overlooks is a
        compiler's error, and no program's fault; configure again after adding such a name.
"""

import functools
import os
import re
import sys
from collections.abc import Iterator

LINES_MAX = 1_500  # of a group: more compile sooner, fewer keep a change of one file cheap
_DEFINES = re.compile(r"^#\s*define", re.MULTILINE)
_INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
_TYPE = re.compile(r"(?:struct|class|enum class|enum|union)\s+(\w+)|using\s+(\w+) =")
_FUNCTION = re.compile(r"[\w:<>,*&\s\[\]]*?[\s*&](\w+)\(")
_OBJECT = re.compile(r"[^(=]*?[\s*&>](\w+)\s*(?:\[[^\]]*\])*\s*(?:=|\{|;)")
_OPENS = "namespace {"
_CLOSES = "}  // namespace"


def _name(line: str) -> str | None:
    """What a line at a namespace's level declares."""
    for form in (_TYPE, _FUNCTION, _OBJECT):
        if found := form.match(line):
            return found.group(found.lastindex or 0)
    return None


def _lines_at_level(text: str) -> Iterator[tuple[bool, str]]:
    """Lines that begin a declaration, and whether they are in an unnamed namespace."""
    unnamed = False
    for line in text.splitlines():
        if line == _OPENS:
            unnamed = True
        elif line == _CLOSES:
            unnamed = False
        elif line and line[0] not in " }/#" and not line.startswith(("namespace", "TEST", "template", "friend")):
            yield unnamed, line


def own_names(text: str) -> set[str]:
    return {name for unnamed, line in _lines_at_level(text) if unnamed and (name := _name(line))}


@functools.cache
def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()


@functools.cache
def _headers(root: str, path: str) -> frozenset[str]:
    """The project's headers that a file has, by itself or through others."""
    direct = [os.path.join(root, name) for name in _INCLUDE.findall(_read(path))]
    direct = [name for name in direct if os.path.exists(name)]
    return frozenset(direct).union(*(_headers(root, name) for name in direct))


@functools.cache
def _shared_names(path: str) -> frozenset[str]:
    return frozenset(name for unnamed, line in _lines_at_level(_read(path)) if not unnamed and (name := _name(line)))


class Group:
    def __init__(self) -> None:
        self.files: list[str] = []
        self._own: set[str] = set()
        self._shared: set[str] = set()
        self._lines = 0

    def take(self, path: str, root: str) -> bool:
        text = _read(path)
        own, lines = own_names(text), text.count("\n")
        shared = set().union(*(_shared_names(header) for header in _headers(root, path)))
        if self.files and (self._lines + lines > LINES_MAX or own & (self._own | self._shared) or self._own & shared):
            return False
        self.files.append(path)
        self._own |= own
        self._shared |= shared
        self._lines += lines
        return True


def groups(root: str, sources: list[str]) -> list[list[str]]:
    """In the order of the sources, so that files of one folder come together; who stands alone is left out."""
    found: list[Group] = []
    for path in sources:
        if _DEFINES.search(_read(path)):
            continue
        if not any(group.take(path, root) for group in found):
            found.append(Group())
            found[-1].take(path, root)
    return [group.files for group in found if len(group.files) > 1]


def _write(path: str, text: str) -> None:
    """Leaves a file alone that is the same, so that nothing is compiled anew."""
    if not os.path.exists(path) or _read(path) != text:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def put_together(root: str, folder: str, sources: list[str]) -> list[str]:
    os.makedirs(folder, exist_ok=True)
    found = groups(root, sources)
    together = [path for files in found for path in files]
    result = [path for path in sources if path not in together]
    for number, files in enumerate(found):
        path = os.path.join(folder, f"unity_{number}.cc")
        _write(path, "".join(f'#include "{os.path.relpath(file, root)}"\n' for file in files))
        result.append(path)
    return result


def main() -> int:
    root, folder, *sources = sys.argv[1:]
    print(";".join(put_together(root, folder, sources)), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
