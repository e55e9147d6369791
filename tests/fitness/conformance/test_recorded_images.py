"""Catches: other images than the source's, draws that are not told apart or not noted, a source that is changed, or
whose type or attributes are lost on a fitness that looks for them."""

from dataclasses import dataclass

import numpy as np
import torch

from fitness.conformance.recorded_images import RecordedImages
from tasks import ImageBatch, Split, derive_rng
from tasks.images.base import normalisation_of
from tasks.images.digits import Digits
from tasks.images.noise import NoiseImages


@dataclass(frozen=True, slots=True)
class Slotted:
    """A source that takes no other attribute."""

    size: int
    num_classes: None = None

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        return NoiseImages(self.size).draw(count, rng, split=split)


def test_pictures_are_those_of_the_source() -> None:
    images = RecordedImages.of(Digits(16)).source
    assert (images.size, images.num_classes) == (16, 10)
    drawn, own = images.draw(4, derive_rng(1)), Digits(16).draw(4, derive_rng(1))
    assert torch.equal(drawn.images, own.images)
    assert drawn.labels is not None
    assert own.labels is not None
    assert torch.equal(drawn.labels, own.labels)
    validation = images.draw(4, derive_rng(1), split=Split.VALIDATION).images
    assert torch.equal(validation, Digits(16).draw(4, derive_rng(1), split=Split.VALIDATION).images)


def test_equal_draws_leave_equal_marks_in_order() -> None:
    images = RecordedImages.of(NoiseImages(8))
    for seed in (1, 2, 1):
        images.source.draw(3, derive_rng(seed))
    first, second, third = images.drawn
    assert first == third != second


def test_a_fitness_finds_in_it_what_it_would_find_in_the_source() -> None:
    own = Digits(16)
    images = RecordedImages.of(own).source
    assert isinstance(images, Digits)
    assert normalisation_of(images) == normalisation_of(own) is not None
    assert type(own) is Digits


def test_a_source_that_takes_no_attributes_is_noted_too() -> None:
    images = RecordedImages.of(Slotted(8))
    assert torch.equal(images.source.draw(2, derive_rng(0)).images, Slotted(8).draw(2, derive_rng(0)).images)
    assert len(images.drawn) == 1
