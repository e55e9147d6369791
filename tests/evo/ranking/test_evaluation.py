"""Catches: a row that was learnt from and is judged, or may have been without a word, a number of other rows beside it,
one that is lost in a file."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from evo.ranking.evaluation import HOLD_OUT, RankerEvaluation, evaluate
from evo.ranking.ranker import Ranker
from evo.ranking.ranker_notes import RankerNotes
from evo.ranking.request import EvaluateRequest
from fitness.predictors.learnt_members import without_members
from tasks.foundation.errors import UsageError
from tests.evo.ranking.ones import ONES, TEXTS, ranker
from tests.fitness.predictors.ranker.costed_cells import CostedCells


def judged(one: Ranker, path: Path, **asked: Any) -> RankerEvaluation:
    return evaluate(EvaluateRequest(table=path, **asked), one.learnt)


def test_rows_that_were_learnt_from_are_left_out_and_counted(tmp_path: Path) -> None:
    one = ranker(tmp_path / "t.csv")
    found = judged(one, tmp_path / "t.csv")
    assert (found.rows, found.left_out, found.label, found.source) == (27, 12, "ones", "t.csv")
    assert found.columns[found.predictor].intervals["kendall"].value == 1
    assert "12 rows left out: the ranker has learnt from them." in found.notes
    other = judged(one, tmp_path / "t.csv", sample=5, rows_seed=1)
    assert other.rows == 5
    assert 0 < other.left_out < 12  # those met on the way to the fifth that is new


def test_of_a_sample_the_first_rows_that_are_new_are_taken(tmp_path: Path) -> None:
    one = ranker(tmp_path / "t.csv", predictor=ONES)
    assert judged(one, tmp_path / "t.csv", sample=27).rows == 27  # in the same order as the fit's twelve
    with pytest.raises(UsageError, match="39 rows with ones, of which the ranker learnt from 12: 28 others are needed"):
        judged(one, tmp_path / "t.csv", sample=28)
    (tmp_path / "k.csv").write_text(known_only(one, tmp_path / "t.csv"))
    with pytest.raises(UsageError, match="learnt from 12: 5 others"):
        judged(one, tmp_path / "k.csv", metric="ones")


def test_where_it_is_not_known_who_was_learnt_from_all_rows_are_judged_and_that_is_told(tmp_path: Path) -> None:
    learnt = ranker(tmp_path / "t.csv").learnt
    silent = Ranker(replace(learnt, state=without_members(learnt.state), notes=RankerNotes("", "trials", 12)))
    found = judged(silent, tmp_path / "t.csv", metric="ones", other_labels=True)
    assert (found.rows, found.left_out) == (39, None)
    assert found.headline.startswith("ones of t.csv, 39 rows; ")
    assert found.notes[:2] == [
        "The ranker may have learnt other labels: it does not say which.",
        "It is not known which rows the ranker has learnt from; if from these, its figures are too high.",
    ]
    assert "not learnt from" not in str(found)
    assert not any("left out" in note for note in found.notes)
    (written, known) = (each.table().schema for each in (found, judged(Ranker(learnt), tmp_path / "t.csv")))
    assert written == known
    assert set(found.table().column("left_out").to_pylist()) == {None}
    with pytest.raises(UsageError, match=r"t\.csv: 39 rows with ones: 40 are needed$"):
        judged(silent, tmp_path / "t.csv", metric="ones", other_labels=True, sample=40)


class Sampled(CostedCells):
    """Cells of one operation, which can be drawn and changed."""

    def sample(self, rng: np.random.Generator) -> tuple[int, ...]:
        return (int(rng.integers(30)),)

    def mutate(self, candidate: tuple[int, ...], rng: np.random.Generator) -> tuple[int, ...]:
        return (candidate[0] + 1,)


def known_only(one: Ranker, path: Path) -> str:
    """Return the rows of a table that a ranker has learnt from."""
    head, *rows = path.read_text().splitlines()
    known = one.learnt.knows(TEXTS)
    assert known is not None
    return "\n".join([head, *(row for row, learnt in zip(rows, known, strict=True) if learnt)])


def test_tiers_that_a_predictor_knows_are_judged_with_their_calibration(tmp_path: Path) -> None:
    tiered = judged(ranker(tmp_path / "t.csv"), tmp_path / "t.csv")
    plain = judged(ranker(tmp_path / "t.csv", predictor=ONES), tmp_path / "t.csv")
    right = tiered.columns[tiered.predictor].rates["tiers right"]
    assert tiered.calibration == pytest.approx(abs(0.6 - right))  # every candidate's confidence is .6
    assert plain.calibration is None
    assert plain.columns[plain.predictor].rates["tiers right"] != right
    for found in (tiered, plain):
        assert (
            "by a ranker of tiers as it learnt them, by any other and by counting as fifths of these" in found.notes[-1]
        )
    cured = [HOLD_OUT in " ".join(replace(tiered, calibration=error).notes) for error in (0.1, 0.11)]
    assert cured == [False, True]
    assert "expected calibration error .110." in " ".join(replace(tiered, calibration=0.11).notes)


def test_other_labels_are_refused_or_told(tmp_path: Path) -> None:
    one = ranker(tmp_path / "t.csv")
    with pytest.raises(UsageError, match="it learnt the label 'ones', and these are 'half'"):
        judged(one, tmp_path / "t.csv", metric="half")
    found = judged(one, tmp_path / "t.csv", metric="half", other_labels=True)
    assert found.notes[0] == "The ranker learnt other labels: ones."
    assert found.rows < 20


def test_counting_stands_beside_it_where_networks_can_be_counted(tmp_path: Path) -> None:
    assert "params" not in judged(ranker(tmp_path / "t.csv"), tmp_path / "t.csv").columns
    path = tmp_path / "c.csv"
    path.write_text("\n".join(["candidate,acc", *(f"{cost},{-cost}" for cost in range(30))]))
    one = Ranker.fit(space=Sampled(), table=path, metric="acc", predictor=ONES, sample=10)
    found = judged(one, path)
    assert list(found.columns)[1] == "params"
    assert found.columns["params"].intervals["spearman"].value == pytest.approx(-1)  # the dearest are the worst
    assert any(note.startswith("Less counting params, on the same rows: kendall +") for note in found.notes)


def test_every_number_is_in_the_files(tmp_path: Path) -> None:
    found = judged(ranker(tmp_path / "t.csv"), tmp_path / "t.csv")
    rows = pq.read_table(found.write(tmp_path / "e.parquet")).to_pylist()
    assert [row["statistic"] for row in rows] == [
        *("kendall", "spearman", "tiers right", "best 1 %", "best of 10", "calibration error")
    ]
    assert {(row["label"], row["rows"], row["left_out"]) for row in rows} == {("ones", 27, 12)}
    assert (rows[0]["value"], rows[0]["low"], rows[0]["high"]) == (1, 1, 1)
    assert (rows[5]["value"], rows[5]["low"]) == (found.calibration, None)
    page = found.write(tmp_path / "e.md").read_text()
    assert "|tests.evo.ranking.ones:TieredOnes|1.000 [1.000, 1.000]|" in page
    assert "- 12 rows left out" in page
    with pytest.raises(UsageError, match="--force replaces it"):
        found.write(tmp_path / "e.md")
    assert "rows not learnt from\n" in str(found)
    assert max(map(len, str(found).splitlines())) <= 80
