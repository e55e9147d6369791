"""Catches: weights that are not a mean, a member without a say that has one, a final ranking by positions in the sample
alone, ties or failures with another rank than the stated, and one that imports a fitness."""

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import rankdata

import fitness
from fitness import final_scores
from fitness.consensus.joined import joined

NAN = math.nan


def test_the_joined_score_is_the_weighted_mean() -> None:
    assert joined({"a": -1.0, "b": -3.0, "c": -math.inf}, {"a": 3, "b": 1, "c": 0}) == -1.5
    both = joined({"a": np.array([-1.0, -2.0]), "b": np.array([-3.0, 0.0])}, {"a": 1, "b": 1})
    assert both.tolist() == [-2.0, -1.0]


@pytest.mark.parametrize("weights", [{}, {"a": 0}])
def test_somebody_has_to_have_a_say(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="no member"):
        joined({"a": -1.0}, weights)


def test_the_final_ranking_worked_by_hand() -> None:
    # Of a: 1, 2, then 2, 5 and a failure: ranks 2, 3.5, then 3.5, 5 and 1. Of b: 4 and a failure, then 7, 9, 9.
    sample = {"a": [1.0, 2.0], "b": [4.0, NAN]}
    run = {"a": [2.0, 5.0, NAN], "b": [7.0, 9.0, 9.0]}
    found = final_scores({"a": 0.5, "b": 0.5}, sample, run)
    a, b = np.array([3.5, 5, 1]) / 6, np.array([3, 4.5, 4.5]) / 6
    assert found == pytest.approx((np.log(a) + np.log(b)) / 2)


def test_failures_are_below_all_others_and_fail_where_all_members_do() -> None:
    sample, run = {"a": [1.0], "b": [1.0]}, {"a": [-9.0, NAN, math.inf], "b": [NAN, NAN, -math.inf]}
    found = final_scores({"a": 1, "b": 1}, sample, run)
    assert found[0] == pytest.approx((math.log(3 / 5) + math.log(1 / 5)) / 2)
    assert np.isnan(found[1:]).all()
    assert final_scores({"a": 1, "b": 0}, sample, {"a": [2.0], "b": [NAN]}) == pytest.approx([math.log(2 / 3)])


def test_without_ties_or_failures_it_is_the_mean_log_rank() -> None:
    rng = np.random.default_rng(0)
    sample, run = ({name: rng.normal(size=size) for name in "ab"} for size in (20, 30))
    weights = {"a": 0.7, "b": 0.3}
    ranks = {name: rankdata([*sample[name], *run[name]])[20:] for name in "ab"}
    expected = sum(weights[name] * np.log(ranks[name] / 51) for name in "ab")
    assert final_scores(weights, sample, run) == pytest.approx(expected)


def test_it_imports_no_fitness() -> None:
    code = (
        "import sys; from fitness import final_scores; final_scores({'a': 1}, {'a': [1, 2]}, {'a': [3]}); "
        "print([m for m in sys.modules if m == 'torch' or m.startswith('fitness.')])"
    )
    root = Path(fitness.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout.strip() == "['fitness.consensus', 'fitness.consensus.joined']"
