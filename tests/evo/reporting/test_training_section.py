"""Catches: a training that is left out, a result that another training's, a damaged file that ends the report."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from evo.reporting.training_section import training_section
from evo.retraining.folder import SCHEMA
from evo.retraining.stored_files import EPOCHS, RESULT
from tests.run_folders import done, files_of

RESULT_VALUES = {
    **{"init": "random", "seed": 0, "test_accuracy": 0.5, "epochs": 2, "params": 2_000_000},
    **{"inherited": {"share": 0.0, "lost": 0}, "setting": {"label_fraction": 1.0}},
}


def write_training(run: Path, name: str, result: object = None) -> Path:
    """Write a training of one epoch, with its result where there is one."""
    folder = run / "train" / name / "random-seed-0"
    folder.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist([{"epoch": 0, "test_accuracy": 0.5}], schema=SCHEMA), folder / EPOCHS)
    if result is not None:
        (folder / RESULT).write_text(json.dumps(result))
    return folder


def test_every_folder_has_its_results_and_curves(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(0, 1.0)])
    write_training(tmp_path, "a", RESULT_VALUES)
    write_training(tmp_path, "b")
    first, curves, second, others = training_section(run).blocks
    assert first.lines == ["a: random, seed 0: test accuracy 50.00% after 2 epochs, 2.000 M parameters"]
    assert second.lines == ["b: no training of it is finished"]
    assert "random-seed-0" in curves.svgs[0]
    assert "b: Test accuracy" in others.svgs[0]


def test_what_was_trained_is_said_once(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(0, 1.0)])
    folder = write_training(tmp_path, "a", {**RESULT_VALUES, "candidate": "a<b"})
    (folder.parent / "random-seed-1").mkdir()
    (folder.parent / "random-seed-1" / RESULT).write_text((folder / RESULT).read_text())
    lines = training_section(run).blocks[0].lines
    assert [line for line in lines if "a<b" in line] == ["What was trained: a<b"]


def test_damaged_files_are_told(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(0, 1.0)])
    (write_training(tmp_path, "a", RESULT_VALUES) / RESULT).write_text("{")
    write_training(tmp_path, "b", {**RESULT_VALUES, "images": 3})
    _, _, torn, told, _, edited = training_section(run).blocks
    assert "result.json" in torn.lines[0]
    assert told.lines == ["b: 1 finished"]
    assert "cannot be told: TypeError" in edited.lines[0]


def test_a_run_without_trainings_says_how_to_make_one(tmp_path: Path) -> None:
    assert f"python -m evo.train {tmp_path} does." in training_section(files_of(tmp_path, [done(0, 1.0)])).absent
