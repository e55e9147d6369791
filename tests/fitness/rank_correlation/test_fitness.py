"""Catches: a correlation with the wrong members, sign or order; members whose weights differ between tasks; a failed
member that is left out or ends the trial; a task that cannot rank and gets a score; a panel that fails late."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from fitness import FITNESSES, DeadlineExceededError, EvalContext
from fitness.rank_correlation.fitness import RankCorrelationFitness
from fitness.regression.fitness import RegressionFitness
from spaces import InputSpec
from spaces.tables.table_info import TableInfo
from spaces.tables.table_writing import write_table
from tasks import derive_rng
from tasks.foundation.errors import UsageError
from tasks.foundation.trust import trusting
from tests.tiny import NanNetworks, TinyNetwork, TinyNetworks, TinySequences
from tests.tiny_tasks import LABELS, TINY, SequenceTasks, Tasks, make_fitness

MakeContext = Callable[..., EvalContext]
PanelOf = Callable[[Sequence[float]], Path]


class NanForThree(TinyNetworks):
    """Tiny networks, the one of width 3 with a weight that is not a number, the one of width 4 impossible to build."""

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
        if candidate == 4:
            raise RuntimeError("no")
        return (NanNetworks() if candidate == 3 else TinyNetworks()).build(candidate, input_spec, num_outputs)


class AtLeast(TinyNetworks):
    """Tiny networks, none narrower than an option says."""

    def __init__(self, *, least: int) -> None:
        self._least = least

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
        return super().build(max(candidate, self._least), input_spec, num_outputs)


class AllNan(NanNetworks):
    """Nothing can be told from anything."""


class OddAndEven(TinyNetworks):
    """Tiny networks of which those of widths 1 and 3 are one."""

    def key(self, candidate: int) -> str:
        return "1" if candidate == 3 else str(candidate)


def scores_alone(context: EvalContext, task: str, widths: Sequence[int]) -> list[float]:
    fitness = RegressionFitness(task=Tasks().to_task(task).to_json(), steps=2, precision="float32")
    contexts = [
        replace(context, space=TinyNetworks(), rng=derive_rng(context.data_seed, "panel", str(width)))
        for width in widths
    ]
    return [fitness(width, each).value for width, each in zip(widths, contexts, strict=True)]


def members_of(fitness: RankCorrelationFitness, context: EvalContext) -> list[int]:
    """Return the widths of the members, in their order."""
    return [int(text) for text in fitness._members(context.data_seed)[0].keys]


@pytest.mark.parametrize("task", ["single", "combo"])
def test_the_score_is_the_correlation_of_the_members_own_scores(
    make_context: MakeContext, panel_of: PanelOf, task: str
) -> None:
    context = replace(make_context(), space=Tasks())
    fitness = make_fitness(panel_of(LABELS))
    score, drawn = fitness(task, context), members_of(fitness, context)
    scores = scores_alone(context, task, drawn)
    assert score.value == pytest.approx(spearmanr(scores, [LABELS[width - 1] for width in drawn]).statistic)
    each = {f"member {member}": value for member, value in enumerate(scores)}
    assert score.metrics == {"scored": 7.0, "members": 7.0, "failed": 0.0, **each}


def test_a_task_that_ranks_backwards_is_bad_unless_the_published_measure_is_asked_for(
    make_context: MakeContext, panel_of: PanelOf
) -> None:
    context = replace(make_context(), space=Tasks())
    order = np.argsort(np.argsort(scores_alone(context, "single", range(1, 8))))
    backwards = panel_of([-float(rank) for rank in order])
    assert make_fitness(backwards)("single", context).value == pytest.approx(-1.0)
    assert make_fitness(backwards, absolute=True)("single", context).value == pytest.approx(1.0)
    assert make_fitness(backwards, lower_is_better=True)("single", context).value == pytest.approx(1.0)


def test_members_that_fail_rank_last_and_alike(make_context: MakeContext, panel_of: PanelOf) -> None:
    context = replace(make_context(), space=Tasks())
    fitness = make_fitness(panel_of(LABELS), panel_space=f"{__name__}:NanForThree")
    score, drawn = fitness("single", context), members_of(fitness, context)
    scores = scores_alone(context, "single", range(1, 8))
    lowest = min(scores) - 1
    expected = spearmanr([*scores[:2], lowest, lowest, *scores[4:]], LABELS).statistic
    assert score.value == pytest.approx(expected)
    counts = {name: value for name, value in score.metrics.items() if not name.startswith("member ")}
    assert counts == {"scored": 7.0, "members": 7.0, "failed": 2.0}
    failed = [score.metrics[f"member {drawn.index(width)}"] for width in (3, 4)]
    assert failed == [-math.inf, -math.inf]


def test_the_members_space_takes_options(make_context: MakeContext, panel_of: PanelOf) -> None:
    fitness = make_fitness(panel_of(LABELS), panel_space=f"{__name__}:AtLeast(least=3)")
    context = replace(make_context(), space=Tasks())
    alone = RegressionFitness(task=Tasks().to_task("single").to_json(), steps=2, precision="float32")
    rngs = [derive_rng(context.data_seed, "panel", str(width)) for width in range(1, 8)]
    contexts = [replace(context, space=AtLeast(least=3), rng=rng) for rng in rngs]
    scores = [alone(width, each).value for width, each in enumerate(contexts, start=1)]
    assert fitness("single", context).value == pytest.approx(spearmanr(scores, LABELS).statistic)


def test_a_file_states_its_members_space_and_with_which_options_they_were_labelled(
    make_context: MakeContext, panel_of: PanelOf, tmp_path: Path
) -> None:
    context = replace(make_context(), space=Tasks())
    stated = TableInfo(f"{__name__}:AtLeast", details={"space_options": {"least": 5}})
    texts = [str(width) for width in range(1, 8)]
    write_table(tmp_path / "panel.parquet", stated, texts, {"accuracy": np.array(LABELS)})
    told = make_fitness(panel_of(LABELS), panel_space=f"{__name__}:AtLeast(least=5)")("single", context)
    plain = make_fitness(panel_of(LABELS), panel_space=f"{__name__}:AtLeast(least=1)")("single", context)
    with pytest.raises(UsageError, match=r"AtLeast' is neither built in .*; name it by fitness\.panel_space=NAME"):
        make_fitness(tmp_path / "panel.parquet", panel_space="")
    with trusting():
        stating = make_fitness(tmp_path / "panel.parquet", panel_space="")
    assert stating("single", context).value == told.value
    assert told.value != plain.value
    given = make_fitness(tmp_path / "panel.parquet", panel_space=f"{__name__}:AtLeast(least=1)")("single", context)
    assert given.value == plain.value


def test_where_no_member_can_be_told_from_another_the_trial_fails(make_context: MakeContext, panel_of: PanelOf) -> None:
    fitness = make_fitness(panel_of(LABELS), panel_space=f"{__name__}:AllNan")
    with pytest.raises(ValueError, match="the task ranks nothing"):
        fitness("single", replace(make_context(), space=Tasks()))


def test_as_many_members_as_asked_for_are_drawn_by_the_runs_seed(
    make_context: MakeContext, panel_of: PanelOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[int] = []
    score = RegressionFitness.__call__

    def note(self: RegressionFitness, candidate: int, context: EvalContext) -> Any:
        met.append(candidate)
        return score(self, candidate, context)

    monkeypatch.setattr(RegressionFitness, "__call__", note)
    fitness = make_fitness(panel_of(LABELS), panel_size=5)
    panels = []
    for seed in (1, 1, 2, 3):
        met.clear()
        fitness("single", replace(make_context(data_seed=seed), space=Tasks()))
        panels.append(tuple(met))
    assert all(len(set(panel)) == 5 for panel in panels)
    assert panels[0] == panels[1]
    assert len(set(panels)) > 1


def test_a_deadline_ends_the_task(make_context: MakeContext, panel_of: PanelOf) -> None:
    with pytest.raises(DeadlineExceededError):
        make_fitness(panel_of(LABELS))("single", replace(make_context(deadline=0.0), space=Tasks()))


def test_only_spaces_of_tasks_are_accepted(panel_of: PanelOf) -> None:
    fitness = make_fitness(panel_of(LABELS))
    assert fitness.accepts(Tasks()) is None
    assert "proxy tasks" in str(fitness.accepts(TinyNetworks()))


def test_tasks_have_to_be_of_what_the_panels_networks_read(make_context: MakeContext, panel_of: PanelOf) -> None:
    recurrent = make_fitness(panel_of(LABELS), panel_space="tests.tiny:TinySequences")
    assert recurrent.accepts(Tasks()) == "the panel's networks read sequences, and its tasks are of images"
    refusal = make_fitness(panel_of(LABELS)).accepts(SequenceTasks())
    assert refusal == "the panel's networks read images, and its tasks are of sequences"
    assert recurrent.accepts(SequenceTasks()) is None
    context = replace(make_context(), space=SequenceTasks())
    alone = RegressionFitness(task="nlp_combo", steps=2, precision="float32")
    rngs = [derive_rng(context.data_seed, "panel", str(width)) for width in range(1, 8)]
    scores = [alone(w, replace(context, space=TinySequences(), rng=r)).value for w, r in enumerate(rngs, start=1)]
    assert recurrent("combo", context).value == pytest.approx(spearmanr(scores, LABELS).statistic)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"metric": ""}, "columns accuracy, other: name one"),
        ({"metric": "acuracy"}, "accuracy"),
        ({"panel_space": ""}, "names no space"),
        ({"panel_space": "tests.toy:BitStrings"}, "'tests.toy:BitStrings' builds no networks"),
        ({"panel_space": f"{TINY},{TINY}"}, "names 2 spaces; give one"),
        ({"panel_space": f"{TINY}(widest=3)"}, "unknown option of space"),
        ({"panel_space": "nasbench201("}, r"fitness.panel_space 'nasbench201\(': a parenthesis is not closed"),
        ({"panel_size": 8}, "not 8"),
        ({"panel_size": 4}, "not 4"),
        ({"panel_size": 5, "held_out": 5}, r"not 5 \+ 5"),
        ({"panel_size": 5, "held_out": 2}, r"not 5 \+ 2"),
    ],
)
def test_a_bad_panel_is_refused_before_anything_runs(panel_of: PanelOf, options: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        make_fitness(panel_of(LABELS), **options)


def test_members_of_another_space_are_refused_once_the_seed_draws_them(
    panel_of: PanelOf,
) -> None:
    fitness = make_fitness(panel_of([*LABELS, 0.6, 0.8, 1.0]), panel_size=5)  # the last one is 10, no width
    refused = []
    for seed in range(12):
        try:
            fitness.check_seed(seed)
        except UsageError as error:
            refused.append(str(error))
    assert 0 < len(refused) < 12
    assert all("'10' is no candidate of its space: '10': a width from 1 to 9 is needed" in words for words in refused)


def test_members_that_the_seed_draws_with_equal_labels_are_refused(
    panel_of: PanelOf,
) -> None:
    with pytest.raises(UsageError, match="5 of its members: all labels are 0"):
        make_fitness(panel_of([1, *[0] * 99]), panel_size=5).check_seed(3)


def test_two_texts_of_one_architecture_are_refused(panel_of: PanelOf) -> None:
    fitness = make_fitness(panel_of(LABELS), panel_space=f"{__name__}:OddAndEven")
    with pytest.raises(UsageError, match=r"'[13]' and '[13]' are one architecture"):
        fitness.check_seed(0)


def test_only_members_that_are_drawn_are_decoded(panel_of: PanelOf, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[str] = []
    monkeypatch.setattr(TinyNetworks, "decode", lambda self, text: (decoded.append(text), int(text))[1])
    make_fitness(panel_of(range(500)), panel_size=6, held_out=7).check_seed(0)
    assert len(decoded) == len(set(decoded)) == 13


def test_options_survive_a_runs_configuration(panel_of: PanelOf, monkeypatch: pytest.MonkeyPatch) -> None:
    path = panel_of(LABELS)
    monkeypatch.chdir(path.parent)
    resolved = FITNESSES.resolve("rank_correlation", {"panel": path.name, "metric": "accuracy", "panel_space": TINY})
    assert resolved["panel"] == str(path)
    assert FITNESSES.resolve("rank_correlation", json.loads(json.dumps(resolved))) == resolved


def test_a_panel_that_was_replaced_is_refused(panel_of: PanelOf) -> None:
    path = panel_of(LABELS)
    resolved = FITNESSES.resolve("rank_correlation", {"panel": str(path), "metric": "accuracy", "panel_space": TINY})
    FITNESSES.build("rank_correlation", {**resolved, "panel_size": 5})
    panel_of([*LABELS[1:], LABELS[0]])
    with pytest.raises(UsageError, match=r"is not the file that the search was begun with \(fitness.digest="):
        FITNESSES.build("rank_correlation", {**resolved, "panel_size": 5})


def test_want_of_memory_is_no_bad_rank(
    make_context: MakeContext, panel_of: PanelOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def starved(space: TinyNetworks, *arguments: object) -> TinyNetwork:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes")

    monkeypatch.setattr(TinyNetworks, "build", starved)
    with pytest.raises(RuntimeError, match="can't allocate memory"):
        make_fitness(panel_of(LABELS))("single", replace(make_context(), space=Tasks()))


def test_torchs_generators_are_left_alone(make_context: MakeContext, panel_of: PanelOf) -> None:
    torch.manual_seed(1)
    make_fitness(panel_of(LABELS))("single", replace(make_context(), space=Tasks()))
    drawn = torch.rand(2)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(2), drawn)


def test_a_part_that_the_panel_does_not_have_is_refused(panel_of: PanelOf) -> None:
    with pytest.raises(UsageError, match=r"fitness\.held_out=NUMBER"):
        make_fitness(panel_of(LABELS), part="held_out")


def test_another_draw_scores_the_same_members_by_other_images_noise_and_weights(
    make_context: MakeContext, panel_of: PanelOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[tuple[int, int]] = []
    score = RegressionFitness.__call__

    def note(self: RegressionFitness, candidate: int, context: EvalContext) -> Any:
        met.append((candidate, context.data_seed))
        return score(self, candidate, context)

    monkeypatch.setattr(RegressionFitness, "__call__", note)
    context = replace(make_context(data_seed=3), space=Tasks())
    drawn = members_of(make_fitness(panel_of(LABELS), panel_size=5), context)
    seeds, values = [], []
    for draw in (0, 1, 2, 1):
        met.clear()
        values.append(make_fitness(panel_of(LABELS), panel_size=5, draw=draw)("single", context).metrics)
        assert sorted(member for member, _ in met) == sorted(drawn)
        (seed,) = {seed for _, seed in met}
        seeds.append(seed)
    assert seeds[0] == 3  # what was drawn before there were others
    assert (seeds[1], values[1]) == (seeds[3], values[3])
    assert len({*seeds}) == len({tuple(each.items()) for each in values}) == 3
    alone = replace(context, data_seed=seeds[1])
    assert values[1]["member 0"] == pytest.approx(scores_alone(alone, "single", drawn[:1])[0])
