"""Catches: a rule that takes off luck where there is none, or leaves it where there is nothing else; a set that is
joined otherwise than by ranks; the wrong tasks chosen."""

import numpy as np
import pytest

from tests.benchmarks.joined_best import choose, join, reached
from tests.benchmarks.optimism import RULES, WITHOUT_BIAS, ScoredPanel
from tests.benchmarks.panel_statistics import Array, spearman, unbiased_spearman

P = 20
LABELS = np.arange(float(P))
ALL = {**RULES, **WITHOUT_BIAS}
CAREFUL = [name for name in ALL if name not in ("none", "halves / 2", "bootstrap")]


def noise(seed: int, tasks: int = 30) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((tasks, 1, P)), rng.standard_normal(P)


def panel(scores: Array, labels: Array, seed: int = 0) -> ScoredPanel:
    return ScoredPanel(scores, labels, 1, np.random.default_rng(seed))


def test_the_best_are_those_of_the_highest_mean_over_draws() -> None:
    scores = np.array([[LABELS, -LABELS], [LABELS, LABELS], [LABELS, np.roll(LABELS, 1)]])
    assert choose(scores, LABELS, 2).tolist() == [1, 2]


def test_joined_is_the_mean_logarithm_of_ranks() -> None:
    scores = np.array([[[1.0, 2, 3]], [[9.0, 9, 9]], [[30.0, 10, 20]]])
    assert join(scores, np.array([0, 2])) == pytest.approx(np.log([[[1, 2, 3]], [[3, 1, 2]]]).mean(0))
    assert reached(scores, np.array([0.0, 1, 2]), np.array([0, 2])) == pytest.approx(0.5)  # 3, 2 and 6


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_taken_off_tasks_that_are_all_right(name: str) -> None:
    scores = np.stack([LABELS[None], 2 * LABELS[None]])
    assert ALL[name](panel(scores, LABELS)) == pytest.approx(0, abs=0.0011)  # z ends at rho .999


@pytest.mark.parametrize("name", CAREFUL)
def test_what_is_luck_alone_is_taken_off(name: str) -> None:
    """Tasks of noise are worth 0, and the best of 30 is near .4 on twenty members."""
    left = []
    for seed in range(50):
        seen = panel(*noise(seed), seed=seed)
        left.append(seen.observed - ALL[name](seen))
    assert np.mean(left) == pytest.approx(0, abs=0.09)


def test_rules_that_take_off_less_take_off_some() -> None:
    seen = panel(*noise(0))
    taken = {name: rule(seen) for name, rule in RULES.items()}
    assert taken["none"] == 0
    assert 0 < taken["halves / 2"] == pytest.approx(taken["halves / root of 2"] / 2**0.5)
    assert 0 < taken["bootstrap"] < taken["halves / root of 2"]


def test_few_members_lack_what_the_unbiased_estimate_adds() -> None:
    labels = np.array([1.0, 2, 3, 4, 5])
    scores = np.array([[[1.0, 2, 3, 5, 4]], [[5.0, 4, 3, 2, 1]]])
    expected = unbiased_spearman(scores[0, 0], labels) - spearman(scores[0, 0], labels)
    assert panel(scores, labels).small == pytest.approx(float(expected))


def test_halves_agree_as_far_as_tasks_differ() -> None:
    rng = np.random.default_rng(0)
    labels = rng.standard_normal(200)
    worth = np.linspace(0, 1, 40)[:, None]
    apart = (worth * labels + (1 - worth) * rng.standard_normal((40, 200)))[:, None]
    assert panel(apart, labels).agreement > 0.95
    assert panel(rng.standard_normal((40, 1, 200)), labels).agreement < 0.2


def test_what_halves_lose_is_divided_by_what_their_agreement_calls_for() -> None:
    scores, labels = noise(3)
    scores[:10] += 2 * labels
    seen = panel(scores, labels)
    assert 0.3 < seen.agreement < 0.9
    root, ours = (RULES[name](seen) for name in ("halves / root of 2", "halves by their agreement"))
    assert root * 2**0.5 / ours == pytest.approx((2 * (1 + seen.agreement)) ** 0.5)
