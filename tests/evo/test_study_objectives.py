"""Studies by several objectives. Catches: an objective that nobody told and that is taken for none, a size that is not
counted, a study that is gone on with by others, a front that differs from what was told."""

import math
from pathlib import Path
from typing import Any

import pytest

from evo.study import Study
from tasks.foundation.errors import UsageError
from tests.runs import Row, rows
from tests.tiny import TinyNetworks
from tests.toy import BitStrings

METRICS = ["trial_id", "candidate", "parent_id", "status", "fitness", "metrics"]


def begin(run_dir: Path, **asked: Any) -> Study:
    given: dict[str, Any] = {"space": BitStrings, "objectives": "fitness,-weight", "strategy": "nsga2(population=4)"}
    return Study(**{**given, **asked}, run_dir=run_dir)


def weigh(study: Study, count: int) -> list[Row]:
    """Ask and tell so many trials, ones against the weight of their places; returns all rows."""
    for _ in range(count):
        trial = study.ask()
        assert trial is not None
        weight = sum(place * bit for place, bit in enumerate(trial.candidate))
        study.tell(trial, sum(trial.candidate), metrics={"weight": weight})
    return rows(study.path, METRICS)


def test_what_is_told_becomes_the_objectives_and_a_study_goes_on_where_it_was(tmp_path: Path) -> None:
    with begin(tmp_path / "whole") as study:
        whole = weigh(study, 16)
        front = study.run.front()
    assert all(dict(row["metrics"])["objective.weight"] == -dict(row["metrics"])["weight"] for row in whole)
    assert any(row["parent_id"] is not None for row in whole)
    assert len(front) > 1
    with begin(tmp_path / "parts") as study:
        weigh(study, 7)
    with begin(tmp_path / "parts") as study:
        assert weigh(study, 9) == whole
    with pytest.raises(UsageError, match=r"objectives \['fitness', '-weight'\] there, \['fitness', 'weight'\] here"):
        begin(tmp_path / "parts", objectives=["fitness", "weight"])


def test_sizes_of_networks_are_counted(tmp_path: Path) -> None:
    with begin(tmp_path, space=TinyNetworks, objectives="fitness,-params,macs") as study:
        trial = study.ask()
        assert trial is not None
        study.tell(trial, 1.0)
        (best,) = study.best(1)
    assert best.params
    assert best.macs
    assert (best.metrics["objective.params"], best.metrics["objective.macs"]) == (-best.params, best.macs)


def test_an_objective_that_is_not_told_is_asked_for_and_the_trial_stays_open(tmp_path: Path) -> None:
    with begin(tmp_path, objectives="fitness,-latency") as study:
        trial = study.ask()
        assert trial is not None
        with pytest.raises(UsageError, match=r"tell\(trial 0\): there is no metric 'latency' .* are: x; tell it, too"):
            study.tell(trial, 1.0, metrics={"x": 1.0})
        study.tell(trial, 1.0, metrics={"latency": 0.5})
        other = study.ask()
        assert other is not None
        study.tell(other, error="out of disk")  # a failure needs none
        third = study.ask()
        assert third is not None
        study.tell(third, 1.0, metrics={"latency": math.nan})
        first, second, last = rows(study.path, METRICS)
    assert dict(first["metrics"]) == {"latency": 0.5, "objective.latency": -0.5}
    assert [second["status"], last["status"]] == ["failed", "failed"]


def test_trials_of_a_study_by_several_objectives_have_no_threshold(tmp_path: Path) -> None:
    evolution = "regularized_evolution(population=3,tournament=2)"
    for objectives, some in ((None, True), ("fitness,-weight", False)):
        with begin(tmp_path / str(some), strategy=evolution, objectives=objectives) as study:
            weigh(study, 6)
            trial = study.ask()
        assert trial is not None
        assert (trial.threshold is not None) is some


def test_the_usual_strategy_is_that_of_several_objectives(tmp_path: Path) -> None:
    with Study(space=BitStrings, objectives="fitness,-weight", run_dir=tmp_path) as study:
        assert study.run.config.strategy.name == "nsga2"
        assert study.run.config.objectives == ("fitness", "-weight")


def test_what_is_no_list_of_objectives_is_refused_with_nothing_written(tmp_path: Path) -> None:
    objectives: Any = 3
    with pytest.raises(UsageError, match="objectives=3: input should be a valid string, or "):
        begin(tmp_path / "none", objectives=objectives)
    assert not (tmp_path / "none").exists()
