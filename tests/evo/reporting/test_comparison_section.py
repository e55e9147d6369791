"""Catches: a difference of other seeds, of the wrong sign, or between scores without a common scale; an interval that
is none; a verdict that the interval does not bear."""

from pathlib import Path

import pytest

from evo.reporting.arms import Arm
from evo.reporting.comparison_section import arm_difference, comparison_section, reached
from fitness import Interval
from tests.run_folders import config_of, done, files_of


def arm(path: Path, best: dict[int, float], strategy: str = "random_search", fitness: str = "naswot") -> Arm:
    """Return an arm with a run for each seed."""
    runs = [
        files_of(path / f"{strategy}-{seed}", [done(0, score)], config=config_of(fitness, strategy=strategy, seed=seed))
        for seed, score in best.items()
    ]
    return Arm(strategy, tuple(runs))


def test_seeds_that_pair_are_held_against_each_other(tmp_path: Path) -> None:
    # Differences 1, 2 and 3: mean 2, standard error 1 / sqrt 3, and Student's t of two degrees of freedom is 4.302653.
    one = arm(tmp_path / "a", {0: 11.0, 1: 2.0, 2: 8.0, 9: 1e6})
    found = arm_difference(one, arm(tmp_path / "b", {2: 5.0, 1: 0.0, 0: 10.0}))
    assert found is not None
    assert (found.paired, found.seeds) == (True, 3)
    half = 4.302653 / 3**0.5
    assert found.difference == Interval(pytest.approx(2), pytest.approx(2 - half), pytest.approx(2 + half))


def test_other_seeds_are_independent(tmp_path: Path) -> None:
    # Welch: variances 2 and 8 of two runs each, error sqrt 5; freedom 25 / (1 + 16) = 1.470588, t = 6.2.
    one, other = arm(tmp_path / "a", {0: 1.0, 1: 3.0}), arm(tmp_path / "b", {5: 4.0, 6: 8.0})
    found = arm_difference(one, other)
    assert found is not None
    assert (found.paired, found.seeds, found.difference.value) == (False, 2, -4)
    assert found.difference.high - found.difference.value == pytest.approx(6.2 * 5**0.5, rel=0.02)


def test_a_single_run_has_no_interval(tmp_path: Path) -> None:
    one = arm(tmp_path / "a", {0: 1.0})
    assert arm_difference(one, arm(tmp_path / "b", {0: 2.0})) is None
    assert "too few seeds" in lines_of([one, arm(tmp_path / "c", {0: 2.0, 1: 3.0})])
    assert "compared with nothing" in comparison_section([one]).absent


def lines_of(arms: list[Arm]) -> str:
    return " ".join(comparison_section(arms).blocks[1].lines)


def test_the_verdict_follows_the_interval(tmp_path: Path) -> None:
    low, high = (
        arm(tmp_path / "l", {0: 1.0, 1: 2.0, 2: 3.0}),
        arm(tmp_path / "h", {0: 5.0, 1: 6.1, 2: 7.0}, "surrogate"),
    )
    wide = arm(tmp_path / "w", {0: -50.0, 1: 60.0, 2: 9.0}, "tier_ranking")
    assert "paired over 3 seeds: surrogate is ahead." in lines_of([low, high])
    assert "paired over 3 seeds: surrogate is ahead." in lines_of([high, low])
    assert "neither is shown to be ahead" in lines_of([low, wide])


def test_scores_of_another_fitness_have_no_common_scale(tmp_path: Path) -> None:
    arms = [arm(tmp_path / name, {0: 1.0, 1: 2.0}, fitness=name) for name in ("naswot", "synflow")]
    assert "no common scale" in lines_of(arms)


def test_the_table_says_what_each_arm_reached(tmp_path: Path) -> None:
    best = arm(tmp_path / "a", {0: 1.0, 1: 3.0})
    assert reached(best).tolist() == [1, 3]
    nothing = Arm("none", (files_of(tmp_path / "n", [done(0, None)]),))
    (table,) = comparison_section([best, nothing]).blocks[0].tables
    assert table.rows == (("random_search", "2", "2", "1.41421", "1", "3"), ("none", "0", "-", "-", "-", "-"))
