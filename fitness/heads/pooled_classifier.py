"""The head of objectives that classify whole images, and the batch norms through which heads look at a network.

Letters: B batch, C channels, H height, W width, K classes, N parts that an image comes in.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from spaces import FeatureInfo


class PooledClassifier(nn.Module):
    """Global average pooling of the last stage and a linear map to the logits of K classes.

    parts: N inputs in a row belong to one image; what is pooled of them is joined.
    """

    def __init__(self, feature_info: Sequence[FeatureInfo], classes: int, *, parts: int = 1) -> None:
        """Read the last stage that ``feature_info`` describes."""
        super().__init__()
        self.linear = nn.Linear(parts * feature_info[-1].channels, classes)

    def forward(self, features: Sequence[Tensor]) -> Tensor:
        """Return logits [B, K] for stage maps, fine to coarse, the last one [B * N, C, H, W]."""
        pooled = features[-1].mean((2, 3))
        logits: Tensor = self.linear(pooled.reshape(-1, self.linear.in_features))
        return logits


def pooled_classifier(feature_info: Sequence[FeatureInfo], classes: int, *, parts: int = 1) -> nn.Sequential:
    """Return a fresh ``PooledClassifier`` behind the norm of the stage that it reads."""
    return behind_norms(feature_info[-1:], PooledClassifier(feature_info, classes, parts=parts))


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
