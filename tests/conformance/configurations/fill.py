"""Fills a format of Go: with what the source says, else with what fits.

MODEL   What only the running program could tell is guessed: a guess is one word for all of a text,
        and several are tried until nats-server takes it.
"""

import re
from collections.abc import Iterator, Sequence

_VERB = re.compile(r"%(?:\[(\d+)\])?[-+# 0]*[\d.]*([a-zA-Z])|%%")
_BLANK = re.compile(r"\{\{\w+\}\}")  # filled by a function of the tests
_WORDS = ("word", "true", '"2s"', "1", "")
_NUMBER = "4242"


def fillings(text: str, values: Sequence[str | None]) -> Iterator[str]:
    """The likeliest first; each once."""
    seen = set()
    for word in _WORDS:
        filled = _fill(text, values, word)
        if filled not in seen:
            seen.add(filled)
            yield filled


def _fill(text: str, values: Sequence[str | None], word: str) -> str:
    at = 0

    def value(verb: re.Match) -> str:
        nonlocal at
        if verb.group() == "%%":
            return "%"
        at = int(verb.group(1) or at + 1)
        known = values[at - 1] if at <= len(values) else None
        if known is None:
            known = _guess(verb, word)
        return f'"{known}"' if verb.group(2) == "q" and '"' not in known else known

    return _VERB.sub(value, _BLANK.sub("", text))


def _guess(verb: re.Match, word: str) -> str:
    if verb.group(2) == "d":
        return _NUMBER
    before = verb.string[: verb.start()].rpartition("\n")[2]
    after = verb.string[verb.end() :].partition("\n")[0]
    return word if (before + after).strip() else ""
