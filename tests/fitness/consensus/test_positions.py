"""Catches: a position that is not the mid-rank at a score of the sample, that falls or stands still where the score
grows, beyond both ends, too, or that depends on the order or the unit of the sample; a failure that is not the last."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import rankdata

from fitness.consensus.positions import Positions, is_constant

Array = NDArray[np.float64]
NAN = math.nan

# Far apart or equal, so that no rounding of a difference decides
SCORES = st.lists(st.integers(-50, 50).map(lambda whole: whole / 4), min_size=2, max_size=30)


def among(scores: list[float]) -> Positions:
    return Positions.among(np.array(scores))


def test_positions_worked_by_hand() -> None:
    # Six candidates: one failed (rank 1), 2 (rank 2), 4 twice (ranks 3 and 4), 8 (5), 16 (6); over 7. Of the distinct
    # scores 2 4 8 16 the upper quartile is the third, 8 from the best; the lower is the second, 2 from the worst.
    positions = among([16, 4, NAN, 2, 8, 4])
    placed = np.exp(positions.log_of([2, 4, 8, 16, 3, 6, 12, 24, 80, 0, -18, NAN, math.inf]))
    tails = [1 - (1 / 7) / 2, 1 - (1 / 7) / 9, (2 / 7) / 2, (2 / 7) / 11]
    assert placed * 7 == pytest.approx([2, 3.5, 5, 6, 2.75, 4.25, 5.5, *(7 * np.array(tails)), 1, 1])
    assert positions.of_failed == pytest.approx(-math.log(7))


def test_two_scores_are_enough() -> None:
    # 0 and 1 at 1/3 and 2/3; beyond them the unit is their distance.
    assert np.exp(among([1, 0]).log_of([0, 0.5, 1, 2, -1])) == pytest.approx([1 / 3, 1 / 2, 2 / 3, 5 / 6, 1 / 6])


@pytest.mark.parametrize("scores", [[], [NAN], [1, 1, 1], [2, NAN, math.inf], [-math.inf, math.inf]])
def test_nothing_is_placed_among_fewer_than_two_different_scores(scores: list[float]) -> None:
    assert is_constant(np.array(scores))
    with pytest.raises(ValueError, match="fewer than two"):
        among(scores)


@given(SCORES, st.integers(0, 3))
def test_a_score_of_the_sample_has_its_mid_rank(scores: list[float], failed: int) -> None:
    assume(len(set(scores)) > 1)
    size = len(scores) + failed
    expected = (failed + rankdata(scores)) / (size + 1)
    assert np.exp(among([*scores, *[NAN] * failed]).log_of(scores)) == pytest.approx(expected)


@given(SCORES, st.floats(-300, 300), st.floats(1e-3, 50))
def test_positions_rise_strictly_everywhere_between_0_and_1(scores: list[float], score: float, step: float) -> None:
    assume(len(set(scores)) > 1)
    low, high = among(scores).log_of([score, score + step])
    assert low < high < 0


@pytest.mark.parametrize("far", [1e3, 1e9, 1e15, 1e100, 1e250])
def test_positions_far_beyond_both_ends_are_told_apart(far: float) -> None:
    positions = among([0, 1, 2, 3, 5])
    logs = positions.log_of([-2 * far, -far, 0, 5, far, 2 * far])
    assert (np.diff(logs) > 0).all()
    assert logs[-1] < 0
    assert np.isfinite(logs).all()


@given(SCORES, st.randoms())
def test_the_order_of_the_sample_has_no_say(scores: list[float], random: object) -> None:
    assume(len(set(scores)) > 1)
    shuffled = sorted(scores, key=lambda _: random.random())  # type: ignore[attr-defined]
    asked = np.linspace(-40, 40, 33)
    assert among(shuffled).log_of(asked).tolist() == among(scores).log_of(asked).tolist()


@given(SCORES, st.floats(1e-3, 1e3), st.floats(-100, 100))
def test_the_unit_and_the_origin_of_scores_have_no_say(scores: list[float], unit: float, origin: float) -> None:
    assume(len(set(scores)) > 1)
    asked = np.linspace(-40, 40, 33)
    moved = Positions.among(origin + unit * np.array(scores)).log_of(origin + unit * asked)
    assert moved == pytest.approx(among(scores).log_of(asked), rel=1e-7, abs=1e-9)


def test_scores_of_any_magnitude_are_placed() -> None:
    enormous, minute = among([-1.7e308, 1.7e308]), among([0, 5e-324, 1e-323])
    for positions, scores in ((enormous, [-1.75e308, -1e308, 1e308, 1.75e308]), (minute, [-1, 5e-324, 1e-323, 1])):
        logs = positions.log_of(scores)
        assert (np.diff(logs) > 0).all()
        assert np.isfinite(logs).all()
