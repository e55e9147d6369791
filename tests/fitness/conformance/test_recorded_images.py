"""Catches: other pictures than the source's, draws that are not told apart or not recorded, a source whose own
attributes are lost."""

import copy

import torch

from fitness.conformance.recorded_images import RecordedImages
from tasks import Split, derive_rng
from tasks.digits import Digits
from tasks.noise import NoiseImages


def test_pictures_are_those_of_the_source() -> None:
    images = RecordedImages(Digits(16))
    assert (images.size, images.num_classes) == (16, 10)
    drawn, own = images.draw(4, derive_rng(1)), Digits(16).draw(4, derive_rng(1))
    assert torch.equal(drawn.images, own.images)
    assert drawn.labels is not None
    assert own.labels is not None
    assert torch.equal(drawn.labels, own.labels)
    validation = images.draw(4, derive_rng(1), split=Split.VALIDATION).images
    assert torch.equal(validation, Digits(16).draw(4, derive_rng(1), split=Split.VALIDATION).images)


def test_equal_draws_leave_equal_marks_in_order() -> None:
    images = RecordedImages(NoiseImages(8))
    for seed in (1, 2, 1):
        images.draw(3, derive_rng(seed))
    first, second, third = images.drawn
    assert first == third != second


def test_what_else_a_source_has_is_there() -> None:
    class Named(NoiseImages):
        name = "mine"

    images = RecordedImages(Named(8))
    assert images.name == "mine"
    assert not hasattr(images, "colour")
    assert copy.copy(images).size == 8
