"""Catches: a run that is left out of the list or stands in another order, one bad folder that hides all others."""

import os
from pathlib import Path

import pytest

import evo
from evo.records.config import Limits
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.reporting.status import found_in, runs_in, status, table_of
from evo.storage.run_folder import CONFIG, PROGRESS, RunFolder
from evo.storage.run_log import RunLog
from tests.runs import toy_config


def made(path: Path, *, written: int, score: float | None = None) -> Path:
    """Make a run whose last sign of life is of a second."""
    with RunFolder(path) as folder:
        folder.claim(toy_config(), Limits(9))
        beat = {"state": "finished", "updated_at": "2030-01-01T00:00:00+00:00", "evaluations": 9, "done": 1}
        if score is not None:
            folder.write(PROGRESS, beat)
    if score is not None:
        log = RunLog(path)
        outcome = Outcome(Status.COMPLETED, fitness=score, params=1_250_000)
        log.append(Finished(Trial(0, None, (0,), "c0", "k0", seed=0), outcome))
        log.flush()
    os.utime(path / (CONFIG if score is None else PROGRESS), (written, written))
    return path


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "runs"
    made(folder / "old", written=100, score=0.5)
    made(folder / "new", written=300)
    made(folder / "middle", written=200, score=0.25)
    (folder / "results").mkdir()
    (folder / "README.md").write_text("no run")
    return folder


def test_the_runs_of_a_folder_are_listed_newest_first(runs: Path) -> None:
    assert [path.name for path in runs_in(runs)] == ["new", "middle", "old"]
    assert table_of(found_in(Path("runs"))) == [
        "run          state        done  best  params  age",
        "runs/new     not started  0/9   -     -       -",
        "runs/middle  finished     1/9   0.25  1.25M   0 s",
        "runs/old     finished     1/9   0.5   1.25M   0 s",
    ]


def test_a_run_that_cannot_be_read_hides_no_other(runs: Path) -> None:
    (runs / "middle" / CONFIG).write_text("[]")
    os.utime(runs / "middle" / PROGRESS, (200, 200))
    lines = table_of(found_in(Path("runs")))
    assert [line.split()[0] for line in lines] == ["run", "runs/new", "runs/old", "runs/middle:"]
    assert "is not a configuration this version can read" in lines[-1]
    assert [found.path.name for found in status()] == ["new", "old"]


def test_from_python_runs_are_named_or_those_of_the_folder(runs: Path) -> None:
    assert [found.path.name for found in evo.status()] == ["new", "middle", "old"]
    named = evo.status("runs/old", runs / "middle")
    assert [(found.best, found.state) for found in named] == [(0.5, "finished"), (0.25, "finished")]
    with pytest.raises(evo.UsageError, match="no run here"):
        evo.status("runs/results")
    with pytest.raises(evo.UsageError, match="folder of a run"):
        evo.status(3)  # type: ignore[arg-type]


def test_where_there_is_no_folder_there_is_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert status() == []
