"""Detect objects with what a search found: python runs/examples/detector_backbone.py [RUN_DIR]."""

import sys

import torch
from torch import Tensor, nn
from torchvision.models.detection import RetinaNet
from torchvision.ops.feature_pyramid_network import FeaturePyramidNetwork, LastLevelP6P7

import evo


class Pyramid(nn.Module):
    """A feature pyramid on the last three stages of a network, and two levels above them."""

    out_channels = 32

    def __init__(self, network: nn.Module) -> None:
        """Ask the network how wide its stages are, as one asks those of timm."""
        super().__init__()
        widths = network.feature_info.channels()[-3:]
        self.network, self.pyramid = network, FeaturePyramidNetwork(widths, 32, LastLevelP6P7(32, 32))

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        """Return one map per level, fine to coarse."""
        return self.pyramid(dict(enumerate(self.network.forward_features(images)[-3:])))


def main(run_dir: str | None = None) -> None:
    """Search for a moment, and compute the losses of a detector on an image with one box."""
    run = evo.search(space="nasbench201", fitness="params", evaluations=4, run_dir=run_dir, workers=0)
    detector = RetinaNet(Pyramid(run.network(run.best(1)[0])), num_classes=2, min_size=96)
    box = {"boxes": torch.tensor([[8.0, 8.0, 64.0, 48.0]]), "labels": torch.tensor([1])}
    print("losses:", {name: loss.item() for name, loss in detector([torch.rand(3, 96, 96)], [box]).items()})


if __name__ == "__main__":
    main(*sys.argv[1:2])
