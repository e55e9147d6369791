"""How tasks rank members of a panel that no search was judged by, beside published tasks and the networks' size.

Letters: H members held out, R resamples.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from fitness.base import network_shape
from fitness.rank_correlation.panel_members import PanelMembers
from fitness.rank_correlation.rank_statistics import Interval, bootstrap, interval, spearman
from spaces import NetworkSpace, network_complexity, reads_sequences
from tasks import ImageSource

Array = NDArray[np.float64]

IMAGE_PRESETS, SEQUENCE_PRESETS = ("combo", "N"), ("nlp_combo", "nlp_search")
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
    """H members that are scored after a search, by its best tasks: ``rank_correlation`` with ``part=held_out``."""

    def __init__(self, members: PanelMembers) -> None:
        """Take the members."""
        self._members = members

    def __len__(self) -> int:
        """Return the number H of members."""
        return len(self._members)

    @property
    def presets(self) -> tuple[str, ...]:
        """Names of the published tasks that suit the members' networks."""
        return SEQUENCE_PRESETS if reads_sequences(self._members.space) else IMAGE_PRESETS

    def sizes(self, images: ImageSource) -> dict[str, Array]:
        """Return the parameters and the multiply-adds of every member's network for these images, [H] each."""
        space = self._members.space
        assert isinstance(space, NetworkSpace)
        shape = network_shape(images, space)
        counted = [network_complexity(space, candidate, *shape) for candidate in self._members.candidates]
        return {name: np.array([float(getattr(size, name)) for size in counted]) for name in SIZES}

    def rank(self, name: str, scores: Array) -> Ranking:
        """Return how well ``scores`` [H] rank the members."""
        labels = self._members.labels
        draws = bootstrap(scores, labels)["spearman"]
        return Ranking(name, interval(spearman(scores, labels), draws), int(np.isinf(scores).sum()), draws)
