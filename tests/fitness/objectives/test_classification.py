"""Catches: labels exchanged or images changed on the way, a wrong number of classes, an option that does nothing,
data without labels that are accepted."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from fitness import FITNESSES, EvalContext
from fitness.objectives.classification import Classification
from fitness.training.fitness import TrainedFitness
from spaces import FeatureInfo
from tasks import ImageBatch, UsageError, open_images
from tasks.images.digits import Digits
from tasks.images.photos import Photos

INFO = [FeatureInfo(4, 1)]


def test_the_target_is_the_label_and_the_image_stays_as_it_is() -> None:
    images = ImageBatch(torch.rand(3, 3, 8, 8), torch.tensor([2, 0, 7]))
    batch = Classification(source=Digits(8)).prepare(images, torch.Generator())
    assert torch.equal(batch.inputs, images.images)
    assert [target.tolist() for target in batch.targets] == [[2, 0, 7]]


def test_there_is_a_logit_for_every_class_of_the_data() -> None:
    head = Classification(source=Digits(8)).head(INFO)
    assert head([torch.rand(2, 4, 3, 3)]).shape == (2, 10)


def test_smoothing_is_an_option() -> None:
    images = ImageBatch(torch.rand(2, 3, 8, 8), torch.tensor([1, 2]))
    features = [10 * torch.rand(2, 4, 3, 3)]
    plain, smooth = (Classification(source=Digits(8), label_smoothing=share) for share in (0.0, 0.3))
    head, batch = plain.head(INFO), plain.prepare(images, torch.Generator())
    expected = torch.nn.functional.cross_entropy(head(features), batch.targets[0], label_smoothing=0.3)
    torch.testing.assert_close(smooth.loss(features, head, batch), expected)
    assert not torch.equal(plain.loss(features, head, batch), expected)


@pytest.mark.parametrize("share", [-0.1, 1.0, float("nan")])
def test_a_share_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="label_smoothing"):
        Classification(source=Digits(8), label_smoothing=share)


def test_data_without_labels_are_refused_in_a_line_that_says_what_to_use() -> None:
    with pytest.raises(UsageError, match=r"Photos has no labels.*digits.*imagefolder:DIR.*random_labels") as refused:
        FITNESSES.build("classification", {}, source=Photos())
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("objective", ["classification", "patch_recovery"])
def test_one_class_is_no_label(objective: str) -> None:
    class OfOneClass(Digits):
        num_classes = 1

    with pytest.raises(UsageError, match="OfOneClass has one class, and one class is no label: give"):
        FITNESSES.build(objective, {}, source=OfOneClass(8))


def test_a_tiny_network_learns_digits(make_context: Callable[..., EvalContext]) -> None:
    context = replace(make_context(), images=open_images("digits", size=16))
    fitness = TrainedFitness(objective="classification", steps=60, batch=32, learning_rate=0.2, precision="float32")
    assert fitness(9, context).metrics["accuracy"] > 0.4
