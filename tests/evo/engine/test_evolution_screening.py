"""Whole searches whose children a cheap score chooses. Catches: rows that depend on workers or on a kill, cheap scores
that are made twice or counted as trials, a trial that does not say what it was chosen among, a screen that is refused
after something was written."""

import json
from pathlib import Path
from typing import Any

import pytest

from evo.engine.evolution import SAID
from evo.engine.screens import SCREENS
from evo.records.requests import Placement, SearchRequest
from evo.searching import run_request
from tasks.foundation.errors import UsageError
from tests.runs import COMPARED, Row, interrupt_after, rows

METRICS = [*COMPARED, "metrics"]
SPACE = "nasbench201(stem_channels=2,cells_per_stage=1)"
STRATEGY = "screened_evolution(population=4,tournament=2,children=3,first=2)"


def search(run_dir: Path, workers: int = 0, **more: Any) -> list[Row]:
    asked: dict[str, Any] = {"space": SPACE, "fitness": "params", "strategy": STRATEGY, "data": "noise(size=8)"}
    asked |= {"evaluations": 12, "ahead": 2, **more}
    run_request(SearchRequest(**asked, run_dir=run_dir, placement=Placement(workers=workers)))
    return rows(run_dir, METRICS)


def screened(run_dir: Path) -> list[str]:
    """Return the keys of what was scored cheaply, in order."""
    return [json.loads(line)[1] for line in (run_dir / SCREENS).read_text().splitlines()]


def test_a_search_that_was_interrupted_has_the_rows_of_an_unbroken_one_and_scores_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = search(tmp_path / "whole")
    assert len(whole) == 12
    with monkeypatch.context() as patched:
        interrupt_after(7, patched)
        assert 0 < len(search(tmp_path / "broken")) < 12
    assert search(tmp_path / "broken") == whole
    keys = screened(tmp_path / "broken")
    assert len(set(keys)) == len(keys) > 12
    assert sorted(keys) == sorted(screened(tmp_path / "whole"))


def test_a_trial_has_the_best_cheap_score_of_those_it_was_chosen_among(tmp_path: Path) -> None:
    found = search(tmp_path)
    scores = {key: score for _, key, score in map(json.loads, (tmp_path / SCREENS).read_text().splitlines())}
    first = sorted((row for row in found if row["trial_id"] < 4), key=lambda row: row["trial_id"])
    best = sorted(list(scores.values())[:8], key=lambda score: float("-inf") if score is None else score)[-4:]
    assert [dict(row["metrics"])["screen score"] for row in first] == best[::-1]
    assert {dict(row["metrics"])["screened"] for row in first} == {8.0}
    assert all(dict(row["metrics"])["screened"] <= 3 for row in found if row["trial_id"] >= 4)
    compared = 8 + sum(int(dict(row["metrics"])["screened"]) for row in found if row["trial_id"] >= 4)
    said = f"screened: {compared} candidates by naswot(batch=0), {len(scores)} scored in "
    assert (tmp_path / SAID).read_text().startswith(said)


@pytest.mark.parametrize(("screen", "words"), [("nas", "naswot"), ("consensus", "scored before")])
def test_a_screen_of_no_use_is_refused_before_anything_is_written(tmp_path: Path, screen: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        search(tmp_path / "run", strategy=f"screened_evolution(screen={screen})")
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_any_number_of_workers_has_the_rows_of_none(tmp_path: Path) -> None:
    none = search(tmp_path / "0")
    assert search(tmp_path / "1", workers=1) == none
    assert search(tmp_path / "2", workers=2) == none
