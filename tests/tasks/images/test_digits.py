"""Catches: labels that do not belong to their images, overlapping splits, constants that do not fit, a whole that is
shuffled, cut or another than what is drawn."""

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from tasks.foundation.randomness import derive_rng
from tasks.images import digits
from tasks.images.base import Split
from tasks.images.digits import NORMALISATION, Digits
from tasks.images.sampling import Normalisation


def test_the_splits_together_are_the_whole_set_once() -> None:
    sides = [digits._digits(split) for split in Split]
    assert [len(labels) for _, labels in sides] == [1079, 359, 359]
    both = torch.cat([images for images, _ in sides]).reshape(-1, 64).numpy() * 16
    everything = load_digits().data
    assert np.array_equal(both[np.lexsort(both.T)], everything[np.lexsort(everything.T)])


def test_labels_belong_to_their_images() -> None:
    known = {tuple(row): label for row, label in zip(*load_digits(return_X_y=True), strict=True)}
    batch = Digits(size=8).draw(50, np.random.default_rng(0))
    assert batch.labels is not None
    grey = (batch.images * NORMALISATION.std[0] + NORMALISATION.mean[0])[:, 0].reshape(50, 64) * 16
    assert [known[tuple(row)] for row in grey.round().double().numpy()] == batch.labels.tolist()


def test_the_three_channels_are_equal() -> None:
    images = Digits().draw(4, np.random.default_rng(0), split=Split.VALIDATION).images
    assert torch.equal(images[:, 0], images[:, 1])
    assert torch.equal(images[:, 0], images[:, 2])


def test_the_constants_fit_the_training_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digits, "NORMALISATION", Normalisation((0, 0, 0), (1, 1, 1)))
    images = Digits().draw(1079, derive_rng(0, "digits", "normalisation")).images.double()
    assert images.mean(dim=(0, 2, 3)).tolist() == pytest.approx(NORMALISATION.mean, abs=0.002)
    assert images.std(dim=(0, 2, 3)).tolist() == pytest.approx(NORMALISATION.std, abs=0.002)


def test_every_digit_is_among_those_to_judge_by_as_often_as_it_is_written() -> None:
    train, validation = (
        np.bincount(digits._digits(split)[1], minlength=10) for split in (Split.TRAIN, Split.VALIDATION)
    )
    assert np.abs(validation - (train + validation) / 4).max() <= 0.5


@pytest.mark.parametrize("split", Split)
def test_the_whole_is_every_digit_of_a_side_once_in_order(split: Split) -> None:
    whole, (images, labels) = Digits(size=8).whole(split), digits._digits(split)
    assert whole.labels is not None
    assert torch.equal(whole.labels, labels)
    grey = whole.images * NORMALISATION.std[0] + NORMALISATION.mean[0]
    torch.testing.assert_close(grey, images.expand(-1, 3, -1, -1))


def test_digits_by_number_are_those_of_the_whole() -> None:
    numbers = np.array([350, 0, 350])
    whole, found = Digits(size=8).whole(Split.VALIDATION), Digits(size=8).at(numbers, split=Split.VALIDATION)
    assert torch.equal(found.images, whole.images[numbers])
    assert found.labels is not None
    assert found.labels.tolist() == [int(whole.labels[number]) for number in numbers]  # type: ignore[index]
