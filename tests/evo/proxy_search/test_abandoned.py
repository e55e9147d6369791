"""Catches: a saving that counts reused scores or abandoned tasks alone; one that is told where none was made."""

from pathlib import Path

import pytest

from evo.proxy_search.abandoned import describe_saving, training_saved
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_log import RunLog


def log_tasks(run_dir: Path, *outcomes: tuple[Status, float | None, bool]) -> None:
    log = RunLog(run_dir)
    for number, (status, scored, reused) in enumerate(outcomes):
        metrics = {} if scored is None else {"scored": scored, "members": 20.0}
        trial = Trial(number, None, number, f"c{number}", f"k{number}", seed=number)
        log.append(Finished(trial, Outcome(status, fitness=0.5, metrics=metrics), reused=reused))
    log.flush()


def test_the_share_is_of_all_members_of_tasks_that_were_begun(tmp_path: Path) -> None:
    whole, half, copy = (Status.COMPLETED, 20.0, False), (Status.ABANDONED, 5.0, False), (Status.COMPLETED, 20.0, True)
    log_tasks(tmp_path, whole, half, half, copy, (Status.FAILED, None, False))
    assert training_saved(tmp_path) == pytest.approx(30 / 60)
    assert describe_saving(tmp_path) == ["abandoning tasks saved 50% of the panel's trainings"]


def test_what_rungs_cost_is_counted(tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    for number, (status, scored, cost) in enumerate([(Status.COMPLETED, 20.0, 22.0), (Status.ABANDONED, 0.0, 2.0)]):
        trial = Trial(number, None, number, f"c{number}", f"k{number}", seed=number)
        metrics = {"scored": scored, "members": 20.0, "trainings": cost}
        log.append(Finished(trial, Outcome(status, fitness=0.5, metrics=metrics), reused=False))
    log.flush()
    assert training_saved(tmp_path) == pytest.approx(1 - 24 / 40)


def test_nothing_is_told_where_nothing_was_abandoned(tmp_path: Path) -> None:
    log_tasks(tmp_path, (Status.COMPLETED, 20.0, False))
    assert training_saved(tmp_path) is None
    assert describe_saving(tmp_path) == []
