"""The batch norms through which heads look at a network.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from spaces import FeatureInfo


class StageNorms(nn.Module):
    """One batch norm per stage that a head reads, as the heads of GenNAS's program begin with (Li et al., 2021).

    What a space shows as a stage may be a sum of cells of any scale, at which a head of its own scale would diverge.
    """

    def __init__(self, feature_info: Sequence[FeatureInfo]) -> None:
        """Normalise the last stages, those that ``feature_info`` describes."""
        super().__init__()
        self.norms = nn.ModuleList(nn.BatchNorm2d(info.channels) for info in feature_info)

    def forward(self, features: Sequence[Tensor]) -> list[Tensor]:
        """Return those stage maps [B, C, H, W], each of mean 0 and deviation 1 per channel while training."""
        return [norm(x) for norm, x in zip(self.norms, features[-len(self.norms) :], strict=True)]


def behind_norms(feature_info: Sequence[FeatureInfo], head: nn.Module) -> nn.Sequential:
    """Return ``head`` with norms before it; it then sees the stages that ``feature_info`` describes alone."""
    return nn.Sequential(StageNorms(feature_info), head)
