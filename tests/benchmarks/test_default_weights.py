"""Catches: a loss against anything but the best weights, a rule that sees the file that is left out."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.default_weights import Labelled, main, page, rules

RESULTS = Path(__file__).parents[2] / "runs" / "results"
RIGHT, WRONG = np.log(np.arange(1.0, 9)), np.log(np.arange(8.0, 0, -1))
FIRST = Labelled("one", "label", {"a": RIGHT, "b": WRONG}, (0.5, 1.0), np.arange(8.0))


def test_a_loss_is_what_is_missing_to_the_best_weights() -> None:
    assert FIRST.loss(rules()["1 and 0"]) == 0
    assert FIRST.loss(lambda labelled: (0, 1)) == pytest.approx(2)
    assert FIRST.loss(rules()["1 - rho^2"]) == 0  # the second is nothing but size
    assert rules()["1 - rho^2"](replace(FIRST, with_size=(0.5, -0.8))) == pytest.approx([0.75, 0.36])


def test_a_file_is_left_out_of_what_is_chosen_for_it() -> None:
    second = replace(FIRST, file="two", labels=-FIRST.labels, with_size=(1.0, 0.5))
    third = replace(FIRST, file="three", labels=-FIRST.labels, with_size=(0.5, 1.0))
    lines = {row[0]: row[1:] for row in page([second, third]).rows}
    assert lines["1 - rho^1"] == ("0.000", "2.000", "2.000")
    assert [name for name in lines if name.startswith("chosen without three")] == ["chosen without three: 1 - rho^1"]
    assert lines["chosen without three: 1 - rho^1"] == ("", "2.000", "")


def test_the_stored_scores_are_read_with_and_without_parts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(RESULTS / name) for name in ("nasbench101-panels.parquet", "depth-width.parquet")]) == 0
    header, _, first, *_ = capsys.readouterr().out.splitlines()[2:]
    assert header == "|rule|nasbench101-panels test_accuracy (66)|depth-width label (60)|worst|"
    assert first.startswith("|1 - rho^1|0.0")
