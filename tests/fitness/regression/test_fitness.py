"""Catches: heads, loss, weighting or training other than published; a batch that differs between candidates; a score
that depends on what ran before; a score that is not minus the evaluation loss.

A second, plain implementation of the whole fitness is part of this file.
"""

import inspect
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from evo.engine.evaluator import Evaluator
from evo.records.config import Choice, SearchConfig
from evo.records.trial import Status
from fitness import FITNESSES, AbandonedError, DeadlineExceededError, EvalContext
from fitness.base import network_shape
from fitness.regression.fitness import (
    EVALUATION_WEIGHTS,
    WEIGHTINGS,
    RegressionFitness,
    SignalRegression,
    StageHeads,
)
from fitness.training.racing import SLOPE
from spaces import FeatureInfo, InputSpec
from tasks import Batch, ImageBatch, ProxyTask, TaskSet, UsageError, derive_rng, load_task, open_images, torch_generator
from tests.tiny import TinyNetwork, TinyNetworks
from tests.toy import BitStrings

MakeContext = Callable[..., EvalContext]
STEPS, RATE, MOMENTUM, DECAY = 4, 0.1, 0.9, 0.01


@pytest.fixture
def task_file(tmp_path: Path) -> str:
    """A small task with noise and three different stages."""
    stages = [
        {"channel_ratio": 1.0, "bases": [{"basis": "sin2d", "level": 1.0, "frequencies": "high", "local": True}]},
        {"channel_ratio": 0.5, "bases": [{"basis": "resize", "level": 0.5}]},
        {"channel_ratio": 2.0, "bases": [{"basis": "dot", "level": 1.0, "partial": 0.5, "local": False}]},
    ]
    task = {
        "name": "small", "noise": {"kind": "gaussian", "level": 0.5}, "stage_weights": None, "base_channels": 4,
        "output_size": 4, "batch_size": 3, "stages": stages,
    }  # fmt: skip
    path = tmp_path / "small.json"
    path.write_text(json.dumps(task))
    return str(path)


def make_fitness(task: str, **options: Any) -> RegressionFitness:
    settings = {"precision": "float32", "steps": STEPS, "learning_rate": RATE, "weight_decay": DECAY}
    return RegressionFitness(task=task, **{**settings, **options})


def plain_score(task: ProxyTask, context: EvalContext, training_weights: tuple[float, ...]) -> float:
    """Score a tiny network of width 5 with nothing but torch's layers: no optimiser, no loss, no heads of ours."""
    rng = derive_rng(context.data_seed, "regression", "batch")
    images = context.images.draw(task.batch_size, rng).images
    targets = task.build_targets(images, rng)
    noise = torch_generator(derive_rng(context.data_seed, "regression", "noise"))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(context.rng.integers(2**63)))
        network = TinyNetwork(5, *network_shape(context.images))
        heads = [
            nn.Sequential(nn.BatchNorm2d(info.channels), nn.Conv2d(info.channels, target.shape[1], kernel_size=1))
            for info, target in zip(network.feature_info, targets, strict=True)
        ]
    modules = [network, *heads]
    parameters = [parameter for module in modules for parameter in module.parameters()]
    velocity = [torch.zeros_like(parameter) for parameter in parameters]

    def loss(weights: tuple[float, ...]) -> Tensor:
        noisy = images + 0.5 * torch.empty_like(images).normal_(generator=noise)
        total = torch.zeros(())
        for weight, head, features, target in zip(
            weights, heads, network.forward_features(noisy), targets, strict=True
        ):
            step = features.shape[-1] // task.output_size
            nearest = features[:, :, ::step, ::step]  # nearest resize takes the first of every block
            total = total + weight * ((head(nearest) - target) ** 2).mean()
        return total

    for _ in range(STEPS):
        gradients = torch.autograd.grad(loss(training_weights), parameters, allow_unused=True)
        with torch.no_grad():
            for parameter, gradient, speed in zip(parameters, gradients, velocity, strict=True):
                if gradient is None:  # the classifier's
                    continue
                speed.mul_(MOMENTUM).add_(gradient + (DECAY * parameter if parameter.ndim > 1 else 0.0))
                parameter.sub_(RATE * speed)
    for module in modules:
        module.eval()
    with torch.no_grad():
        return -float(loss((0.25, 0.5, 1.0)))


@pytest.mark.parametrize(("weighting", "weights"), [("code", (0.25, 0.5, 1.0)), ("paper", (1.0, 1.0, 1.0))])
def test_the_score_is_that_of_a_plain_second_implementation(
    make_context: MakeContext, task_file: str, weighting: str, weights: tuple[float, ...]
) -> None:
    score = make_fitness(task_file, weighting=weighting)(5, make_context())
    expected = plain_score(load_task(task_file), make_context(), weights)
    assert score.value == pytest.approx(expected, rel=1e-4)
    assert score.value < 0
    assert score.build_s > 0


def test_how_a_task_was_found_is_no_part_of_what_is_scored_by(tmp_path: Path) -> None:
    path, task = tmp_path / "task.json", replace(load_task("N"), name="mine")
    path.write_text(replace(task, found_by={"trial": 7}).to_json())
    assert FITNESSES.resolve("regression", {"task": str(path)})["task"] == task.to_json()


@pytest.mark.parametrize("fitness", ["regression", "zico_regression"])
def test_a_set_of_tasks_is_refused_with_what_takes_it(fitness: str, tmp_path: Path) -> None:
    path = tmp_path / "tasks.json"
    path.write_text(TaskSet("both", (load_task("N"), load_task("D"))).to_json(indent=2))
    with pytest.raises(UsageError, match=r"^task file '.*tasks\.json': .*consensus\(members=FILE\)") as caught:
        FITNESSES.resolve(fitness, {"task": str(path)})
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("fitness", ["regression", "zico_regression"])
def test_a_set_that_holds_one_task_is_that_task(fitness: str, tmp_path: Path) -> None:
    path, task = tmp_path / "tasks.json", replace(load_task("N"), name="mine")
    path.write_text(TaskSet("searched", (task,), {"trial": 7}).to_json(indent=2))
    resolved = FITNESSES.resolve(fitness, {"task": str(path)})
    assert resolved["task"] == task.to_json()
    assert FITNESSES.build(fitness, resolved).accepts(TinyNetworks()) is None


def test_the_two_weightings_give_different_scores(make_context: MakeContext, task_file: str) -> None:
    scores = {make_fitness(task_file, weighting=each)(5, make_context()).value for each in WEIGHTINGS}
    assert len(scores) == 2


def test_training_helps(make_context: MakeContext) -> None:
    few, many = (make_fitness("single", steps=steps)(5, make_context()).value for steps in (1, 40))
    assert many > few


def test_a_score_is_the_same_twice_whatever_happened_in_between(make_context: MakeContext, task_file: str) -> None:
    fitness = make_fitness(task_file)
    first = fitness(5, make_context()).value
    torch.manual_seed(123)
    np.random.seed(123)
    torch.rand(10)
    fitness(3, make_context(seed=9))
    assert fitness(5, make_context()).value == first
    assert make_fitness(task_file)(5, make_context()).value == first


def test_initial_weights_and_data_both_matter(make_context: MakeContext, task_file: str) -> None:
    contexts = (make_context(), make_context(seed=8), make_context(data_seed=8))
    assert len({make_fitness(task_file)(5, context).value for context in contexts}) == 3


def test_one_fitness_used_with_two_data_seeds_mixes_nothing_up(make_context: MakeContext, task_file: str) -> None:
    fitness = make_fitness(task_file)
    alternating = [fitness(5, make_context(data_seed=seed)).value for seed in (1, 2, 1, 2)]
    alone = [make_fitness(task_file)(5, make_context(data_seed=seed)).value for seed in (1, 2)]
    assert alternating == alone * 2


def test_one_fitness_used_with_two_sources_of_images_mixes_nothing_up(make_context: MakeContext) -> None:
    context = make_context(size=32)
    photographs = replace(context, images=open_images("photos"), rng=derive_rng(1))
    fitness = RegressionFitness(task="single", steps=1, precision="float32")
    fitness(5, context)
    alone = RegressionFitness(task="single", steps=1, precision="float32")
    assert fitness(5, photographs).value == alone(5, replace(photographs, rng=derive_rng(1))).value


def test_half_precision_is_another_computation_close_to_the_whole_one(
    make_context: MakeContext, task_file: str
) -> None:
    whole = make_fitness(task_file, precision="float32")(5, make_context()).value
    half = make_fitness(task_file, precision="bfloat16")(5, make_context()).value
    assert half != whole
    assert half == pytest.approx(whole, rel=0.05)


def test_every_candidate_sees_the_same_images_noise_and_targets(
    make_context: MakeContext, task_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Batch] = []
    prepare = SignalRegression.prepare

    def note(self: SignalRegression, batch: ImageBatch, generator: torch.Generator) -> Batch:
        shown.append(prepare(self, batch, generator))
        return shown[-1]

    monkeypatch.setattr(SignalRegression, "prepare", note)
    fitness = make_fitness(task_file)
    fitness(2, make_context(seed=1))
    fitness(7, make_context(seed=2))
    assert len(shown) == 2 * (STEPS + 1)
    for ours, theirs in zip(shown[: STEPS + 1], shown[STEPS + 1 :], strict=True):
        assert torch.equal(ours.inputs, theirs.inputs)
        assert all(torch.equal(a, b) for a, b in zip(ours.targets, theirs.targets, strict=True))
    assert not torch.equal(shown[0].inputs, shown[1].inputs)  # fresh noise each step
    assert torch.equal(shown[0].targets[0], shown[1].targets[0])


def test_a_head_is_nearest_resize_batch_norm_and_convolution_by_hand() -> None:
    heads = StageHeads([FeatureInfo(1, 1)], channels=[2], size=2)
    (head,) = heads.heads
    assert isinstance(head, nn.Sequential)
    norm, convolution = head
    assert isinstance(norm, nn.BatchNorm2d)
    assert isinstance(convolution, nn.Conv2d)
    assert convolution.bias is not None
    with torch.no_grad():
        convolution.weight.copy_(torch.tensor([2.0, -1.0]).reshape(2, 1, 1, 1))
        convolution.bias.copy_(torch.tensor([0.5, 0.0]))
    x = torch.arange(16.0).reshape(1, 1, 4, 4)  # nearest to 2 x 2: 0, 2, 8, 10
    (prediction,) = heads([x])
    picked = torch.tensor([[0.0, 2.0], [8.0, 10.0]])
    normed = (picked - 5.0) / (17.0 + norm.eps) ** 0.5  # mean 5, variance (25 + 9 + 9 + 25) / 4
    torch.testing.assert_close(prediction[0, 0], 2.0 * normed + 0.5)
    torch.testing.assert_close(prediction[0, 1], -normed)


def test_maps_of_the_right_size_are_not_resized_and_small_ones_are_repeated() -> None:
    heads = StageHeads([FeatureInfo(1, 1)] * 2, channels=[1, 1], size=2).eval()
    for head in heads.heads:
        nn.init.ones_(head[1].weight)  # type: ignore[index]
        nn.init.zeros_(head[1].bias)  # type: ignore[index]
    x = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    same, repeated = heads([x, x[:, :, :1, :1]])
    torch.testing.assert_close(same, x, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(repeated, torch.ones(1, 1, 2, 2), atol=1e-4, rtol=1e-4)


class Pass(nn.Module):
    """A head that predicts the features themselves."""

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        return features


FEATURES = [torch.full((1, 1, 2, 2), value) for value in (1.0, 2.0, 3.0)]
TARGETS = tuple(torch.zeros(1, 1, 2, 2) for _ in range(3))  # so the squared errors are 1, 4 and 9


@pytest.mark.parametrize(
    ("task", "weighting", "training", "evaluation"),
    [
        ("combo", "code", 0.25 + 2.0 + 9.0, 0.25 + 2.0 + 9.0),
        ("combo", "paper", 1.0 + 4.0 + 9.0, 0.25 + 2.0 + 9.0),
        ("single", "code", 9.0, 9.0),  # the task's own weights: the last stage alone
        ("single", "paper", 9.0, 9.0),
    ],
)
def test_the_loss_weighs_stages_as_published(task: str, weighting: str, training: float, evaluation: float) -> None:
    objective = SignalRegression(load_task(task), TARGETS, WEIGHTINGS[weighting])
    batch, head = Batch(torch.zeros(1), TARGETS), Pass()
    assert objective.loss(FEATURES, head, batch).item() == training
    assert objective.loss(FEATURES, head.eval(), batch).item() == evaluation


@pytest.mark.parametrize(
    ("stages", "training", "evaluation"),
    [
        (1, 9.0, 9.0),  # the last target, and its weight
        (2, 4.0 + 9.0, 0.5 * 4.0 + 9.0),
        (5, 1.0 + 4.0 + 9.0, 0.25 + 0.5 * 4.0 + 9.0),  # the last three maps
    ],
)
def test_other_numbers_of_stages_are_compared_from_the_last_one_back(
    stages: int, training: float, evaluation: float
) -> None:
    objective = SignalRegression(load_task("combo"), TARGETS, WEIGHTINGS["paper"])
    head = objective.head([FeatureInfo(number, 1) for number in range(1, stages + 1)])
    assert isinstance(head, StageHeads)
    read = [part.weight.numel() for part in head.modules() if isinstance(part, nn.BatchNorm2d)]
    assert read == list(range(1, stages + 1))[-3:]
    features = [torch.full((1, 1, 2, 2), float(value)) for value in (-1, 0, 1, 2, 3)][-stages:]
    batch, last = Batch(torch.zeros(1), TARGETS), LastThree()
    assert objective.loss(features, last, batch).item() == training
    assert objective.loss(features, last.eval(), batch).item() == evaluation


class LastThree(nn.Module):
    """A head that predicts the last three features themselves."""

    def forward(self, features: list[Tensor]) -> list[Tensor]:
        return features[-3:]


class StagesOf(TinyNetworks):
    """Tiny networks that show as many stages, the same ones again where there are no more."""

    def __init__(self, stages: int) -> None:
        self.stages = stages

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
        network = super().build(candidate, input_spec, num_outputs)
        own, info = network.forward_features, network.feature_info
        shown = sorted(number % 3 for number in range(-self.stages, 0))
        network.feature_info = [info[number] for number in shown]
        network.forward_features = lambda x: [own(x)[number] for number in shown]  # type: ignore[method-assign]
        return network


@pytest.mark.parametrize("stages", [1, 2, 3, 4, 5])
def test_networks_of_any_number_of_stages_are_scored(make_context: MakeContext, task_file: str, stages: int) -> None:
    few, many = (
        make_fitness(task_file, steps=steps)(5, replace(make_context(), space=StagesOf(stages))).value
        for steps in (1, 30)
    )
    assert -np.inf < few < many < 0


def test_a_task_that_weighs_none_of_a_networks_stages_is_told_in_one_line() -> None:
    objective = SignalRegression(replace(load_task("combo"), stage_weights=(1.0, 0.0, 0.0)), TARGETS, (1.0, 1.0, 1.0))
    for stages in (0, 2):
        with pytest.raises(ValueError, match=f"none of them for a network of {stages} stages; give another task"):
            objective.head([FeatureInfo(1, 1)] * stages)
    assert isinstance(objective.head([FeatureInfo(1, 1)] * 3), StageHeads)


def test_the_head_of_a_wide_stage_learns_at_a_part_of_the_rate() -> None:
    info = [FeatureInfo(2, 1), FeatureInfo(8, 1)]
    (narrow, plain_wide), (also_narrow, wide) = (
        _head_gradients(info, full_rate_channels) for full_rate_channels in (0, 2)
    )
    assert all(map(torch.equal, narrow, also_narrow))
    assert all(torch.equal(one / 4, other) for one, other in zip(plain_wide, wide, strict=True))


def _head_gradients(info: list[FeatureInfo], full_rate_channels: int) -> list[list[Tensor]]:
    """Return the gradients of each of two heads, whatever they are, at equal weights."""
    torch.manual_seed(0)
    heads = StageHeads(info, [1, 1], 4, full_rate_channels)
    maps = heads([torch.randn(2, each.channels, 4, 4) for each in info])
    torch.stack([each.square().sum() for each in maps]).sum().backward()  # type: ignore[no-untyped-call]
    return [[p.grad for p in head.parameters() if p.grad is not None] for head in heads.heads]


class Exploding(TinyNetworks):
    """Networks whose last stage has 64 equal channels: far too many for the published rate."""

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
        network = super().build(candidate, input_spec, num_outputs)
        own = network.forward_features
        network.feature_info[-1] = FeatureInfo(512, 4)
        network.forward_features = lambda x: [*own(x)[:2], own(x)[2][:, :1].expand(-1, 512, -1, -1)]  # type: ignore[method-assign]
        return network


@pytest.mark.parametrize("steadying", [{"clip": 1.0}, {"full_rate_channels": 16}, {"learning_rate": 0.001}], ids=str)
def test_a_wide_network_that_diverges_is_kept_from_it(
    make_context: MakeContext, task_file: str, steadying: dict[str, float]
) -> None:
    context = replace(make_context(), space=Exploding())
    diverged = make_fitness(task_file, steps=60)(5, context)
    assert not np.isfinite(diverged.value)
    assert "fitness.clip=1" in diverged.remedy
    context = replace(context, rng=derive_rng(1))
    assert make_fitness(task_file, steps=60, **steadying)(5, context).value > -10


def test_statistics_that_lag_behind_make_no_score(make_context: MakeContext, task_file: str) -> None:
    class Loud(TinyNetworks):
        """Maps whose mean is 1,000: a head's norm knows a fifth of that after two steps."""

        def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
            network = super().build(candidate, input_spec, num_outputs)
            own = network.forward_features
            network.forward_features = lambda x: [x + 1000 for x in own(x)]  # type: ignore[method-assign]
            return network

    by = {
        statistics: make_fitness(task_file, steps=2, statistics=statistics)(
            5, replace(make_context(), space=Loud())
        ).value
        for statistics in ("running", "batch", "fresh")
    }
    assert by["running"] < -1000
    assert -10 < by["batch"] < 0
    assert -10 < by["fresh"] < 0
    assert len(set(by.values())) == 3


def test_the_published_way_is_the_default(make_context: MakeContext, task_file: str) -> None:
    given = {"statistics": "running", "clip": 0.0, "warm_up": 0, "full_rate_channels": 0}
    published = make_fitness(task_file, **given)(5, make_context()).value
    assert make_fitness(task_file)(5, make_context()).value == published


@pytest.mark.parametrize(
    "options", [{"clip": -1.0}, {"clip": float("inf")}, {"warm_up": -1}, {"full_rate_channels": -1}]
)
def test_what_steadies_a_training_is_at_least_nothing(options: dict[str, float]) -> None:
    (name,) = options
    with pytest.raises(ValueError, match=f"{name}=.*: must be .*at least 0"):
        RegressionFitness(**options)  # type: ignore[arg-type]


def test_the_published_weights() -> None:
    assert WEIGHTINGS == {"code": (0.25, 0.5, 1.0), "paper": (1.0, 1.0, 1.0)}
    assert EVALUATION_WEIGHTS == (0.25, 0.5, 1.0)


def test_a_deadline_stops_the_training(make_context: MakeContext) -> None:
    with pytest.raises(DeadlineExceededError):
        make_fitness("combo")(5, make_context(deadline=0.0))


@pytest.fixture
def nan_config() -> SearchConfig:
    return SearchConfig(
        space=Choice("tests.tiny:NanNetworks"),
        fitness=Choice("regression", {"steps": 1, "task": "single"}),
        strategy=Choice("random_search"),
        data="noise",
    )


def test_weights_that_are_not_numbers_are_a_failed_trial(nan_config: SearchConfig) -> None:
    failed = Evaluator(nan_config).evaluate("3", 1)
    assert (failed.status, failed.fitness) == (Status.FAILED, None)
    said = str(failed.error)
    assert said.startswith("the fitness is not finite (nan); where it is the training that diverges, ")
    for option in ("clip=1", "full_rate_channels=128", "warm_up=10", "learning_rate below 0.1"):
        assert f"fitness.{option}" in said
    fine = Evaluator(replace(nan_config, space=Choice("tests.tiny:TinyNetworks"))).evaluate("3", 1)
    assert fine.status is Status.COMPLETED, fine.error


def test_only_spaces_of_networks_are_accepted(make_context: MakeContext) -> None:
    fitness = RegressionFitness()
    assert fitness.accepts(make_context().space) is None
    assert "builds none" in str(fitness.accepts(BitStrings()))


@pytest.mark.parametrize("steps", [0, -1])
def test_training_takes_at_least_one_step(steps: int) -> None:
    with pytest.raises(ValueError, match="must be at least 1"):
        RegressionFitness(steps=steps)


@pytest.mark.parametrize("options", [{"learning_rate": 0.0}, {"learning_rate": -1.0}, {"weight_decay": float("nan")}])
def test_a_rate_or_decay_out_of_range_is_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be finite"):
        RegressionFitness(**options)


def test_an_unknown_task_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'single'"):
        RegressionFitness(task="singel")


def test_a_task_file_becomes_part_of_the_options_so_that_a_later_change_of_it_changes_no_run(
    make_context: MakeContext, task_file: str
) -> None:
    settled = RegressionFitness.settle({"task": task_file, "steps": 3})
    before = make_fitness(task_file)(5, make_context()).value
    Path(task_file).unlink()
    assert make_fitness(str(settled["task"]))(5, make_context()).value == before
    assert RegressionFitness.settle(settled) == settled
    assert RegressionFitness.settle({"task": "combo"}) == {"task": "combo"}
    assert RegressionFitness.settle({"task": "NLP_combo", "steps": 3}) == {"task": "nlp_combo", "steps": 3}


def test_the_rates_of_the_paper_are_the_default(make_context: MakeContext, task_file: str) -> None:
    given = make_fitness(task_file, learning_rate=0.1, weight_decay=4e-5)(5, make_context()).value
    assert make_fitness(task_file, learning_rate=None, weight_decay=None)(5, make_context()).value == given
    assert make_fitness(task_file, learning_rate=0.05, weight_decay=None)(5, make_context()).value != given


def test_the_paper_makes_a_hundred_steps() -> None:
    assert inspect.signature(RegressionFitness).parameters["steps"].default == 100


def test_options_that_came_later_are_left_out_at_their_defaults() -> None:
    plain = FITNESSES.resolve("regression", {})
    assert plain == {  # as in the folders of runs before them
        **{"task": "combo", "steps": 100, "weighting": "code", "precision": "auto"},
        **{"learning_rate": None, "weight_decay": None},
    }
    later = {
        "statistics": "running",
        "clip": 0.0,
        "warm_up": 0,
        "full_rate_channels": 0,
        "rungs": "",
        "rung_slope": SLOPE,
    }
    assert FITNESSES.resolve("regression", later) == plain
    fitness, same = RegressionFitness(**plain), RegressionFitness(**{**plain, **later})
    assert [vars(same)[name] for name in ("_judging", "_sgd", "_full_rate_channels")] == [
        vars(fitness)[name] for name in ("_judging", "_sgd", "_full_rate_channels")
    ]
    assert FITNESSES.resolve("regression", {"clip": "1"})["clip"] == 1.0


def test_a_training_that_falls_behind_is_given_up_and_one_that_does_not_is_as_without(
    make_context: MakeContext, task_file: str
) -> None:
    whole, raced = make_fitness(task_file), make_fitness(task_file, rungs="1,3")
    value = whole(5, make_context()).value
    for threshold in (None, 10 * value):
        assert raced(5, replace(make_context(), threshold=threshold)).value == value
    with pytest.raises(AbandonedError) as raised:
        raced(5, replace(make_context(), threshold=0.0))
    assert raised.value.metrics["rung"] == 1
    assert raised.value.metrics["steps"] == STEPS


def test_rungs_fit_the_training_and_its_weighting(task_file: str) -> None:
    assert RegressionFitness.settle({"task": "combo", "rungs": [10, 30]}) == {"task": "combo", "rungs": "10,30"}
    with pytest.raises(UsageError, match=f"below fitness.steps={STEPS}"):
        make_fitness(task_file, rungs=STEPS)
    with pytest.raises(UsageError, match=r"needs fitness.weighting=code"):
        make_fitness(task_file, rungs=1, weighting="paper")


def test_a_preset_is_what_it_stands_for(make_context: MakeContext, task_file: str) -> None:
    options: dict[str, Any] = {"task": task_file, "precision": "float32"}
    given: list[dict[str, Any]] = [{"preset": "fast"}, {"steps": 30, "statistics": "batch"}, {"steps": 30}]
    fast, same, other = (RegressionFitness(**options, **each)(5, make_context()).value for each in given)
    assert fast == same != other
