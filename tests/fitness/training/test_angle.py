"""Catches: an angle that is none, that loses what a cosine cannot tell from 0, or that counts what training does not
reach; another training than documented, labels that do not stay, a score that depends on what ran before.

A second, plain implementation of the whole fitness is part of this file.
"""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness import FITNESSES, DeadlineExceededError, EvalContext
from fitness.base import network_shape
from fitness.training.angle import AngleFitness, angle_between
from spaces import FeatureInfo, FeatureNetwork, InputSpec
from tasks import derive_rng
from tests.tiny import NanNetworks, TinyNetwork, TinyNetworks, TinySequences
from tests.toy import BitStrings

MakeContext = Callable[..., EvalContext]
STEPS, BATCH, PICTURES, RATE = 5, 4, 8, 0.05


def make_fitness(**options: Any) -> AngleFitness:
    settings = {"steps": STEPS, "batch": BATCH, "pictures": PICTURES, "learning_rate": RATE, "precision": "float32"}
    return AngleFitness(**{**settings, **options})


@pytest.mark.parametrize(
    ("one", "other", "angle"),
    [
        ([1.0, 0.0], [0.0, 2.0], math.pi / 2),
        ([1.0, 0.0], [0.0, -2.0], math.pi / 2),
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([1.0, 2.0], [3.0, 6.0], 0.0),
        ([1.0, 2.0], [-1.0, -2.0], math.pi),
        ([1.0, 0.0], [1.0, math.sqrt(3)], math.pi / 3),
        ([1.0, 0.0], [1.0, 1e-9], 1e-9),
        ([0.0, 0.0], [1.0, 0.0], 0.0),
    ],
)
def test_angles_are_those_worked_by_hand(one: list[float], other: list[float], angle: float) -> None:
    found = angle_between([torch.tensor(one)], [torch.tensor(other)])
    assert found == pytest.approx(angle, rel=1e-6, abs=1e-12)


def test_the_tensors_in_a_row_are_one_vector() -> None:
    # (1, 1, 0, 0) and (0, 1, 0, 1): the product is 1, the norms are sqrt 2 each, the cosine is 1/2.
    one = [torch.tensor([[1.0], [1.0]]), torch.tensor([0.0, 0.0])]
    other = [torch.tensor([[0.0], [1.0]]), torch.tensor([0.0, 1.0])]
    assert angle_between(one, other) == pytest.approx(math.pi / 3)


def plain_angle(context: EvalContext) -> float:
    """Return the angle of a tiny network of width 5, two batches to an epoch, with nothing but torch's layers."""
    rng = derive_rng(context.data_seed, "angle", "pictures")
    images = context.images.draw(PICTURES, rng).images
    labels = torch.from_numpy(rng.integers(10, size=PICTURES))
    orders = [derive_rng(context.data_seed, "pool", "order", epoch).permutation(PICTURES) for epoch in range(3)]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(context.rng.integers(2**63)))
        network = TinyNetwork(5, *network_shape(context.images))
        norm, classifier = nn.BatchNorm2d(10), nn.Linear(10, 10)
    layers = [*network.convolutions, classifier]
    before = torch.cat([layer.weight.detach().flatten().double() for layer in layers])
    velocity: dict[Tensor, Tensor] = {}
    for step in range(STEPS):
        chosen = torch.from_numpy(orders[step // 2][step % 2 * BATCH :][:BATCH])
        pooled = norm(network.forward_features(images[chosen])[-1]).mean((2, 3))
        loss = functional.cross_entropy(classifier(pooled), labels[chosen])
        parameters = [parameter for layer in [*layers, norm] for parameter in layer.parameters()]
        rate = RATE * (1 + math.cos(math.pi * step / STEPS)) / 2
        with torch.no_grad():
            for parameter, gradient in zip(parameters, torch.autograd.grad(loss, parameters), strict=True):
                decayed = gradient + (5e-4 * parameter if parameter.ndim > 1 else 0.0)
                velocity[parameter] = 0.9 * velocity[parameter] + decayed if parameter in velocity else decayed
                parameter -= rate * velocity[parameter]
    after = torch.cat([layer.weight.detach().flatten().double() for layer in layers])
    return float(torch.acos(before @ after / (before.norm() * after.norm())))


def test_the_score_is_that_of_a_plain_second_implementation(make_context: MakeContext) -> None:
    assert make_fitness()(5, make_context()).value == pytest.approx(plain_angle(make_context()), rel=1e-4)


def test_weights_that_do_not_move_have_no_angle(make_context: MakeContext) -> None:
    assert make_fitness(steps=1, learning_rate=1e-30)(5, make_context()).value == 0


def test_longer_training_turns_weights_further(make_context: MakeContext) -> None:
    angles = [make_fitness(steps=steps)(5, make_context()).value for steps in (1, 10, 40)]
    assert 0 < angles[0] < angles[1] < angles[2] < math.pi / 2


def test_a_score_is_a_function_of_the_seeds(make_context: MakeContext) -> None:
    fitness = make_fitness()
    first = fitness(3, make_context(seed=1)).value
    fitness(7, make_context(seed=2))
    assert fitness(3, make_context(seed=1)).value == first
    assert make_fitness()(3, make_context(seed=1)).value == first
    assert fitness(3, make_context(seed=8)).value != first
    assert fitness(3, make_context(seed=1, data_seed=8)).value != first


class Pool(FeatureNetwork):
    """A network that learns nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.feature_info = [FeatureInfo(3, 1)]
        self.norm = nn.BatchNorm2d(3)

    def forward_features(self, x: Tensor) -> list[Tensor]:
        return [self.norm(functional.avg_pool2d(x, 3, 1, 1))]

    def forward(self, x: Tensor) -> Tensor:
        return self.forward_features(x)[0].mean((2, 3))


def test_a_network_without_weights_is_an_error(make_context: MakeContext) -> None:
    class Pools(TinyNetworks):
        def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> Any:
            return Pool()

    context = make_context()
    object.__setattr__(context, "space", Pools())
    with pytest.raises(ValueError, match="no convolution or linear layer"):
        make_fitness()(3, context)


def test_weights_that_are_no_numbers_have_an_angle_that_is_none(make_context: MakeContext) -> None:
    context = make_context()
    object.__setattr__(context, "space", NanNetworks())
    assert math.isnan(make_fitness()(3, context).value)


def test_a_deadline_ends_the_training(make_context: MakeContext) -> None:
    with pytest.raises(DeadlineExceededError):
        make_fitness()(3, make_context(deadline=0.0))


def test_what_cannot_be_trained_on_images_is_refused_beforehand() -> None:
    fitness = make_fitness()
    assert fitness.accepts(TinyNetworks()) is None
    assert fitness.accepts(BitStrings()) == "it trains networks, and this space builds none"
    assert fitness.accepts(TinySequences()) == "it trains networks that read images"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"steps": 0}, "steps=0: must be at least 1"),
        ({"batch": 1}, "batch=1"),
        ({"pictures": 3}, "pictures=3: must be at least 4"),
        ({"classes": 1}, "classes=1"),
        ({"learning_rate": 0.0}, "learning_rate=0.0"),
        ({"learning_rate": math.inf}, "learning_rate=inf"),
    ],
)
def test_a_number_out_of_range_is_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make_fitness(**options)


def test_it_is_among_the_fitnesses_by_its_name() -> None:
    assert isinstance(FITNESSES.build("angle", {"steps": "3"}), AngleFitness)
