"""Catches: a difference the wrong way round or between two seeds; a gain that is not the difference of differences,
or is one of other seeds; a share told of random weights; labels that weights have seen and nobody says so; an
accuracy on a handful of images, or on some classes alone, that looks like any other.
"""

import pytest

from evo.retraining.report import Difference, describe_gain, describe_results, difference, relative_gain
from tests.evo.retraining.small_runs import result_of as result

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
        "relative gain, seed 0: +6.00 points",
    ]
    assert relative_gain(Difference({0: 0.1, 1: 0.3}), Difference({0: 0.1, 1: 0.2})) == pytest.approx(0.05)


def test_a_relative_gain_is_of_the_seeds_that_both_have() -> None:
    lines = list(describe_gain(Difference({0: 0.9, 2: 0.05, 4: 0.03}), Difference({1: 0.7, 2: 0.01, 4: 0.01})))
    assert lines == [
        "with, inherited minus random: +4.00 points (by seed: +5.00, +3.00)",
        "without, inherited minus random: +1.00 points (by seed: +1.00, +1.00)",
        "note: only one of the two runs has seeds 0, 1; left out",
        "relative gain, seeds 2, 4: +3.00 points",
    ]
    with pytest.raises(ValueError, match="no seed is in both: seeds 0, 3 in one, seed 1 in the other"):
        list(describe_gain(Difference({0: 0.1, 3: 0.1}), Difference({1: 0.1})))


def test_results_are_told_one_by_one_and_compared() -> None:
    assert list(describe_results(RESULTS[:2])) == [
        "inherited, seed 0: test accuracy 75.00% after 3 epochs, 1.500 M parameters, 90.0% of them inherited",
        "random, seed 0: test accuracy 70.00% after 3 epochs, 1.500 M parameters",
        "inherited minus random: +5.00 points",
    ]
    assert len(list(describe_results(RESULTS[1:3]))) == 2


def test_the_number_of_test_images_is_told_once_and_classes_without_one() -> None:
    results = [{**each, "test_pictures": 2, "untested_classes": [1, 3]} for each in RESULTS[:2]]
    assert list(describe_results(results))[2:4] == [
        "test accuracy: on 2 test images",
        "note: no test image is of classes 1, 3 (counted from 0); test accuracy says nothing of it",
    ]
    lines = list(describe_results([{**RESULTS[1], "test_pictures": 1, "untested_classes": []}]))
    assert lines[1:] == ["test accuracy: on 1 test image"]
    lines = list(describe_results([{**results[0], "untested_classes": [3]}]))
    assert "is of class 3 (" in lines[2]


def test_what_was_lost_is_told() -> None:
    lines = list(describe_results([result("inherited", 0, 0.75, share=0.9, lost=3)]))
    assert "train.searched=true keeps them" in lines[-1]


@pytest.mark.parametrize(("labels", "fraction", "told"), [("digits", 0.1, 1), ("digits", 1.0, 0), (None, 0.1, 0)])
def test_a_supernet_that_saw_labels_is_told_where_few_were_asked_for(
    labels: str | None, fraction: float, told: int
) -> None:
    results = [result("inherited", seed, 0.7, labels=labels, fraction=fraction) for seed in (0, 1)]
    lines = [line for line in describe_results(results) if line.startswith("note:")]
    assert len(lines) == told
    assert all("learnt from labels of digits" in line and "--label-fraction 0.1 says" in line for line in lines)
