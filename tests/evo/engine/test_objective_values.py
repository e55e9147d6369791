"""Catches: an objective without its sign, a size of another candidate, a trial that lacks an objective and has a score
all the same, candidates of one function that share a latency, objectives that a space cannot have."""

import math
from dataclasses import replace

import pytest

from evo.engine.objective_values import (
    check_objectives,
    is_timed,
    judged,
    key_in,
    lacking,
    measured,
    objective_lines,
    without_threshold,
)
from evo.records.config import Choice
from evo.records.search_objectives import parse_objectives
from evo.records.trial import Outcome, Status, Trial
from fitness import Fitness
from tasks.foundation.errors import UsageError
from tests.runs import scored, toy_config
from tests.tiny import TinyNetworks
from tests.toy import BitStrings, CountedBitStrings, CountOnesOnly

FOUR = parse_objectives("fitness,-params,macs,-latency,zeros")
WHOLE = scored(2.0, metrics={"latency": 0.25, "zeros": 3.0}, params=10, macs=20)


def test_each_objective_is_a_metric_with_its_sign_beside_what_was_measured() -> None:
    found = judged(WHOLE, FOUR)
    assert (found.status, found.fitness, found.params, found.macs) == (Status.COMPLETED, 2.0, 10, 20)
    signed = {"params": -10.0, "macs": 20.0, "latency": -0.25, "zeros": 3.0}
    assert found.metrics == {**WHOLE.metrics, **{f"objective.{name}": value for name, value in signed.items()}}
    assert judged(found, FOUR) == found


def test_a_metric_that_is_called_as_an_objective_is_none() -> None:
    found = judged(scored(1.0, metrics={"zeros": 3.0, "objective.mine": 1.0}), parse_objectives("fitness,zeros"))
    assert found.metrics == {"zeros": 3.0, "objective.zeros": 3.0}


def test_sizes_are_the_candidates_own_where_it_reuses_a_score() -> None:
    reused = replace(judged(WHOLE, FOUR), params=7)
    assert judged(reused, FOUR).metrics["objective.params"] == -7.0


def test_a_zero_has_no_sign() -> None:
    found = judged(scored(1.0, metrics={"zeros": 0.0}), parse_objectives("fitness,-zeros"))
    assert str(found.metrics["objective.zeros"]) == "0.0"


def test_by_the_fitness_alone_nothing_changes_and_failures_stay_as_they_are() -> None:
    assert judged(WHOLE, ()) is WHOLE
    failed = Outcome(Status.FAILED, error="no")
    assert judged(failed, FOUR) is failed


def test_a_size_that_nobody_counted_may_be_a_metric() -> None:
    found = judged(scored(1.0, metrics={"params": 5.0}), parse_objectives("fitness,-params"))
    assert found.metrics["objective.params"] == -5.0
    counted = judged(scored(1.0, metrics={"params": 5.0}, params=6), parse_objectives("fitness,-params"))
    assert counted.metrics["objective.params"] == -6.0


@pytest.mark.parametrize(
    ("metrics", "reason"),
    [
        ({"ones": 1.0}, "there is no metric 'zeros' for the objective of that name; the metrics are: ones"),
        (
            {"failed": 0.0, "member 0": 1.0, "member 19": 2.0},
            "there is no metric 'zeros' for the objective of that name; the metrics are: failed",
        ),
        ({}, "there is no metric 'zeros' for the objective of that name; the metrics are: none"),
        ({"zeros": math.inf}, "the objective zeros is not finite (inf)"),
        ({"zeros": math.nan}, "the objective zeros is not finite (nan)"),
    ],
)
def test_what_lacks_an_objective_has_failed(metrics: dict[str, float], reason: str) -> None:
    found = judged(scored(1.0, metrics=metrics), parse_objectives("fitness,zeros"))
    assert (found.status, found.fitness, found.error) == (Status.FAILED, None, reason)
    assert str(found.metrics) == str(metrics)


def test_what_was_measured_has_no_sign() -> None:
    assert [measured(one, WHOLE) for one in FOUR] == [2.0, 10.0, 20.0, 0.25, 3.0]
    assert measured(FOUR[1], scored(1.0)) is None
    assert len(lacking(FOUR[1], {"x" * 9_000: 1.0})) < 400


def test_no_trial_has_a_threshold_by_several_objectives() -> None:
    trial = Trial(0, None, "a", "a", "a", 0, threshold=3.0)
    assert without_threshold(trial, FOUR) == replace(trial, threshold=None)
    assert without_threshold(trial, ()) is trial


def test_candidates_of_one_function_share_a_score_but_no_latency() -> None:
    space, fitness = CountedBitStrings(), Fitness.of(CountOnesOnly())
    config = toy_config()
    assert key_in(config, space, fitness, (1, 0, 0)) == "1"
    assert key_in(replace(config, objectives=("fitness", "-params")), space, fitness, (1, 0, 0)) == "1"
    timed = replace(config, objectives=("fitness", "-latency(batch=2)"))
    assert key_in(timed, space, fitness, (1, 0, 0)) == "100"
    assert is_timed(timed)
    assert not is_timed(replace(timed, fitness=Choice("told")))  # a study, whose caller measures


@pytest.mark.parametrize("objective", ["-params", "macs", "-latency(batch=4)"])
def test_what_only_networks_have_is_refused_for_other_spaces(objective: str) -> None:
    config = replace(toy_config(), objectives=("fitness", objective))
    with pytest.raises(UsageError) as refused:
        check_objectives(config, BitStrings())
    assert str(refused.value).startswith(f"--objectives: {objective} is for networks, and space 'tests.toy:BitStrings'")
    check_objectives(config, TinyNetworks())
    check_objectives(replace(config, objectives=("fitness", "zeros")), BitStrings())


def test_the_start_says_what_is_maximised_and_that_latency_is_not_promised() -> None:
    assert objective_lines(toy_config()) == []
    (line,) = objective_lines(replace(toy_config(), objectives=("fitness", "-params")))
    assert line.startswith("objectives fitness, -params: of each, its sign applied, higher is better")
    _, note = objective_lines(replace(toy_config(), objectives=("fitness", "-latency")))
    assert note.startswith("note: latency is measured one candidate at a time on each device")
    assert "another run of this seed measures others" in note
