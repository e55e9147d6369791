"""Catches: means that hold a gradient or another tier's members."""

import pytest
import torch

from fitness.predictors.ranker.tier_means import TierMeans
from fitness.predictors.tiers import TIERS


def test_means_are_of_the_members_of_each_tier_so_far() -> None:
    means = TierMeans()
    encoded = torch.tensor([[[1.0, 2.0]], [[3.0, 6.0]], [[10.0, 0.0]]], requires_grad=True)
    assert means.means(encoded).tolist() == [[[0.0, 0.0]]] * TIERS
    means.add(encoded, torch.tensor([1, 1, 4]))
    assert means.means(encoded)[:, 0].tolist() == [[0, 0], [2, 4], [0, 0], [0, 0], [10, 0]]
    means.add(encoded[:1], torch.tensor([1]))
    found = means.means(encoded)
    assert found[1, 0].tolist() == pytest.approx([5 / 3, 10 / 3])
    assert not found.requires_grad
