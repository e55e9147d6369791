"""Random labels (Zhang et al., Neural Architecture Search with Random Labels, 2021): how fast a network learns.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from fitness.heads.pooled_classifier import pooled_classifier
from fitness.objectives.cross_entropy import CrossEntropy, labelled
from spaces import FeatureInfo
from tasks import Batch, ImageBatch


class RandomLabels(CrossEntropy):
    """Cross-entropy on labels that every image of a run is given once, uniformly, and keeps.

    They say nothing of images not trained on, so a network is judged on those it was trained on: ``held_out``. It
    learns nothing either from images that it meets once, so the trained fitness takes few.

    classes: how many different labels there are
    """

    held_out = False

    def __init__(self, *, classes: int = 10) -> None:
        """Raise ValueError for fewer classes than two."""
        if classes < 2:
            raise ValueError(f"classes={classes}: at least 2 are needed")
        self.even_classes = classes

    def label(self, images: ImageBatch, rng: np.random.Generator) -> ImageBatch:
        """Return all images of a run with the labels they keep."""
        labels = torch.from_numpy(rng.integers(self.even_classes, size=len(images.images)))
        return ImageBatch(images.images, labels.to(images.images.device))

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return the images [B, 3, H, W] and the labels [B] that they were given."""
        return labelled(batch)

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return a fresh classifier for a network with these stages."""
        return pooled_classifier(feature_info, self.even_classes)
