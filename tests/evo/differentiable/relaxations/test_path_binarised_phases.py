"""Catches: a phase that begins at another epoch, cells that are not frozen evenly, or one that never is."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.differentiable.relaxations.base import Moment
from evo.differentiable.relaxations.path_binarised import Phases


def test_the_paper_s_300_epochs_are_60_of_warm_up_and_6_for_each_of_20_cells_from_180_on() -> None:
    phases = Phases(0.2, 0.4)
    assert [phases.is_warm(Moment(epoch, 300)) for epoch in range(300)] == [False] * 60 + [True] * 240
    frozen = [phases.frozen(20, Moment(epoch, 300)) for epoch in range(300)]
    assert frozen == [0] * 180 + [1 + number for number in range(20) for _ in range(6)]


def test_cells_that_outnumber_the_epochs_are_frozen_several_at_a_time() -> None:
    assert [Phases(0.0, 0.5).frozen(5, Moment(epoch, 4)) for epoch in range(4)] == [0, 0, 3, 5]


shares = st.tuples(st.integers(0, 99), st.integers(0, 99)).filter(lambda both: sum(both) < 100)


@given(shares, st.integers(1, 30), st.integers(1, 60))
def test_every_cell_is_frozen_before_the_last_epoch_and_none_before_its_phase(
    percent: tuple[int, int], cells: int, epochs: int
) -> None:
    phases = Phases(percent[0] / 100, percent[1] / 100)
    frozen = [phases.frozen(cells, Moment(epoch, epochs)) for epoch in range(epochs)]
    assert frozen[-1] == cells
    assert frozen == sorted(frozen)
    begins = min(math.floor(sum(percent) * epochs / 100), epochs - 1)
    assert not any(frozen[:begins])


@pytest.mark.parametrize("both", [(-0.1, 0.4), (0.2, -0.1), (0.5, 0.5), (math.nan, 0.1)])
def test_shares_that_leave_nothing_are_refused(both: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"warm_up=.*bilevel=.*below 1"):
        Phases(*both)
