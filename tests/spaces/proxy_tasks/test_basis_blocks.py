"""Catches: values or shares other than the published ones, blocks that depend on each other, a basis without a pixel, a
kept block that is changed in what a network sees, a block kept or drawn anew with another probability."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare

from spaces.proxy_tasks.basis_blocks import LEVELS, NOISES, BasisBlocks, regenerate_noise
from tasks.regression.proxy_task import Noise
from tasks.regression.signal_bases import Basis, Dot, GDot, Resize, Sin1D, Sin2D

KINDS = (Sin1D, Sin2D, Resize, Dot, GDot)
BLOCKS = BasisBlocks(KINDS, 8, 8)
TASKS = 3_000
RARE = 1e-3  # probability below which a draw is no accident; seeds are fixed, so none ever is


@pytest.fixture(scope="module")
def drawn() -> list[tuple[Basis, ...]]:
    rng = np.random.default_rng(0)
    return [BLOCKS.regenerate((), 1.0, rng) for _ in range(TASKS)]


def all_of(drawn: list[tuple[Basis, ...]], *kinds: type[Basis]) -> list[Basis]:
    return [basis for bases in drawn for basis in bases if isinstance(basis, kinds)]


def is_share(count: int, of: int, share: float) -> bool:
    """Return whether a count is within four deviations of what its share makes likely."""
    return abs(count - of * share) < 4 * np.sqrt(of * share * (1 - share))


def is_uniform(values: list[float], known: list[float]) -> bool:
    counts = Counter(values)
    return set(counts) == set(known) and bool(chisquare([counts[value] for value in known]).pvalue > RARE)


def test_every_kind_is_on_half_of_the_time_in_its_place(drawn: list[tuple[Basis, ...]]) -> None:
    assert all(is_share(len(all_of(drawn, kind)), TASKS, 0.5) for kind in KINDS)
    assert all([kind for kind in KINDS if kind in map(type, bases)] == list(map(type, bases)) for bases in drawn)


def test_kinds_are_on_independently(drawn: list[tuple[Basis, ...]]) -> None:
    counts = Counter(tuple(type(basis) for basis in bases) for bases in drawn)
    assert len(counts) == 2**5
    assert chisquare(list(counts.values())).pvalue > RARE
    assert is_share(counts[()], TASKS, 1 / 32)  # a stage without a basis


def test_levels_are_uniform_from_half_to_2_9(drawn: list[tuple[Basis, ...]]) -> None:
    known = np.linspace(0.5, 2.9, 25).round(1).tolist()
    assert list(LEVELS) == known
    assert is_uniform([basis.level for basis in all_of(drawn, *KINDS)], known)


def test_half_of_the_bases_are_local(drawn: list[tuple[Basis, ...]]) -> None:
    for kind in (Sin1D, Sin2D, Dot, GDot):
        found = all_of(drawn, kind)
        assert is_share(sum(basis.local for basis in found), len(found), 0.5)  # type: ignore[union-attr]


def test_sequences_are_always_local() -> None:
    rng, blocks = np.random.default_rng(1), BasisBlocks((Sin1D, Sin2D, Dot, GDot), 8, 16, always_local=True)
    assert all(basis.local for _ in range(100) for basis in blocks.regenerate((), 1.0, rng))  # type: ignore[union-attr]


def test_dots_light_1_to_63_of_64_pixels_all_equally_likely(drawn: list[tuple[Basis, ...]]) -> None:
    for kind in (Dot, GDot):
        shares = [basis.partial for basis in all_of(drawn, kind)]  # type: ignore[union-attr]
        assert is_uniform(shares, [count / 64 for count in range(1, 64)])


def test_frequencies_are_ten_uniform_draws_between_two(drawn: list[tuple[Basis, ...]]) -> None:
    found = [basis.frequencies for basis in all_of(drawn, Sin1D, Sin2D)]  # type: ignore[union-attr]
    values = np.array(found)
    assert values.shape == (len(found), 10)
    assert values.min() >= 0
    assert values.max() <= 0.5
    assert np.array_equal(values, values.round(4))
    assert np.array_equal(values, np.sort(values))
    # The ends are the order statistics of two U(0, .5): at 1/6 and 1/3, a sixth apart. A draw between them has mean
    # 1/4, and variance (11/36 - 1/4) / 4 = 1/72; ten draws span 9/11 of the way between the ends.
    assert values.mean() == pytest.approx(1 / 4, abs=0.006)
    assert values.var() == pytest.approx(1 / 72, abs=0.0008)
    assert (values[:, -1] - values[:, 0]).mean() == pytest.approx(9 / 11 / 6, abs=0.008)
    assert values[:, 0].mean() == pytest.approx(1 / 6 + 1 / 11 / 6, abs=0.008)


def test_blocks_are_kept_or_drawn_anew_with_the_probability_each_on_its_own() -> None:
    rng = np.random.default_rng(2)
    parent = (Sin1D(1.0, (0.1,) * 10), Dot(1.0, 0.5))
    children = [BLOCKS.regenerate(parent, 0.2, rng) for _ in range(TASKS)]
    off = [{kind for kind in KINDS if kind not in map(type, child)} for child in children]
    assert is_share(sum(parent[0] in child for child in children), TASKS, 0.8)  # a new one is never the same
    assert is_share(sum(Sin1D in kinds for kinds in off), TASKS, 0.1)
    assert is_share(sum(Resize in kinds for kinds in off), TASKS, 0.9)
    assert is_share(sum({Sin1D, Dot} <= kinds for kinds in off), TASKS, 0.01)


FREQUENCIES = st.lists(st.floats(0, 0.5), min_size=10, max_size=10).map(tuple)
DOTS = st.builds(Dot, st.sampled_from(LEVELS), st.floats(1 / 64, 1), st.booleans())


@given(DOTS)
def test_a_kept_dot_lights_the_same_pixels(dot: Dot) -> None:
    ((kept),) = BLOCKS.regenerate((dot,), 0.0, np.random.default_rng(0))
    images = torch.zeros(2, 3, 8, 8)
    before, after = (basis.maps(images, 3, 8, np.random.default_rng(1)) for basis in (dot, kept))
    assert torch.equal(before, after)
    assert kept.partial * 64 == int(kept.partial * 64)  # type: ignore[union-attr]


@given(FREQUENCIES)
def test_a_kept_wave_has_its_frequencies_rounded_and_in_order(frequencies: tuple[float, ...]) -> None:
    ((kept),) = BLOCKS.regenerate((Sin2D(1.5, frequencies, local=False),), 0.0, np.random.default_rng(0))
    assert isinstance(kept, Sin2D)
    assert (kept.level, kept.local) == (1.5, False)
    assert all(before <= after for before, after in pairwise(kept.frequencies))
    assert np.allclose(kept.frequencies, sorted(frequencies), atol=0.5e-4)


@given(st.integers(0, 2**32))
@settings(max_examples=30)
def test_what_was_drawn_is_kept_as_it_is(seed: int) -> None:
    rng = np.random.default_rng(seed)
    bases = BLOCKS.regenerate((), 1.0, rng)
    assert BLOCKS.regenerate(bases, 0.0, rng) == bases


def test_a_kept_share_of_less_than_a_pixel_lights_one() -> None:
    ((kept),) = BasisBlocks((Dot, GDot), 8, 16).regenerate((GDot(1.0, 1 / 768),), 0.0, np.random.default_rng(0))
    assert kept == GDot(1.0, 1 / 128)


@pytest.mark.parametrize("width", [16, 32, 48, 64, 80, 96])
def test_every_number_of_pixels_has_a_share(width: int) -> None:
    blocks = BasisBlocks((Dot,), 8, width)
    counts = range(1, blocks.pixels + 1)
    assert blocks.pixels == 8 * width
    assert [blocks.count_dots(Dot(1.0, count / blocks.pixels)) for count in counts] == list(counts)


def test_a_noise_in_ten_is_none_and_all_others_are_equally_likely() -> None:
    rng = np.random.default_rng(3)
    counts = Counter(regenerate_noise(Noise(), 1.0, rng) for _ in range(TASKS))
    assert is_share(counts.pop(Noise()), TASKS, 0.1)
    assert set(counts) == {
        Noise(kind, level)  # type: ignore[arg-type]
        for kind in ("gaussian", "uniform")
        for level in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    }
    assert chisquare(list(counts.values())).pvalue > RARE
    assert {*counts, Noise()} == set(NOISES.values())


def test_noise_is_drawn_anew_with_the_probability() -> None:
    rng, kept = np.random.default_rng(4), Noise("gaussian", 0.3)  # type: ignore[arg-type]
    children = [regenerate_noise(kept, 0.2, rng) for _ in range(TASKS)]
    assert is_share(sum(child != kept for child in children), TASKS, 0.2 * 19 / 20)
    assert regenerate_noise(kept, 0.0, rng) is kept
