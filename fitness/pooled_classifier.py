"""The head of objectives that classify whole pictures.

Letters: B batch, C channels, H height, W width, K classes, N parts that a picture comes in.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from fitness.stage_norms import behind_norms
from spaces import FeatureInfo


class PooledClassifier(nn.Module):
    """Global average pooling of the last stage and a linear map to the logits of K classes.

    parts: N inputs in a row belong to one picture; what is pooled of them is joined.
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
