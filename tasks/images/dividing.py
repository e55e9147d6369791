"""Which images of a source are for training, for validation and for the test."""

from collections.abc import Sequence

import numpy as np

from tasks.images.base import Split

HELD_OUT_SHARE = 0.1
"""Share of every class that is held out for a split."""
THREE_SPLITS = "train, validation, test"
"""Identity of sources that had two splits once, and judged searches by what is now kept for the test."""


def divided(
    labels: Sequence[int], held_out: Sequence[Split], rng: np.random.Generator, *, share: float = HELD_OUT_SHARE
) -> dict[Split, list[int]]:
    """Return the ascending numbers of the images of each split; every image is in exactly one.

    labels: of all images [N]
    held_out: splits that get ``share`` of every class each, at least one image, as long as one is left to train on;
        the first of them first
    """
    numbers: dict[Split, list[int]] = {split: [] for split in (Split.TRAIN, *held_out)}
    values = np.asarray(labels)
    by_class = np.argsort(values, kind="stable")
    for of_class in np.split(by_class, np.flatnonzero(np.diff(values[by_class])) + 1):
        members = rng.permutation(of_class).tolist()
        count = max(1, round(share * len(members)))
        for split in held_out:
            taken = count if len(members) > count else 0
            numbers[split] += members[:taken]
            members = members[taken:]
        numbers[Split.TRAIN] += members
    return {split: sorted(found) for split, found in numbers.items()}
