"""Catches: a known score that is scored again or changes a row, one that is kept where it should not be, new scores
that are lost in an interrupt."""

from dataclasses import replace
from pathlib import Path

import pytest

from evo.engine.evaluator import Evaluator
from evo.engine.evolution import Evolution
from evo.engine.listed_search import as_stored, found_lines, listed, search_listed
from evo.engine.plugins import build_plugins, resolve_choice
from evo.records.config import Limits, SearchConfig
from evo.records.resources import Resources
from evo.storage.run_folder import RunFolder
from evo.storage.score_store import ScoreStore
from spaces import SPACES
from tasks import derive_rng
from tests.runs import interrupt_after, rows, toy_config

COMPARED = ["trial_id", "candidate", "seed", "status", "fitness", "metrics", "params", "macs", "reused"]
SPACE = {"stem_channels": 4, "cells_per_stage": 1}


def search(run_dir: Path, scores: ScoreStore | None, count: int = 3, *, seed: int = 0) -> str:
    """Score some small cells by synflow, the first of them twice, in this process."""
    config = SearchConfig(
        space=resolve_choice("space", "nasbench201", SPACE),
        fitness=resolve_choice("fitness", "synflow", {}),
        strategy=listed(run_dir.with_suffix(".txt")),
        data="noise",
        seed=seed,
        ahead=4,
    )
    space, rng = SPACES.build("nasbench201", SPACE), derive_rng(0)
    texts = [space.encode(space.sample(rng)) for _ in range(count)]
    run_dir.with_suffix(".txt").write_text("\n".join([texts[0], *texts]))
    evolution = Evolution(run_dir, config, Limits(count + 1), build_plugins(config))
    return search_listed(evolution, Evolution.search, Resources(0, 0.0), [], scores=scores)


def test_what_is_known_is_not_scored_again_and_the_rows_are_equal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores = ScoreStore(tmp_path / "scores")
    assert search(tmp_path / "first", scores) == "finished"
    assert found_lines(tmp_path / "first", scores) == []
    with monkeypatch.context() as patched:
        patched.setattr(Evaluator, "evaluate", None)
        assert search(tmp_path / "second", scores) == "finished"
    assert rows(tmp_path / "second", COMPARED) == rows(tmp_path / "first", COMPARED)
    assert [row["reused"] for row in rows(tmp_path / "second", COMPARED)] == [False, True, False, False]
    again = rows(tmp_path / "second", ["trial_id", "attempts", "evaluate_s"])
    assert [row["attempts"] for row in again] == [0] * 4
    assert again[0]["evaluate_s"] == rows(tmp_path / "first", ["trial_id", "evaluate_s"])[0]["evaluate_s"]
    assert found_lines(tmp_path / "second", scores) == [f"3 found in {tmp_path}/scores"]
    search(tmp_path / "more", scores, 5)
    assert found_lines(tmp_path / "more", scores) == [f"3 found in {tmp_path}/scores"]
    search(tmp_path / "apart", None)
    search(tmp_path / "other seed", scores, seed=1)
    assert found_lines(tmp_path / "apart", None) == found_lines(tmp_path / "other seed", scores) == []
    assert rows(tmp_path / "apart", COMPARED) == rows(tmp_path / "first", COMPARED)


def test_what_an_interrupt_leaves_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = ScoreStore(tmp_path / "scores")
    with monkeypatch.context() as patched:
        interrupt_after(3, patched)
        assert search(tmp_path / "first", scores) == "interrupted"
    search(tmp_path / "second", scores)
    assert found_lines(tmp_path / "second", scores) == [f"2 found in {tmp_path}/scores"]


def test_the_size_of_a_reference_is_the_one_that_a_folder_began_with(tmp_path: Path) -> None:
    config = replace(toy_config(), reference_size=64)
    assert as_stored(tmp_path / "run", config) == config
    with RunFolder(tmp_path / "run") as folder:
        folder.claim(config, Limits())
    assert as_stored(tmp_path / "run", replace(config, reference_size=128)) == config
