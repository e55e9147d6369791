"""Catches: an image in two splits or in none, a class that is not held out, or that is not left to train on."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tasks.images.base import Split
from tasks.images.dividing import divided

BOTH = [Split.VALIDATION, Split.TEST]


@given(st.lists(st.integers(0, 6), min_size=1, max_size=200), st.integers(0, 99), st.floats(0.01, 0.45))
def test_every_image_is_in_one_split_and_every_class_in_all_as_far_as_it_reaches(
    labels: list[int], seed: int, share: float
) -> None:
    parts = divided(labels, BOTH, np.random.default_rng(seed), share=share)
    assert sorted(number for part in parts.values() for number in part) == list(range(len(labels)))
    assert all(part == sorted(part) for part in parts.values())
    for label in set(labels):
        train, validation, test = (sum(labels[number] == label for number in parts[split]) for split in Split)
        assert train >= 1
        assert validation == (max(1, round(share * labels.count(label))) if labels.count(label) > 1 else 0)
        assert test == (0 if labels.count(label) < 3 else validation) or train <= validation


def test_of_ten_classes_of_ten_one_each_is_held_out() -> None:
    labels = [number // 10 for number in range(100)]
    parts = divided(labels, BOTH, np.random.default_rng(0))
    for split in BOTH:
        assert [labels[number] for number in parts[split]] == list(range(10))


def test_small_classes_are_trained_on_before_they_are_judged_and_judged_before_they_are_tested() -> None:
    for size, expected in {1: (1, 0, 0), 2: (1, 1, 0), 3: (1, 1, 1), 30: (24, 3, 3)}.items():
        parts = divided([7] * size, BOTH, np.random.default_rng(0))
        assert tuple(len(parts[split]) for split in Split) == expected


def test_what_is_held_out_depends_on_the_generator_alone() -> None:
    labels = [number % 3 for number in range(90)]
    first, again, other = (divided(labels, BOTH, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert first == again != other
