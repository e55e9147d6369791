"""Catches: a head that looks at stages as they come, and diverges at the sums that some spaces show; the wrong stage
normalised."""

from typing import Any

import pytest
import torch

from fitness import OBJECTIVES
from fitness.heads.pooled_classifier import StageNorms, behind_norms
from spaces import FeatureInfo
from tasks import open_images

INFO = [FeatureInfo(4, 1), FeatureInfo(6, 2)]
BARE = {"byol", "contrastive", "patch_recovery"}
"""Objectives whose published heads look at the last stage without a norm."""


def stages(batch: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return [torch.randn(batch, i.channels, 32 // i.reduction, 32 // i.reduction, generator=generator) for i in INFO]


def test_every_stage_has_mean_0_and_deviation_1_per_channel() -> None:
    for normed in StageNorms(INFO)([5 + 300 * x for x in stages(3)]):
        torch.testing.assert_close(normed.mean((0, 2, 3)), torch.zeros(normed.shape[1]), atol=1e-4, rtol=0)
        torch.testing.assert_close(normed.std((0, 2, 3), correction=0), torch.ones(normed.shape[1]))


def test_a_head_behind_norms_reads_what_they_return() -> None:
    seen: list[Any] = []

    class Reader(torch.nn.Module):
        def forward(self, features: list[torch.Tensor]) -> torch.Tensor:
            seen.extend(features)
            return features[-1]

    norms = StageNorms(INFO)
    behind_norms(INFO, Reader())(stages(2))
    assert all(torch.equal(a, b) for a, b in zip(seen, norms(stages(2)), strict=True))


@pytest.mark.parametrize("name", sorted({*OBJECTIVES.builtin} - BARE))
def test_the_scale_of_a_networks_stages_does_not_reach_the_head(name: str) -> None:
    objective = OBJECTIVES.build(name, {}, source=open_images("digits"))
    head, maps = objective.head(INFO), stages(4)  # jigsaw: one image of four tiles
    torch.testing.assert_close(head([1000 * x for x in maps]), head(maps), atol=1e-3, rtol=1e-3)
