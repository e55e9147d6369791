"""A bound on the size of networks as it is asked for: ``params<1e6``, ``macs<=100M``.

Sizes are whole numbers, and so are bounds: any other is the next whole number that means the same.
"""

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Protocol

from tasks.foundation.errors import UsageError, bounded

LARGEST = 10**18
"""The largest bound."""
_SUFFIXES = {"": 0, "K": 3, "M": 6, "G": 9}
_FORM = re.compile(r"\s*(\w+)\s*(<=|>=|<|>)\s*(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d{1,4})?\s*([KMG]?)\s*", re.IGNORECASE)


class SizeName(StrEnum):
    """What is bounded."""

    PARAMS = "params"
    """Elements of all parameters of a network."""
    MACS = "macs"
    """Its multiply-adds for one input."""


class Size(Protocol):
    """What a network costs."""

    @property
    def params(self) -> int:
        """Elements of all its parameters."""
        ...

    @property
    def macs(self) -> int:
        """Multiply-adds of one input."""
        ...


class Comparison(StrEnum):
    """How a size is compared with a bound."""

    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="


_HOLDS: Mapping[Comparison, Callable[[int, int], bool]] = {
    Comparison.BELOW: operator.lt,
    Comparison.AT_MOST: operator.le,
    Comparison.ABOVE: operator.gt,
    Comparison.AT_LEAST: operator.ge,
}
_ROUNDED_UP = (Comparison.BELOW, Comparison.AT_LEAST)  # <1.5 is <2, and >=1.5 is >=2


@dataclass(frozen=True, order=True)
class Constraint:
    """One bound."""

    name: SizeName
    comparison: Comparison
    bound: int

    def __str__(self) -> str:
        """Return it as a configuration keeps it."""
        return f"{self.name}{self.comparison}{self.bound}"

    def admits(self, size: Size) -> bool:
        """Return whether a size is within."""
        return _HOLDS[self.comparison](self.value(size), self.bound)

    def excess(self, size: Size) -> float:
        """Return by which part of the bound a size is beyond it, 0 for none."""
        return 0.0 if self.admits(size) else (abs(self.value(size) - self.bound) + 1) / max(self.bound, 1)

    def value(self, size: Size) -> int:
        """Return what is compared."""
        return size.params if self.name is SizeName.PARAMS else size.macs

    @property
    def allowed(self) -> tuple[float, float]:
        """The smallest and the largest size within."""
        strict = int(self.comparison in (Comparison.BELOW, Comparison.ABOVE))
        if self.comparison in (Comparison.BELOW, Comparison.AT_MOST):
            return 0, self.bound - strict
        return self.bound + strict, math.inf


def constraints_of(texts: Iterable[str]) -> tuple[Constraint, ...]:
    """Return bounds by their texts, each once and in one order whatever that of the texts.

    Raises UsageError for a text that is none, and where no size is within all of them.
    """
    found = tuple(sorted(set(map(_parsed, texts))))
    for name in SizeName:
        own = [constraint for constraint in found if constraint.name is name]
        if own and max(each.allowed[0] for each in own) > min(each.allowed[1] for each in own):
            raise UsageError(f"--constraint {' and '.join(map(str, own))}: no network has such a size")
    return found


def checked_texts(given: str | Sequence[str]) -> tuple[str, ...]:
    """Return the texts of bounds, or of a single one, as a configuration keeps them; raises as ``constraints_of``."""
    return tuple(map(str, constraints_of([given] if isinstance(given, str) else given)))


def _parsed(text: str) -> Constraint:
    found = _FORM.fullmatch(text)
    if found is None or found[1] not in list(SizeName):
        raise UsageError(
            f"--constraint {bounded(repr(text), 80)}: write {' or '.join(SizeName)}, one of {', '.join(Comparison)}, "
            'and a number such as 1e6, 600K, 1.5M or 2G, in quotation marks: "params<1e6"'
        )
    comparison = Comparison(found[2])
    number = Decimal(found[3] + (found[4] or "")).scaleb(_SUFFIXES[found[5].upper()])
    if number > LARGEST:
        raise UsageError(f"--constraint {bounded(repr(text), 80)}: must be at most {LARGEST:.0e}")
    rounding = ROUND_CEILING if comparison in _ROUNDED_UP else ROUND_FLOOR
    return Constraint(SizeName(found[1]), comparison, int(number.to_integral_value(rounding)))
