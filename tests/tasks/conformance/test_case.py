"""Catches: draws that are not a function of seed and number, batches that differ and pass for the same."""

from dataclasses import replace

import pytest
import torch

from tasks.conformance.case import digests, same
from tasks.conformance.outcomes import Nonconformance
from tasks.images.base import ImageBatch, Split
from tests.tasks.conformance.sources import Sound, case_of, drawing


def test_draws_are_a_function_of_seed_number_and_split() -> None:
    case = case_of(Sound)
    assert same(case.draw(), case.draw())
    for other in (case.draw(number=1), replace(case, seed=1).draw(), case.draw(Split.VALIDATION), case.draw(count=3)):
        assert not same(case.draw(), other)
    assert len(case.draw(count=3).images) == 3


def test_what_is_no_batch_is_a_complaint() -> None:
    with pytest.raises(Nonconformance, match=r"returns a Tensor instead of a tasks\.ImageBatch"):
        case_of(drawing(lambda batch: batch.images)).draw()


def test_batches_are_the_same_to_the_bit_and_by_their_labels() -> None:
    images, labels = torch.rand(2, 3, 4, 4), torch.tensor([0, 1])
    assert same(ImageBatch(images, labels), ImageBatch(images.clone(), labels.clone()))
    assert not same(ImageBatch(images, labels), ImageBatch(images, labels.flip(0)))
    assert not same(ImageBatch(images, labels), ImageBatch(images))
    assert not same(ImageBatch(images), ImageBatch(images + 1e-6))
    assert len(set(digests(images))) == 2
