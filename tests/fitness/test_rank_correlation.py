"""Catches: a correlation with the wrong members, sign or order; members whose weights differ between tasks; a failed
member that is left out or ends the trial; a task that cannot rank and gets a score."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from fitness import FITNESSES, DeadlineExceededError, EvalContext
from fitness.rank_correlation import RankCorrelationFitness
from fitness.regression import RegressionFitness
from spaces import InputSpec
from tasks import ProxyTask, derive_rng, load_task
from tasks.errors import UsageError
from tests.tiny import NanNetworks, TinyNetwork, TinyNetworks

MakeContext = Callable[..., EvalContext]
TINY = "tests.tiny:TinyNetworks"


class Tasks:
    """Proxy tasks by their names; a candidate is one."""

    def sample(self, rng: np.random.Generator) -> str:
        return str(rng.choice(["single", "combo"]))

    def mutate(self, candidate: str, rng: np.random.Generator) -> str:
        return "single" if candidate == "combo" else "combo"

    def encode(self, candidate: str) -> str:
        return candidate

    def decode(self, text: str) -> str:
        return text

    def to_task(self, candidate: str) -> ProxyTask:
        return replace(load_task(candidate), base_channels=4, output_size=4, batch_size=3)


class NanForThree(TinyNetworks):
    """Tiny networks, the one of width 3 with a weight that is not a number, the one of width 4 impossible to build."""

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
        if candidate == 4:
            raise RuntimeError("no")
        return (NanNetworks() if candidate == 3 else TinyNetworks()).build(candidate, input_spec, num_outputs)


class AllNan(NanNetworks):
    """Nothing can be told from anything."""


@pytest.fixture
def write_panel(tmp_path: Path) -> Callable[[Sequence[float]], Path]:
    def write(labels: Sequence[float]) -> Path:
        path = tmp_path / "panel.csv"
        rows = "".join(f"{width},{label},0\n" for width, label in enumerate(labels, start=1))
        path.write_text("candidate,accuracy,other\n" + rows)
        return path

    return write


def make_fitness(panel: Path, **options: Any) -> RankCorrelationFitness:
    given = {"metric": "accuracy", "panel_space": TINY, "panel_size": 0, "steps": 2, "precision": "float32", **options}
    return RankCorrelationFitness(panel=panel, **given)


def scores_alone(context: EvalContext, task: str, widths: Sequence[int]) -> list[float]:
    fitness = RegressionFitness(task=Tasks().to_task(task).to_json(), steps=2, precision="float32")
    contexts = [
        replace(context, space=TinyNetworks(), rng=derive_rng(context.data_seed, "panel", str(width)))
        for width in widths
    ]
    return [fitness(width, each).value for width, each in zip(widths, contexts, strict=True)]


LABELS = (0.3, 0.1, 0.7, 0.2, 0.9, 0.5, 0.4)


@pytest.mark.parametrize("task", ["single", "combo"])
def test_the_score_is_the_correlation_of_the_members_own_scores(
    make_context: MakeContext, write_panel: Callable[[Sequence[float]], Path], task: str
) -> None:
    context = replace(make_context(), space=Tasks())
    score = make_fitness(write_panel(LABELS))(task, context)
    expected = spearmanr(scores_alone(context, task, range(1, 8)), LABELS).statistic
    assert score.value == pytest.approx(expected)
    assert score.metrics == {"failed": 0.0}


def test_a_task_that_ranks_backwards_is_bad_unless_the_published_measure_is_asked_for(
    make_context: MakeContext, write_panel: Callable[[Sequence[float]], Path]
) -> None:
    context = replace(make_context(), space=Tasks())
    order = np.argsort(np.argsort(scores_alone(context, "single", range(1, 8))))
    backwards = write_panel([-float(rank) for rank in order])
    assert make_fitness(backwards)("single", context).value == pytest.approx(-1.0)
    assert make_fitness(backwards, absolute=True)("single", context).value == pytest.approx(1.0)
    assert make_fitness(backwards, lower_is_better=True)("single", context).value == pytest.approx(1.0)


def test_members_that_fail_rank_last_and_alike(
    make_context: MakeContext, write_panel: Callable[[Sequence[float]], Path]
) -> None:
    context = replace(make_context(), space=Tasks())
    score = make_fitness(write_panel(LABELS), panel_space=f"{__name__}:NanForThree")("single", context)
    scores = scores_alone(context, "single", range(1, 8))
    lowest = min(scores) - 1
    expected = spearmanr([*scores[:2], lowest, lowest, *scores[4:]], LABELS).statistic
    assert score.value == pytest.approx(expected)
    assert score.metrics == {"failed": 2.0}


def test_where_no_member_can_be_told_from_another_the_trial_fails(
    make_context: MakeContext, write_panel: Callable[[Sequence[float]], Path]
) -> None:
    fitness = make_fitness(write_panel(LABELS), panel_space=f"{__name__}:AllNan")
    with pytest.raises(ValueError, match="the task ranks nothing"):
        fitness("single", replace(make_context(), space=Tasks()))


def test_as_many_members_as_asked_for_are_drawn_by_the_runs_seed(
    make_context: MakeContext, write_panel: Callable[[Sequence[float]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    met: list[int] = []
    score = RegressionFitness.__call__

    def note(self: RegressionFitness, candidate: int, context: EvalContext) -> Any:
        met.append(candidate)
        return score(self, candidate, context)

    monkeypatch.setattr(RegressionFitness, "__call__", note)
    fitness = make_fitness(write_panel(LABELS), panel_size=5)
    panels = []
    for seed in (1, 1, 2, 3):
        met.clear()
        fitness("single", replace(make_context(data_seed=seed), space=Tasks()))
        panels.append(tuple(met))
    assert all(len(set(panel)) == 5 for panel in panels)
    assert panels[0] == panels[1]
    assert len(set(panels)) > 1


def test_a_deadline_ends_the_task(make_context: MakeContext, write_panel: Callable[[Sequence[float]], Path]) -> None:
    with pytest.raises(DeadlineExceededError):
        make_fitness(write_panel(LABELS))("single", replace(make_context(deadline=0.0), space=Tasks()))


def test_only_spaces_of_tasks_are_accepted(write_panel: Callable[[Sequence[float]], Path]) -> None:
    fitness = make_fitness(write_panel(LABELS))
    assert fitness.accepts(Tasks()) is None
    assert "proxy tasks" in str(fitness.accepts(TinyNetworks()))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"metric": ""}, "columns accuracy, other: name one"),
        ({"metric": "acuracy"}, "accuracy"),
        ({"panel_space": ""}, "names no space"),
        ({"panel_space": "nasbench201"}, "'1' is no candidate of its space"),
        ({"panel_size": 8}, "not 8"),
        ({"panel_size": 4}, "not 4"),
    ],
)
def test_a_bad_panel_is_refused_before_anything_runs(
    write_panel: Callable[[Sequence[float]], Path], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        make_fitness(write_panel(LABELS), **options)


def test_options_survive_a_runs_configuration(
    write_panel: Callable[[Sequence[float]], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_panel(LABELS)
    monkeypatch.chdir(path.parent)
    resolved = FITNESSES.resolve("rank_correlation", {"panel": path.name, "metric": "accuracy", "panel_space": TINY})
    assert resolved["panel"] == str(path)
    assert FITNESSES.resolve("rank_correlation", json.loads(json.dumps(resolved))) == resolved


def test_torchs_generators_are_left_alone(
    make_context: MakeContext, write_panel: Callable[[Sequence[float]], Path]
) -> None:
    torch.manual_seed(1)
    make_fitness(write_panel(LABELS))("single", replace(make_context(), space=Tasks()))
    drawn = torch.rand(2)
    torch.manual_seed(1)
    assert torch.equal(torch.rand(2), drawn)
