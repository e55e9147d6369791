"""The table of features that models of scikit-learn learn from: which numbers of a candidate are its columns.

Letters: N candidates, F features, S scores among them, which are the last.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fitness.predictors.base import Floats
from fitness.predictors.descriptions import Description, is_word


@dataclass(frozen=True)
class FeatureTable:
    """Its columns: numbers by name, in rising order, then the scores.

    centres, scales [F]: what is taken from a number, and what it is then divided by. Those of words stay as they are,
    or rare words would be as heavy as common ones.
    """

    names: tuple[str, ...]
    centres: Floats
    scales: Floats

    def __post_init__(self) -> None:
        """Raise ValueError where the numbers do not go with the names, or a name is no text."""
        if self.centres.shape != self.scales.shape or self.scales.ndim != 1 or len(self.scales) < len(self.names):
            raise ValueError(f"{len(self.names)} features, centres {self.centres.shape}, scales {self.scales.shape}")
        if self.centres.dtype.kind != "f" or self.scales.dtype.kind != "f":
            raise ValueError(f"of features, centres are {self.centres.dtype}, scales {self.scales.dtype} numbers")
        if not all(isinstance(name, str) for name in self.names) or (self.scales <= 0).any():
            raise ValueError("a feature's name is no text, or its scale is not above 0")

    @classmethod
    def choose(cls, descriptions: Sequence[Description], scores: Floats, *, least: int) -> "FeatureTable":
        """Return the columns for candidates to learn from, with their scores [N, S], NaN where one is missing.

        Numbers are left out that fewer than ``least`` candidates have, or that are equal in all of them. Other numbers
        than words get mean 0 and deviation 1.
        """
        held = Counter(name for description in descriptions for name in description)
        names = sorted(name for name, count in held.items() if count >= least and _differs(name, descriptions))
        table = np.concatenate([_numbers(names, descriptions), scores], axis=1)
        measured = np.array([not is_word(name) for name in names] + [True] * scores.shape[1], bool)
        deviations = np.nanstd(table, axis=0)
        return cls(
            tuple(names),
            np.where(measured, np.nanmean(table, axis=0), 0.0),
            np.where(measured & (deviations > 0), deviations, 1.0),
        )

    def rows(self, descriptions: Sequence[Description], scores: Floats) -> Floats:
        """Return the features [N, F] of candidates with scores [N, S]; a missing one counts as the mean."""
        table = np.concatenate([_numbers(self.names, descriptions), scores], axis=1)
        scaled: Floats = np.nan_to_num((table - self.centres) / self.scales, nan=0.0)
        return scaled


def _differs(name: str, descriptions: Sequence[Description]) -> bool:
    return len({description.get(name, 0.0) for description in descriptions}) > 1


def _numbers(names: Sequence[str], descriptions: Sequence[Description]) -> Floats:
    """Return a column for each of the names, [N, names], 0 where a candidate lacks the number."""
    column = {name: place for place, name in enumerate(names)}
    found = np.zeros((len(descriptions), len(column)))
    for row, description in enumerate(descriptions):
        for name in description.keys() & column.keys():
            found[row, column[name]] = description[name]
    return found
