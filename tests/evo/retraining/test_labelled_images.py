"""Catches: images that a source had augmented; a hole before the shift or of another size; an epoch that repeats the
one before; labels that lose their images in a fraction; a test class by class, with a batch of a few images, or
that leaves some out; sources without labels, or not to be seen whole.
"""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch

from evo.retraining.labelled_images import check_batch, fraction_notes, load_images, open_labelled
from tasks import ImageBatch, Split
from tasks.foundation.errors import UsageError
from tests.evo.retraining.small_runs import CPU, quick_settings, tiny_label_images
from tests.image_files import write_images
from tests.tiny_images import TinyLabels

LEARNT_FROM = Split.TRAIN, Split.VALIDATION


def learnt_from() -> tuple[torch.Tensor, torch.Tensor]:
    """Return the images [24, 3, 8, 8] of both splits that a training learns from, and their labels [24]."""
    parts = [TinyLabels().whole(split) for split in LEARNT_FROM]
    labels = [part.labels for part in parts if part.labels is not None]
    return torch.cat([part.images for part in parts]), torch.cat(labels)


def epoch(number: int = 0, seed: int = 0, **options: object) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the images [24, 3, 8, 8] and the labels [24] of an epoch, batch by batch."""
    batches = list(tiny_label_images().epoch(quick_settings(**options), seed, number))
    assert [len(batch.images) for batch in batches] == [4] * 6
    labels = [batch.labels for batch in batches if batch.labels is not None]
    return torch.cat([batch.images for batch in batches]), torch.cat(labels)


def test_all_images_are_those_of_the_source_and_an_epoch_shows_each_once() -> None:
    (whole, known), (images, labels) = learnt_from(), epoch(augment=False, cutout=0)
    place = [int((whole == image).flatten(1).all(1).nonzero()) for image in images]
    assert sorted(place) == list(range(24))
    assert labels.tolist() == known[place].tolist()


def test_a_square_of_the_asked_side_is_cut_out_of_the_normalised_image() -> None:
    plain, cut = epoch(augment=False, cutout=0)[0], epoch(augment=False, cutout=4)[0]
    holes = cut == 0
    assert torch.equal(cut, torch.where(holes, 0.0, plain))
    sides = [hole[0].any(dim).sum() for hole in holes for dim in (0, 1)]
    assert max(sides) == 4
    assert min(sides) >= 2  # half of it is within, wherever its centre is


def test_holes_are_in_what_is_shown_not_in_what_was_shifted() -> None:
    shifted, both = epoch(cutout=0)[0], epoch(cutout=4)[0]
    assert torch.equal(both, torch.where(both == 0, 0.0, shifted))
    assert not torch.equal(shifted, epoch(augment=False, cutout=0)[0])


def test_images_are_shifted_by_as_much_as_the_settings_say() -> None:
    images = replace(tiny_label_images(), train=ImageBatch(torch.ones(40, 3, 8, 8), torch.zeros(40).long()))
    for shift in (0, 3):
        (batch,) = images.epoch(quick_settings(batch=40, cutout=0, shift=shift), 0, 0)
        assert 8 - (batch.images[:, 0] == 1).any(2).sum(1).min() == shift


def test_epochs_and_seeds_differ_and_repeat() -> None:
    shown = [epoch(number, seed)[0] for number, seed in ((0, 0), (1, 0), (0, 1))]
    assert all(not torch.equal(one, other) for one, other in pairwise(shown))
    assert torch.equal(shown[0], epoch(0, 0)[0])


def test_a_fraction_keeps_images_and_labels_together_and_the_test_whole() -> None:
    part = tiny_label_images().share(0.5, 3)
    assert part.train.labels is not None
    assert part.train.labels.bincount().tolist() == [4, 4, 4]
    means = part.train.images.mean((1, 2, 3))  # 2 apart from class to class
    assert ((means / 2 + 1).round().long() == part.train.labels).all()
    assert len(part.test.images) == 10
    assert not torch.equal(part.train.images, tiny_label_images().share(0.5, 4).train.images)


class ClassByClass(TinyLabels):
    """Many images to test on, all of a class before all of the next."""

    def count(self, split: Split) -> int:
        return 770 if split is Split.TEST else super().count(split)

    def whole(self, split: Split) -> ImageBatch:
        images = super().whole(split)
        assert images.labels is not None
        order = images.labels.argsort(stable=True)
        return ImageBatch(images.images[order], images.labels[order])


def test_every_batch_of_the_test_shows_all_classes_and_all_of_them_every_image_once() -> None:
    batches = list(load_images(ClassByClass(), CPU).test_batches())
    assert [len(batch.images) for batch in batches] == [193, 193, 192, 192]  # 770 images, 256 at most
    labels = [batch.labels for batch in batches if batch.labels is not None]
    assert all(45 < int(count) < 85 for own in labels for count in own.bincount(minlength=3))  # 64 expected, sd 5.7
    images, whole = torch.cat([batch.images for batch in batches]), ClassByClass().whole(Split.TEST)
    assert whole.labels is not None
    place = [int((whole.images == image).flatten(1).all(1).nonzero()) for image in images]
    assert sorted(place) == list(range(770))
    assert torch.equal(torch.cat(labels), whole.labels[place])


def test_every_training_is_tested_in_the_same_batches() -> None:
    one, other = (tiny_label_images().share(0.5, seed) for seed in (0, 1))
    for first, second in zip(one.test_batches(), other.test_batches(), strict=True):
        assert torch.equal(first.images, second.images)


def test_a_fraction_that_every_class_rounds_up_is_told() -> None:
    labels = torch.tensor([0] * 100 + [1] * 10)
    note = "note: --label-fraction 0.04: 5 of 110 images, as every class keeps at least one"
    assert fraction_notes(labels, 0.04) == [note]
    assert fraction_notes(labels, 0.06) == []  # of ten images .6, which is one


def test_a_batch_that_the_fraction_does_not_fill_is_refused() -> None:
    labels = torch.arange(24) % 3
    check_batch(labels, 0.5, 12)
    with pytest.raises(UsageError, match=r"--label-fraction 0\.5: 12 images fill no batch of 13"):
        check_batch(labels, 0.5, 13)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("photos", "--data photos: these images have no labels"),
        ("tests.tiny_images:unseen_labels", "UnseenLabels has no whole"),
        (
            "tests.tiny_images:two_splits",
            r"no test images, only train and validation; TwoSplits says by splits = tuple\(",
        ),
        ("digit", "did you mean 'digits'"),
    ],
)
def test_pictures_that_cannot_be_learnt_from_are_refused(data: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        open_labelled(data, None)


def test_a_folder_with_one_folder_is_no_labels(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "classes", *(f"cats/{number}.png" for number in range(9)))
    with pytest.raises(UsageError, match="these images have one class, and one class is no label; give digits"):
        open_labelled(f"imagefolder:{folder}", None)


def test_a_folder_that_is_too_small_for_a_test_says_so(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "classes", *(f"{label}/{number}.png" for label in "ab" for number in range(2)))
    with pytest.raises(
        UsageError, match="no test images, only train and validation; a class has some from three images"
    ):
        open_labelled(f"imagefolder:{folder}", None)
    write_images(folder, "b/2.png")
    assert load_images(open_labelled(f"imagefolder:{folder}", None), CPU).test_counts() == [0, 1]


def test_test_pictures_are_counted_by_class() -> None:
    images = tiny_label_images()
    assert images.test_counts() == [4, 3, 3]
    assert replace(images, classes=5).test_counts() == [4, 3, 3, 0, 0]
