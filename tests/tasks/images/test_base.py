"""Catches: records of the contracts that can be changed after the fact, split names that scripts cannot spell, a source
that names another normalisation than it applies, images that are
augmented where plain ones are asked for."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from tasks.foundation.randomness import derive_rng
from tasks.images.base import Batch, ImageBatch, ImageSource, Split, draw_plain, lack_of_labels, normalisation_of
from tasks.images.digits import Digits
from tasks.images.noise import NoiseImages
from tasks.images.sources import open_images


def test_splits_are_spelt_as_on_the_command_line() -> None:
    assert [str(split) for split in Split] == ["train", "validation", "test"]


def test_one_class_is_no_label_and_neither_is_none() -> None:
    class OfOneClass(Digits):
        num_classes = 1

    assert lack_of_labels(Digits()) is None
    assert lack_of_labels(NoiseImages()) == "no labels"
    assert lack_of_labels(OfOneClass()) == "one class, and one class is no label"


def test_batches_are_frozen_and_unlabelled_unless_told() -> None:
    images = torch.zeros(2, 3, 4, 4)
    assert ImageBatch(images).labels is None
    for record in (ImageBatch(images), Batch(images, (images,))):
        with pytest.raises(dataclasses.FrozenInstanceError):
            record.images = images  # type: ignore[union-attr, misc]


def pixels_of(source: ImageSource) -> torch.Tensor:
    normalisation = normalisation_of(source)
    assert normalisation is not None
    return normalisation.undo(source.draw(60, np.random.default_rng(0)).images)


@pytest.mark.parametrize("name", ["photos", "cifar10", "imagefolder"])
def test_undone_images_are_the_bytes_they_were(
    name: str, cifar_root: Path, folder_of_images: Callable[..., Path]
) -> None:
    folder = f":{folder_of_images('a.png', 'b.png')}" if name == "imagefolder" else ""
    levels = 255 * pixels_of(open_images(f"{name}{folder}", data_root=cifar_root))
    torch.testing.assert_close(levels, levels.round().clamp(0, 255), atol=1e-3, rtol=0)


def test_undone_digits_reach_from_black_to_white() -> None:
    pixels = pixels_of(open_images("digits"))
    assert (pixels.min().item(), pixels.max().item()) == pytest.approx((0, 1), abs=1e-6)


def test_noise_says_no_normalisation() -> None:
    assert normalisation_of(open_images("noise")) is None


def test_plain_images_are_those_that_would_be_drawn_without_augmentation() -> None:
    class Source(Digits):
        def draw(self, *_: object, **__: object) -> ImageBatch:
            raise AssertionError("it would augment them")

    drawn = Digits(size=8).draw(5, derive_rng(1))
    assert torch.equal(draw_plain(Source(size=8), 5, derive_rng(1)).images, drawn.images)
    noise = NoiseImages(size=8)
    assert torch.equal(draw_plain(noise, 5, derive_rng(1)).images, noise.draw(5, derive_rng(1)).images)
