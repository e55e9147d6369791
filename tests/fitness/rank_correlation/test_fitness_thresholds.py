"""How much of a panel a task is scored on. Catches: a task that is abandoned although it could reach the threshold, or
not although it could not; a bound that is none; a member held out that is scored in the search."""

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from fitness import AbandonedError, EvalContext, Score
from fitness.rank_correlation.fitness import RankCorrelationFitness
from fitness.rank_correlation.rank_statistics import spearman
from fitness.rank_correlation.spearman_bound import highest_spearman
from fitness.regression.fitness import RegressionFitness
from tasks import derive_rng
from tasks.images.noise import NoiseImages
from tests.tiny import TinyNetworks
from tests.tiny_tasks import LABELS, TINY, Tasks, make_fitness

MakeContext = Callable[..., EvalContext]
PanelOf = Callable[[Sequence[float]], Path]
Scores = Callable[[Mapping[int, float]], list[int]]


class ManyWidths(TinyNetworks):
    """Tiny networks of any width."""

    def decode(self, text: str) -> int:
        return int(text)


@pytest.fixture
def scored(monkeypatch: pytest.MonkeyPatch) -> Scores:
    """Return a function that settles the score of every width; it returns the widths in the order of scoring."""

    def settle(scores: Mapping[int, float]) -> list[int]:
        met: list[int] = []

        def score(self: RegressionFitness, candidate: int, context: EvalContext) -> Score:
            met.append(candidate)
            return Score(scores[candidate])

        monkeypatch.setattr(RegressionFitness, "__call__", score)
        return met

    return settle


def test_extreme_labels_are_scored_first(make_context: MakeContext, panel_of: PanelOf, scored: Scores) -> None:
    met = scored({width: width for width in range(1, 8)})
    make_fitness(panel_of(LABELS))("single", replace(make_context(), space=Tasks()))
    assert met == [5, 2, 3, 4, 6, 1, 7]  # labels .9 .1 .7 .2 .5 .3 .4


def fixed_context(threshold: float | None) -> EvalContext:
    """Return a context of one run, for tests of a law, which cannot use fixtures."""
    return EvalContext(Tasks(), NoiseImages(16), 2, derive_rng(1), torch.device("cpu"), threshold=threshold)


@settings(max_examples=60)
@given(
    scores=st.lists(st.integers(0, 12) | st.just(-math.inf), min_size=9, max_size=9).filter(lambda s: len(set(s)) > 1),
    threshold=st.floats(-1, 1) | st.none(),
    absolute=st.booleans(),
)
def test_a_task_is_abandoned_where_it_is_below_the_threshold_and_nowhere_else(
    scores: list[float], threshold: float | None, absolute: bool
) -> None:
    labels = np.array([5.0, 1, 7, 3, 9, 2, 8, 6, 4])
    rho = spearman(np.array(scores), labels)
    expected = abs(rho) if absolute else rho
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patched:
        path = Path(folder) / "p.csv"
        path.write_text("candidate,value\n" + "".join(f"{w},{y}\n" for w, y in enumerate(labels, start=1)))
        patched.setattr(RegressionFitness, "__call__", lambda self, width, context: Score(scores[width - 1]))
        fitness = RankCorrelationFitness(panel=str(path), panel_space=TINY, panel_size=0, absolute=absolute)
        if threshold is None or expected >= threshold:
            assert fitness("single", fixed_context(threshold)).value == expected
            return
        with pytest.raises(AbandonedError) as abandoned:
            fitness("single", fixed_context(threshold))
        assert expected - 1e-12 <= abandoned.value.metrics["bound"] < threshold


def test_an_abandoned_task_says_how_far_it_came_and_what_it_could_have_been(
    make_context: MakeContext, panel_of: PanelOf, scored: Scores
) -> None:
    met = scored({width: -LABELS[width - 1] for width in range(1, 8)})  # backwards
    fitness, context = make_fitness(panel_of(LABELS)), replace(make_context(), space=Tasks(), threshold=0.5)
    with pytest.raises(AbandonedError) as raised:
        fitness("single", context)
    known = [-label if width in met else math.nan for width, label in enumerate(LABELS, start=1)]
    bound = highest_spearman(np.array(known), np.array(LABELS))
    assert bound < 0.5
    counts = {"scored": float(len(met)), "members": 7.0, "failed": 0.0, "bound": bound}
    drawn = fitness._members(context.data_seed)[0].keys
    each = {f"member {drawn.index(str(width))}": -LABELS[width - 1] for width in met}
    assert raised.value.metrics == {**counts, **each}
    assert str(raised.value) == f"at most {bound:.4f} after {len(met)} of 7 members, below 0.5000"
    before = [-label if width in met[:-1] else math.nan for width, label in enumerate(LABELS, start=1)]
    assert highest_spearman(np.array(before), np.array(LABELS)) >= 0.5


def test_a_task_that_ends_at_the_threshold_is_scored(
    make_context: MakeContext, panel_of: PanelOf, scored: Scores
) -> None:
    scored({width: width for width in range(1, 8)})
    fitness, context = make_fitness(panel_of(LABELS)), replace(make_context(), space=Tasks())
    value = fitness("single", context).value
    assert fitness("single", replace(context, threshold=value)).value == value
    with pytest.raises(AbandonedError) as raised:
        fitness("single", replace(context, threshold=math.nextafter(value, 1)))
    assert (raised.value.metrics["scored"], raised.value.metrics["bound"]) == (7.0, value)


def test_a_task_that_ranks_backwards_reaches_the_threshold_of_the_published_measure(
    make_context: MakeContext, panel_of: PanelOf, scored: Scores
) -> None:
    scored({width: -LABELS[width - 1] for width in range(1, 8)})
    context = replace(make_context(), space=Tasks(), threshold=0.9)
    assert make_fitness(panel_of(LABELS), absolute=True)("single", context).value == pytest.approx(1)
    scored({1: 1, 2: 2, 3: 3, 4: 3.5, 5: 2.5, 6: 1.5, 7: 0})  # neither way
    with pytest.raises(AbandonedError) as raised:
        make_fitness(panel_of(LABELS), absolute=True)("single", context)
    assert 0 < raised.value.metrics["bound"] < 0.9


def test_where_nothing_is_ranked_the_trial_fails_under_a_threshold_too(
    make_context: MakeContext, panel_of: PanelOf, scored: Scores
) -> None:
    scored(dict.fromkeys(range(1, 8), 1.0))
    with pytest.raises(ValueError, match="the task ranks nothing"):
        make_fitness(panel_of(LABELS))("single", replace(make_context(), space=Tasks(), threshold=-0.5))


@pytest.mark.parametrize("stratified", [False, True])
def test_members_held_out_are_others_and_never_scored_in_the_search(
    make_context: MakeContext, panel_of: PanelOf, scored: Scores, stratified: bool
) -> None:
    met = scored({width: width for width in range(1, 31)})
    path = panel_of([width * 7 % 31 for width in range(1, 31)])
    options = {"panel_space": f"{__name__}:ManyWidths", "panel_size": 10, "stratified": stratified}
    fitness, context = make_fitness(path, held_out=15, **options), replace(make_context(), space=Tasks())
    value = fitness("single", context).value
    held_out = fitness.held_out(context.data_seed)
    assert held_out is not None
    searched, met[:] = {*met}, []
    judging = make_fitness(path, held_out=15, part="held_out", **options)
    judged = judging("single", context)
    assert judging.held_out(context.data_seed) is None  # a search by these has nothing left
    assert judging.judging(context.data_seed).labels.tolist() == held_out.labels.tolist()
    scores = np.array([judged.metrics[f"member {member}"] for member in range(15)])
    assert (len(searched), len(held_out), len({*met})) == (10, 15, 15)
    assert searched.isdisjoint(met)
    thirds = sorted((width * 7 % 31 - 1) // 3 for width in searched)  # labels are 1 to 30
    assert (thirds == list(range(10))) is stratified
    expected = spearmanr(met, [width * 7 % 31 for width in met]).statistic
    assert held_out.rank("single", scores).rho.value == judged.value == pytest.approx(expected)
    without = make_fitness(path, **options)
    assert (without("single", context).value, without.held_out(context.data_seed)) == (value, None)
    all_others = make_fitness(path, held_out=15, **{**options, "panel_size": 0})
    assert all_others("single", context).metrics["members"] == 15
