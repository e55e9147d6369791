"""Catches: a worker that holds what others could do, or half a second's work and more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evo.engine.pool.batches import are_short, batch_size, task_name


@pytest.mark.parametrize(
    ("expected_s", "waiting", "workers", "size"),
    [
        (None, 100, 1, 1),
        (0.05, 100, 1, 1),
        (0.049, 100, 1, 10),
        (0.01, 100, 1, 50),
        (0.01, 100, 4, 25),
        (0.01, 7, 2, 3),
        (0.01, 1, 2, 1),
        (0.0, 10_000, 1, 500),
        (0.01, 3, 0, 3),
    ],
)
def test_a_batch_is_half_a_seconds_work_or_a_workers_share(
    expected_s: float | None, waiting: int, workers: int, size: int
) -> None:
    assert batch_size(expected_s, waiting, workers) == size


@given(st.floats(0.0, 0.0499), st.integers(1, 1000), st.integers(1, 64))
def test_every_worker_could_have_as_much(expected_s: float, waiting: int, workers: int) -> None:
    size = batch_size(expected_s, waiting, workers)
    assert size == 1 or size * workers <= waiting
    assert size == 1 or size * expected_s <= 0.5


@pytest.mark.parametrize(("expected_s", "short"), [(None, False), (0.05, False), (0.0499, True)])
def test_what_is_short_is_known(expected_s: float | None, short: bool) -> None:
    assert are_short(expected_s) is short


@pytest.mark.parametrize(
    ("expected_s", "name"), [(None, "trial 17"), (0.9, None), (1.0, "trial 17"), (60.0, "trial 17")]
)
def test_trials_that_can_be_seen_on_the_dashboard_have_their_names_there(
    expected_s: float | None, name: str | None
) -> None:
    assert task_name(expected_s, 17) == name
