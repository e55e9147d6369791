"""How tasks rank members of a panel that no search was judged by, beside published tasks and the networks' size.

Letters: H members held out, R resamples.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.base import EvalContext, network_shape
from fitness.panel_members import PanelMembers
from fitness.rank_statistics import Interval, bootstrap, interval, spearman
from fitness.regression import RegressionFitness
from spaces import NetworkSpace, count_complexity, reads_sequences

Array = NDArray[np.float64]

PICTURE_PRESETS, SEQUENCE_PRESETS = ("combo", "N"), ("nlp_combo", "nlp_search")
"""The published tasks that others are held against: the one that is not searched for, and one that was."""
SIZES = ("params", "macs")


@dataclass(frozen=True)
class Ranking:
    """How well scores rank the members held out: Spearman's rho with its 95 % bootstrap interval; failed: without one.

    draws: rho of the resamples [R], the same rows for all rankings of one panel.
    """

    name: str
    rho: Interval
    failed: int
    draws: Array = field(repr=False, compare=False)

    def less(self, other: "Ranking") -> Interval:
        """Return by how much rho is above that of ``other``, with the interval of the difference on the same rows."""
        return interval(self.rho.value - other.rho.value, self.draws - other.draws)


class HeldOutPanel:
    """H members that are scored after a search, by any task."""

    def __init__(self, members: PanelMembers, training: Mapping[str, Any]) -> None:
        """Take the members, and the options ``steps`` and ``precision`` of their training."""
        self._members = members
        self._training = training

    def __len__(self) -> int:
        """Return the number H of members."""
        return len(self._members)

    @property
    def presets(self) -> tuple[str, ...]:
        """Names of the published tasks that suit the members' networks."""
        return SEQUENCE_PRESETS if reads_sequences(self._members.space) else PICTURE_PRESETS

    def score(self, task: str, context: EvalContext) -> Array:
        """Return the score of every member [H] by a task, minus infinity for those that fail.

        task: a preset's name, a file, or the JSON of a task, e.g. ``space.to_task(candidate).to_json()``.

        Raises UsageError for no task, DeadlineExceededError, and MemoryError or torch.OutOfMemoryError.
        """
        fitness = RegressionFitness(task=task, **self._training)
        return np.array([self._members.score(member, fitness, context) for member in range(len(self))])

    def sizes(self, context: EvalContext) -> dict[str, Array]:
        """Return the parameters and the multiply-adds of every member's network, [H] each."""
        space = self._members.space
        assert isinstance(space, NetworkSpace)
        shape = network_shape(context.images, space)
        counted = [count_complexity(space, candidate, *shape) for candidate in self._members.candidates]
        return {name: np.array([float(getattr(size, name)) for size in counted]) for name in SIZES}

    def rank(self, name: str, scores: Array) -> Ranking:
        """Return how well ``scores`` [H] rank the members."""
        labels = self._members.labels
        draws = bootstrap(scores, labels)["spearman"]
        return Ranking(name, interval(spearman(scores, labels), draws), int(np.isinf(scores).sum()), draws)

    def compare(self, tasks: Mapping[str, str], context: EvalContext) -> list[Ranking]:
        """Return how ``tasks`` rank the members, name by name, and behind them the presets, params and macs.

        The correlation keeps its sign, also where a search did without.
        """
        named = {**tasks, **{preset: preset for preset in self.presets}}
        scores = {name: self.score(task, context) for name, task in named.items()}
        return [self.rank(name, each) for name, each in {**scores, **self.sizes(context)}.items()]
