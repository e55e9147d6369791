"""Catches: a loss or a share of right answers other than by hand, smoothing that stays when a network is judged, an
objective whose gradients do not reach all of network and head, or that draws from anywhere but its generator, a guess
among other classes than there are."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from fitness import OBJECTIVES
from fitness.objectives.cross_entropy import CrossEntropy, labelled
from spaces import FeatureInfo, InputSpec
from tasks import Batch, ImageBatch, open_images
from tests.tiny import TinyNetwork

CHOOSING = ("classification", "colorization", "jigsaw", "random_labels", "rotation")


class Given(CrossEntropy):
    """An objective whose features are its logits."""

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        return labelled(batch)

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        return Last()


class Last(nn.Module):
    def forward(self, features: Sequence[Tensor]) -> Tensor:
        return features[-1]


def batch(*classes: int) -> Batch:
    return Batch(torch.zeros(len(classes), 3, 1, 1), (torch.tensor(classes),))


def test_the_loss_is_the_mean_of_minus_the_logarithms_of_what_the_classes_are_given() -> None:
    logits = torch.tensor([[0.0, math.log(3.0)], [math.log(4.0), 0.0]])  # 1/4 and 3/4; 4/5 and 1/5
    loss = Given().loss([torch.rand(9), logits], Last(), batch(0, 0))
    assert float(loss) == pytest.approx(-(math.log(1 / 4) + math.log(4 / 5)) / 2)


def test_half_precision_ends_at_the_logits() -> None:
    logits = torch.tensor([[0.0, 1.0]], dtype=torch.bfloat16)
    assert Given().loss([logits], Last(), batch(0)).dtype == torch.float32


def test_smoothing_spreads_its_share_over_all_classes_in_training_alone() -> None:
    objective, head = Given(), Last()
    objective.label_smoothing = 0.2
    logits = [torch.tensor([[0.0, math.log(3.0)]])]
    smoothed = -0.9 * math.log(1 / 4) - 0.1 * math.log(3 / 4)
    assert float(objective.loss(logits, head, batch(0))) == pytest.approx(smoothed)
    assert float(objective.loss(logits, head.eval(), batch(0))) == pytest.approx(-math.log(1 / 4))


def test_the_right_answers_of_images_and_of_pixels_are_counted() -> None:
    logits = torch.tensor([[1.0, 2.0, 0.0], [3.0, 0.0, 0.0], [0.0, 0.0, 1.0], [5.0, 4.0, 4.0]])
    assert float(Given().accuracy([logits], Last(), batch(1, 0, 1, 2))) == 0.5
    pixels = logits.T.reshape(1, 3, 2, 2)
    answers = Batch(torch.zeros(1, 3, 2, 2), (torch.tensor([[[1, 0], [2, 2]]]),))
    assert float(Given().accuracy([pixels], Last(), answers)) == 0.75


def test_pictures_without_the_labels_they_should_have_are_an_error() -> None:
    images, labels = torch.rand(2, 3, 4, 4), torch.tensor([1, 0])
    assert labelled(ImageBatch(images, labels)).inputs is images
    assert labelled(ImageBatch(images, labels)).targets == (labels,)
    with pytest.raises(ValueError, match="without the labels"):
        labelled(ImageBatch(images))


@pytest.fixture(params=CHOOSING)
def prepare(request: pytest.FixtureRequest) -> Callable[[int], tuple[CrossEntropy, Batch]]:
    """Return a function of a seed that prepares the same five digits for every objective."""
    source = open_images("digits", size=16)
    objective = OBJECTIVES.build(request.param, {}, source=source)
    images = source.draw(5, np.random.default_rng(0))
    return lambda seed: (objective, objective.prepare(images, torch.Generator().manual_seed(seed)))


def test_gradients_reach_all_of_network_and_head(prepare: Callable[[int], tuple[CrossEntropy, Batch]]) -> None:
    objective, prepared = prepare(0)
    network = TinyNetwork(4, InputSpec(size=16), 10)
    head = objective.head(network.feature_info)
    features = network.forward_features(prepared.inputs)
    loss = objective.loss(features, head, prepared)
    loss.backward()  # type: ignore[no-untyped-call]
    assert loss.shape == ()
    assert bool(loss.isfinite())
    for parameter in (*network.convolutions.parameters(), *head.parameters()):
        assert parameter.grad is not None
        assert bool(parameter.grad.abs().sum() > 0)
    assert objective.has_answers
    assert 0 <= float(objective.accuracy(features, head, prepared)) <= 1


@pytest.mark.parametrize("name", CHOOSING)
def test_who_guesses_gives_each_class_the_same_chance(name: str) -> None:
    source = open_images("digits", size=16)
    objective = OBJECTIVES.build(name, {}, source=source)
    prepared = objective.prepare(source.draw(5, np.random.default_rng(0)), torch.Generator().manual_seed(0))
    head = objective.head([FeatureInfo(6, 2)])
    for parameter in head.parameters():
        nn.init.zeros_(parameter.requires_grad_(False))
    count = len(prepared.inputs)
    loss = float(objective.loss([torch.randn(count, 6, 8, 8)], head, prepared))
    if name == "colorization":
        assert objective.guessing_loss(prepared) is None  # grey is more frequent than any colour
    else:
        assert objective.guessing_loss(prepared) == pytest.approx(loss)


def test_batches_are_a_function_of_the_generator(prepare: Callable[[int], tuple[CrossEntropy, Batch]]) -> None:
    _, first = prepare(3)
    torch.manual_seed(5)
    _, again = prepare(3)
    assert torch.equal(first.inputs, again.inputs)
    assert torch.equal(first.targets[0], again.targets[0])
