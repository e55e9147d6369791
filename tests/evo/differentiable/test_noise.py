"""Catches: noise that passes for a search and the other way round, parameters of another stage or that are gone, seeds
that are alike by chance, or a likeness that is not seen.
"""

import math
from typing import Any

import numpy as np
import pytest

from evo.differentiable.noise import is_noise, likeness, run_drift, run_signal


def row(signal: float | None, alphas: list[float | None] | None = None, stage: int = 0) -> dict[str, Any]:
    return {"signal": signal, "alphas": alphas, "stage": stage}


def noisy_rows(seed: int, *, epochs: int, steps: int, drift: float = 0.0) -> list[dict[str, Any]]:
    """Return rows of plain descent on 30 parameters whose gradients are noise and, each, ``drift`` one way."""
    rng, alphas, rows = np.random.default_rng(seed), np.zeros(30), []
    for _ in range(epochs):
        gradients = rng.normal(size=(steps, 30)) + drift
        mean = gradients.mean(0)
        spread = math.sqrt(((gradients - mean) ** 2).sum(1).mean() / steps)
        alphas = alphas - 0.01 * gradients.sum(0)
        rows.append(row(float(np.linalg.norm(mean)) / spread, alphas.tolist()))
    return rows


def test_noise_is_noticed_and_a_direction_is_not_taken_for_it() -> None:
    assert [is_noise(noisy_rows(seed, epochs=6, steps=8)) for seed in range(20)] == [True] * 20
    assert not any(is_noise(noisy_rows(seed, epochs=6, steps=8, drift=1.0)) for seed in range(20))


def test_a_weak_direction_that_is_kept_over_many_epochs_is_no_noise() -> None:
    rows = noisy_rows(0, epochs=40, steps=8, drift=0.2)
    assert run_signal(rows) == pytest.approx(1.2, abs=0.1)
    assert run_signal(noisy_rows(0, epochs=40, steps=8)) == pytest.approx(1.05, abs=0.05)
    assert not is_noise(rows)
    assert is_noise([row(each["signal"]) for each in rows])  # where nobody knows where the parameters went


def test_the_epoch_in_the_middle_counts_of_those_that_trained_the_architecture() -> None:
    assert run_signal([row(None), row(9.0), row(1.0), row(1.4)]) == 1.4
    assert is_noise([row(None), row(9.0), row(1.0), row(1.4)])
    assert not is_noise([row(9.0), row(1.0), row(1.6)])


def test_nothing_is_said_of_a_run_without_signals() -> None:
    assert run_signal([row(None, [1.0]), {"stage": 0}]) is None
    assert not is_noise([row(None, [1.0]), {"stage": 0}])


def test_the_drift_by_hand() -> None:
    # From (0, 0) by (3, 0) and (0, 4): 5 away by ways of 3 and 4, whose root of squares is 5. One way twice: sqrt 2.
    assert run_drift([row(1.0, [0.0, 0.0]), row(1.0, [3.0, 0.0]), row(1.0, [3.0, 4.0])]) == pytest.approx(1.0)
    assert run_drift([row(1.0, [0.0]), row(1.0, [1.0]), row(1.0, [2.0])]) == pytest.approx(math.sqrt(2))
    assert run_drift([row(1.0, [0.0]), row(1.0, [1.0]), row(1.0, [0.0])]) == 0.0


def test_the_drift_is_that_of_the_last_stage_and_of_what_is_left_there() -> None:
    before = [row(1.0, [50.0, 50.0])]
    now = [row(1.0, [0.0, None], 1), row(1.0, [1.0, None], 1), row(1.0, [2.0, None], 1)]
    assert run_drift(before + now) == pytest.approx(math.sqrt(2))
    assert run_drift(now[:2]) is None
    assert run_drift([row(1.0, [1.0]), row(1.0, [1.0]), row(1.0, [1.0])]) is None  # nothing moved
    assert run_drift([row(1.0, [None])] * 3) is None


def test_the_likeness_by_hand() -> None:
    # of length 1: (1, 0), (.6, .8) and (0, 1); cosines .6, 0 and .8; squares of products .36, 0 and .64
    found = likeness([[2.0, 0.0], [3.0, 4.0], [0.0, 1.0]])
    assert found is not None
    assert (found.cosine, found.by_noise) == (pytest.approx(1.4 / 3), pytest.approx(1 / 3))
    assert not found.is_sure
    assert likeness([[2.0, 0.0, 5.0], [3.0, 4.0, None], None, [0.0, 1.0, 7.0]]) == found


def test_seeds_that_arrived_at_one_place_are_alike_and_noise_is_not() -> None:
    rng, place = np.random.default_rng(0), np.random.default_rng(1).normal(size=30)
    arrived = [likeness((place + rng.normal(size=(5, 30))).tolist()) for _ in range(200)]
    noise = [likeness(rng.normal(size=(3, 30)).tolist()) for _ in range(200)]
    unequal = [likeness((0.75 ** np.arange(30) * rng.normal(size=(3, 30))).tolist()) for _ in range(200)]
    assert sum(each is not None and each.is_sure for each in arrived) > 190
    assert sum(each is not None and each.is_sure for each in noise + unequal) <= 2
    assert np.std([each.cosine for each in noise if each]) == pytest.approx(0.105, abs=0.02)  # 1 / sqrt(30 * 3)


def test_one_seed_and_parameters_that_never_moved_are_not_compared() -> None:
    assert likeness([[1.0, 2.0]]) is None
    assert likeness([[1.0, 2.0], None]) is None
    assert likeness([[1.0], [1.0, 2.0]]) is None
    assert likeness([[0.0, 0.0], [1.0, 2.0]]) is None
    assert likeness([[None], [1.0]]) is None
