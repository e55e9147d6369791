"""Catches: a request that cannot be met and is not refused before anything is read; one that can be, refused."""

from pathlib import Path
from typing import Any

import pytest

from evo.ranking.request import EvaluateRequest, FitRankerRequest, PredictRequest
from evo.ranking.request_checks import PREDICTIONS, check_evaluation, check_file, check_fit, check_prediction
from tasks.foundation.errors import UsageError

T: dict[str, Any] = {"table": Path("t.csv"), "metric": "m"}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "in one way"),
        ({**T, "space": "nasbench201", "run": Path("r")}, "in one way"),
        (T, "--space is needed"),
        ({**T, "space": "nasbench21"}, "did you mean 'nasbench201'"),
        ({**T, "space": "nasbench201", "predictor": "tres"}, "did you mean 'trees'"),
        ({**T, "space": "nasbench201", "predictor": "trees(trees"}, "not closed"),
        ({**T, "space": "nasbench201", "options": {"data": {}}}, "unknown axis of options: 'data'"),
        ({**T, "space": "nasbench201", "rows": "C"}, "--rows C: must be A or B"),
        ({**T, "space": "nasbench201", "sample": 0}, "--sample 0: must be at least 1"),
        ({"run": Path("r"), "lower_is_better": True}, "the labels of --run are fitnesses"),
    ],
)
def test_a_fit_that_cannot_be(asked: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        check_fit(FitRankerRequest(**asked))


def test_what_can_be_is_not_refused() -> None:
    for predictor in ("ranker", "trees(trees=3)", "mine:Own", object()):
        check_fit(FitRankerRequest(**T, space="nasbench201", predictor=predictor))
    check_fit(FitRankerRequest(run=Path("r")))
    check_evaluation(EvaluateRequest(table=Path("t")))
    of_table: dict[str, Any] = {"table": Path("t"), "sample": 3, "rows": "A", "rows_seed": 1}
    ways: list[dict[str, Any]] = [{"candidates": ["x"]}, of_table, {"random": 3, "top": 1, "seed": 1}]
    for asked in ways:
        check_prediction(PredictRequest(**asked))


def test_an_evaluation_and_predictions_that_cannot_be() -> None:
    with pytest.raises(UsageError, match="in one way"):
        check_evaluation(EvaluateRequest())
    wrong: list[tuple[dict[str, Any], str]] = [
        ({}, "in one way"),
        ({"random": 2, "rows": "A"}, "of a table"),
        ({"random": 2, "rows_seed": 1}, "of a table"),
        ({"candidates": ["x"], "rows_seed": 1}, "of a table"),
        ({"candidates": ["x"], "seed": 1}, "draw them by --random"),
        ({"table": Path("t"), "seed": 1}, "draw them by --random"),
        ({"random": 0}, "at least 1"),
    ]
    for asked, words in wrong:
        with pytest.raises(UsageError, match=words):
            check_prediction(PredictRequest(**asked))


def test_a_file_is_of_a_kind_and_replaced_where_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.CSV").touch()
    check_file(tmp_path / "a.CSV", PREDICTIONS, force=True)
    check_file(tmp_path / "b.safetensors", force=False)
    with pytest.raises(UsageError, match=r"^--out .*a\.CSV: exists already"):
        check_file(tmp_path / "a.CSV", PREDICTIONS, force=False)
    with pytest.raises(UsageError, match=r"ends in \.parquet or \.csv"):
        check_file(tmp_path / "b.safetensors", PREDICTIONS, force=False)
