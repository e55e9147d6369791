"""Catches: a search that chooses by another's scores, or among candidates that it has not drawn."""

from pathlib import Path

import numpy as np
import pytest

from tests.benchmarks.panels import Parts
from tests.benchmarks.random_choice import choosers, main, pooled, rows_of

RESULTS = Path(__file__).parents[2] / "runs" / "results"


@pytest.fixture
def parts() -> Parts:
    """Nine candidates, five of them rows A: ``good`` is the label but for one failure, ``bad`` its opposite."""
    rng = np.random.default_rng(0)
    label = np.array([3.0, 8, 1, 7, 2, 6, 0, 5, 4])
    good = np.where(label == 8, np.nan, label)
    both = {"good": good, "bad": -label, "params": np.arange(9.0), "macs": np.arange(9.0), "label": label}
    sample = {name: rng.normal(size=20) for name in ("good", "bad", "params", "macs")}
    halves = [{name: values[part] for name, values in both.items()} for part in (slice(5), slice(5, 9))]
    return Parts({"reference": sample, "A": halves[0], "B": halves[1]}, ["good", "bad"])


def test_each_score_chooses_its_own_best_of_what_was_drawn(parts: Parts) -> None:
    drawn, label = np.array([4, 1, 5, 8]), pooled(parts, "label")
    chosen = {name: label[choose(drawn)] for name, choose in choosers(parts).items()}
    assert [chosen[name] for name in ("good", "bad", "params", "nothing, the first")] == [6, 2, 4, 2]
    assert chosen["consensus, equal weights"] in {2, 4, 6}  # not the one that a member failed on


def test_searches_of_everything_are_all_the_same(parts: Parts) -> None:
    found = rows_of(parts, ["label"], evaluations=9, draws=5, seed=0)
    assert found.title == "5 searches of 9 of 9 random candidates"
    assert ("good", "7.00 +- 0.00") in found.rows
    assert ("bad", "0.00 +- 0.00") in found.rows


def test_the_stored_scores_are_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(RESULTS / "nasbench101-panels.parquet"), "--draws", "20", "--evaluations", "50"]) == 0
    assert "**20 searches of 50 of 266 random candidates**" in capsys.readouterr().out
