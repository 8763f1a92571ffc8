"""Makes a failing case smaller, as long as it fails."""

from collections.abc import Callable, Iterator
from typing import TypeVar

TRIES_MAX = 300

Case = TypeVar("Case")


def shrink(case: Case, smaller: Callable[[Case], Iterator[Case]], fails: Callable[[Case], bool]) -> Case:
    tries = 0
    found = True
    while found:
        found = False
        for less in smaller(case):
            tries += 1
            if tries > TRIES_MAX:
                return case
            if fails(less):
                case, found = less, True
                break
    return case
