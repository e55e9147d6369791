"""Catches: a rate that peaks elsewhere or otherwise than published, members of small samples that are left out, too few
steps on them."""

import numpy as np
import pytest

from fitness.predictors.ranker.schedule import Schedule, rate
from fitness.predictors.ranker.settings import PUBLISHED_101, PUBLISHED_201, RankerSettings


@pytest.mark.parametrize(
    ("settings", "peak"),
    [(PUBLISHED_101, 0.1 / 16 / 50**0.5), (PUBLISHED_201, 0.07 / 128**0.5 / 30**0.5)],  # 8.8e-4 and 1.13e-3
)
def test_the_rate_rises_to_its_peak_and_falls_as_a_root(settings: RankerSettings, peak: float) -> None:
    of = settings.shape.width, settings.multiplier, settings.warm_up
    rates = [rate(step, *of) for step in range(1, 400)]
    assert np.argmax(rates) == settings.warm_up - 1
    assert max(rates) == pytest.approx(peak)
    assert peak == pytest.approx({50: 8.8388e-4, 30: 1.1296e-3}[settings.warm_up], rel=1e-4)
    assert rates[0] == pytest.approx(peak / settings.warm_up)
    assert rate(4 * settings.warm_up, *of) == pytest.approx(peak / 2)


def test_from_four_batches_on_it_is_as_published() -> None:
    schedule = Schedule.of(PUBLISHED_201, 1000)
    assert (schedule.epochs, schedule.warm_up) == (55, 30)
    batches = list(schedule.batches(np.random.default_rng(0)))
    assert [len(batch) for batch in batches] == [128] * 7
    assert len(np.unique(np.concatenate(batches))) == 896  # the rest is left out, and drawn anew
    assert Schedule.of(PUBLISHED_101, 4236).parts == 16
    assert Schedule.of(PUBLISHED_201, 512).batch == 128
    assert Schedule.of(PUBLISHED_201, 1000, epochs=3).epochs == 3


@pytest.mark.parametrize(("members", "sizes"), [(10, [3, 3, 2, 2]), (100, [25] * 4), (511, [128, 128, 128, 127])])
def test_few_members_are_all_learnt_from_in_at_least_400_steps(members: int, sizes: list[int]) -> None:
    schedule = Schedule.of(PUBLISHED_201, members)
    batches = list(schedule.batches(np.random.default_rng(0)))
    assert [len(batch) for batch in batches] == sizes
    assert sorted(np.concatenate(batches)) == list(range(members))
    assert (schedule.epochs * len(batches), schedule.warm_up) == (400, 40)


def test_what_few_members_are_given() -> None:
    assert Schedule.of(PUBLISHED_101, 1023).epochs == 100  # and not 35
    few = Schedule.of(PUBLISHED_201, 20, epochs=1)
    assert (few.epochs, few.warm_up) == (1, 1)  # a tenth of four steps, rounded up
    assert Schedule.of(PUBLISHED_201, 20, epochs=300).warm_up == 120


def test_batches_are_those_of_the_generator() -> None:
    schedule = Schedule.of(PUBLISHED_201, 20)
    one, two, three = (np.concatenate(list(schedule.batches(np.random.default_rng(seed)))) for seed in (0, 0, 1))
    assert one.tolist() == two.tolist() != three.tolist()
