"""Catches: a member whose weight, failures or likeness to size go unsaid, a line that is wider than a screen."""

import math

import numpy as np

from fitness import ScoredSample
from fitness.consensus.reference_report import report_lines, sizes_of

NAN = math.nan
UP = np.arange(1.0, 6)
MIXED = np.array([1.0, 4, 2, 5, 3])  # rho 1 - 6 * 10 / 120 = .5 with UP
LONG = "regression(task=N,steps=300,learning_rate=0.1,precision=float32)"


def sample(sizes: np.ndarray = UP, **scores: np.ndarray) -> ScoredSample:
    return ScoredSample(tuple("abcde"), scores, params=sizes, macs=np.full(5, NAN))


def test_what_is_said_of_each_member_and_of_their_likeness() -> None:
    scores = {"even": MIXED, "backwards": -UP, "holes": np.array([NAN, 4, 2, 5, 3]), "flat": np.ones(5)}
    weights = {"even": 0.75, "backwards": 0.0, "holes": 0.25, "flat": 0.0, "never": 0.0}
    lines = list(report_lines(sample(**scores, never=np.full(5, NAN)), weights, "equal"))
    assert lines == [
        "5 candidates; weights: equal",
        " [1] even: weight 0.75",
        " [2] backwards: weight 0.00",
        "     is nothing but size: rho -1.00 with parameters",
        " [3] holes: weight 0.25",
        "     fails on 1 of 5",
        " [4] flat: weight 0.00",
        "     says the same of all candidates, and has no say",
        " [5] never: weight 0.00",
        "     fails on every candidate, and has no say",
        "rank correlations (Spearman's rho) on the reference:",
        "          [1]    [2]    [3]    [4]    [5] params",
        "[1]      1.00  -0.50   1.00      -      -   0.50",
        "[2]     -0.50   1.00   0.00      -      -  -1.00",
        "[3]      1.00   0.00   1.00      -      -   0.00",
        "[4]         -      -      -      -      -      -",
        "[5]         -      -      -      -      -      -",
        "params   0.50  -1.00   0.00      -      -   1.00",
    ]


def test_without_networks_nothing_is_said_of_size() -> None:
    lines = list(report_lines(sample(np.full(5, NAN), up=UP, mixed=MIXED), {"up": 0.5, "mixed": 0.5}, "default"))
    assert not any("size" in line or "params" in line or "macs" in line for line in lines)


def test_long_labels_are_cut() -> None:
    lines = list(report_lines(sample(**{LONG: UP, "mixed": MIXED}), {LONG: 0.5, "mixed": 0.5}, "default"))
    assert max(map(len, lines)) <= 80
    assert lines[1].startswith(f" [1] {LONG[:40]} ...: weight 0.50")


def test_sizes_are_called_as_in_the_columns_of_tables() -> None:
    assert {name: values.tolist()[0] for name, values in sizes_of(sample()).items() if name == "params"} == {
        "params": 1
    }
    assert list(sizes_of(sample())) == ["params", "macs"]
