"""Draws of candidates to compare, of which some may find none: under constraints a draw ends after so many tries."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from evo.records.failures import OutsideConstraintsError

DrawnT = TypeVar("DrawnT")


def possible(draws: Iterable[Callable[[], DrawnT]]) -> Iterator[DrawnT]:
    """Yield what draws find, one after the other, and leave out those that find nothing within constraints."""
    for draw in draws:
        try:
            yield draw()
        except OutsideConstraintsError:
            continue
