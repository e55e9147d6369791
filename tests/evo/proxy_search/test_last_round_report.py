"""Catches: an expectation that is another than in the file, a search that says it pays where counting ranks as well, a
published task held against a better one, a command that trains otherwise than the task was judged, files of tasks that
are not what was chosen."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import spearmanr

from evo.commands.run import main
from evo.proxy_search.judged_task import JudgedTask
from evo.proxy_search.last_round import LastRound, Rescored
from evo.proxy_search.last_round_report import _OF_TRAINING, said, used
from evo.proxy_search.scored_tasks import ScoredTasks
from evo.storage.run_folder import BEST, LAST_ROUND
from evo.storage.run_log import read_table
from fitness.rank_correlation.expected_value import Expected
from fitness.rank_correlation.fitness import RankCorrelationFitness
from fitness.rank_correlation.rank_statistics import Interval
from fitness.regression.fitness import RegressionFitness
from tasks import TaskSet, load_any_task, load_task, load_tasks
from tasks.foundation.command_line import DONE
from tasks.foundation.plugins import option_parameters

EXPECTED = Expected(0.7, 0.12, 0.02, Interval(0.6, 0.2, 0.8))
TOGETHER = Expected(0.8, 0.15, 0.0, Interval(0.65, 0.3, 0.9))


def rescored(name: str, mean: float, trial: int | None = None) -> Rescored:
    return Rescored(JudgedTask(name, name, name, trial=trial), np.zeros((2, 5)), np.array([mean, mean]))


def lines(params: float, *, combo: float = 0.5, together: Expected | None = None, left_out: int = 0) -> list[str]:
    tasks = [rescored("trial 4", 0.7, 4), rescored("combo", combo)]
    searched = ScoredTasks(["k"], np.zeros((1, 5)), 9, left_out)
    joined = tasks if together else []
    return list(said(LastRound(tasks, EXPECTED, joined, together, {"params": params, "macs": 0.9}, searched, 31)))


def test_what_is_expected_is_said_in_one_line_and_so_is_the_luck() -> None:
    assert lines(0.3, left_out=2) == [
        "chosen by the mean of both: trial 4, .700; less .120 of luck, and .020 more as members are few: "
        ".600 [.200, .800] is expected on other architectures",
        "luck is that of the best of 31 tasks; 2 others without all scores are left out",
    ]


def test_joined_tasks_have_an_expectation_of_their_own() -> None:
    _, together, luck = lines(0.3, together=TOGETHER, left_out=1)
    assert together == (
        "the best 2 joined: .800; less .150 of luck, and .000 more as members are few: .650 [.300, .900] is expected "
        "on other architectures"
    )
    assert luck.endswith("; 1 other without all scores is left out")


def test_of_a_task_that_ranks_backwards_that_is_said() -> None:
    chosen = replace(rescored("trial 4", 0.7, 4), backwards=True)
    searched = ScoredTasks(["k"], np.zeros((1, 5)), 9, 0)
    told = list(said(LastRound([chosen], EXPECTED, [], None, {"params": 0.3}, searched, 31)))
    assert told[1] == "trial 4 ranks backwards: its lowest scores are the best, and no fitness turns them"


def test_where_most_tasks_lack_scores_luck_is_at_least_what_the_others_show() -> None:
    assert lines(0.3, left_out=31)[-1].startswith("luck is that of the best of 31 tasks; 31 others")
    assert lines(0.3, left_out=32)[-1].startswith("luck is at least that of the best of 31 tasks; 32 others")


def test_a_published_task_that_reaches_no_more_than_the_chosen_one_is_not_held_against_it() -> None:
    assert lines(0.3, combo=0.69) == lines(0.3, combo=0.1)


@pytest.mark.parametrize(
    ("params", "combo", "together", "beaten"),
    [(0.6, 0.5, None, True), (0.59, 0.5, None, False), (0.64, 0.5, TOGETHER, False), (0.6, 0.63, None, True)],
)
def test_that_nothing_beats_counting_is_said_where_it_is_so(
    params: float, combo: float, together: Expected | None, beaten: bool
) -> None:
    told = [line for line in lines(params, combo=combo, together=together) if "counting parameters" in line]
    assert told == (["none of these is expected to rank better than counting parameters: .600"] if beaten else [])


def test_a_task_is_used_with_the_steps_by_which_it_was_judged(tmp_path: Path) -> None:
    task = load_task("N")
    several = TaskSet("both", (task, load_task("combo")))
    one, both = tmp_path / "best/task.json", tmp_path / "best/tasks.json"
    usual = list(used(tmp_path, [task, several], {"steps": 100, "precision": "auto", "panel": "p"}))
    assert usual == [f"  --fitness 'regression(task={one})'", f"  --fitness 'consensus(members={both})'"]
    assert list(used(tmp_path, [task, several], {"steps": 20, "precision": "bfloat16"})) == [
        f"  --fitness 'regression(task={one},steps=20,precision=bfloat16)'",
        f"  --fitness 'consensus(members={both})'",
        "  (judged with steps=20, precision=bfloat16; the members of consensus have the defaults of regression)",
    ]


def test_the_defaults_of_training_are_those_of_both_fitnesses() -> None:
    for fitness in (RankCorrelationFitness, RegressionFitness):
        parameters = option_parameters(fitness)
        assert {name: parameters[name].default for name in _OF_TRAINING} == _OF_TRAINING


@pytest.fixture
def found(searched: list[str], tmp_path: Path) -> dict[str, Any]:
    """The numbers of a search that has ended."""
    assert main(searched) == DONE
    numbers: dict[str, Any] = json.loads((tmp_path / "run" / LAST_ROUND).read_text())
    return numbers


def test_numbers_are_those_of_the_rows_and_both_files_hold_what_was_chosen(
    found: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, tasks = tmp_path / "run", {one["name"]: one for one in found["tasks"]}
    means = [one["mean"] for one in found["tasks"]]
    assert found["chosen"] == found["tasks"][0]["name"]
    assert means == sorted(means, reverse=True) == [np.mean(one["reached"]) for one in found["tasks"]]
    again = {row["candidate"]: dict(row["metrics"]) for row in read_table(run / "last_round" / "draw_1").to_pylist()}
    labels = _labels(run)
    for one in tasks.values():
        scores = [again[one["candidate"]][f"member {member}"] for member in range(5)]
        assert one["reached"][1] == pytest.approx(spearmanr(scores, labels).statistic)
        assert one["fitness"] is None or one["reached"][0] == pytest.approx(one["fitness"])

    chosen = json.loads((run / BEST).read_text())
    assert chosen["candidate"] == tasks[found["chosen"]]["candidate"]
    assert chosen["expected"] == found["expected"]
    task, together = load_task(str(run / "best/task.json")), load_tasks(str(run / "best/tasks.json"))
    assert task.found_by is not None
    assert task.found_by["reached"]["mean"] == tasks[found["chosen"]]["mean"]
    assert [one.name for one in together.tasks] == found["joined"]
    assert together.found_by is not None
    assert together.found_by["reached"]["expected"] == found["expected_joined"]
    assert [one.found_by["mean"] for one in together.tasks if one.found_by] == [
        tasks[name]["mean"] for name in found["joined"]
    ]


@pytest.mark.parametrize(
    ("names", "command"),
    [("N", 'regression(task="runs/a b/best/tasks.json")'), ("ND", 'consensus(members="runs/a b/best/tasks.json")')],
)
def test_a_set_of_one_task_is_used_as_that_task_is(names: str, command: str) -> None:
    found = TaskSet("found", tuple(map(load_any_task, names)))
    assert list(used(Path("runs/a b"), [found], {})) == [f"  --fitness '{command}'"]


def _labels(run: Path) -> list[float]:
    """Return the labels of the members that the run's seed draws."""
    from evo.engine.plugins import build_plugins
    from evo.storage.run_folder import read_config
    from fitness import RankCorrelationFitness

    fitness = build_plugins(read_config(run)).fitness
    assert isinstance(fitness, RankCorrelationFitness)
    return fitness.judging(0).labels.tolist()
