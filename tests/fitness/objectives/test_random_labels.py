"""Catches: labels that favour a class, are those of the data or are drawn again; a judgement on images that were
never shown; a wrong number of classes."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from fitness import OBJECTIVES, EvalContext
from fitness.objectives.random_labels import RandomLabels
from fitness.training.fitness import TrainedFitness
from spaces import FeatureInfo
from tasks import ImageBatch, open_images


def test_labels_are_drawn_uniformly_with_the_generator() -> None:
    images = ImageBatch(torch.zeros(6000, 3, 1, 1), torch.zeros(6000, dtype=torch.int64))
    objective = RandomLabels(classes=3)
    first, again, other = (objective.label(images, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first.images is images.images
    assert first.labels is not None
    assert again.labels is not None
    assert torch.equal(first.labels, again.labels)
    assert other.labels is not None
    assert not torch.equal(first.labels, other.labels)
    assert first.labels.dtype == torch.int64
    counts = first.labels.bincount()  # 2,000 each, deviation 37
    assert len(counts) == 3
    assert bool(((counts - 2000).abs() < 185).all())


def test_the_target_is_the_label_given_before() -> None:
    images = ImageBatch(torch.rand(3, 3, 4, 4), torch.tensor([1, 0, 1]))
    batch = RandomLabels(classes=2).prepare(images, torch.Generator())
    assert torch.equal(batch.inputs, images.images)
    assert batch.targets[0].tolist() == [1, 0, 1]


def test_ten_classes_unless_told_and_never_one() -> None:
    features = [torch.rand(2, 4, 3, 3)]
    assert RandomLabels().head([FeatureInfo(4, 1)])(features).shape == (2, 10)
    assert RandomLabels(classes=7).head([FeatureInfo(4, 1)])(features).shape == (2, 7)
    with pytest.raises(ValueError, match="classes=1"):
        RandomLabels(classes=1)


def test_it_labels_pools_and_is_judged_on_what_it_was_trained_on() -> None:
    objective = OBJECTIVES.build("random_labels", {}, source=open_images("noise"))
    assert objective.held_out is False


def test_a_tiny_network_learns_a_few_images_by_heart(make_context: Callable[..., EvalContext]) -> None:
    context = replace(make_context(), images=open_images("photos", size=16))
    fitness = TrainedFitness(
        objective="random_labels", steps=80, pictures=16, held_out=16, learning_rate=0.2, precision="float32"
    )
    assert fitness(9, context).metrics["accuracy"] > 0.7
