"""Catches: records of the contracts that can be changed after the fact, split names that scripts cannot spell."""

import dataclasses

import pytest
import torch

from tasks.base import Batch, ImageBatch, Split


def test_splits_are_spelt_as_on_the_command_line() -> None:
    assert [str(split) for split in Split] == ["train", "validation"]


def test_batches_are_frozen_and_unlabelled_unless_told() -> None:
    images = torch.zeros(2, 3, 4, 4)
    assert ImageBatch(images).labels is None
    for record in (ImageBatch(images), Batch(images, (images,))):
        with pytest.raises(dataclasses.FrozenInstanceError):
            record.images = images  # type: ignore[union-attr, misc]
