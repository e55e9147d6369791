"""The supervised objective, to hold the others against: tell which class an image is of.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Sequence

import torch
from torch import nn

from fitness.heads.pooled_classifier import pooled_classifier
from fitness.objectives.cross_entropy import CrossEntropy, labelled
from spaces import FeatureInfo
from tasks import Batch, ImageBatch, ImageSource, UsageError, lack_of_labels


class Classification(CrossEntropy):
    """Cross-entropy on the images' own labels; images are augmented as their source documents, no further.

    Where its K classes are of unequal size, guessing by their frequencies costs less than ln K, and a training that
    does no more than that is not noticed.

    label_smoothing: share of the target that is spread evenly over all classes in training, 0 to 1.
    """

    def __init__(self, *, source: ImageSource, label_smoothing: float = 0.0) -> None:
        """Raise UsageError for images without labels or of one class; ValueError for a share out of range."""
        if lack := lack_of_labels(source):
            raise UsageError(
                f"this objective needs labels, and {type(source).__name__} has {lack}: give --data digits, cifar10, "
                "cifar100 or imagefolder:DIR with one folder per class, or use random_labels, which needs no labels"
            )
        assert source.num_classes is not None
        if not 0 <= label_smoothing < 1:
            raise ValueError(f"label_smoothing={label_smoothing}: at least 0 and less than 1 is needed")
        self.even_classes = source.num_classes
        self.label_smoothing = label_smoothing

    def prepare(self, batch: ImageBatch, generator: torch.Generator) -> Batch:
        """Return the images [B, 3, H, W] and their labels [B]."""
        return labelled(batch)

    def head(self, feature_info: Sequence[FeatureInfo]) -> nn.Module:
        """Return a fresh classifier for a network with these stages."""
        return pooled_classifier(feature_info, self.even_classes)
