"""Takes entries out of a configuration, so that what is left can be compared."""

import re
from collections.abc import Iterable

_BARE_KEY = re.compile(r"[^\s:={\[]+")
_PIECES = re.compile(r"""(?P<text>"(?:\\.|[^"\\])*"|'[^']*')|(?P<comment>\#[^\n]*|(?<!\S)//[^\n]*)
                         |(?P<open>[{\[])|(?P<close>[}\]])|(?P<end>[,;\n])|(?P<other>.)""",
                     re.VERBOSE | re.DOTALL)  # fmt: skip


def without(text: str, places: Iterable[tuple[int, int]]) -> str:
    """The text without the entries whose keys are there (line and column, from 1); lines stay lines."""
    data = text.encode("utf-8", "surrogateescape").decode("latin-1")
    begins = [0, *(match.end() for match in re.finditer("\n", data))]
    for line, column in sorted(places, reverse=True):
        start = begins[line - 1] + column - 1
        end = _end_of_entry(data, start)
        data = data[:start] + "\n" * data.count("\n", start, end) + data[end:]
    return data.encode("latin-1").decode("utf-8", "surrogateescape")


def _end_of_entry(data: str, start: int) -> int:
    key = _PIECES.match(data, start) if data[start] in "\"'" else _BARE_KEY.match(data, start)
    at, depth = re.compile(r"[\s:=]*").match(data, key.end() if key else start + 1).end(), 0
    for piece in _PIECES.finditer(data, at):
        kind = piece.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth -= 1
            if depth <= 0:
                return piece.end() if depth == 0 else piece.start()
        elif kind == "end" and depth == 0:
            return piece.end() if piece.group() != "\n" else piece.start()
    return len(data)
