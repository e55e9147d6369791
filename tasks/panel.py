"""A panel: a few labelled architectures that a proxy task is judged by.

Letters: P members.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from tasks.errors import UsageError

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
        (most, times), *_ = Counter(self.texts).most_common(1)
        if times > 1:
            raise UsageError(f"panel {self.name}: {most!r} is in it {times} times; each architecture needs one label")
        for text, label in zip(self.texts, self.labels, strict=True):
            if not np.isfinite(label):
                raise UsageError(f"panel {self.name}: the label of {text!r} is {label}; finite ones are needed")
        if len(set(self.labels)) == 1:
            raise UsageError(f"panel {self.name}: all labels are {self.labels[0]:g}; nothing can be ranked")

    def __len__(self) -> int:
        """Return the number P of members."""
        return len(self.texts)

    def choose(self, size: int, rng: np.random.Generator) -> "Panel":
        """Return ``size`` members drawn without replacement; raises UsageError as ``check_size`` does."""
        self.check_size(size)
        chosen = rng.permutation(len(self))[:size]
        return Panel(self.name, tuple(self.texts[i] for i in chosen), tuple(self.labels[i] for i in chosen))

    def check_size(self, size: int) -> None:
        """Raise UsageError where ``size`` members are too few to rank, or more than there are."""
        if not FEWEST_MEMBERS <= size <= len(self):
            raise UsageError(f"panel {self.name} has {len(self)} members; {FEWEST_MEMBERS} to all of them, not {size}")
