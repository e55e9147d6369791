"""Catches: a summary of another run, a state or a fault that is not told, runs without a common scale judged by each
other's noise, a lead without its unit."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from evo.boards.board import Board, BoardColumn, BoardLabels, BoardRows
from evo.records.config import TOLD, Choice
from evo.reporting.arms import arms_of
from evo.reporting.run_files import read_run_files
from evo.reporting.summary_section import fault_section, found_section, run_lines, sure_section
from evo.scoring.scores import Column
from evo.storage.run_folder import CONFIG
from tests.run_folders import CELLS, config_of, done, epoch_row, files_of


def test_one_run_is_told_in_sentences(tmp_path: Path) -> None:
    run = files_of(tmp_path / "x", [done(0, 1.5), done(1, None)], config=config_of(seed=3))
    assert run_lines(run) == [
        "x: space nasbench201, searched by regularized_evolution, fitness naswot, on photos, seed 3.",
        "State: finished; 2 trials of 2 asked for logged, 1 without a score.",
        f"Best: trial 0 with fitness 1.5 (1,000 parameters, 10,000 MACs): {CELLS[0]}",
    ]
    assert found_section([run]).blocks[0].lines == run_lines(run)


def test_what_a_search_was_bound_to_is_told(tmp_path: Path) -> None:
    bounds: dict[str, Any] = {"constraints": ("macs<100000000", "params<1000000"), "constraint_size": {"cells": 20}}
    run = files_of(tmp_path / "x", [done(0, 1.5)], config=replace(config_of(), **bounds))
    assert run_lines(run)[0] == (
        "x: space nasbench201, within macs<100000000 and params<1000000 at space.cells=20, searched by "
        "regularized_evolution, fitness naswot, on photos, seed 0."
    )


def test_a_run_of_unknown_configuration_without_scores_says_so(tmp_path: Path) -> None:
    files_of(tmp_path, [done(0, None)])
    (tmp_path / CONFIG).unlink()
    lines = run_lines(read_run_files(tmp_path))
    assert "cannot be read" in lines[0]
    assert lines[-1] == "No trial has a score yet."
    assert "1 trial logged" in lines[1]


def test_of_an_architecture_that_was_given_no_search_is_told(tmp_path: Path) -> None:
    told = replace(config_of(), fitness=Choice(TOLD))
    study = files_of(tmp_path / "x", config=told)
    assert len(run_lines(study)) > 1  # a study that has not begun
    (tmp_path / "x" / "train").mkdir()
    trained = read_run_files(tmp_path / "x")
    assert run_lines(trained) == ["x: nothing was searched; an architecture of space nasbench201 was given."]
    assert sure_section(arms_of([trained]), []).heading == "How sure that is"  # no question before a colon
    assert sure_section(arms_of([trained]), []).absent == "Nothing was searched, so there is no score to be sure of."
    searched = files_of(tmp_path / "y", [done(0, 1.0)], config=told)
    (tmp_path / "y" / "train").mkdir()
    assert run_lines(searched)[0].startswith("y: space nasbench201, searched by")
    assert sure_section(arms_of([trained, searched]), []).blocks


def test_several_runs_are_a_table(tmp_path: Path) -> None:
    runs = [files_of(tmp_path / name, [done(0, score)]) for name, score in (("a", 1.0), ("b", None))]
    (table,) = found_section(runs).blocks[0].tables
    assert table.rows[0][:8] == ("a", "nasbench201", "regularized_evolution", "naswot", "0", "finished", "1", "1")
    assert table.rows[1][-2:] == ("-", "no trial has a score yet")


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    whole = files_of(tmp_path / "a", [done(0, 1.0)])
    assert fault_section([whole]) is None
    (tmp_path / "a" / CONFIG).write_text("{")
    found = fault_section([read_run_files(tmp_path / "a")])
    assert found is not None
    assert found.blocks[0].lines[0].startswith("a: ")


def board() -> Board:
    config, labels = config_of(), [float(n) for n in range(12)]
    rows = BoardRows(config.space, "t.parquet", None, 0, "photos", "", 0)

    values = np.array(labels)
    column = BoardColumn(Column("naswot", values, None, None), config.fitness)
    return Board("b", rows, tuple(CELLS), (BoardLabels("accuracy", values),), (column,))


def test_one_run_says_how_sure_it_is(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(n, float(n)) for n in range(12)])
    lines, table = sure_section(arms_of([run]), [board()]).blocks
    assert [line.split()[0] for line in lines.lines] == ["Measured:", "One", "The"]
    assert table.tables[0].rows[0] == ("accuracy", "1.000 [1.000, 1.000]", "1.000 [1.000, 1.000]", "-")


def test_several_runs_say_it_of_each_other(tmp_path: Path) -> None:
    runs = [
        files_of(
            tmp_path / str(seed),
            [done(n, n + 0.5 * seed, seed=50 * seed + n) for n in range(12)],
            config=config_of(seed=seed),
        )
        for seed in (0, 1)
    ]
    lines, table = sure_section(arms_of(runs), []).blocks
    assert "Best scores of 2 seeds" in lines.lines[1]
    assert "repeat noise is 0.353553" in lines.lines[2]
    assert table.tables[0].rows == (("0", "9", "25.5"), ("1", "9", "25.5"))


def test_a_supernets_loss_was_never_measured(tmp_path: Path) -> None:
    config = config_of("rotation", strategy="darts")
    run = files_of(tmp_path, [done(0, -1.0, seed=4)], config=config, epochs=[epoch_row(4, 0)])
    (lines,) = sure_section(arms_of([run]), [board()]).blocks
    assert lines.lines[0].startswith("A supernet's loss on rotation was never measured")
