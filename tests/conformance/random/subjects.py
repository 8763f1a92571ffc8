"""Subjects that are drawn from few words, so that what is drawn independently still meets.

MODEL   A pattern may have wildcards, a subject has none. `Subjects` draws for one conversation or
        configuration; the patterns that it is given are taken up again more often than new ones.
"""

from random import Random

WORDS = ("a", "b", "c", "d", "x-y", "abcdef", "7", "A")
TOKENS_MAX = 4


def filled(pattern: str, rng: Random) -> str:
    """A subject that the pattern matches."""
    tokens = []
    for token in pattern.split("."):
        if token == "*":
            tokens.append(rng.choice(WORDS))
        elif token == ">":
            tokens += [rng.choice(WORDS) for _ in range(rng.randint(1, 2))]
        else:
            tokens.append(token)
    return ".".join(tokens)


def widened(pattern: str, rng: Random) -> str:
    """A pattern that matches more."""
    tokens = pattern.split(".")
    at = rng.randrange(len(tokens))
    if rng.random() < 0.4:
        return ".".join([*tokens[:at], ">"])
    return ".".join("*" if i == at and token != ">" else token for i, token in enumerate(tokens))


def narrowed(pattern: str, rng: Random) -> str:
    """A pattern that matches less, if it has a wildcard."""
    tokens = pattern.split(".")
    wild = [i for i, token in enumerate(tokens) if token in ("*", ">")]
    if not wild:
        return pattern
    at = rng.choice(wild)
    if tokens[at] == "*":
        tokens[at] = rng.choice(WORDS)
    else:
        tokens[at:] = rng.choice((["*"], [rng.choice(WORDS)], ["*", ">"], [rng.choice(WORDS), ">"]))
    return ".".join(tokens)


def overlap(one: str, other: str) -> bool:
    """Whether some subject matches both."""
    a, b = one.split("."), other.split(".")
    for x, y in zip(a, b):
        if ">" in (x, y):
            return True
        if x != y and "*" not in (x, y):
            return False
    return len(a) == len(b)


class Subjects:
    def __init__(self, rng: Random, known: tuple[str, ...] = ()):
        self._rng = rng
        self._known = list(known)

    def new_pattern(self, first: str | None = None) -> str:
        rng = self._rng
        count = rng.choice((1, 2, 2, 2, 3, 3, TOKENS_MAX))
        tokens = [rng.choice(WORDS) if rng.random() < 0.65 else "*" for _ in range(count)]
        if rng.random() < 0.3:
            tokens[-1] = ">"
        if first:
            tokens[0] = first
        return ".".join(tokens)

    def pattern(self) -> str:
        rng = self._rng
        if not self._known or rng.random() < 0.15:
            return self.new_pattern()
        pattern, how = rng.choice(self._known), rng.random()
        if how < 0.5:
            return pattern
        if how < 0.75:
            return narrowed(pattern, rng)
        return widened(pattern, rng)

    def subject(self) -> str:
        return filled(self.pattern(), self._rng)
