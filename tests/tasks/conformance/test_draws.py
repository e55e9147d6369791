"""Catches: batches of another form, sources that end, pixels as bytes, labels that are none, images that are shared."""

from typing import Any

import pytest
import torch

from tasks.conformance import draws
from tasks.conformance.outcomes import Doubtful, Nonconformance, NotApplicable
from tasks.images.base import ImageBatch
from tests.tasks.conformance.sources import Sound, case_of, drawing, having


class Shared(Sound):
    """Hands out the very images that it keeps."""

    def draw(self, count: int, *asked: Any, **named: Any) -> ImageBatch:
        return ImageBatch(next(iter(self.all.values())).images[:count])


class Ends(Sound):
    """Draws no more than there are."""

    def draw(self, count: int, *asked: Any, **named: Any) -> Any:
        return super().draw(min(count, 12), *asked, **named)


def with_images(images: Any) -> type[Sound]:
    return drawing(lambda batch: ImageBatch(images(batch.images), batch.labels))


def with_labels(labels: Any) -> type[Sound]:
    return drawing(lambda batch: ImageBatch(batch.images, labels(batch.labels)))


@pytest.mark.parametrize(
    ("check", "kind", "words"),
    [
        (draws.size_and_classes_are_numbers, having(size=4.0), "size is 4.0"),
        (draws.size_and_classes_are_numbers, having(size=0), "size is 0"),
        (draws.size_and_classes_are_numbers, having(num_classes=1), "num_classes is 1"),
        (draws.size_and_classes_are_numbers, having(num_classes="3"), "num_classes is '3'"),
        (
            draws.images_have_the_form_of_a_batch,
            having(size=5),
            r"\[8, 3, 4, 4\] instead of \[8, channels, 5, 5\]",
        ),
        (draws.images_have_the_form_of_a_batch, with_images(lambda x: x[:-1]), r"\[7, 3, 4, 4\] instead of \[8"),
        (draws.images_have_the_form_of_a_batch, with_images(lambda x: x[0]), r"shape \[3, 4, 4\]"),
        (draws.images_have_the_form_of_a_batch, with_images(lambda x: x.numpy()), "images are a ndarray"),
        (draws.images_have_the_form_of_a_batch, with_images(lambda x: x.double()), "images are torch.float64"),
        (draws.images_have_the_form_of_a_batch, with_images(lambda x: x / 0), "not finite"),
        (draws.any_number_can_be_drawn, Ends, "12 images come where 13 are asked for"),
        (draws.labels_are_of_the_classes, with_labels(lambda y: y + 1), "labels 1 to 3 of 3 classes"),
        (draws.labels_are_of_the_classes, with_labels(lambda y: y - 1), "labels -1 to 1 of 3 classes"),
        (draws.labels_are_of_the_classes, with_labels(lambda y: y.float()), "labels are torch.float32"),
        (draws.labels_are_of_the_classes, with_labels(lambda y: y[:, None]), r"labels have the shape \[8, 1\]"),
        (draws.labels_are_of_the_classes, with_labels(lambda y: None), "labels are a NoneType"),
        (draws.labels_are_of_the_classes, having(num_classes=None), "num_classes is None, and draw"),
        (draws.images_handed_out_are_copies, Shared, "hand out copies"),
    ],
)
def test_a_fault_is_told(check: Any, kind: type[Sound], words: str) -> None:
    with pytest.raises(Nonconformance, match=words):
        check(case_of(kind))


@pytest.mark.parametrize(
    ("check", "kind", "words"),
    [
        (draws.values_are_normalised, with_images(lambda x: 255 * x), "standard deviation"),
        (draws.values_are_normalised, with_images(lambda x: x + 4), "mean"),
        (draws.values_are_normalised, with_images(torch.zeros_like), "standard deviation 0;"),
        (draws.labels_are_of_the_classes, with_labels(torch.zeros_like), r"all are of class \{0\}"),
    ],
)
def test_what_seems_wrong_is_to_think_about(check: Any, kind: type[Sound], words: str) -> None:
    with pytest.raises(Doubtful, match=words):
        check(case_of(kind))


def test_without_classes_there_is_nothing_to_check() -> None:
    plain = type("Plain", (with_labels(lambda y: None),), {"num_classes": None})
    with pytest.raises(NotApplicable):
        draws.labels_are_of_the_classes(case_of(plain))
