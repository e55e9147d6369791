"""Catches: stages that a detector cannot be built on: wrong channels or reductions, weights that no gradient reaches.

The detector is torchvision's RetinaNet with a feature pyramid; its images and boxes are a COCO data set written here.
"""

import json
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor, nn
from torchvision.models.detection import RetinaNet
from torchvision.models.detection.anchor_utils import AnchorGenerator
from torchvision.ops import FeaturePyramidNetwork
from torchvision.transforms.functional import pil_to_tensor

from fitness import seeded
from spaces import FeatureNetwork, InputSpec
from tests.small_spaces import small_space

SIZE, CLASSES, WIDTH, STAGES = 96, 3, 8, 3
CANDIDATES = {
    "nds_resnet": "ds=1,1,1,1:ws=16,16,24,24",
    "nasbench201": "|nor_conv_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|avg_pool_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|",
    "darts": (
        "normal=sep_conv_3x3~0,sep_conv_5x5~1/max_pool_3x3~0,max_pool_3x3~1/dil_conv_3x3~0,sep_conv_5x5~1/"
        "dil_conv_5x5~2,sep_conv_5x5~4:reduction=sep_conv_3x3~0,sep_conv_5x5~1/dil_conv_3x3~0,avg_pool_3x3~1/"
        "skip_connect~2,dil_conv_5x5~3/dil_conv_3x3~2,dil_conv_3x3~3"
    ),
}


class Pyramid(nn.Module):
    """A feature pyramid on the last stages of a network, as torchvision's detectors take it."""

    out_channels = WIDTH

    def __init__(self, network: FeatureNetwork) -> None:
        super().__init__()
        self.network = network
        self.pyramid = FeaturePyramidNetwork(network.feature_info.channels()[-STAGES:], WIDTH)

    def forward(self, x: Tensor) -> "OrderedDict[str, Tensor]":
        stages = self.network.forward_features(x)[-STAGES:]
        maps: OrderedDict[str, Tensor] = self.pyramid(OrderedDict((str(i), one) for i, one in enumerate(stages)))
        return maps


def write_coco(folder: Path) -> Path:
    """Write two images with three boxes, and return the file of annotations in COCO's format."""
    rng = np.random.default_rng(0)
    images = [{"id": i, "file_name": f"{i}.png", "width": 96, "height": 96} for i in (7, 9)]
    for image in images:
        pixels = rng.integers(0, 256, size=(96, 96, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / str(image["file_name"]))
    boxes = [(7, 1, [8, 8, 40, 32]), (7, 2, [50, 20, 30, 60]), (9, 1, [10, 40, 64, 40])]
    annotations = [
        {"id": n, "image_id": image, "category_id": category, "bbox": box, "area": box[2] * box[3], "iscrowd": 0}
        for n, (image, category, box) in enumerate(boxes)
    ]
    categories = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    path = folder / "instances.json"
    path.write_text(json.dumps({"images": images, "annotations": annotations, "categories": categories}))
    return path


def read_coco(path: Path) -> tuple[list[Tensor], list[dict[str, Tensor]]]:
    """Return images [3, H, W] in [0, 1] with their boxes [N, 4], from corner to corner, and labels [N]."""
    content = json.loads(path.read_text())
    images, targets = [], []
    for image in content["images"]:
        images.append(pil_to_tensor(Image.open(path.parent / image["file_name"])).float() / 255)
        own = [one for one in content["annotations"] if one["image_id"] == image["id"]]
        corners = [[x, y, x + width, y + height] for x, y, width, height in (one["bbox"] for one in own)]
        targets.append(
            {"boxes": torch.tensor(corners).float(), "labels": torch.tensor([o["category_id"] for o in own])}
        )
    return images, targets


def backbone(name: str) -> FeatureNetwork:
    space: Any = small_space(name)
    network: FeatureNetwork = space.build(space.decode(CANDIDATES[name]), InputSpec(size=SIZE), CLASSES)
    return network


def detector(network: FeatureNetwork) -> RetinaNet:
    sizes = tuple((8 * reduction,) for reduction in network.feature_info.reduction()[-STAGES:])
    anchors = AnchorGenerator(sizes, ((0.5, 1.0, 2.0),) * STAGES)
    return RetinaNet(Pyramid(network), CLASSES, min_size=SIZE, max_size=SIZE, anchor_generator=anchors)


@pytest.mark.parametrize("name", CANDIDATES)
def test_a_step_of_a_detector_reaches_every_weight_of_its_backbone(name: str, tmp_path: Path) -> None:
    images, targets = read_coco(write_coco(tmp_path))
    assert [target["boxes"].tolist() for target in targets] == [[[8, 8, 48, 40], [50, 20, 80, 80]], [[10, 40, 74, 80]]]
    with seeded(0):
        network = backbone(name)
        losses = detector(network).train()(images, targets)
        sum(losses.values()).backward()
    assert all(loss.isfinite() for loss in losses.values())
    weights = {name: p for name, p in network.named_parameters() if not name.startswith("classifier.")}
    assert weights
    assert [name for name, weight in weights.items() if weight.grad is None or not weight.grad.any()] == []
    assert all(p.grad is None for name, p in network.named_parameters() if name not in weights)


@pytest.mark.parametrize("name", CANDIDATES)
def test_maps_are_as_wide_and_as_large_as_timms_questions_are_answered(name: str) -> None:
    network = backbone(name).eval()
    with torch.no_grad():
        maps = network.forward_features(torch.zeros(1, 3, SIZE, SIZE))
    assert [one.shape[1] for one in maps] == network.feature_info.channels()
    assert [SIZE // one.shape[-1] for one in maps] == network.feature_info.reduction()
