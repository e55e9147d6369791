"""Catches: labels of another column or sign than asked for, a broken-off training taken for a member, a kind of label
that is the same for other labels."""

from pathlib import Path

import numpy as np
import pytest

from evo.ranking.request import LabelledRequest
from evo.ranking.sources import read_source
from tasks.foundation.errors import UsageError
from tests.evo.ranking.ones import TEXTS, table


def test_a_table_has_the_column_that_is_asked_for(tmp_path: Path) -> None:
    found = read_source(LabelledRequest(table=table(tmp_path / "t.csv"), metric="half"))
    assert (found.kind, found.path, found.run) == ("half", tmp_path / "t.csv", None)
    assert (list(found.rows.texts), found.rows.labels[3]) == (TEXTS, 3)
    assert np.isnan(found.rows.labels[20:]).all()


def test_of_a_loss_the_negative_is_the_label_and_another_kind(tmp_path: Path) -> None:
    found = read_source(LabelledRequest(table=table(tmp_path / "t.csv"), metric="half", lower_is_better=True))
    assert (found.kind, found.rows.labels[3]) == ("-half", -3)


def test_without_a_column_it_is_the_one_that_was_learnt(tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv")
    for learnt, label in (("half", 3), ("-half", -3)):
        found = read_source(LabelledRequest(table=path), learnt=learnt)
        assert (found.kind, found.rows.labels[3]) == (learnt, label)
    for request in (LabelledRequest(table=path), LabelledRequest(table=Path("digts"), metric="m")):
        with pytest.raises(UsageError, match=r"--metric is needed|did you mean 'digits'"):
            read_source(request)


def test_a_panel_has_its_value_or_the_column_named_and_no_row_that_broke_off(tmp_path: Path) -> None:
    found = read_source(LabelledRequest(panel="digits"))
    assert (found.kind, len(found.rows.texts), found.rows.stated.space) == ("value", 60, "nasbench201")
    assert read_source(LabelledRequest(panel="digits", metric="validation_accuracy")).kind == "validation_accuracy"
    file = tmp_path / "p.csv"
    file.write_text("candidate,value,status_ok\na,1,1\nb,2,0\nc,3,1\n")
    rows = read_source(LabelledRequest(panel=str(file), lower_is_better=True)).rows
    assert np.array_equal(rows.labels, [-1, np.nan, -3], equal_nan=True)
    file.write_text("candidate,a,b\na,1,1\n")
    with pytest.raises(UsageError, match=r"^--panel panel .* has the columns a, b: name one by --metric NAME"):
        read_source(LabelledRequest(panel=str(file)))
    with pytest.raises(UsageError, match=r"^--panel .*no such file"):
        read_source(LabelledRequest(panel=str(tmp_path / "none.csv")))


def test_a_run_is_read_as_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run here"):
        read_source(LabelledRequest(run=tmp_path))
