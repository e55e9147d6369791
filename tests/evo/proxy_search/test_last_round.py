"""Catches: a choice by one draw, luck of fewer tasks than were chosen among, a published task that passes for one that
was searched, equal tasks joined, a size judged by another statistic.

Scores are labels with the members of a few exchanged, so that rho is known by hand.
"""

from dataclasses import replace

import numpy as np
import pytest

from evo.proxy_search.judged_task import JudgedTask
from evo.proxy_search.last_round import JOINED, LastRound, judged, rescored
from evo.proxy_search.scored_tasks import ScoredTasks
from fitness.rank_correlation.expected_value import expected_value, luck_of_best
from fitness.rank_correlation.judging_panel import JudgingPanel
from fitness.rank_correlation.panel_members import PanelMembers
from fitness.rank_correlation.statistic_of_each import statistic_of_each
from tasks import derive_rng
from tasks.panel import Panel
from tests.tiny import TinyNetworks

LABELS = np.arange(1.0, 6.0)
PANEL = JudgingPanel(PanelMembers(Panel("p", tuple("12345"), tuple(LABELS.tolist())), TinyNetworks()))
RIGHT, WRONG = LABELS, LABELS[::-1]
ONE_OFF, TWO_OFF = np.array([2.0, 1, 3, 4, 5]), np.array([2.0, 1, 4, 3, 5])
"""Of rho .9 and .8."""
NOTHING = ScoredTasks([], np.empty((0, 5)), trials=0, left_out=0)


def task(number: int, key: str = "") -> JudgedTask:
    return JudgedTask(f"trial {number}", f"c{number}", key or f"k{number}", 0.5, number, 7)


def found(tasks: dict[JudgedTask, list[np.ndarray]], searched: ScoredTasks = NOTHING, **more: bool) -> LastRound:
    rows = rescored(list(tasks), np.array(list(tasks.values())), PANEL)
    return judged(rows, searched, PANEL, {"params": WRONG}, derive_rng(0), **more)


def test_the_choice_is_made_on_the_mean_of_all_draws_and_the_first_of_equals_is_taken() -> None:
    lucky, steady, same = task(0), task(1), task(2)
    last = found({lucky: [RIGHT, -RIGHT], steady: [ONE_OFF, TWO_OFF], same: [TWO_OFF, ONE_OFF]})
    assert [one.task for one in last.tasks] == [steady, same, lucky]
    assert last.chosen.values == pytest.approx([0.9, 0.8])
    assert (last.chosen.mean, last.chosen.failed) == (pytest.approx(0.85), 0)
    assert last.sizes == {"params": pytest.approx(-1)}


def test_failures_are_counted_over_all_draws() -> None:
    failing = np.array([-np.inf, 2, 3, 4, 5])
    assert found({task(0): [failing, RIGHT]}).chosen.failed == 1


def test_what_is_expected_is_less_the_luck_of_the_best_of_all_tasks_of_the_search() -> None:
    searched = ScoredTasks(["k0", "other"], np.array([ONE_OFF, TWO_OFF]), trials=3, left_out=1)
    preset = JudgedTask("combo", "preset=combo", "published")
    last = found({task(0): [ONE_OFF, RIGHT], preset: [TWO_OFF, WRONG]}, searched)
    rng = derive_rng(0)
    among = np.array([ONE_OFF, TWO_OFF, TWO_OFF])  # the published one, too
    luck, joined = luck_of_best(among, LABELS, rng, counts=(1, 2))
    assert last.expected == expected_value(np.array([ONE_OFF, RIGHT]), LABELS, luck)
    assert last.together is not None
    assert last.together.luck == joined
    assert last.searched is searched


def test_the_best_are_joined_once_each_and_no_more_than_five() -> None:
    tasks = {task(number): [ONE_OFF, ONE_OFF] for number in range(JOINED + 1)}
    twin = replace(task(9), key="k0")
    last = found({twin: [RIGHT, RIGHT], **tasks})
    assert [one.task.name for one in last.joined] == ["trial 9", *(f"trial {number}" for number in range(1, JOINED))]
    assert last.together is not None
    assert last.together.reached == pytest.approx(0.9)


def test_without_a_sign_tasks_are_joined_only_where_they_are_turned_alike() -> None:
    panel = JudgingPanel(PANEL._members, statistic_of_each("spearman", absolute=True), absolute=True)

    def turned(*scores: np.ndarray) -> LastRound:
        rows = rescored(
            [task(number) for number in range(len(scores))], np.array([[one, one] for one in scores]), panel
        )
        return judged(rows, NOTHING, panel, {"params": WRONG}, derive_rng(0))

    last = turned(ONE_OFF, -ONE_OFF, TWO_OFF)
    assert [one.backwards for one in last.tasks] == [False, True, False]
    assert [one.task.name for one in last.joined] == ["trial 0", "trial 2"]
    assert turned(-RIGHT, ONE_OFF, TWO_OFF).joined == []
    assert not found({task(0): [-RIGHT, -RIGHT]}).chosen.backwards  # which is bad there, and says so


def test_one_task_alone_is_not_joined_and_neither_are_sets() -> None:
    alone, sets = found({task(0): [RIGHT, RIGHT]}), found({task(0): [RIGHT] * 2, task(1): [RIGHT] * 2}, joining=False)
    assert [(one.joined, one.together) for one in (alone, sets)] == [([], None), ([], None)]
    assert alone.expected.luck == pytest.approx(0)
