"""Catches: a repeat that is another's, a failed one that lifts the mean, a task of a set under another's scores,
members trained after the end is certain."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from fitness import EvalContext, Score
from fitness.rank_correlation.joined_scores import joined_scores
from fitness.rank_correlation.member_trainings import MemberScores, MemberTrainings, repeat_seeds
from fitness.rank_correlation.panel_members import PanelMembers
from fitness.rank_correlation.statistic import Statistic
from fitness.regression.fitness import RegressionFitness
from tasks import load_task
from tasks.panel import Panel
from tests.tiny import TinyNetworks

MakeContext = Callable[..., EvalContext]
PANEL = Panel("p", ("3", "1", "4", "2", "5"), (0.4, 0.2, 0.3, 0.1, 0.5))
WIDTHS = (3, 1, 4, 2, 5)
Met = list[tuple[str, int, int, int]]


@pytest.fixture
def met(monkeypatch: pytest.MonkeyPatch) -> Met:
    """What each training was: its task, steps, seed and network, in order; its score is the width, less the seed."""
    met: Met = []

    def score(self: RegressionFitness, candidate: int, context: EvalContext) -> Score:
        met.append((self._task.name, self._steps, context.data_seed, candidate))
        return Score(-math.inf if candidate == context.data_seed else float(candidate - context.data_seed))

    monkeypatch.setattr(RegressionFitness, "__call__", score)
    return met


def trainings(context: EvalContext, *names: str) -> MemberTrainings:
    members = PanelMembers(PANEL, TinyNetworks())
    tasks = [load_task(name) for name in names]
    return MemberTrainings(members, Statistic.of("spearman", members.labels), tasks, context, precision="float32")


def test_each_member_is_trained_under_every_task_by_every_seed(make_context: MakeContext, met: Met) -> None:
    found = trainings(make_context(), "single", "combo").scores([7, 70], 3, None)
    assert found.bound is None
    assert found.each.tolist() == [[(2 * width - 77) / 2 for width in WIDTHS]] * 2
    order = (5, 2, 3, 1, 4)  # of the best and the worst labels in turn
    assert met == [(name, 3, s, width) for width in order for name in ("single", "combo") for s in (7, 70)]


@pytest.mark.parametrize("seeds", [[3], [3, 13], [13, 3], [5, 300]])
def test_a_failure_is_no_better_than_a_low_score(make_context: MakeContext, met: Met, seeds: list[int]) -> None:
    """Of a repeat whose scores are lower than another's, a member that failed there would be the best by the others."""
    (each,) = trainings(make_context(), "single").scores(seeds, 3, None).each
    expected = [-math.inf if width in seeds else width - sum(seeds) / len(seeds) for width in WIDTHS]
    assert each.tolist() == expected


def test_members_are_trained_until_the_end_is_certain(make_context: MakeContext, met: Met) -> None:
    context = replace(make_context(), threshold=0.99)  # not what counts here
    assert trainings(context, "single").scores([7], 3, 0.3).bound is None
    assert len(met) == 5
    met.clear()
    found = trainings(context, "single").scores([7], 3, 0.95)
    assert [width for *_, width in met] == [5, 2, 3, 1]  # where 1 is below 2, its label is above
    assert found.bound == pytest.approx(0.9)  # with 4 above 2 and below 3
    assert (found.scored, found.counts()["scored"]) == (4, 4.0)


def test_what_ends_at_the_threshold_is_whole(make_context: MakeContext, met: Met) -> None:
    value = Statistic.of("spearman", np.array(PANEL.labels)).value(np.array(WIDTHS, dtype=float))
    assert trainings(make_context(), "single").scores([7], 3, value).bound is None
    above = trainings(make_context(), "single").scores([7], 3, math.nextafter(value, 1))
    assert above.bound == value


def test_metrics_of_a_set_have_its_members_once_all_are_known() -> None:
    each = np.array([[1.0, 2.0, -math.inf], [5.0, 4.0, -math.inf]])
    counts = {"scored": 3.0, "members": 3.0, "failed": 1.0}
    joined = {f"member {member}": score for member, score in enumerate(joined_scores(each))}
    assert MemberScores(each, None).metrics() == {**counts, **joined}
    each[:, 1] = math.nan
    assert MemberScores(each, 0.1).metrics() == {**counts, "scored": 2.0}
    assert MemberScores(each[:1], 0.1).metrics() == {**counts, "scored": 2.0, "member 0": 1.0, "member 2": -math.inf}


def test_seeds_of_repeats_are_the_runs_own_first_and_all_others_different() -> None:
    assert repeat_seeds(4, 0, 1) == [4]
    seeds = [*repeat_seeds(4, 0, 3), *repeat_seeds(4, 1, 3), *repeat_seeds(4, 2, 1), *repeat_seeds(5, 0, 3)]
    assert len({*seeds}) == len(seeds) == 10
    assert repeat_seeds(4, 1, 3)[:2] == repeat_seeds(4, 1, 2)
