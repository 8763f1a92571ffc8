"""Makes a conversation and its configuration smaller while the servers still differ.

MODEL   Left out are halves of the steps, then less, single commands, details of what remains, and
        branches of the configuration. What shows no difference any more is taken back. A try in
        which only one of the servers takes the configuration shows something else, and does not
        count (unless it was that in the beginning).
LIMITS  It ends after a number of tries.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.conformance.random.changes import branches, copy, leave_out
from tests.conformance.random.configuration import Configuration
from tests.conformance.random.servers import Contest, Outcome, Servers
from tests.conformance.random.steps import Answer, Connect, Reload, Send, Step

TRIES_MAX = 600


@dataclass(frozen=True)
class Example:
    configuration: Configuration
    steps: tuple[Step, ...]


def _without(items: tuple, begin: int, end: int) -> tuple:
    return items[:begin] + items[end:]


def fewer_steps(example: Example) -> Iterator[Example]:
    size = max(1, len(example.steps) // 2)
    while size:
        # The last ones first: what comes after the difference is surely not needed.
        for begin in reversed(range(0, len(example.steps), size)):
            yield replace(example, steps=_without(example.steps, begin, begin + size))
        size //= 2


def smaller_steps(example: Example) -> Iterator[Example]:
    for at, step in enumerate(example.steps):
        for smaller in _smaller(step):
            yield replace(example, steps=(*example.steps[:at], smaller, *example.steps[at + 1 :]))


def _smaller(step: Step) -> Iterator[Step]:
    if isinstance(step, Send):
        for at in range(len(step.commands)):
            yield replace(step, commands=_without(step.commands, at, at + 1))
        if step.cuts:
            yield replace(step, cuts=())
    elif isinstance(step, Answer):
        if step.headers or step.reply:
            yield replace(step, headers=b"", reply="")
    elif isinstance(step, Reload):
        for path in branches(step.tree):
            tree = copy(step.tree)
            leave_out(tree, path)
            yield Reload(tree)
    elif isinstance(step, Connect) and step.options:
        for at in range(len(step.options)):
            yield replace(step, options=_without(step.options, at, at + 1))


def smaller_configurations(example: Example) -> Iterator[Example]:
    for path in branches(example.configuration.tree):
        tree = copy(example.configuration.tree)
        leave_out(tree, path)
        yield replace(example, configuration=Configuration(tree))


class Shrinker:
    def __init__(self, contest: Contest):
        self._contest = contest
        self._servers: Servers | None = None
        self._configuration: Configuration | None = None
        self.tries = 0

    def shrink(self, example: Example) -> tuple[Example, Outcome]:
        """REQUIRES: it shows a difference on fresh servers."""
        outcome = self.play(example)
        try:
            changed = True
            while changed and self.tries < TRIES_MAX:
                changed = False
                for simpler in (fewer_steps, smaller_steps, smaller_configurations):
                    example, outcome, less = self._pass(example, outcome, simpler)
                    changed = changed or less
        finally:
            self.stop()
        return example, outcome

    def _pass(
        self, example: Example, outcome: Outcome, simpler: Callable[[Example], Iterator[Example]]
    ) -> tuple[Example, Outcome, bool]:
        """Begins anew with each success."""
        changed, found = False, True
        about = outcome.is_about_configuration
        while found and self.tries < TRIES_MAX:
            found = False
            for candidate in simpler(example):
                got = self.play(candidate)
                if got.diff and got.is_about_configuration == about:
                    example, outcome, changed, found = candidate, got, True, True
                    break
        return example, outcome, changed

    def play(self, example: Example) -> Outcome:
        self.tries += 1
        if self._configuration != example.configuration:
            self.stop()
            self._servers = Servers(self._contest, example.configuration)
            self._configuration = example.configuration
        return self._servers.play(list(example.steps))

    def stop(self) -> None:
        if self._servers:
            self._servers.stop()
        self._servers = self._configuration = None
