"""Members of a panel by which tasks are judged once their search is over, and what ranks them without any task.

Letters: T tasks, P members.
"""

import numpy as np
from numpy.typing import NDArray

from fitness.base import network_shape
from fitness.rank_correlation.panel_members import PanelMembers
from fitness.rank_correlation.statistic_of_each import StatisticOfEach, spearman_of_each
from spaces import NetworkSpace, network_complexity, reads_sequences
from tasks import ImageSource

Array = NDArray[np.float64]

IMAGE_PRESETS, SEQUENCE_PRESETS = ("combo", "N"), ("nlp_combo", "nlp_search")
"""The published tasks that others are held against: the one that is not searched for, and one that was."""
SIZES = ("params", "macs")


class JudgingPanel:
    """P members of a panel, and the statistic by which scores of them are judged.

    statistic: scores [T, P], labels [P] -> [T]
    absolute: whether it drops the sign, so that a task which ranks backwards is called good
    """

    def __init__(
        self, members: PanelMembers, statistic: StatisticOfEach = spearman_of_each, *, absolute: bool = False
    ) -> None:
        """Take the members."""
        self._members = members
        self.statistic = statistic
        self.absolute = absolute

    def __len__(self) -> int:
        """Return the number P of members."""
        return len(self._members)

    @property
    def labels(self) -> Array:
        """The members' labels [P]; higher is better."""
        return self._members.labels

    @property
    def presets(self) -> tuple[str, ...]:
        """Names of the published tasks that suit the members' networks."""
        return SEQUENCE_PRESETS if reads_sequences(self._members.space) else IMAGE_PRESETS

    def sizes(self, images: ImageSource) -> dict[str, Array]:
        """Return the parameters and the multiply-adds of every member's network for these images, [P] each."""
        space = self._members.space
        assert isinstance(space, NetworkSpace)
        shape = network_shape(images, space)
        counted = [network_complexity(space, candidate, *shape) for candidate in self._members.candidates]
        return {name: np.array([float(getattr(size, name)) for size in counted]) for name in SIZES}
