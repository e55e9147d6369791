"""Catches: a loss, a head, an optimiser or a number of steps other than published; dropout that depends on what ran
before or that moves torch's generators; a score in training mode; sequences that differ between candidates.

A second, plain implementation of the whole fitness is part of this file.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from fitness import DeadlineExceededError, EvalContext
from fitness.regression.fitness import RegressionFitness
from fitness.regression.sequences import SequenceRegression, StepDecoder
from fitness.training.loop import AdamSettings
from spaces import FeatureInfo, SequenceSpec
from spaces.nasbench_nlp.cell import RecurrentCell
from spaces.nasbench_nlp.network import step_decoder
from spaces.nasbench_nlp.recipe import from_text
from spaces.nasbench_nlp.space import NasBenchNlp
from tasks import Batch, ImageBatch, SequenceTask, derive_rng, load_any_task, torch_generator
from tests.tiny import TinyNetworks

MakeContext = Callable[..., EvalContext]
CELL = from_text("f=linear(x,h_prev_0);h_new_0=activation_tanh(f)")
OTHER = from_text("f=linear(x,h_prev_0);h_new_0=activation_sigm(f)")
STEPS, RATE, DECAY = 4, 0.01, 0.02


def small_task(**fields: Any) -> str:
    task = load_any_task("nlp_search")
    assert isinstance(task, SequenceTask)
    return replace(task, **{"dimension": 6, "length": 5, "batch_size": 3, **fields}).to_json()


def score(context: EvalContext, cell: RecurrentCell = CELL, *, dropout: Any = "none", **options: Any) -> float:
    space = NasBenchNlp(emsize=4, nhid=6, dropout=dropout)
    given = {"task": small_task(), "steps": STEPS, "learning_rate": RATE, "weight_decay": DECAY, **options}
    return RegressionFitness(precision="float32", **given)(cell, replace(context, space=space)).value


def plain_score(context: EvalContext) -> float:
    """Score CELL with an Adam written out and a loss written out."""
    task = load_any_task(small_task())
    assert isinstance(task, SequenceTask)
    inputs, target = task.build(derive_rng(context.data_seed, "regression", "batch"))
    noise = torch_generator(derive_rng(context.data_seed, "regression", "noise"))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(context.rng.integers(2**63)))
        network = NasBenchNlp(emsize=4, nhid=6, dropout="none").build(CELL, SequenceSpec(6, 5), 6)
        head = step_decoder(4, 6)
    parameters = [*network.parameters(), *head.parameters()]
    first, second = ([torch.zeros_like(parameter) for parameter in parameters] for _ in range(2))

    def loss() -> Tensor:
        noisy = inputs + torch.empty_like(inputs).uniform_(-0.6, 0.6, generator=noise)
        return ((head(network.forward_features(noisy)[0]) - target) ** 2).mean()

    for step in range(1, STEPS + 1):
        gradients = torch.autograd.grad(loss(), parameters, allow_unused=True)
        with torch.no_grad():
            for parameter, gradient, m, v in zip(parameters, gradients, first, second, strict=True):
                if gradient is None:  # the network's own decoder
                    continue
                slope = gradient + DECAY * parameter
                m.mul_(0.9).add_(0.1 * slope)
                v.mul_(0.999).add_(0.001 * slope**2)
                parameter -= RATE * (m / (1 - 0.9**step)) / ((v / (1 - 0.999**step)).sqrt() + 1e-8)
    with torch.no_grad():
        return -float(loss())


def test_the_score_is_that_of_a_plain_second_implementation(make_context: MakeContext) -> None:
    assert score(make_context()) == pytest.approx(plain_score(make_context()), rel=1e-4)


def test_a_score_is_the_same_twice_with_dropout_whatever_happened_in_between(make_context: MakeContext) -> None:
    first = score(make_context(), dropout="ptb")
    torch.manual_seed(123)
    torch.rand(10)
    score(make_context(seed=9), OTHER, dropout="ptb")
    before = torch.get_rng_state()
    assert score(make_context(), dropout="ptb") == first
    assert torch.equal(torch.get_rng_state(), before)
    assert score(make_context(), dropout="none") != first


def test_candidate_weights_and_data_all_matter(make_context: MakeContext) -> None:
    contexts = (make_context(), make_context(seed=8), make_context(data_seed=8))
    assert len({score(make_context(), OTHER), *map(score, contexts)}) == 4


def test_training_helps(make_context: MakeContext) -> None:
    assert score(make_context(), steps=60, learning_rate=0.03) > score(make_context(), steps=1)


def test_one_fitness_used_with_two_data_seeds_mixes_nothing_up(make_context: MakeContext) -> None:
    space = NasBenchNlp(emsize=4, nhid=6)

    def scores(fitness: RegressionFitness, *seeds: int) -> list[float]:
        return [fitness(CELL, replace(make_context(data_seed=seed), space=space)).value for seed in seeds]

    def fresh() -> RegressionFitness:
        return RegressionFitness(task=small_task(), steps=1)

    assert scores(fresh(), 1, 2, 1, 2) == [*scores(fresh(), 1), *scores(fresh(), 2)] * 2


def test_every_step_sees_fresh_noise_and_the_same_target_and_the_score_is_in_evaluation_mode(
    make_context: MakeContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Batch] = []
    modes: list[bool] = []
    prepare, loss = SequenceRegression.prepare, SequenceRegression.loss

    def note(self: SequenceRegression, batch: ImageBatch, generator: torch.Generator) -> Batch:
        shown.append(prepare(self, batch, generator))
        return shown[-1]

    def mode(self: SequenceRegression, features: Any, head: nn.Module, batch: Batch) -> Tensor:
        modes.append(head.training)
        return loss(self, features, head, batch)

    monkeypatch.setattr(SequenceRegression, "prepare", note)
    monkeypatch.setattr(SequenceRegression, "loss", mode)
    score(make_context())
    assert modes == [True] * STEPS + [False]
    assert not torch.equal(shown[0].inputs, shown[-1].inputs)
    assert torch.equal(shown[0].targets[0], shown[-1].targets[0])
    assert shown[0].inputs.shape == shown[0].targets[0].shape == (5, 3, 6)


def test_the_loss_is_the_mean_squared_error_of_every_step_by_hand() -> None:
    objective = SequenceRegression(SequenceTask("t", load_any_task("nlp_combo").noise, (), ()), torch.zeros(2, 1, 2))
    head = objective.head([FeatureInfo(3, 1)])
    assert isinstance(head, StepDecoder)
    with torch.no_grad():
        head.decoder.weight.copy_(torch.tensor([[1.0, 0.0, 0.0], [0.0, 2.0, 0.0]]))
        head.decoder.bias.copy_(torch.tensor([0.0, 1.0]))
    features = torch.tensor([[[1.0, 1.0, 9.0]], [[2.0, 0.0, 9.0]]])  # predictions (1, 3) and (2, 1)
    batch = objective.prepare(ImageBatch(torch.zeros(2, 1, 2)), torch.Generator())
    assert objective.loss([features], head, batch).item() == pytest.approx((1 + 9 + 4 + 1) / 4)


def test_the_last_of_several_stages_is_decoded() -> None:
    decoder = StepDecoder(3, 2)
    first, last = torch.randn(2, 1, 5), torch.randn(2, 1, 3)
    assert torch.equal(decoder([first, last]), decoder.decoder(last))


def test_a_score_that_is_no_number_names_what_may_help(make_context: MakeContext) -> None:
    context = replace(make_context(), space=NasBenchNlp(emsize=4, nhid=6))
    remedy = RegressionFitness(task=small_task(), steps=1)(CELL, context).remedy
    assert "fitness.clip=1, fitness.warm_up=10 or a fitness.learning_rate below 0.001" in remedy
    assert "full_rate" not in remedy


def test_the_options_of_the_training_reach_it(make_context: MakeContext) -> None:
    scores = {score(make_context(), **options) for options in ({}, {"clip": 1e-3}, {"warm_up": 3})}
    assert len(scores) == 3


def test_the_settings_of_the_paper_are_the_default() -> None:
    adam = AdamSettings()
    assert (adam.learning_rate, adam.weight_decay) == (1e-3, 1.2e-6)


def test_a_preset_for_images_stands_for_its_counterpart(make_context: MakeContext) -> None:
    context = replace(make_context(), space=NasBenchNlp(emsize=4, nhid=6))
    values = [RegressionFitness(task=task, steps=1)(CELL, replace(context, rng=derive_rng(1))).value
              for task in ("combo", "COMBO", "nlp_combo", "single")]  # fmt: skip
    assert values[0] == values[1] == values[2] != values[3]


def test_a_task_is_refused_where_it_is_of_the_other_kind(make_context: MakeContext) -> None:
    recurrent, images = NasBenchNlp(), TinyNetworks()
    assert RegressionFitness().accepts(recurrent) is None
    assert RegressionFitness(task="nlp_search").accepts(recurrent) is None
    assert "read sequences, and task 'N' has none" in str(RegressionFitness(task="N").accepts(recurrent))
    assert "nlp_combo, nlp_search" in str(RegressionFitness(task="N").accepts(recurrent))
    assert "read images, and task 'nlp_combo' has none" in str(RegressionFitness(task="nlp_combo").accepts(images))
    assert "D, N, R" in str(RegressionFitness(task="nlp_combo").accepts(images))


def test_a_deadline_stops_the_training(make_context: MakeContext) -> None:
    with pytest.raises(DeadlineExceededError):
        score(make_context(deadline=0.0))
