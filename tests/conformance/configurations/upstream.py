"""The configurations of nats-server's own tests, taken from its module in Go's module cache.

WHY   Whoever moves to this broker has a file that nats-server takes. Its tests hold what its
      authors thought of: what is right, what is wrong, and how it may be written.
"""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.configurations.go_texts import Text, constants_of, declarations_of, texts_of
from tests.support import process

_MODULE = "github.com/nats-io/nats-server/v2"
_GRAMMAR = "conf"  # the package whose keys mean nothing
_PACKAGES = ("server", "test", _GRAMMAR)
_FILES = ("server/configs", "test/configs", _GRAMMAR)
_LETTERS_MAX = 20_000  # longer ones are accounts by the thousand


@dataclass(frozen=True)
class Configuration:
    name: str  # its file, below the module's folder, and its line
    text: str
    values: tuple[str | None, ...] = ()

    @property
    def folder(self) -> str:
        """What its paths are relative to, below the module's folder."""
        return "test" if self.name.startswith("test/") else "server"


def find_module(version: str) -> Path | None:
    cache = os.environ.get("GOMODCACHE")
    if not cache and (go := shutil.which("go")):
        cache = process.run([go, "env", "GOMODCACHE"]).stdout.strip()
    folder = Path(cache or os.path.expanduser("~/go/pkg/mod")) / f"{_MODULE}@v{version}"
    return folder if folder.is_dir() else None


def lay_out(module: Path, root: Path) -> None:
    """What the configurations name by relative paths: certificates, included files, tokens."""
    for folder in _FILES:
        shutil.copytree(module / folder, root / folder, ignore=shutil.ignore_patterns("*.go"))
    for path in [root, *root.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)


def configurations(module: Path) -> Iterator[Configuration]:
    for package in _PACKAGES:
        yield from _of_sources(module, package)
    for folder in _FILES:
        for path in sorted((module / folder).rglob("*.conf")):
            yield Configuration(str(path.relative_to(module)), path.read_text(errors="replace"))


def _keys(module: Path, package: str) -> str:
    """Those that nats-server knows; where a key means nothing, any."""
    source = (module / "server/opts.go").read_text()
    cases = " ".join(re.findall(r"^\tcase (\".*\"):$", source, re.MULTILINE))
    names = sorted(set(re.findall(r'"(\w+)"', cases)))
    known = r"\w+" if package == _GRAMMAR else "|".join(names)
    return rf"({known})[\"']?\s*(=|:(?!//)|\{{)"


def _of_sources(module: Path, package: str) -> Iterator[Configuration]:
    keys = _keys(module, package)
    in_source = re.compile(rf"\b{keys}", re.IGNORECASE)
    begins_a_line = re.compile(rf"^[\s{{]*[\"']?{keys}", re.MULTILINE | re.IGNORECASE)
    paths = sorted(module.glob(f"{package}/*_test.go"))
    sources = {path: path.read_text(errors="replace") for path in paths}
    constants: dict[str, str] = {}
    for source in sources.values():
        constants |= constants_of(source)
    seen: set[tuple] = set()
    for path, source in sources.items():
        for line, declaration in declarations_of(source):
            if not in_source.search(declaration):
                continue
            for one in texts_of(declaration, constants, line):
                if begins_a_line.search(one.text) and _is_new(one, seen):
                    yield Configuration(f"{package}/{path.name}:{one.line}", one.text, one.values)


def _is_new(text: Text, seen: set[tuple]) -> bool:
    before = len(seen)
    seen.add((text.text, text.values))
    return len(seen) > before and len(text.text) < _LETTERS_MAX
