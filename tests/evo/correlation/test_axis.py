"""Catches: points that a few outliers press into one place, an axis that does not say what it is, a tick beside its
value, values that are equal, few or none."""

import numpy as np
import pytest

from evo.correlation.axis import AxisScale, PlotAxis, scale_for

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
    assert PlotAxis.over(np.linspace(0, 1e6, 60), 0, 100).shown(200_000.0) == "200000"
