"""Catches: turns that do not fit their classes or go the other way, an image that is missing in one position."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from fitness import EvalContext
from fitness.objectives.rotation import Rotation
from fitness.training.fitness import TrainedFitness
from spaces import FeatureInfo
from tasks import ImageBatch, open_images


def test_class_k_is_k_quarters_against_the_clock() -> None:
    image = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).expand(1, 3, 2, 2)
    batch = Rotation().prepare(ImageBatch(image), torch.Generator())
    assert batch.targets[0].tolist() == [0, 1, 2, 3]
    assert batch.inputs.shape == (4, 3, 2, 2)
    assert batch.inputs[:, 1].tolist() == [
        [[1, 2], [3, 4]],
        [[2, 4], [1, 3]],
        [[4, 3], [2, 1]],
        [[3, 1], [4, 2]],
    ]


def test_every_image_is_there_in_every_position() -> None:
    images = torch.rand(3, 3, 5, 5)
    batch = Rotation().prepare(ImageBatch(images, torch.tensor([7, 8, 9])), torch.Generator())
    assert batch.targets[0].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]
    back = torch.stack([x.rot90(-int(k), (1, 2)) for x, k in zip(batch.inputs, batch.targets[0], strict=True)])
    assert torch.equal(back, images.repeat(4, 1, 1, 1))


def test_there_are_four_logits() -> None:
    assert Rotation().head([FeatureInfo(2, 1)])([torch.rand(8, 2, 3, 3)]).shape == (8, 4)


def test_a_tiny_network_learns_which_way_digits_stand(make_context: Callable[..., EvalContext]) -> None:
    context = replace(make_context(), images=open_images("digits", size=16))
    fitness = TrainedFitness(objective="rotation", steps=60, learning_rate=0.2, precision="float32")
    score = fitness(9, context)
    assert score.metrics["accuracy"] > 0.45  # 0.25 by chance
    assert score.value == pytest.approx(-score.metrics["loss"])
