"""Whole searches whose trainings are given up. Catches: rows that depend on workers or on a kill, a search without a
training that is given up, a summary that keeps what was saved to itself."""

from pathlib import Path
from typing import Any

import pytest

from evo.records.requests import Placement, SearchRequest
from evo.reporting.run_status import run_status
from evo.searching import run_request
from tests.runs import COMPARED, Row, interrupt_after, rows

METRICS = [*COMPARED, "metrics", "reused"]
SMALL = {
    "space": "nasbench201(stem_channels=2,cells_per_stage=1)",
    "data": "noise(size=8)",
    "evaluations": 24,
    "ahead": 4,
}
RACED = {
    "fitness": "regression(task=single,steps=8,rungs='2,4',rung_slope=0.01,precision=float32)",
    "strategy": "regularized_evolution(population=5,tournament=2,least_wins=0.5)",
}


def search(run_dir: Path, workers: int = 0, **more: Any) -> list[Row]:
    asked: dict[str, Any] = {**SMALL, **RACED, **more}
    run_request(SearchRequest(**asked, run_dir=run_dir, placement=Placement(workers=workers)))
    return rows(run_dir, METRICS)


def given_up(found: list[Row]) -> list[dict[str, float]]:
    return [dict(row["metrics"]) for row in found if row["status"] == "abandoned" and not row["reused"]]


def test_a_raced_search_that_was_interrupted_has_the_rows_of_an_unbroken_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = search(tmp_path / "whole")
    assert {metrics["rung"] for metrics in given_up(whole)} <= {2.0, 4.0}
    assert len(given_up(whole)) > 2
    with monkeypatch.context() as patched:
        interrupt_after(17, patched)
        assert 0 < len(search(tmp_path / "broken")) < 24
    assert search(tmp_path / "broken") == whole
    (line,) = (line for line in run_status(tmp_path / "whole").lines if line.startswith("trainings given up"))
    assert f"trainings given up: {len(given_up(whole))} (" in line


@pytest.mark.slow
def test_any_number_of_workers_has_the_rows_of_none(tmp_path: Path) -> None:
    none = search(tmp_path / "0")
    assert given_up(none)
    assert search(tmp_path / "1", workers=1) == none
    assert search(tmp_path / "2", workers=2) == none
