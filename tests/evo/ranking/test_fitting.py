"""Catches: rows that are not those asked for, a seed that does not arrive, a fit that its file does not describe."""

import logging
from pathlib import Path
from typing import Any

import pytest

from evo.ranking.fitting import drawn, fit_ranker
from evo.ranking.ranker_notes import RankerNotes
from evo.ranking.request import FitRankerRequest
from evo.ranking.sources import read_source
from evo.records.config import Choice
from tasks.foundation.errors import UsageError
from tests.evo.ranking.ones import ONES, SPACE, Ones, table
from tests.toy import BitStrings


def asked(tmp_path: Path, **more: Any) -> FitRankerRequest:
    labels = {"table": table(tmp_path / "t.csv"), "metric": "ones"}
    return FitRankerRequest(**{"space": SPACE, "predictor": ONES, **labels, **more})


def test_the_file_says_what_was_fitted_on_what(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="evo")
    learnt = fit_ranker(asked(tmp_path, sample=9, seed=4, options={"predictor": {"boost": "2"}}))
    options = {"boost": 2.0, "label": "ones"}
    assert learnt.notes == RankerNotes("ones", "t.csv", 9, 4, Choice(SPACE, {"length": 10}), Choice(ONES, options))
    assert (float(learnt.state.arrays["sign"]), learnt.state.notes["origin"]["label"]) == (2.0, "ones")
    assert "9 of 39 labelled rows of t.csv: fitting" in caplog.text
    assert learnt.took is not None
    assert learnt.took.wall_s >= 0


def test_rows_are_those_of_a_correlation(tmp_path: Path) -> None:
    request = asked(tmp_path, sample=6, rows="B", rows_seed=3)
    source = read_source(request)
    numbers = source.rows.rows("B", seed=3)
    assert drawn(source, request).texts == tuple(source.rows.texts[row] for row in numbers[:6])
    assert fit_ranker(request).notes.source == "t.csv, half B, order 3"
    whole = drawn(source, asked(tmp_path))
    assert (len(whole.texts), whole.without_label) == (39, 1)


def test_a_loss_is_learnt_as_its_negative(tmp_path: Path) -> None:
    learnt = fit_ranker(asked(tmp_path, lower_is_better=True))
    assert (learnt.notes.label, float(learnt.state.arrays["sign"])) == ("-ones", -1.0)


def test_what_has_no_name_is_noted_as_such(tmp_path: Path) -> None:
    class Own(Ones):
        """One that no other process finds."""

    learnt = fit_ranker(asked(tmp_path, space=BitStrings(), predictor=Own()))
    assert learnt.notes.predictor is None
    assert learnt.predictor.endswith("Own")


def test_labels_that_are_missing_are_refused(tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_text("candidate,ones\n0000000000,nan\n0000000001,1\n")
    with pytest.raises(UsageError, match="1 rows with ones; at least 5 are needed"):
        fit_ranker(asked(tmp_path, table=tmp_path / "n.csv"))
