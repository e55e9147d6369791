"""Catches: a difference the wrong way round or between two seeds; a gain that is not the difference of differences; a
share told of random weights.
"""

from typing import Any

import pytest

from evo.retraining.report import Difference, describe_gain, describe_results, difference, relative_gain


def result(init: str, seed: int, accuracy: float, *, share: float = 0.0, lost: int = 0) -> dict[str, Any]:
    own = {"init": init, "seed": seed, "test_accuracy": accuracy, "epochs": 3, "params": 1_500_000}
    return {**own, "inherited": {"share": share, "lost": lost, "epochs": 1}}


RESULTS = [
    result("inherited", 0, 0.75, share=0.9),
    result("random", 0, 0.70),
    result("random", 1, 0.80),
    result("inherited", 1, 0.79, share=0.9),
    result("inherited", 2, 0.99, share=0.9),
]


def test_a_difference_is_between_first_weights_of_one_seed() -> None:
    found = difference(RESULTS)
    assert found is not None
    assert found.by_seed == {0: pytest.approx(0.05), 1: pytest.approx(-0.01)}
    assert found.mean == pytest.approx(0.02)
    assert str(found) == "+2.00 points (by seed: +5.00, -1.00)"
    assert difference(RESULTS[2:3]) is None
    assert difference([RESULTS[0], RESULTS[2]]) is None


def test_the_relative_gain_is_a_difference_of_differences() -> None:
    # (0.76 - 0.71) - (0.73 - 0.74) = 0.06
    with_it = difference([result("inherited", 0, 0.76), result("random", 0, 0.71)])
    without = difference([result("inherited", 0, 0.73), result("random", 0, 0.74)])
    assert with_it is not None
    assert without is not None
    assert relative_gain(with_it, without) == pytest.approx(0.06)
    assert list(describe_gain(with_it, without)) == [
        "with, inherited minus random: +5.00 points",
        "without, inherited minus random: -1.00 points",
        "relative gain: +6.00 points",
    ]
    assert relative_gain(Difference({0: 0.1, 1: 0.3}), Difference({0: 0.1})) == pytest.approx(0.1)


def test_results_are_told_one_by_one_and_compared() -> None:
    assert list(describe_results(RESULTS[:2])) == [
        "inherited, seed 0: test accuracy 75.00% after 3 epochs, 1.500 M parameters, 90.0% of them inherited",
        "random, seed 0: test accuracy 70.00% after 3 epochs, 1.500 M parameters",
        "inherited minus random: +5.00 points",
    ]
    assert len(list(describe_results(RESULTS[1:3]))) == 2


def test_what_was_lost_is_told() -> None:
    lines = list(describe_results([result("inherited", 0, 0.75, share=0.9, lost=3)]))
    assert "train.searched=true keeps them" in lines[-1]
