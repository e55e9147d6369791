"""What the trainings of a labelling amount to.

Letters: K trainings of each of N architectures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evo.scoring.member import Member
from evo.scoring.scores import Column, read_column, read_metric, read_sizes
from fitness.rank_correlation.rank_statistics import Interval, rank_agreement
from spaces.tables.table_file import Floats

VALUE, ACCURACY, PARAMS = "value", "validation_accuracy", "params"
_LOSS_UNIT = "nats, minus the validation loss"


@dataclass(frozen=True)
class Labels:
    """The texts of N architectures and what each training says of them.

    columns: minus the validation loss by training, NaN where it failed; accuracies: on the same images
    [K, N]; params: [N].
    """

    texts: Sequence[str]
    seeds: Sequence[int]
    columns: Sequence[Column]
    accuracies: Floats
    params: Floats

    @cached_property
    def whole(self) -> np.ndarray:
        """Which architectures have a finite loss in every training, [N]."""
        whole: np.ndarray = np.all([np.isfinite(column.scores) for column in self.columns], axis=0)
        return whole

    @property
    def without(self) -> int:
        """Architectures that have no label."""
        return int(np.sum(~self.whole))

    @property
    def reason(self) -> str:
        """Last words of an architecture without a label."""
        return next((column.reason for column in self.columns if column.reason), "no reason given")

    @property
    def values(self) -> Floats:
        """The labels: mean over trainings [N], NaN where one of them failed."""
        means: Floats = np.mean([column.scores for column in self.columns], axis=0)
        return means

    @cached_property
    def agreement(self) -> Interval:
        """Rank agreement of two trainings on the architectures that have a label; NaN where that is undefined."""
        if np.sum(self.whole) < 2:
            return Interval(np.nan, np.nan, np.nan)
        return rank_agreement([column.scores[self.whole] for column in self.columns])

    def measurements(self) -> dict[str, Floats]:
        """Return the columns of the panel by name, [N] each."""
        by_seed = {_of(seed): column.scores for seed, column in zip(self.seeds, self.columns, strict=True)}
        return {VALUE: self.values, **by_seed, ACCURACY: self.accuracies.mean(axis=0), PARAMS: self.params}

    def units(self) -> dict[str, str]:
        """Return the unit of each column."""
        losses = dict.fromkeys((VALUE, *map(_of, self.seeds)), _LOSS_UNIT)
        return {**losses, ACCURACY: "0 to 1", PARAMS: "count"}


def gather(members: Sequence[Member], texts: Sequence[str]) -> Labels:
    """Return what the logs of all members say of their candidates ``texts``."""
    count, runs = len(texts), [member.folder for member in members]
    return Labels(
        texts,
        [member.config.seed for member in members],
        [read_column(member.label, member.folder, count) for member in members],
        np.array([read_metric("accuracy", run, count) for run in runs]),
        read_sizes(runs, count)["params"],
    )


def _of(seed: int) -> str:
    return f"{VALUE}_seed_{seed}"
