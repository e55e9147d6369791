"""Catches: a score beside another candidate, seconds of a score that was reused, baselines other than the fitnesses of
their name, and a size that is lost with a failure."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evo.config import build_plugins, resolve_choice
from evo.correlation.scores import read_baselines, read_column
from evo.evaluator import score_alone
from evo.run_log import RunLog
from evo.trial import Finished, Outcome, Status, Trial
from tests.runs import toy_config

TEXTS = ["0000000001", "0000000010", "0000000011", "1100000000"]
FAILED = Outcome(Status.FAILED, error="Traceback\n  line\nValueError: why\n", params=7)


def logged(run_dir: Path, outcomes: list[Outcome], *, reused: int | None = None) -> Path:
    """Log outcomes in another order than that of the trials."""
    log = RunLog(run_dir)
    for number in reversed(range(len(outcomes))):
        trial = Trial(number, None, (1,), TEXTS[number], TEXTS[number], 1)
        log.append(Finished(trial, outcomes[number], reused=number == reused))
    log.flush()
    return run_dir


def scored(fitness: float, **more: Any) -> Outcome:
    return Outcome(Status.COMPLETED, fitness=fitness, **more)


def test_scores_are_in_the_order_of_candidates(tmp_path: Path) -> None:
    outcomes = [scored(1.0, evaluate_s=2.0), FAILED, scored(3.0, evaluate_s=4.0), scored(9.0, evaluate_s=100.0)]
    column = read_column("x", logged(tmp_path, outcomes, reused=3), 4)
    np.testing.assert_array_equal(column.scores, [1.0, np.nan, 3.0, 9.0])
    assert (column.label, column.failed, column.seconds_each, column.reason) == ("x", 1, 3.0, "ValueError: why")
    assert read_column("x", tmp_path, 1).scores.tolist() == [1.0]


def test_nobody_timed_what_was_not_scored(tmp_path: Path) -> None:
    assert read_column("x", logged(tmp_path, [FAILED]), 1).seconds_each is None


def test_sizes_come_from_whichever_run_knows_them(tmp_path: Path) -> None:
    first = logged(tmp_path / "a", [scored(0.0, params=5), FAILED, Outcome(Status.LOST)])
    second = logged(tmp_path / "b", [scored(0.0, params=5), scored(0.0, params=7), Outcome(Status.LOST)])
    config = toy_config()
    found = read_baselines([], [first, second], TEXTS[:3], build_plugins(config), seed=0)
    assert [column.label for column in found] == ["params", "random"]
    np.testing.assert_array_equal(found[0].scores, [5, 7, np.nan])


@pytest.mark.parametrize("seed", [0, 3])
def test_chance_is_the_fitness_random(tmp_path: Path, seed: int) -> None:
    run = logged(tmp_path, [scored(0.0)] * 4)
    (chance,) = read_baselines([], [run], TEXTS, build_plugins(toy_config()), seed=seed)
    config = replace(toy_config(seed=seed), fitness=resolve_choice("fitness", "random", {}))
    assert chance.scores.tolist() == [score_alone(config, text).fitness for text in TEXTS]


def test_a_baseline_that_is_listed_is_not_added(tmp_path: Path) -> None:
    run = logged(tmp_path, [scored(0.5, params=5)] * 4)
    listed = [read_column(label, run, 4) for label in ("random", "params")]
    assert read_baselines(listed, [run], TEXTS, build_plugins(toy_config()), seed=0) == []
