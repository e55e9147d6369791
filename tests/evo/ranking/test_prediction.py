"""Catches: an order that is not that of the scores, a tier of another candidate, a sample that its seed does not
determine, a table that is written with other numbers."""

from pathlib import Path

import pyarrow.csv
import pytest

from evo.ranking.prediction import predict
from evo.ranking.request import PredictRequest
from tasks.foundation.errors import UsageError
from tests.evo.ranking.ones import ONES, TEXTS, ranker, table


def test_the_best_are_first_with_their_tiers(tmp_path: Path) -> None:
    given = ["0000000000", "1111111111", "0000000011", "0000000001"]
    found = predict(ranker(tmp_path / "t.csv").learnt, PredictRequest(candidates=given, top=3))
    assert found.texts == ("1111111111", "0000000011", "0000000001")
    assert found.scores.tolist() == [10, 2, 1]
    assert found.tiers is not None
    assert found.tiers.tolist() == [1, 3, 4]
    assert list(found.columns()) == ["score", "tier", "tier_1", "tier_2", "tier_3", "tier_4", "tier_5"]
    assert found.columns()["tier_3"].tolist() == [0.1, 0.6, 0.1]
    assert "3 candidates, the best first\n" in str(found)
    assert "0000000011  2.0000   3     .10     .10     .60     .10     .10" in str(found)


def test_without_tiers_there_is_a_score_alone(tmp_path: Path) -> None:
    found = predict(ranker(tmp_path / "t.csv", predictor=ONES).learnt, PredictRequest(candidates=TEXTS))
    assert (found.tiers, list(found.columns())) == (None, ["score"])
    assert len(str(found).splitlines()) == len(TEXTS) + 5  # those that are named are all shown


def test_a_sample_is_of_different_candidates_and_its_seed(tmp_path: Path) -> None:
    learnt = ranker(tmp_path / "t.csv").learnt
    one, same, other = (predict(learnt, PredictRequest(random=30, seed=seed)) for seed in (1, 1, 2))
    assert len(set(one.texts)) == 30
    assert one.texts == same.texts
    assert set(one.texts) != set(other.texts)
    assert "30 candidates, the best first, 20 of them" in str(one)


def test_a_space_that_has_to_be_prepared_is(tmp_path: Path) -> None:
    asked = {"table": table(tmp_path / "t.csv"), "metric": "ones"}
    learnt = type(ranker(tmp_path / "t.csv")).fit(space="tests.toy:CountedBitStrings", predictor=ONES, **asked).learnt
    assert len(predict(learnt, PredictRequest(random=4)).texts) == 4


def test_a_table_is_ranked_whole_or_in_part(tmp_path: Path) -> None:
    learnt, path = ranker(tmp_path / "t.csv").learnt, tmp_path / "t.csv"
    assert sorted(predict(learnt, PredictRequest(table=path)).texts) == TEXTS
    half = {rows: set(predict(learnt, PredictRequest(table=path, rows=rows)).texts) for rows in ("A", "B")}
    assert (half["A"] | half["B"], half["A"] & half["B"]) == (set(TEXTS), set())
    assert set(predict(learnt, PredictRequest(table=path, rows="A", sample=5)).texts) < half["A"]
    with pytest.raises(UsageError, match=r"^--table x.csv: no such file"):
        predict(learnt, PredictRequest(table=Path("x.csv")))


def test_what_is_written_is_what_was_found(tmp_path: Path) -> None:
    found = predict(ranker(tmp_path / "t.csv").learnt, PredictRequest(candidates=TEXTS, top=4))
    path = found.write(tmp_path / "s.csv")
    rows = pyarrow.csv.read_csv(path).to_pydict()
    assert rows["score"] == found.scores.tolist()
    assert rows["tier_1"] == found.columns()["tier_1"].tolist()
    with pytest.raises(UsageError, match="--force replaces it"):
        found.write(path)
    assert found.write(path, force=True) == path
