"""Catches: a training given up that could reach its threshold, or kept that could not; a rung judged by other steps;
work for nothing where there is no threshold."""

import math
from typing import Any

import pytest
import torch

from fitness import AbandonedError
from fitness.training.racing import NO_RACE, Race, check_rungs, last_third, settle_rungs
from tasks.foundation.errors import UsageError


def run(race: Race, steps: int, threshold: float | None, *losses: float) -> None:
    """Check after each of the first steps of a training."""
    tensors = [torch.tensor(loss) for loss in losses]
    for done in range(1, len(losses) + 1):
        race.check(tensors[:done], steps, threshold)


def test_a_rung_is_judged_by_the_mean_of_the_last_third_of_its_steps() -> None:
    # Steps 5 and 6 of 6 are the last third: a mean of 2; half of the steps are left, so that sqrt(2) may be left.
    losses, least = (9.0, 9.0, 9.0, 9.0, 2.5, 1.5), 2 * 0.5**0.5
    run(Race((6,), 0.5), 12, -least - 1e-6, *losses)
    with pytest.raises(AbandonedError) as raised:
        run(Race((6,), 0.5), 12, -least + 1e-3, *losses)
    assert raised.value.metrics == {"rung": 6.0, "loss at rung": 2.0, "steps": 12.0}
    assert str(raised.value) == (
        "a loss of 2.0000 after 6 of 12 steps is not expected to end below 1.4142; 1.4132 is needed"
    )


def test_every_rung_is_judged_and_no_other_step() -> None:
    run(Race((1, 3), 0.0), 4, -5.0, 4.0, 9.0, 4.0, 99.0)
    with pytest.raises(AbandonedError, match="after 3 of 4 steps"):
        run(Race((1, 3), 0.0), 4, -5.0, 4.0, 9.0, 6.0)


def test_without_a_threshold_or_rungs_before_the_end_nothing_is_given_up() -> None:
    for race, threshold in ((Race((1, 2)), None), (NO_RACE, 0.0), (Race((2, 3)), 0.0)):
        run(race, 2, threshold, 5.0, 5.0)


def test_a_loss_that_is_no_number_is_left_to_end_with_its_reason() -> None:
    run(Race((1,)), 9, 0.0, math.nan)


@pytest.mark.parametrize(("steps", "mean"), [(1, 1.0), (2, 2.0), (5, 5.0), (6, 5.5), (9, 8.0)])
def test_a_last_third_is_rounded_down_and_never_empty(steps: int, mean: float) -> None:
    assert last_third([torch.tensor(float(number)) for number in range(1, steps + 1)]) == mean


def test_rungs_are_written_as_text_or_numbers() -> None:
    assert settle_rungs("10, 30") == settle_rungs([10, 30]) == (10, 30)
    assert settle_rungs("10") == settle_rungs(10) == (10,)
    assert settle_rungs("") == settle_rungs([]) == ()
    for bad in ("10,x", "10,,30", "1.5"):
        with pytest.raises(UsageError, match=r"numbers of steps are needed, e\.g\. 10,30"):
            settle_rungs(bad)


@pytest.mark.parametrize("given", [[1.5], [None], [[1]]])
def test_numbers_that_are_not_whole_are_refused(given: Any) -> None:
    with pytest.raises(UsageError, match="numbers of steps are needed"):
        settle_rungs(given)


@pytest.mark.parametrize("rungs", [(0, 10), (10, 10), (30, 10)])
def test_rungs_ascend_from_the_first_step(rungs: tuple[int, ...]) -> None:
    with pytest.raises(UsageError, match=r"ascending numbers of steps are needed, from 1$"):
        Race(rungs)


def test_rungs_end_before_the_training_does() -> None:
    check_rungs((1, 99), 100)
    with pytest.raises(UsageError, match=r"^fitness.rungs=10,100: .* from 1 to below fitness.steps=100$"):
        check_rungs((10, 100), 100)


def test_a_slope_is_a_power_and_goes_with_rungs() -> None:
    assert (Race((1,), 0).slope, Race((1,), 10).slope) == (0, 10)
    for slope in (-0.1, 10.1, math.nan):
        with pytest.raises(UsageError, match=r"^fitness.rung_slope .*: must be "):
            Race((1,), slope)
    with pytest.raises(UsageError, match=r"^fitness.rung_slope=0.2: fitness.rungs alone have one; give these, too$"):
        Race((), 0.2)
