"""Whole leaderboards on toy fitnesses. Catches: a number that differs from a correlation's, a fitness that is scored
twice, scores that an interruption costs, a board that is forgotten."""

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import evo
from evo.boards import board_scoring
from evo.boards import shipped as shipped_module
from evo.boards.advice import advice
from evo.boards.board import Board
from evo.boards.board_file import write_board
from evo.boards.leaderboard import Leaderboard, leaderboard
from evo.boards.request import MARKDOWN, PAGE
from evo.boards.shipped import shipped_board
from evo.boards.standings import HALF, SPEARMAN
from evo.correlation.correlation import correlate
from evo.engine.observer import LiveRun
from evo.records.trial import Finished
from evo.scoring import scoring
from evo.storage.provenance import processor_name
from tests.toy import CountOnes

SMALL = {"stem_channels": 4, "cells_per_stage": 1, "affine": False}
TEXTS = ["".join(bits) for bits in itertools.product("01", repeat=6)]
GOOD, FAILS = "tests.toy:CountOnes(noise=0.5)", "tests.toy:RaisesForSome"


@pytest.fixture
def own(tmp_path: Path) -> dict[str, Any]:
    """What is asked of a table of 64 bit strings by their value, of which 20 rows are sampled."""
    (tmp_path / "t.csv").write_text("\n".join(["candidate,acc", *(f"{text},{int(text, 2)}" for text in TEXTS)]))
    return {
        "space": "tests.toy:BitStrings",
        "options": {"space": {"length": 6}},
        "data": "noise",
        "table": tmp_path / "t.csv",
        "metric": "acc",
        "sample": 20,
        "workers": 0,
    }


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Board:
    """The one board that is shipped: ten rows of a real one by one label, as of small networks."""
    whole = shipped_board("nasbench201")
    texts, label = whole.texts[:10], whole.labels[0]
    cut = replace(label, values=label.values[:10])
    rows = replace(whole.rows, space=replace(whole.rows.space, options=SMALL))
    columns = tuple(whole.columns_for(texts))
    board = replace(whole, name="ten", rows=rows, texts=texts, labels=(cut,), columns=columns)
    (tmp_path / "shipped").mkdir()
    write_board(tmp_path / "shipped" / "ten.parquet", board)
    monkeypatch.setattr(shipped_module, "_folder", lambda: tmp_path / "shipped")
    return board


def labels(found: Leaderboard) -> set[str]:
    return {each.label for each in found.standings[0].standings}


def test_the_numbers_are_those_of_a_correlation_on_the_same_rows(own: dict[str, Any], tmp_path: Path) -> None:
    found = leaderboard(**own, fitness=[GOOD, FAILS], run_dir=tmp_path / "lb")
    other = correlate(**own, fitness=[GOOD, FAILS], run_dir=tmp_path / "correlation")
    (board,) = found.standings
    assert board.board.texts == other.results[0].sample.texts
    assert labels(found) == {GOOD, FAILS, "random"}
    for finding in other.findings():
        standing = board.of(finding.label)
        assert standing is not None
        assert standing.of(SPEARMAN if finding.part == "all" else HALF) == finding.intervals["spearman"]
        assert standing.failed >= finding.failed
    assert {row["statistic"] for row in found.table().to_pylist()} >= {"spearman", "top tenth", "nDCG", "best ten"}


def test_a_fitness_that_is_added_is_the_only_one_that_is_scored(
    own: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []

    def watch(run: LiveRun, finished: Finished) -> None:
        seen.append(run.path)

    asked = {**own, "run_dir": tmp_path / "lb", "callbacks": [watch]}
    leaderboard(**asked, fitness=GOOD)
    assert len(seen) == 20
    seen.clear()
    found = leaderboard(**asked, fitness=[GOOD, FAILS])
    assert len(seen) == 20
    assert {path.name.rpartition("-")[0] for path in seen} == {"tests.toy-RaisesForSome"}
    assert labels(found) == {GOOD, FAILS, "random"}
    monkeypatch.setattr(scoring, "opened", None)  # nothing may be scored again
    assert labels(leaderboard(**asked, fitness=FAILS)) == {GOOD, FAILS, "random"}


def test_another_sample_or_metric_and_a_kill_cost_no_score(own: dict[str, Any], tmp_path: Path) -> None:
    asked = {**own, "run_dir": tmp_path / "lb", "fitness": GOOD}
    seen: list[int] = []

    def count(run: LiveRun, finished: Finished) -> None:
        seen.append(finished.trial.trial_id)
        if len(seen) == 5:
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        leaderboard(**asked, callbacks=[count])
    kept = leaderboard(**asked, callbacks=[count])
    assert sorted(seen) == list(range(20))
    larger = leaderboard(**{**asked, "sample": 30}, callbacks=[count])
    assert sorted(seen) == list(range(30))
    column = larger.standings[0].board.columns[0].scored.scores
    assert column[:20].tolist() == kept.standings[0].board.columns[0].scored.scores.tolist()


def test_without_a_word_all_that_is_known_is_shown(own: dict[str, Any], shipped: Board, tmp_path: Path) -> None:
    lb = tmp_path / "lb"
    leaderboard(**own, fitness=GOOD, run_dir=lb)
    assert "regression(task=N)" not in (lb / MARKDOWN).read_text()
    shown = leaderboard(run_dir=lb)
    assert [each.board.name for each in shown.standings] == [shipped.name, "t"]
    assert {GOOD, "regression(task=N)"} <= {one.label for each in shown.standings for one in each.standings}
    assert "regression(task=N)" in (lb / MARKDOWN).read_text()
    assert (lb / PAGE).read_text().count("<h2>") == 2
    assert [each.board.name for each in leaderboard(run_dir=lb, table=shipped.name).standings] == [shipped.name]


def test_a_fitness_is_scored_on_a_shipped_board_and_joined_there(
    shipped: Board, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    length = "tests.evo.boards.small_boards:TextLength"
    found = leaderboard(fitness=f"params,{length}", run_dir=tmp_path / "lb", workers=0)
    assert labels(found) == {length, *(column.label for column in shipped.columns)}
    column = next(column for column in found.standings[0].board.columns if column.label == length)
    assert column.scored.scores.tolist() == [len(text) for text in shipped.texts]
    monkeypatch.setattr(scoring, "opened", None)  # nothing may be scored any more
    assert labels(leaderboard(run_dir=tmp_path / "lb")) == labels(found)
    assert labels(leaderboard(fitness="params,meco", table=shipped.name, run_dir=tmp_path / "lb")) == labels(found)


def test_one_that_accepts_no_space_is_refused(own: dict[str, Any], shipped: Board, tmp_path: Path) -> None:
    for asked in ({"fitness": "tests.toy:LikesNoSpace"}, {**own, "fitness": ["tests.toy:LikesNoSpace", GOOD]}):
        with pytest.raises(evo.UsageError, match="it likes none"):
            leaderboard(**asked, run_dir=tmp_path / "lb")
    assert not (tmp_path / "lb").exists()


def test_an_object_is_scored_and_a_default_list_leaves_out_what_cannot_score(
    own: dict[str, Any], tmp_path: Path
) -> None:
    found = leaderboard(**own, fitness=CountOnes(noise=0.25), run_dir=tmp_path / "lb")
    assert "tests.toy:CountOnes(noise=0.25,sleep_s=0.0)" in labels(found)
    again = leaderboard(**own, run_dir=tmp_path / "lb")  # the default list needs networks: all of it is left out
    assert labels(again) == labels(found)
    assert "synflow is left out: " in (tmp_path / "lb" / MARKDOWN).read_text()


def test_what_is_kept_says_how_it_was_made(
    own: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_scoring, "command_of", lambda: "python -m evo.leaderboard --x")
    (board,) = leaderboard(**own, fitness=GOOD, run_dir=tmp_path / "lb").standings
    column = next(column for column in board.board.columns if column.label == GOOD)
    assert column.processor == processor_name()
    assert {"torch", "numpy"} <= column.versions.keys()
    assert column.command == "python -m evo.leaderboard --x"
    (kept,) = (tmp_path / "lb").glob("boards/*/board.parquet")
    assert pq.read_table(kept).column_names[:3] == ["candidate", "label acc", GOOD]


def test_what_was_found_is_credited_to_those_that_scored_it(
    own: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_scoring, "read_makers", lambda folder, count: (("Abacus", "Soroban"), True))
    (board,) = leaderboard(**own, fitness=GOOD, run_dir=tmp_path / "lb").standings
    column = next(column for column in board.board.columns if column.label == GOOD)
    assert column.processor == "Abacus, Soroban"
    assert column.versions.keys() <= {"selfnas", "torch"}


def test_it_reads_as_text_and_in_a_notebook(own: dict[str, Any], tmp_path: Path) -> None:
    found = leaderboard(**own, fitness=GOOD, run_dir=tmp_path / "lb")
    assert str(found).startswith("tests.toy:BitStrings, acc: 20 rows of t.csv")
    assert all(line in " ".join(str(found).split()) for line in advice(found.standings[0]))
    assert found._repr_html_().startswith("<table>")
    assert any(line.startswith(found.standings[0].headline) for line in found.advice())
