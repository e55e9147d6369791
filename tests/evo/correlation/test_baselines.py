"""Catches: baselines other than the fitnesses of their name, one that is listed twice, sizes of other candidates."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evo.correlation.baselines import read_baselines
from evo.engine.evaluator import score_alone
from evo.engine.plugins import build_plugins, resolve_choice
from evo.records.trial import Outcome, Status
from evo.scoring.scores import Column
from tests.runs import log_outcomes, scored, toy_config

TEXTS = ["0000000001", "0000000010", "0000000011", "1100000000"]


def test_sizes_come_from_whichever_run_knows_them(tmp_path: Path) -> None:
    first = log_outcomes(tmp_path / "a", [scored(0.0, params=5), Outcome(Status.FAILED), Outcome(Status.LOST)])
    second = log_outcomes(tmp_path / "b", [scored(0.0, params=5), scored(0.0, params=7), Outcome(Status.LOST)])
    found = read_baselines([], [first, second], TEXTS[:3], build_plugins(toy_config()), seed=0)
    assert [column.label for column in found] == ["params", "random"]
    np.testing.assert_array_equal(found[0].scores, [5, 7, np.nan])


@pytest.mark.parametrize("seed", [0, 3])
def test_chance_is_the_fitness_random(tmp_path: Path, seed: int) -> None:
    run = log_outcomes(tmp_path, [scored(0.0)] * 4)
    (chance,) = read_baselines([], [run], TEXTS, build_plugins(toy_config()), seed=seed)
    config = replace(toy_config(seed=seed), fitness=resolve_choice("fitness", "random", {}))
    assert chance.scores.tolist() == [score_alone(config, text).fitness for text in TEXTS]


def test_a_baseline_that_is_listed_is_not_added(tmp_path: Path) -> None:
    run = log_outcomes(tmp_path, [scored(0.5, params=5)] * 4)
    listed = [Column(label, np.zeros(4)) for label in ("random", "params")]
    assert read_baselines(listed, [run], TEXTS, build_plugins(toy_config()), seed=0) == []
