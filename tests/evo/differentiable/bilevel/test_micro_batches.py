"""Catches: a step on parts of a batch that is not the mean of its parts, at either level and in either order; parts
under gates of their own, or with the same paths dropped in all; a batch whose images are lost or change their order.
"""

from typing import Any

import pytest
import torch
from torch import Tensor

from evo.differentiable.bilevel.architecture_gradient import first_order, second_order
from evo.differentiable.bilevel.inner_step import InnerStep
from evo.differentiable.bilevel.micro_batches import describe_micro_batches, prepared_parts, repeated_gates, sum_of
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations.base import Level, SupernetPass
from evo.differentiable.relaxations.gdas import Gdas
from spaces import Dropping, Gates
from tasks import Batch, ImageBatch
from tests.evo.differentiable.tiny_setup import make_setup, make_trainer

ONE_STEP = {"batch": 12, "held_out": 12, "micro_batches": 3, "architecture_decay": 0.0}


def prepared(trainer: SupernetTrainer) -> list[list[Batch]]:
    """Return the micro-batches of the only step of epoch 0, made by hand: of the weights, of the architecture."""
    setup, found = trainer._setup, []
    generator = setup.generator("prepare", 0)
    for level in (Level.WEIGHTS, Level.ARCHITECTURE):
        (whole,) = list(trainer._data.batches(level, 0, 1))
        parts = [ImageBatch(whole.images[first : first + 4]) for first in (0, 4, 8)]
        found.append([setup.objective.prepare(part, generator) for part in parts])
    trainer.supernet.train()
    trainer.head.train()
    return found


def losses_of(trainer: SupernetTrainer, batches: list[Batch], level: Level) -> list[Tensor]:
    """Return the loss of every micro-batch, each under the gates of a generator that stands where the step's does."""
    alphas = trainer.supernet.alphas
    return [trainer.loss(batch, SupernetPass(level, torch.Generator().manual_seed(5)), alphas) for batch in batches]


def test_a_step_of_the_weights_follows_the_mean_of_gradients_of_parts() -> None:
    options = {**ONE_STEP, "architecture_from": 3, "clip": 0.0, "weight_decay": 0.0}
    trainer = make_trainer(make_setup(**options, learning_rate=0.5))
    before = [weight.detach().clone() for weight in trainer.weights()]
    batches, _ = prepared(trainer)
    parts = [
        torch.autograd.grad(loss, trainer.weights(), allow_unused=True, materialize_grads=True)
        for loss in losses_of(trainer, batches, Level.WEIGHTS)
    ]
    means = [sum(each) / 3 for each in zip(*parts, strict=True)]
    stepped = make_trainer(make_setup(**options, learning_rate=0.5))
    stepped.epoch(0)
    for weight, start, mean in zip(stepped.weights(), before, means, strict=True):
        torch.testing.assert_close(weight.detach(), start - 0.5 * mean, rtol=1e-5, atol=1e-7)
    whole = make_trainer(make_setup(**{**options, "micro_batches": 1}, learning_rate=0.5))
    whole.epoch(0)
    assert any(not torch.allclose(*pair) for pair in zip(whole.weights(), stepped.weights(), strict=True))


@pytest.mark.parametrize("order", [1, 2])
def test_the_gradient_of_the_architecture_is_that_of_the_mean_of_parts(order: int) -> None:
    trainer = make_trainer(make_setup(**ONE_STEP, order=order, learning_rate=0.5, least_rate=0.5))
    training, validation = prepared(trainer)
    architecture, weights = trainer.supernet.architecture_parameters(), trainer.weights()

    def mean(batches: list[Batch]) -> Tensor:
        return torch.stack(losses_of(trainer, batches, Level.ARCHITECTURE)).mean()

    if order == 1:
        (wanted,) = first_order(lambda: mean(validation), architecture)
    else:
        step = InnerStep(0.5, 0.9, [3e-4] * len(weights), [None] * len(weights))
        (wanted,) = second_order(lambda: mean(training), lambda: mean(validation), weights, architecture, step)
    for group in trainer.weights_optimizer.param_groups:
        group["lr"] = 0.5
    (found,), loss = trainer._architecture_gradient(training, validation, torch.Generator())
    assert found is not None
    assert wanted is not None
    exact = {"rtol": 1e-3, "atol": 1e-6} if order == 2 else {"rtol": 1e-5, "atol": 1e-8}  # a difference is rounded
    torch.testing.assert_close(found, wanted, **exact)
    if order == 1:  # the second judges weights that have moved
        torch.testing.assert_close(loss, mean(validation).detach())


def test_parts_run_under_the_same_gates_and_draw_on() -> None:
    generator, plain = (torch.Generator().manual_seed(3) for _ in range(2))
    drawn, dropped = [], []

    def draw() -> Gates:
        drawn.append(float(torch.rand((), generator=generator)))
        return Gates({})

    found = []
    for gates in repeated_gates(draw, generator, 3):
        found.append(gates)
        dropped.append(float(torch.rand((), generator=generator)))
    expected = torch.rand(4, generator=plain).tolist()
    assert drawn == expected[:1] * 3
    assert dropped == expected[1:]
    assert len(set(map(id, found))) == 3
    assert torch.equal(generator.get_state(), plain.get_state())


def test_parts_drop_other_paths_where_gates_come_with_a_generator_of_their_own() -> None:
    generator, plain = (torch.Generator().manual_seed(3) for _ in range(2))

    def draw() -> Gates:  # as on a GPU, where the generator given is that of the processor
        seed = int(torch.randint(1000, (), generator=generator))
        return Gates({}, auxiliary=seed, dropping=Dropping(torch.Generator().manual_seed(seed), paths=0.5))

    found = [(gates.auxiliary, _dropped(gates)) for gates in repeated_gates(draw, generator, 3)]
    seed = int(torch.randint(1000, (), generator=plain))
    expected = torch.rand(3, generator=torch.Generator().manual_seed(seed)).tolist()
    assert found == [(seed, each) for each in expected]
    assert torch.equal(generator.get_state(), plain.get_state())


def _dropped(gates: Gates) -> float:
    assert gates.dropping is not None
    return float(torch.rand((), generator=gates.dropping.generator))


def test_a_step_samples_one_architecture() -> None:
    seen: list[Any] = []

    class Watching(Gdas):
        def gates(self, alphas: Any, supernet_pass: SupernetPass) -> Gates:
            found = super().gates(alphas, supernet_pass)
            seen.append((supernet_pass.level, found.cells["cell"].computed))
            return found

    make_trainer(make_setup(**ONE_STEP), Watching()).epoch(0)
    levels = [level for level, _ in seen]
    assert levels == [Level.ARCHITECTURE] * 3 + [Level.WEIGHTS] * 3 + [Level.JUDGING]
    assert seen[0] == seen[1] == seen[2]
    assert seen[3] == seen[4] == seen[5]
    assert seen[0][1] != seen[3][1]


def test_parts_hold_all_images_in_order_with_their_labels() -> None:
    setup = make_setup("random_labels", micro_batches=2)
    images = ImageBatch(torch.arange(4.0).view(4, 1, 1, 1).expand(4, 3, 8, 8), torch.tensor([3, 1, 2, 0]))
    first, second = prepared_parts(setup, images, torch.Generator())
    assert [batch.inputs[:, 0, 0, 0].tolist() for batch in (first, second)] == [[0, 1], [2, 3]]
    assert [batch.targets[0].tolist() for batch in (first, second)] == [[3, 1], [2, 0]]


def test_losses_are_added() -> None:
    assert float(sum_of([torch.tensor(1.5), torch.tensor(2.0)])) == 3.5


def test_what_a_step_is_is_said_where_it_has_several_passes() -> None:
    assert describe_micro_batches(make_setup().settings) == []
    (line,) = describe_micro_batches(make_setup(batch=12, held_out=12, micro_batches=3).settings)
    assert line.startswith("micro-batches: a step on 12 images is the mean of 3 passes over 4, each normalised by")
