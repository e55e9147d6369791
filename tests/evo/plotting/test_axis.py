"""Catches: points that a few outliers press into one place, an axis that does not say what it is, a tick beside its
value, values that are equal, few or none."""

import numpy as np
import pytest

from evo.plotting.axis import AxisScale, PlotAxis, scale_for, scale_named
from tasks.foundation.errors import UsageError

POWERS = 10.0 ** np.arange(1, 60)
OUTLIERS = np.concatenate([np.linspace(0, 1, 58), [1e6, -1e6]])


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        (np.linspace(85, 94, 60), AxisScale.LINEAR),
        (POWERS, AxisScale.LOGARITHMIC),
        (OUTLIERS, AxisScale.RANKS),
        (np.concatenate([np.linspace(93, 94, 58), [10, 10]]), AxisScale.RANKS),
        (np.array([0.0, 0.0, 0.0, 1.0]), AxisScale.LINEAR),
        (np.full(4, 7.0), AxisScale.LINEAR),
    ],
)
def test_crowded_values_are_spread(values: np.ndarray, scale: AxisScale) -> None:
    assert scale_for(values) is scale
    axis = PlotAxis.over(values, 0, 400)
    places = np.array([axis.at(value) for value in values])
    assert np.array_equal(np.argsort(places, kind="stable"), np.argsort(values, kind="stable"))
    assert ((places > 0) & (places < 400)).all()


@pytest.mark.parametrize("values", [POWERS, OUTLIERS])
def test_no_two_of_many_distinct_values_share_a_pixel(values: np.ndarray) -> None:
    axis = PlotAxis.over(values, 64, 448)
    assert len({round(axis.at(value)) for value in values}) == len(values)


def test_equal_values_share_the_middle_of_their_ranks() -> None:
    values = np.concatenate([np.zeros(3), [1e-3], [1e6, -1e6], np.full(4, 2e-3)])  # ranks 1 to 3, 4, 9, 0, 5 to 8
    axis = PlotAxis.over(values, 0, 100)
    assert axis.scale is AxisScale.RANKS
    expected = [4 + 92 * rank / 10 for rank in (0.5, 2.5, 4.5, 7.0, 9.5)]
    assert [axis.at(value) for value in (-1e6, 0, 1e-3, 2e-3, 1e6)] == pytest.approx(expected)


@pytest.mark.parametrize(("values", "within"), [(np.linspace(0, 10, 60), 5.0), (POWERS, 1e30), (OUTLIERS, 1e6)])
def test_ticks_are_few_and_of_values_on_the_axis(values: np.ndarray, within: float) -> None:
    axis = PlotAxis.over(values, 0, 400)
    ticks = axis.ticks()
    assert 2 <= len(ticks) <= 7
    assert ticks == sorted(ticks)
    assert all(0 <= axis.at(tick) <= 400 for tick in ticks)
    assert any(tick == pytest.approx(within, rel=1) for tick in ticks)


def test_a_logarithmic_axis_has_powers_of_ten_at_even_distances() -> None:
    axis = PlotAxis.over(POWERS, 0, 400)
    ticks = axis.ticks()
    assert all(np.log10(tick) == pytest.approx(round(np.log10(tick))) for tick in ticks)
    assert np.diff([axis.at(tick) for tick in ticks]) == pytest.approx(axis.at(ticks[1]) - axis.at(ticks[0]))


def test_no_values_have_an_axis_too() -> None:
    assert PlotAxis.over(np.empty(0), 0, 100).ticks()


def test_a_tick_of_ranks_is_short_and_a_round_one_whole() -> None:
    assert PlotAxis.over(OUTLIERS, 0, 100).shown(0.123456789) == "0.1235"
    assert PlotAxis.over(np.linspace(0, 1e6, 60), 0, 100).shown(123456.0) == "123.456k"


def test_a_short_logarithmic_axis_has_more_than_powers_of_ten() -> None:
    axis = PlotAxis.over(np.array([30.0, 700.0]), 0, 100, AxisScale.LOGARITHMIC)
    assert axis.ticks() == [50, 100, 200, 500]
    narrow = PlotAxis.over(np.array([31.0, 33.0]), 0, 100, AxisScale.LOGARITHMIC)
    assert len(narrow.ticks()) == 2
    assert all(0 < narrow.at(tick) < 100 for tick in narrow.ticks())


def test_ticks_by_rank_are_apart_where_most_values_are_one() -> None:
    axis = PlotAxis.over(np.array([*range(50), *[100.0] * 950]), 0, 100, AxisScale.RANKS)
    assert axis.ticks() == [0, 49, 100]


def test_an_axis_between_two_values_has_no_margin() -> None:
    axis = PlotAxis.between(-1, 1, 100, 300)
    assert [axis.at(value) for value in (-1, 0, 1)] == [100, 200, 300]


@pytest.mark.parametrize(
    ("asked", "values", "scale"),
    [
        ("auto", OUTLIERS, AxisScale.RANKS),
        ("auto", np.empty(0), AxisScale.LINEAR),
        ("linear", OUTLIERS, AxisScale.LINEAR),
        ("rank", np.linspace(0, 1, 9), AxisScale.RANKS),
        ("log", POWERS, AxisScale.LOGARITHMIC),
        ("log", np.empty(0), AxisScale.LOGARITHMIC),
    ],
)
def test_a_scale_is_asked_for_by_its_name(asked: str, values: np.ndarray, scale: AxisScale) -> None:
    assert scale_named(asked, values) is scale


def test_a_scale_that_is_none_or_cannot_be_is_refused() -> None:
    with pytest.raises(UsageError, match=r"scale='logs': must be one of auto, linear, log, rank"):
        scale_named("logs", POWERS)
    with pytest.raises(UsageError, match=r"scale='log': 0 has no logarithm; take 'rank'"):
        scale_named("log", np.array([1.0, 0.0]))
