"""A network that is a stem, stages and a classifier in a row."""

from collections.abc import Iterable

from torch import Tensor, nn

from evo.exporting.networks.stages import Stages


class NetworkOfStages(nn.Module):
    """Stem, stages and classifier in a row; a stage reads what the one before it shows."""

    def __init__(
        self, stem: nn.Module, stages: Iterable[nn.Module], classifier: nn.Module, feature_info: Stages
    ) -> None:
        """Keep the parts."""
        super().__init__()
        self.stem = stem
        self.stages = nn.ModuleList(stages)
        self.classifier = classifier
        self.feature_info = feature_info

    def forward_features(self, x: Tensor) -> list[Tensor]:
        """Return the map [B, C, H, W] that leaves each stage, fine to coarse."""
        x = self.stem(x)
        features = []
        for stage in self.stages:
            x = stage(x)
            features.append(x)
        return features

    def forward(self, x: Tensor) -> Tensor:
        """Map images [B, C, H, W] to logits [B, num_classes]."""
        logits: Tensor = self.classifier(self.forward_features(x)[-1])
        return logits
