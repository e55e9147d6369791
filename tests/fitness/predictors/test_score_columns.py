"""Catches: a score of another candidate or column, one that is missing or infinite taken for a number, an order that is
not kept, a file that knows none of the candidates taken on."""

from math import log
from pathlib import Path

import numpy as np
import pytest

from fitness.predictors.score_columns import ScoreColumns, score_names
from tasks import UsageError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    rows = ["candidate,label,meco,synflow,meco seconds", "a,9,1,-1000,0.5", "b,9,-1,,1.5", "c,9,0,inf,"]
    (tmp_path / "scores.csv").write_text("\n".join(rows))
    return tmp_path / "scores.csv"


def test_names_are_those_of_fitnesses_with_their_options() -> None:
    assert score_names("meco, regression(task=N)") == ("meco", "regression(task=N)")
    assert score_names("") == score_names(" ") == ()
    with pytest.raises(UsageError, match=r"predictor\.scores"):
        score_names("meco,,synflow")


def test_scores_are_shrunk_and_those_that_are_missing_are_nan(file: Path) -> None:
    found = ScoreColumns(file, ["synflow", "meco"]).numbers(["b", "nowhere", "a", "c"])
    known = [[np.nan, -log(2)], [np.nan, np.nan], [-log(1001), log(2)], [np.nan, 0]]
    np.testing.assert_allclose(found, known)


def test_a_file_that_knows_a_score_of_none_is_refused(file: Path) -> None:
    columns = ScoreColumns(file, ["meco", "synflow"])
    columns.check_known(["a", "b"])
    with pytest.raises(UsageError, match="no synflow of any of the 2 labelled candidates"):
        columns.check_known(["b", "c"])


def test_what_scores_cost_is_known_where_the_file_says_so(file: Path) -> None:
    assert ScoreColumns(file, ["meco", "synflow"]).seconds_each() == pytest.approx(
        {"meco": 1.0, "synflow": np.nan}, nan_ok=True
    )
    file.write_text("candidate,meco,meco seconds\na,1,\nb,2,\n")
    assert ScoreColumns(file, ["meco"]).seconds_each() == pytest.approx({"meco": np.nan}, nan_ok=True)


def test_a_column_that_is_not_there_is_refused(file: Path) -> None:
    with pytest.raises(UsageError, match="unknown column 'mecco'; did you mean 'meco'"):
        ScoreColumns(file, ["mecco"])
