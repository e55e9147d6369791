"""Catches: a torn or missing file that ends a report or is not told, a trial shown twice, a run that is going taken for
one that was killed."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from evo.reporting.run_files import numbers, read_run_files
from evo.storage.locked_folder import LockedFolder
from evo.storage.run_folder import CONFIG, PROGRESS
from tasks.foundation.errors import UsageError
from tests.run_folders import config_of, done, epoch_row, write_run

TRIALS = [done(0, 1.0), done(1, None, error="ValueError: no"), done(2, 3.0, parent=0)]


def part(run: Path, number: int = 0) -> Path:
    return run / "evaluations" / f"part-{number:05d}.parquet"


def test_a_whole_run_is_read_without_faults(tmp_path: Path) -> None:
    found = read_run_files(write_run(tmp_path / "x", TRIALS))
    assert (found.name, found.state, found.evaluations, found.faults) == ("x", "finished", 3, ())
    assert found.config == config_of()
    assert found.scored.tolist() == [True, False, True]
    assert found.fitness[[0, 2]].tolist() == [1.0, 3.0]
    assert np.isnan(numbers(found.rows, "parent_id")[:2]).all()


def test_a_missing_or_torn_configuration_is_told_and_the_rows_are_shown(tmp_path: Path) -> None:
    run = write_run(tmp_path, TRIALS)
    for damage in ('{"search": ', "[]", None):
        (run / CONFIG).unlink(missing_ok=True)
        if damage is not None:
            (run / CONFIG).write_text(damage)
        found = read_run_files(run)
        assert (found.config, found.rows.num_rows) == (None, 3)
        assert "config.json" in found.faults[0]


def test_a_torn_part_is_told_and_the_others_are_shown(tmp_path: Path) -> None:
    run = write_run(tmp_path, TRIALS)
    shutil.copy(part(run), part(run, 1))
    part(run, 1).write_bytes(part(run, 1).read_bytes()[:50])
    found = read_run_files(run)
    assert found.rows.num_rows == 3
    assert any("part-00001.parquet" in fault for fault in found.faults)


def test_trials_that_are_there_twice_are_shown_once(tmp_path: Path) -> None:
    run = write_run(tmp_path, TRIALS)
    shutil.copy(part(run), part(run, 1))
    found = read_run_files(run)
    assert found.rows["trial_id"].to_pylist() == [0, 1, 2]
    assert found.faults == ("3 rows logged twice: the first of each is shown",)


def test_rows_that_progress_knows_and_the_log_does_not_are_told(tmp_path: Path) -> None:
    run = write_run(tmp_path, TRIALS)
    part(run).unlink()
    assert "3 trials were done, and 0 can be read" in read_run_files(run).faults[-1]


def test_how_it_goes_is_told_apart(tmp_path: Path) -> None:
    run = write_run(tmp_path, TRIALS, state="running")
    assert read_run_files(run).state == "stopped without a word after noon"
    with LockedFolder(run) as folder:
        folder.lock()
        assert read_run_files(run).state.startswith("still running")
    (run / PROGRESS).write_text("{")
    assert "not known how it ended" in read_run_files(run).state
    assert "3 trials were done" not in str(read_run_files(run).faults)


def test_epochs_come_with_what_their_parameters_are_of(tmp_path: Path) -> None:
    rows = [epoch_row(1, 0, alphas=[0.5]), epoch_row(0, 0, alphas=[0.25])]
    found = read_run_files(write_run(tmp_path, epochs=rows, alpha_names=["cell 0->1 none"]))
    assert found.epochs["seed"].to_pylist() == [0, 1]
    assert found.alpha_names == ("cell 0->1 none",)


def test_a_torn_part_of_epochs_is_told(tmp_path: Path) -> None:
    run = write_run(tmp_path, TRIALS, epochs=[epoch_row(0, 0)])
    (run / "epochs" / "part-00000.parquet").write_bytes(b"PAR1")
    found = read_run_files(run)
    assert (found.epochs.num_rows, found.alpha_names, len(found.faults)) == (0, (), 1)


@pytest.mark.parametrize("content", [None, "{"])
def test_a_folder_without_any_of_a_run_is_refused(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / CONFIG).write_text(content)
    with pytest.raises(UsageError, match="holds no run"):
        read_run_files(tmp_path)
