"""A panel: a few labelled architectures that a proxy task is judged by.

Letters: P members.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tasks.foundation.errors import UsageError

FEWEST_MEMBERS = 5


@dataclass(frozen=True)
class Panel:
    """P architectures by their texts, each with a label; higher is better.

    Raises UsageError for fewer than five, one that is there twice, a label that is not finite, or labels all equal.
    """

    name: str
    texts: tuple[str, ...]
    labels: tuple[float, ...]

    def __post_init__(self) -> None:
        """Check what is needed to rank by it."""
        if len(self.texts) < FEWEST_MEMBERS:
            raise UsageError(f"panel {self.name}: {len(self.texts)} members; at least {FEWEST_MEMBERS} are needed")
        if len(set(self.texts)) < len(self.texts):
            (most, times), *_ = Counter(self.texts).most_common(1)
            raise UsageError(f"panel {self.name}: {most!r} is in it {times} times; each architecture needs one label")
        labels = np.array(self.labels)
        if not np.isfinite(labels).all():
            first = int(np.argmin(np.isfinite(labels)))
            raise UsageError(
                f"panel {self.name}: the label of {self.texts[first]!r} is {labels[first]:g}; finite ones are needed"
            )
        if labels.min() == labels.max():
            raise UsageError(f"panel {self.name}: all labels are {labels[0]:g}; nothing can be ranked by one value")

    def __len__(self) -> int:
        """Return the number P of members."""
        return len(self.texts)

    def draw(self, sizes: Sequence[int], rng: np.random.Generator, *, stratified: bool = False) -> list["Panel"]:
        """Return disjoint panels of so many members each, drawn without replacement.

        stratified: the members that are left, in the order of their labels, are cut into as many groups as the panel
        has members, equal but for one, and one is drawn from each. A panel does not depend on the sizes of later ones.
        Raises UsageError as ``check_sizes`` does, and where the labels that were drawn are all equal.
        """
        self.check_sizes(sizes)
        left, drawn = rng.permutation(len(self)), []
        for size in sizes:
            chosen = self._one_of_each(left, size) if stratified else left[:size]
            left = left[~np.isin(left, chosen)]
            drawn.append(self._with(chosen))
        return drawn

    def check_sizes(self, sizes: Sequence[int]) -> None:
        """Raise UsageError where one of these panels would be too small to rank, or all are more than there are."""
        asked = " + ".join(map(str, sizes))
        if min(sizes) < FEWEST_MEMBERS or sum(sizes) > len(self):
            raise UsageError(f"panel {self.name} has {len(self)} members; {FEWEST_MEMBERS} to all of them, not {asked}")

    def _one_of_each(self, shuffled: NDArray[np.intp], size: int) -> NDArray[np.intp]:
        """Return the first of every group of labels."""
        ascending = np.argsort(np.array(self.labels)[shuffled], kind="stable")
        return shuffled[[group.min() for group in np.array_split(ascending, size)]]

    def _with(self, chosen: NDArray[np.intp]) -> "Panel":
        """Return these members alone."""
        name = self.name if len(chosen) == len(self) else f"{self.name}, {len(chosen)} of its members"
        return Panel(name, tuple(self.texts[i] for i in chosen), tuple(self.labels[i] for i in chosen))
