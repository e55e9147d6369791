"""What a task is scored by beside one training of each member and Spearman's rho. Catches: an option that changes
nothing or another thing, a default that is not what was before, a set of tasks scored as something else."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from fitness import FITNESSES, AbandonedError, EvalContext, Score
from fitness.rank_correlation.fitness import RankCorrelationFitness
from fitness.rank_correlation.joined_scores import joined_scores
from fitness.rank_correlation.member_metrics import scores_of_members
from fitness.rank_correlation.member_trainings import repeat_seeds
from fitness.rank_correlation.pair_agreement import PairAgreement
from fitness.regression.fitness import RegressionFitness
from tasks import TaskSet
from tasks.foundation.errors import UsageError
from tests.tiny_tasks import LABELS, TINY, Tasks, make_fitness

MakeContext = Callable[..., EvalContext]
PanelOf = Callable[[Sequence[float]], Path]


class TaskSets(Tasks):
    """Sets of tasks by their names, with ``+`` between them."""

    def to_task(self, candidate: str) -> TaskSet:  # type: ignore[override]
        return TaskSet(candidate, tuple(Tasks.to_task(self, name) for name in candidate.split("+")))


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int]]:
    """Trainings in order: width, steps and seed; the score is that of a network that is the better the wider it is."""
    met: list[tuple[int, int, int]] = []

    def score(self: RegressionFitness, candidate: int, context: EvalContext) -> Score:
        met.append((candidate, self._steps, context.data_seed))
        return Score(float(candidate))

    monkeypatch.setattr(RegressionFitness, "__call__", score)
    return met


def labels_of(fitness: RankCorrelationFitness, context: EvalContext) -> np.ndarray:
    return fitness._members(context.data_seed)[0].labels


def scores_of(score: Score) -> np.ndarray:
    return scores_of_members(score.metrics, 7)


def test_repeats_are_draws_of_their_own_whose_mean_counts(make_context: MakeContext, panel_of: PanelOf) -> None:
    context = replace(make_context(data_seed=3), space=Tasks())
    fitness = make_fitness(panel_of(LABELS), repeats=2)
    score, members = fitness("single", context), fitness._members(3)[0]
    task = RegressionFitness(task=Tasks().to_task("single").to_json(), steps=2, precision="float32")
    each = [
        [members.score(member, task, replace(context, data_seed=seed)) for member in range(7)]
        for seed in repeat_seeds(3, 0, 2)
    ]
    first = make_fitness(panel_of(LABELS))("single", context)
    assert each[0] == scores_of(first).tolist()
    assert each[0] != each[1]
    assert scores_of(score) == pytest.approx(np.mean(each, axis=0))
    assert score.value == pytest.approx(spearmanr(scores_of(score), members.labels).statistic)
    assert score.metrics["scored"] == 7
    other = make_fitness(panel_of(LABELS), repeats=2, draw=1)("single", context)
    assert not set(scores_of(other)) & set(scores_of(score))


@pytest.mark.parametrize(("most", "kept"), [(7, 7), (6, 0)])
def test_of_too_many_members_no_scores_are_kept(
    make_context: MakeContext,
    panel_of: PanelOf,
    trained: list[tuple[int, int, int]],
    monkeypatch: pytest.MonkeyPatch,
    most: int,
    kept: int,
) -> None:
    monkeypatch.setattr("fitness.rank_correlation.fitness.MOST_KEPT", most)
    context = replace(make_context(), space=Tasks())
    fitness = make_fitness(panel_of(LABELS), panel_size=0)
    metrics = fitness("single", context).metrics
    assert (metrics["members"], metrics["scored"], sum("member " in name for name in metrics)) == (7, 7, kept)
    with pytest.raises(AbandonedError) as raised:
        fitness("single", replace(context, threshold=1.0))
    assert any("member " in name for name in raised.value.metrics) == bool(kept)
    assert fitness.last_round == (10 if kept else 0)


def test_members_held_out_keep_their_scores_however_many_they_are(
    make_context: MakeContext,
    panel_of: PanelOf,
    trained: list[tuple[int, int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fitness.rank_correlation.fitness.MOST_KEPT", 1)
    options: dict[str, Any] = {"panel_size": 5, "held_out": 5, "panel_space": "tests.tiny:WiderNetworks"}
    fitness = make_fitness(panel_of(range(12)), part="held_out", **options)
    metrics = fitness("single", replace(make_context(), space=Tasks())).metrics
    assert sum("member " in name for name in metrics) == 5


def test_members_are_trained_in_the_precision_that_is_asked_for(make_context: MakeContext, panel_of: PanelOf) -> None:
    context = replace(make_context(), space=Tasks())
    plain, halved = (make_fitness(panel_of(LABELS), precision=each) for each in ("float32", "bfloat16"))
    assert not set(scores_of(plain("single", context))) & set(scores_of(halved("single", context)))


def test_pairs_weigh_how_sure_labels_are(make_context: MakeContext, panel_of: PanelOf) -> None:
    context = replace(make_context(), space=Tasks())
    fitness = make_fitness(panel_of(LABELS), statistic="pairs", label_noise=0.2)
    score, labels = fitness("single", context), labels_of(fitness, context)
    assert score.value == pytest.approx(PairAgreement.of(labels, 0.2).value(scores_of(score)))
    seedless = make_fitness(panel_of(LABELS), statistic="pairs")
    (said,) = seedless.options_in_force(context.images)
    assert said.startswith("label_noise is 0, as the panel has no labels of single seeds")
    sure = seedless("single", context)
    assert sure.value == pytest.approx(kendalltau(scores_of(score), labels).statistic)
    assert sure.value != pytest.approx(score.value)


def test_the_labels_noise_is_that_of_the_panels_seeds(make_context: MakeContext, tmp_path: Path) -> None:
    seeds = {"accuracy_seed_0": [0.1, 0.5, 0.9, 0.2, 0.6], "accuracy_seed_1": [0.2, 0.4, 0.8, 0.35, 0.9]}
    labels = np.mean([*seeds.values()], axis=0)
    numbers = zip(labels, *seeds.values(), strict=True)
    rows = [f"{width},{','.join(map(str, row))}" for width, row in enumerate(numbers, start=1)]
    (tmp_path / "p.csv").write_text("\n".join([f"candidate,accuracy,{','.join(seeds)}", *rows]))
    context = replace(make_context(), space=Tasks())
    values = {}
    for noise in ("auto", 0.0, 1.0):
        values[noise] = make_fitness(tmp_path / "p.csv", statistic="pairs", label_noise=noise)("single", context).value
    beside = np.array([[-0.05, 0.05, 0.05, -0.075, -0.15], [0.05, -0.05, -0.05, 0.075, 0.15]])
    off = beside - np.median(beside, axis=1, keepdims=True)
    one = math.sqrt(np.median((off**2).sum(axis=0)) / 0.45493642 / 2)
    fitness = make_fitness(tmp_path / "p.csv", statistic="pairs", label_noise=one)
    told = fitness("single", context).value
    assert fitness.options_in_force(context.images) == []
    assert values["auto"] == pytest.approx(told)
    assert len({*values.values()}) == 3
    said = make_fitness(tmp_path / "p.csv", statistic="pairs").options_in_force(context.images)
    assert said == [f"label_noise is {one:.3g}, as the panel's labels of single seeds differ"]
    assert make_fitness(tmp_path / "p.csv").options_in_force(context.images) == []


def test_a_set_of_tasks_is_scored_by_the_joined_ranks_of_its_tasks(
    make_context: MakeContext, panel_of: PanelOf
) -> None:
    fitness, context = make_fitness(panel_of(LABELS)), make_context()
    single, combo = (scores_of(fitness(name, replace(context, space=Tasks()))) for name in ("single", "combo"))
    score = fitness("single+combo", replace(context, space=TaskSets()))
    np.testing.assert_allclose(scores_of(score), joined_scores(np.array([single, combo])))
    assert score.value == pytest.approx(spearmanr(scores_of(score), labels_of(fitness, context)).statistic)
    assert (score.metrics["scored"], score.metrics["failed"]) == (7.0, 0.0)
    one = fitness("combo", replace(context, space=TaskSets()))
    assert scores_of(one).tolist() == combo.tolist()


def test_a_set_is_abandoned_where_its_tasks_agree_that_it_ranks_backwards(
    make_context: MakeContext, panel_of: PanelOf, trained: list[tuple[int, int, int]]
) -> None:
    context = replace(make_context(), space=TaskSets(), threshold=0.8)
    for statistic in ("spearman", "pairs"):
        trained.clear()
        with pytest.raises(AbandonedError) as raised:
            make_fitness(panel_of([-width for width in range(7)]), statistic=statistic)("single+combo", context)
        assert 0 < len(trained) < 14
        metrics = raised.value.metrics
        assert metrics["scored"] == len(trained) / 2
        assert -1 <= metrics["bound"] < 0.8
        assert not any(name.startswith("member ") for name in metrics)
    with pytest.raises(AbandonedError) as raised:
        make_fitness(panel_of(range(7)))("single+combo", replace(context, threshold=1.5))
    assert (raised.value.metrics["scored"], raised.value.metrics["bound"]) == (1.0, 1.0)  # nothing is above that


def test_rungs_train_all_members_for_a_few_steps_first(
    make_context: MakeContext, panel_of: PanelOf, trained: list[tuple[int, int, int]]
) -> None:
    context = replace(make_context(data_seed=3), space=Tasks(), threshold=0.9)
    options: dict[str, Any] = {"rungs": "2,5", "steps": 20, "repeats": 2}
    score = make_fitness(panel_of(range(7)), **options)("single", context)
    first, second = repeat_seeds(3, 0, 2)
    assert [(steps, seed) for _, steps, seed in trained] == [(2, first)] * 7 + [(5, first)] * 7 + [
        (20, first),
        (20, second),
    ] * 7
    assert score.value == pytest.approx(1)
    assert score.metrics["trainings"] == pytest.approx(7 + 7 * 7 / 40)
    assert "rung" not in score.metrics
    trained.clear()
    make_fitness(panel_of(range(7)), **options)("single", replace(context, threshold=None))
    assert {steps for _, steps, _ in trained} == {20}


def test_a_task_is_dropped_at_a_rung_that_is_more_than_the_margin_below(
    make_context: MakeContext, panel_of: PanelOf, trained: list[tuple[int, int, int]]
) -> None:
    labels = [0, 1, 2, 3, 6, 5, 4]  # rho is 6/7 = .857 less: 1 - 6 * 8 / 336
    value = 1 - 6 * 8 / 336
    context = replace(make_context(), space=Tasks(), threshold=value + 0.1)
    near = make_fitness(panel_of(labels), rungs=[5], steps=20, rung_margin=0.11)
    with pytest.raises(AbandonedError) as raised:
        near("single", context)
    assert "rung" not in raised.value.metrics  # it was below the threshold in the end
    assert raised.value.metrics["trainings"] == 7 * 5 / 20 + raised.value.metrics["scored"]
    trained.clear()
    with pytest.raises(AbandonedError, match=r"at 5 steps, below 0\.9571 - 0\.09") as raised:
        make_fitness(panel_of(labels), rungs=[5], steps=20, rung_margin=0.09)("single", context)
    assert {steps for _, steps, _ in trained} == {5}
    assert raised.value.metrics["rung"] == 5
    assert value - 1e-9 <= raised.value.metrics["rho at rung"] < value + 0.01


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"draw": -1}, "fitness.draw -1: must be at least 0"),
        ({"last_round": -1}, "fitness.last_round -1: must be at least 0"),
        ({"last_round": 1001}, "fitness.last_round 1001: must be at most 1,000"),
        ({"repeats": 0}, "fitness.repeats 0: must be at least 1"),
        ({"repeats": 101}, "fitness.repeats 101: must be at most 100"),
        ({"steps": 0}, "fitness.steps 0: must be at least 1"),
        ({"statistic": "pairs", "label_noise": -0.5}, "fitness.label_noise -0.5: must be at least 0"),
        ({"statistic": "pairs", "label_noise": float("inf")}, "fitness.label_noise inf: must be at most 1,000,000"),
        ({"label_noise": 0.5}, "fitness.label_noise=0.5: fitness.statistic=pairs alone weighs by it; give that, too"),
        ({"rungs": "1,2"}, "fitness.rungs=1,2: ascending numbers of steps"),
    ],
)
def test_numbers_out_of_range_are_refused(panel_of: PanelOf, options: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        make_fitness(panel_of(LABELS), **options)


def test_options_are_read_as_a_command_line_gives_them(panel_of: PanelOf) -> None:
    given = {"panel": str(panel_of(LABELS)), "metric": "accuracy", "panel_space": TINY}
    later = {"draw", "last_round", "repeats", "statistic", "label_noise", "rungs", "rung_margin"}
    assert not later & set(FITNESSES.resolve("rank_correlation", given))  # so that folders from before go on
    texts = {"draw": "1", "last_round": "3", "repeats": "2", "statistic": "pairs", "label_noise": "0.5"}
    told = FITNESSES.resolve("rank_correlation", {**given, **texts, "rungs": "10,30", "rung_margin": "0.2"})
    assert {name: told[name] for name in sorted(later)} == {
        **{"draw": 1, "label_noise": 0.5, "last_round": 3, "repeats": 2, "rung_margin": 0.2},
        **{"rungs": [10, 30], "statistic": "pairs"},
    }
    assert FITNESSES.resolve("rank_correlation", told) == told
    FITNESSES.build("rank_correlation", {**told, "panel_size": 5})
    for option, value in {"statistic": "tau", "label_noise": "some", "rungs": "a"}.items():
        with pytest.raises(UsageError, match=rf"fitness\.{option}="):
            FITNESSES.resolve("rank_correlation", {**given, option: value})
