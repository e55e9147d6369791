"""Catches: a study whose values, states, sizes or times are not those of the log; a trial written twice, or left out
once the run was gone on with; another's study that is added to; a storage that ends in a traceback."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import evo
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_log import RunLog
from evo.tracking import optuna_storage
from tasks.foundation.errors import UsageError
from tests.evo.tracking.trackers import logged, searched

optuna: Any = pytest.importorskip("optuna", reason="optuna is not installed (extra: trackers)")


def study_of(address: str, name: str) -> Any:
    return optuna.load_study(study_name=name, storage=address)


def test_a_run_is_a_study_and_is_added_to(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path}/x.db"
    run = searched(tmp_path / "run", 8, [])
    assert run.to_optuna(address) == "run"
    assert run.to_optuna(address) == "run"
    run = searched(tmp_path / "run", 12, [])
    run.to_optuna(address)
    found = study_of(address, "run")
    assert [trial.user_attrs["trial_id"] for trial in found.trials] == list(range(12))
    assert [(t.user_attrs["trial_id"], t.value) for t in found.trials if t.value is not None] == logged(run)
    assert (found.best_value, found.direction.name) == (run.best()[0].fitness, "MAXIMIZE")
    assert found.user_attrs["fitness.name"] == "tests.toy:RaisesForSome"
    failed = [trial for trial in found.trials if trial.state.name == "FAIL"]
    assert len(failed) == 12 - len(logged(run))
    assert all("a marked candidate" in trial.user_attrs["error"] for trial in failed)
    first = found.trials[0]
    assert first.params == {"candidate": first.user_attrs["candidate"]}
    assert found.trials[-1].user_attrs["candidate"]


def test_states_sizes_and_times_are_those_of_the_rows(tmp_path: Path) -> None:
    searched(tmp_path / "run", 1, [])
    metrics = {"m": 1.0, "member 0": 2.0}
    outcomes = [
        Outcome(Status.COMPLETED, fitness=2.0, params=5, macs=7, started_at=1e9, evaluate_s=3.0, metrics=metrics),
        Outcome(Status.ABANDONED, error="below 3", metrics={"bound": 1.0}),
        Outcome(Status.TIMED_OUT, error="late"),
    ]
    log = RunLog(tmp_path / "run")
    for number, outcome in enumerate(outcomes, start=1):
        log.append(Finished(Trial(number, 0, (), "0" * 10, "k", number), outcome))
    log.flush()
    storage = optuna.storages.InMemoryStorage()
    evo.load(tmp_path / "run").to_optuna(storage, "named")
    scored, abandoned, late = optuna.load_study(study_name="named", storage=storage).trials[1:]
    assert [trial.state.name for trial in (scored, abandoned, late)] == ["COMPLETE", "PRUNED", "FAIL"]
    assert (scored.params["params"], scored.params["macs"], scored.user_attrs["metrics/m"]) == (5, 7, 1.0)
    assert "metrics/member_0" not in scored.user_attrs
    assert scored.datetime_start.timestamp() == 1e9
    assert scored.datetime_complete - scored.datetime_start == timedelta(seconds=3)
    assert (abandoned.user_attrs["status"], abandoned.datetime_start) == ("abandoned", scored.datetime_start)
    assert "params" not in late.params


def test_texts_that_are_too_long_to_be_choices_are_attributes_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(optuna_storage, "_MOST_CHARACTERS", 50)
    storage = optuna.storages.InMemoryStorage()
    searched(tmp_path / "run", 5, []).to_optuna(storage)
    trials = optuna.load_study(study_name="run", storage=storage).trials
    assert all(not trial.params and trial.user_attrs["candidate"] for trial in trials)


def test_what_cannot_be_written_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, address = searched(tmp_path / "run", 3, []), f"sqlite:///{tmp_path}/x.db"
    optuna.create_study(storage=address, study_name="run").add_trial(optuna.trial.create_trial(value=1.0))
    with pytest.raises(UsageError, match="has a study 'run' of something else; give name="):
        run.to_optuna(address)
    for bad in ("rubbish", f"sqlite:///{tmp_path}/no/such/x.db"):
        with pytest.raises(UsageError, match="cannot be written") as told:
            run.to_optuna(bad)
        assert len(str(told.value).splitlines()) == 1
    monkeypatch.setattr(optuna_storage, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r'optuna, which is not installed: pip install "selfnas\[trackers\]"'):
        run.to_optuna(address)
