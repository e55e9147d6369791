"""What a search maximises beside its fitness: parameters, multiply-adds, latency, or any other metric, with a sign.

A metric is kept as it was measured; the objective made of it is the metric ``objective.NAME`` of the row, its sign
applied, so that higher is better of every objective, as it is of a fitness. Times are seconds.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.foundation.errors import UsageError, bounded

if TYPE_CHECKING:
    from evo.records.config import SearchConfig

PREFIX = "objective."
"""Of the metrics that a search goes by beside its fitness."""
FITNESS, PARAMS, MACS, LATENCY = "fitness", "params", "macs", "latency"
SIZES = (PARAMS, MACS)
OF_NETWORKS = (*SIZES, LATENCY)
"""Objectives that only networks have."""
SPREAD = "latency_spread"
"""The metric with the interquartile range of what a latency is the median of."""
MOST = 8
"""Objectives; the hypervolume of more takes too long."""
MOST_BATCH = 65_536
LONGEST = 200
"""Characters of a name."""
_EXAMPLE = 'write e.g. "fitness,-params"'
_BATCH = re.compile(r"latency\(\s*batch\s*=\s*(\d{1,9})\s*\)")


@dataclass(frozen=True)
class SearchObjective:
    """A number that a search maximises: ``sign`` (1 or -1) times the metric ``name``.

    batch: inputs at once of what a latency is measured on
    """

    name: str
    sign: int = 1
    batch: int = 1

    def __str__(self) -> str:
        """Return it as it is written: ``fitness``, ``-params``, ``-latency(batch=8)``."""
        return f"{'-' if self.sign < 0 else ''}{self.name}{f'(batch={self.batch})' if self.batch > 1 else ''}"

    @property
    def metric(self) -> str:
        """The metric that holds its value, the sign applied."""
        return f"{PREFIX}{self.name}"


Objectives = tuple[SearchObjective, ...]
"""Fitness first; nothing for a search by its fitness alone."""


def parse_objectives(given: str | Sequence[str]) -> Objectives:
    """Return the objectives of a text, ``fitness,-params,-latency``, or of several; nothing for ``fitness`` alone.

    Raises UsageError where the first is not the fitness, and for one that is no name or is given twice.
    """
    texts = _split(given) if isinstance(given, str) else list(given)
    if len(texts) > MOST:
        raise UsageError(f"--objectives: {len(texts)} objectives are given; at most {MOST} are allowed")
    found = tuple(map(_parsed, texts))
    if not found or found[0] != SearchObjective(FITNESS):
        first = bounded(repr(texts[0] if texts else ""), 80)
        raise UsageError(f"--objectives: the first is {first}, and must be fitness, without a sign; {_EXAMPLE}")
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"--objectives: {bounded(name, 80)} is given {names.count(name)} times; give it once")
    return found if len(found) > 1 else ()


def objectives_of(config: "SearchConfig") -> Objectives:
    """Return the objectives of a configuration, nothing where its fitness is the only one; raises UsageError."""
    return parse_objectives(config.objectives) if config.objectives else ()


def _split(text: str) -> list[str]:
    """Return what stands between commas that are in no parentheses."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def _parsed(text: str) -> SearchObjective:
    whole = text.strip()
    sign, name = (-1 if whole.startswith("-") else 1), whole.lstrip("+-").strip()
    signs = len(whole) - len(whole.lstrip("+-"))
    if not name or len(name) > LONGEST or signs > 1 or name.startswith(PREFIX) or not name.isprintable():
        raise UsageError(
            f"--objectives: {bounded(repr(text), 80)} is no objective; {_EXAMPLE}: fitness, params, macs, latency, or "
            "a metric of the fitness, with a minus where lower is better"
        )
    batch = _BATCH.fullmatch(name)
    if name.startswith(f"{LATENCY}(") and (batch is None or not 1 <= int(batch[1]) <= MOST_BATCH):
        raise UsageError(f"--objectives: {bounded(repr(text), 80)}: write latency(batch=N), N from 1 to {MOST_BATCH:,}")
    return SearchObjective(name, sign) if batch is None else SearchObjective(LATENCY, sign, int(batch[1]))
