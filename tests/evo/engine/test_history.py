"""Catches: a logged outcome that is lost, mixed up with its neighbour's or accepted for another candidate."""

from dataclasses import replace
from pathlib import Path

import pytest

from evo.engine.history import History, ReplayError
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.durable_log import DurableLog
from evo.storage.run_log import FOLDER, SCHEMA, RunLog, to_row
from tasks.foundation.errors import UsageError

SCORED = Outcome(Status.COMPLETED, fitness=1.5, metrics={"a": 2.0, "b": -1.0}, params=10, macs=20)
FAILED = Outcome(Status.FAILED, error="Traceback\nValueError: no")


def trial(number: int, text: str) -> Trial:
    return Trial(number, None, text, text, text, seed=number)


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    log = RunLog(tmp_path)
    for number, text, outcome in (
        (4, "e", FAILED),
        (0, "a", SCORED),
        (2, "c", Outcome(Status.COMPLETED, fitness=-3.0)),
    ):
        log.append(Finished(trial(number, text), outcome))
    log.flush()
    return tmp_path


def test_every_logged_trial_gets_its_own_outcome_back_whatever_the_order_of_logging(run_dir: Path) -> None:
    history = History(run_dir)
    assert len(history) == 3
    assert history.outcome(trial(0, "a")) == SCORED
    assert history.outcome(trial(4, "e")) == FAILED
    assert history.outcome(trial(1, "b")) is None


def test_the_best_is_the_highest_fitness_and_failures_have_none(run_dir: Path) -> None:
    assert History(run_dir).best == 1.5


def test_another_candidate_under_the_same_number_stops_the_replay(run_dir: Path) -> None:
    with pytest.raises(ReplayError, match="trial 2 is logged as 'c', and this version proposes 'x'") as caught:
        History(run_dir).outcome(trial(2, "x"))
    assert "\n" not in str(caught.value)


def test_a_long_candidate_does_not_hide_what_to_do(tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    log.append(Finished(trial(0, "a" * 2000), SCORED))
    log.flush()
    with pytest.raises(
        ReplayError, match=r"resume with the version named in config\.json, or start a new run$"
    ) as caught:
        History(tmp_path).outcome(trial(0, "b" * 2000))
    assert len(str(caught.value)) < 500


def test_a_folder_without_a_log_is_an_empty_history(tmp_path: Path) -> None:
    history = History(tmp_path)
    assert (len(history), history.best, history.outcome(trial(0, "a"))) == (0, None, None)
    assert list(tmp_path.iterdir()) == []


def test_another_seed_under_the_same_number_stops_it_too(run_dir: Path) -> None:
    with pytest.raises(ReplayError, match="trial 2 is logged with seed 2, and this search scores it with 3"):
        History(run_dir).outcome(replace(trial(2, "c"), seed=3))


def test_a_status_that_nobody_knows_is_one_line(tmp_path: Path) -> None:
    log = DurableLog(tmp_path / FOLDER, SCHEMA)
    log.append({**to_row(Finished(trial(0, "a"), SCORED)), "status": "evil"})
    log.write()
    with pytest.raises(UsageError, match="a trial is logged as 'evil'; known are completed, "):
        History(tmp_path)


def test_what_was_scored_is_in_the_order_of_logging_without_what_took_anothers_score(run_dir: Path) -> None:
    log = RunLog(run_dir)
    log.append(Finished(trial(3, "a"), SCORED, reused=True))
    log.append(Finished(trial(1, "b"), SCORED))
    log.flush()
    assert History(run_dir).scored_in_order() == [4, 0, 2, 1]
