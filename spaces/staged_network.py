"""A network that is a stem, stages and a classifier in a row, and shows what leaves each stage.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Iterable

from torch import Tensor, nn

from spaces.base import FeatureInfo, FeatureNetwork


class StagedNetwork(FeatureNetwork):
    """Stem, stages and classifier in a row; a stage reads what the one before it shows."""

    def __init__(
        self, stem: nn.Module, stages: Iterable[nn.Module], classifier: nn.Module, feature_info: Iterable[FeatureInfo]
    ) -> None:
        """Keep the parts; ``feature_info`` has one entry per stage."""
        super().__init__()
        self.stem = stem
        self.stages = nn.ModuleList(stages)
        self.classifier = classifier
        self.feature_info = feature_info

    def forward_features(self, x: Tensor) -> list[Tensor]:
        """Return the map [B, C, H, W] that leaves each stage."""
        x = self.stem(x)
        features = []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        return features

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits [B, num_outputs]."""
        logits: Tensor = self.classifier(self.forward_features(x)[-1])
        return logits
