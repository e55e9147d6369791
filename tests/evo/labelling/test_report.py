"""Catches: a panel that is called good below the agreement asked for, failures that nobody hears of, the reliability of
the mean told as the agreement of two, an advice that would be refused."""

import numpy as np
import pytest

from evo.labelling.labels import Labels
from evo.labelling.report import describe_labels, shortcoming
from evo.scoring.scores import Column

FIRST = np.array([-0.5, -0.4, -0.3, -0.2, -0.1, -2.0])
SWAPPED = np.array([-0.4, -0.5, -0.2, -0.3, -0.1, -2.0])  # rho 1 - 6 * 4 / 210


def labels(*trainings: np.ndarray) -> Labels:
    columns = [Column(f"seed {n}", values, None, "why not") for n, values in enumerate(trainings)]
    accuracies = np.array([1 + values / 4 for values in trainings])
    count = len(trainings[0])
    return Labels([str(n) for n in range(count)], range(len(trainings)), columns, accuracies, np.ones(count))


def test_everything_is_told() -> None:
    rho = 1 - 24 / 210
    spread, agreement, reliability = describe_labels(labels(FIRST, SWAPPED))
    assert spread == "labels -2.000 to -0.100 (median -0.350), validation accuracies 0.500 to 0.975 (median 0.912)"
    assert agreement.startswith(f"rank agreement of two seeds: {rho:.3f} [")
    assert reliability.startswith(f"reliability of the mean of 2 seeds: {2 * rho / (1 + rho):.3f} [")


def test_failures_are_counted_aloud_and_left_out() -> None:
    failed = np.where(np.arange(6) == 5, np.nan, FIRST)
    lines = list(describe_labels(labels(FIRST, failed)))
    assert lines[0] == "1 of 6 architectures have no label and are left out, e.g. why not"
    assert lines[1].startswith("labels -0.500 to -0.100 (median -0.300)")
    nothing = np.full(6, np.nan)
    assert list(describe_labels(labels(nothing, nothing))) == [
        "6 of 6 architectures have no label and are left out, e.g. why not"
    ]


def test_agreement_below_the_least_is_no_panel() -> None:
    rho = 1 - 24 / 210
    two = labels(FIRST, SWAPPED)
    assert shortcoming(two, two.agreement.value) is None
    assert shortcoming(two, rho + 1e-9) is not None
    assert shortcoming(two, 0.8) is None
    reason = shortcoming(two, 0.9)
    assert reason is not None
    assert reason.startswith("two seeds agree on the ranks by 0.886, and 0.9 is needed: try another --learning-rate ")
    assert "\n" not in reason
    advised = float(reason.partition("--least-agreement ")[2].split()[0])
    assert shortcoming(two, advised) is None


def test_negative_agreement_has_an_advice_too() -> None:
    reason = shortcoming(labels(FIRST, -FIRST), 0.8)
    assert reason is not None
    assert "--least-agreement -1 " in reason


@pytest.mark.parametrize("least", [0.8, -1.0])
def test_labels_that_rank_nothing_are_no_panel_whatever_is_accepted(least: float) -> None:
    assert "nothing can be ranked" in str(shortcoming(labels(FIRST, np.ones(6)), least))
    few = np.where(np.arange(6) < 2, np.nan, FIRST)
    assert "4 architectures have a label, and a panel has at least 5" in str(shortcoming(labels(FIRST, few), least))
    enough = np.where(np.arange(6) < 1, np.nan, FIRST)
    assert shortcoming(labels(FIRST, enough), least) is None
