"""Catches: classes in other shares than they have, a class that is lost, a larger fraction that is not built on the
smaller one, a subset that another seed draws, too.
"""

from collections import Counter

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from evo.retraining.labelled_images import balanced_subset

LABELS = st.lists(st.integers(0, 4), min_size=1, max_size=60).map(torch.tensor)
FRACTIONS = st.floats(0.01, 1)


def subset(labels: torch.Tensor, fraction: float, seed: int = 0) -> list[int]:
    found: list[int] = balanced_subset(labels, fraction, np.random.default_rng(seed)).tolist()
    return found


@given(LABELS, FRACTIONS)
def test_every_class_keeps_its_share_and_at_least_one(labels: torch.Tensor, fraction: float) -> None:
    found = subset(labels, fraction)
    assert found == sorted(set(found))
    kept, all_of_them = Counter(labels[found].tolist()), Counter(labels.tolist())
    assert kept == {label: max(1, round(fraction * count)) for label, count in all_of_them.items()}


@given(LABELS, FRACTIONS, FRACTIONS)
def test_a_larger_fraction_holds_the_smaller_one(labels: torch.Tensor, one: float, other: float) -> None:
    assert set(subset(labels, min(one, other))) <= set(subset(labels, max(one, other)))


def test_all_is_everything_and_seeds_differ() -> None:
    labels = torch.arange(100) % 2
    assert subset(labels, 1.0) == list(range(100))
    assert subset(labels, 0.3) == subset(labels, 0.3)
    assert subset(labels, 0.3) != subset(labels, 0.3, seed=1)
