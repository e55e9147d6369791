"""Catches: an image met twice or left out in an epoch, labels that come apart from their images, an order that does
not change between epochs or depends on anything but the seed."""

from itertools import chain

import pytest
import torch

from fitness.training.batches import ENDLESS, ImagePool, ShiftedPool, check_judged, images_in, on_device
from tasks import ImageBatch, Split, UsageError, open_images
from tasks.images.noise import NoiseImages
from tasks.transforms.augment import shifted
from tests.tiny_images import TwoSplits


def numbered(count: int) -> ImageBatch:
    numbers = torch.arange(count)
    return ImageBatch(numbers.float().reshape(-1, 1, 1, 1).expand(-1, 3, 2, 2), numbers + 100)


def epochs(pool: ImagePool) -> list[list[int]]:
    return [batch.images[:, 0, 0, 0].int().tolist() for batch in pool]


def test_every_image_is_met_once_an_epoch_in_another_order_each() -> None:
    batches = epochs(ImagePool(numbered(6), size=2, steps=6, seed=0))
    first, second = ([*chain.from_iterable(batches[start : start + 3])] for start in (0, 3))
    assert sorted(first) == sorted(second) == list(range(6))
    assert first != second


def test_a_rest_that_fills_no_batch_is_left_out_and_the_last_epoch_may_be_short() -> None:
    pool = ImagePool(numbered(5), size=2, steps=3, seed=0)
    batches = epochs(pool)
    assert [len(batch) for batch in batches] == [2, 2, 2]
    assert len(pool) == 3
    assert len({*batches[0], *batches[1]}) == 4


def test_without_validation_images_nothing_is_judged() -> None:
    check_judged(open_images("photos"), "x")
    check_judged(TwoSplits(), "x")  # type: ignore[arg-type]
    for splits in ((Split.TRAIN,), (Split.TRAIN, Split.TEST)):
        with pytest.raises(UsageError, match=r"^x: there are no validation images to judge by"):
            check_judged(OfSplits(splits), "x")


class OfSplits(NoiseImages):
    """Noise of some splits alone."""

    def __init__(self, splits: tuple[Split, ...]) -> None:
        super().__init__(8)
        object.__setattr__(self, "splits", splits)


def test_pictures_that_fill_no_batch_are_refused() -> None:
    with pytest.raises(ValueError, match="3 images fill no batch of 4"):
        ImagePool(numbered(3), size=4, steps=1, seed=0)


def test_labels_stay_with_their_images() -> None:
    for batch in ImagePool(numbered(6), size=3, steps=4, seed=1):
        assert batch.labels is not None
        assert torch.equal(batch.labels, batch.images[:, 0, 0, 0].long() + 100)
    assert next(iter(ImagePool(ImageBatch(torch.zeros(2, 3, 2, 2)), 2, 1, 0))).labels is None


def test_the_seed_alone_decides() -> None:
    orders = [epochs(ImagePool(numbered(20), 5, 4, seed)) for seed in (3, 3, 4)]
    assert orders[0] == orders[1] != orders[2]


def test_sources_with_an_end_say_how_many_images_they_have() -> None:
    assert images_in(open_images("digits")) == 1079
    assert images_in(open_images("digits"), Split.VALIDATION) == 359
    assert images_in(open_images("photos")) == ENDLESS == 4096


def test_pictures_lie_channels_last_and_keep_their_labels() -> None:
    moved = on_device(ImageBatch(torch.zeros(2, 3, 4, 4), torch.tensor([1, 2])), torch.device("cpu"))
    assert moved.images.is_contiguous(memory_format=torch.channels_last)
    assert moved.labels is not None
    assert moved.labels.tolist() == [1, 2]
    assert on_device(ImageBatch(torch.zeros(2, 3, 4, 4)), torch.device("cpu")).labels is None


def test_pictures_are_shifted_and_mirrored_anew_each_epoch_and_keep_their_labels() -> None:
    images = ImageBatch(torch.rand(4, 3, 8, 8), torch.arange(4))
    pool = ImagePool(images, size=4, steps=2, seed=0)
    shifting = ShiftedPool(pool, torch.Generator().manual_seed(1), None)
    plain, moved = list(pool), list(shifting)
    assert len(shifting) == len(moved) == 2
    expected = torch.Generator().manual_seed(1)
    for before, after in zip(plain, moved, strict=True):
        assert torch.equal(after.images, shifted(before.images, expected, None))
        assert after.labels is before.labels or torch.equal(after.labels, before.labels)
    assert not torch.equal(moved[0].images, plain[0].images)


def test_pictures_are_shifted_by_as_much_as_asked() -> None:
    pool = ImagePool(ImageBatch(torch.ones(200, 1, 16, 16)), size=200, steps=1, seed=0)
    for shift, most in ((3, 3), (0, 0), (None, 2)):  # an eighth of 16 is 2
        (batch,) = ShiftedPool(pool, torch.Generator().manual_seed(1), None, shift)
        assert 16 - (batch.images[:, 0] == 1).any(2).sum(1).min() == most
