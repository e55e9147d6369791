"""Catches: a head of another size than DARTS', or one that cannot read small maps."""

import pytest
import torch

from evo.retraining.learner import AuxiliaryHead
from spaces import count_parameters


def test_it_has_the_published_parameters() -> None:
    # 1x1: 576 x 128; 2x2: 4 x 128 x 768; scales and shifts: 2 x (128 + 768); linear: 768 x 10 + 10
    assert count_parameters(AuxiliaryHead(576, 8, 10)) == 73_728 + 393_216 + 1_792 + 7_690


def test_maps_of_8_pixels_are_pooled_in_windows_of_5_that_overlap() -> None:
    x = torch.rand(1, 1, 8, 8)
    pooled = AuxiliaryHead(1, 8, 2).layers[1](x)
    expected = [[x[0, 0, i : i + 5, j : j + 5].mean() for j in (0, 3)] for i in (0, 3)]
    torch.testing.assert_close(pooled[0, 0], torch.tensor(expected))


@pytest.mark.parametrize("size", [1, 2, 5, 8, 14])
def test_maps_of_any_size_become_logits(size: int) -> None:
    assert AuxiliaryHead(6, size, 3)(torch.rand(2, 6, size, size)).shape == (2, 3)
