"""The texts in a Go source: string literals, their sums, and formats with what is put into them.

MODEL   No parser of Go: the source is cut into tokens, and a name means the text that it was last
        given. What a format is given is None where only the running program could tell.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

_TOKEN = re.compile(
    r"""(?P<space> \s+ | //[^\n]* | /\*.*?\*/)
      | (?P<text> `[^`]*` | "(?:[^"\\\n]|\\.)*")
      | (?P<rune> '(?:[^'\\\n]|\\.)+')
      | (?P<name> [A-Za-z_]\w*)
      | (?P<number> -?\d[\w.]*)
      | (?P<sign> :=|.)""",
    re.VERBOSE | re.DOTALL,
)
_CONSTANT = re.compile(r"^(?:const |var |\t)(\w+)\s*= (`[^`]*`|\"[^\"\n]*\")$", re.MULTILINE)
_DECLARATION = re.compile(r"^(?=func |var |const |type )", re.MULTILINE)
_FORMATS = ("Sprintf", "Appendf")
_MESSAGES = re.compile(r"(?i)(fatal|error|log|skip|print|panic|notice|warn|debug)\w*|New")
_ALWAYS_KNOWN = {"_EMPTY_": ""}


@dataclass(frozen=True)
class Text:
    line: int
    text: str
    values: tuple[str | None, ...] = ()


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def _tokens(source: str, line: int) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(source):
        if match.lastgroup != "space":
            found.append(_Token(match.lastgroup, match.group(), line))
        line += match.group().count("\n")
    return found


def _unquoted(literal: str) -> str:
    if literal.startswith("`"):
        return literal[1:-1].replace("\r", "")
    try:
        return ast.literal_eval(literal)
    except (SyntaxError, ValueError):
        return literal[1:-1]


class _Reader:
    def __init__(self, source: str, constants: Mapping[str, str], first_line: int):
        self._tokens = [*_tokens(source, first_line), *5 * [_Token("end", "", 0)]]
        self._known = _ALWAYS_KNOWN | constants

    def read(self) -> Iterator[Text]:
        at = 0
        while self._tokens[at].kind != "end":
            text, end = self._text_at(at)
            if text is None:
                at += 1
                continue
            line, before = self._tokens[at].line, self._call_before(at)
            if before in _FORMATS:
                values, end = self._arguments(end)
                yield Text(line, text, values)
            elif not (before and _MESSAGES.fullmatch(before)):
                self._give_name(at, text)
                if self._tokens[at].kind == "text" or end > at + 1:
                    yield Text(line, text)
            at = end

    def _text_at(self, at: int) -> tuple[str | None, int]:
        """A text or a sum of texts, and what comes behind; None where there is none."""
        whole = ""
        while True:
            token, behind = self._tokens[at], self._tokens[at + 1].text
            if token.kind == "text":
                whole += _unquoted(token.text)
            elif token.kind == "name" and token.text in self._known and behind not in ("(", ".", "=", ":="):
                whole += self._known[token.text]
            else:
                return None, at
            if behind != "+":
                return whole, at + 1
            at += 2

    def _call_before(self, at: int) -> str | None:
        """The function whose first argument begins here; of Appendf the second."""
        back = [token.text for token in self._tokens[max(at - 4, 0) : at]]
        if back[-1:] == ["("] and len(back) > 1:
            return back[-2]
        return "Appendf" if back == ["Appendf", "(", "nil", ","] else None

    def _give_name(self, at: int, text: str) -> None:
        """`name := text`, also as `name := []byte(text)`."""
        back = [token.text for token in self._tokens[max(at - 6, 0) : at]]
        if back[-4:] == ["[", "]", "byte", "("]:
            back = back[:-4]
        if len(back) > 1 and back[-1] in ("=", ":="):
            self._known[back[-2]] = text

    def _arguments(self, at: int) -> tuple[tuple[str | None, ...], int]:
        """What stands behind the format, up to the closing parenthesis."""
        values: list[str | None] = []
        while self._tokens[at].text == ",":
            start, depth = at + 1, 0
            at = start
            while self._tokens[at].kind != "end":
                sign = self._tokens[at].text if self._tokens[at].kind == "sign" else ""
                if depth == 0 and sign and sign in ",)":
                    break
                depth += (sign in ("(", "[", "{")) - (sign in (")", "]", "}"))
                at += 1
            if at > start:
                values.append(self._value(start, at))
        return tuple(values), at

    def _value(self, start: int, end: int) -> str | None:
        text, behind = self._text_at(start)
        if text is not None and behind == end:
            return text
        token = self._tokens[start]
        is_plain = token.kind == "number" or token.text in ("true", "false")
        return token.text if is_plain and end == start + 1 else None


def constants_of(source: str) -> dict[str, str]:
    """The texts that every source of the package knows by name."""
    return {name: _unquoted(text) for name, text in _CONSTANT.findall(source)}


def declarations_of(source: str) -> Iterator[tuple[int, str]]:
    """Functions and what stands beside them, each with its first line."""
    line = 1
    for declaration in _DECLARATION.split(source):
        yield line, declaration
        line += declaration.count("\n")


def texts_of(source: str, constants: Mapping[str, str], first_line: int = 1) -> list[Text]:
    return list(_Reader(source, constants, first_line).read())
