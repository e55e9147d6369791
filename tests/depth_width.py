"""A space on which no fitness was tuned: plain and residual networks that differ in depth, width and kernel.

A candidate is a text such as ``2-1-3:w16:k3:res``: blocks of each stage, channels of the first, kernel, shortcuts.

Letters: B batch, C channels, H height, W width.
"""

import re
from itertools import product

import numpy as np
from torch import Tensor, nn
from torch.nn import functional

from spaces import FeatureInfo, InputSpec, StagedNetwork, check_build_arguments

DEPTHS, WIDTHS, KERNELS, SHORTCUTS = (1, 2, 3, 4), (4, 6, 8, 12, 16, 24), (1, 3, 5), ("plain", "res")
STAGES = 3
_TEXT = re.compile(r"(\d)-(\d)-(\d):w(\d+):k(\d):(plain|res)")
_ALL = [
    f"{'-'.join(map(str, depths))}:w{width}:k{kernel}:{shortcut}"
    for depths in product(DEPTHS, repeat=STAGES)
    for width, kernel, shortcut in product(WIDTHS, KERNELS, SHORTCUTS)
]


class Block(nn.Module):
    """A convolution, batch norm and ReLU, with a shortcut around it where it keeps the shape and is asked to."""

    def __init__(self, before: int, after: int, kernel: int, *, stride: int, shortcut: bool) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(before, after, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.BatchNorm2d(after)
        self.shortcut = shortcut and before == after and stride == 1

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = functional.relu(self.norm(self.convolution(x)))
        return x + y if self.shortcut else y


def network_of(text: str, input_spec: InputSpec, num_outputs: int) -> StagedNetwork:
    """Build three stages of blocks; each later one halves the maps and doubles the channels."""
    *depths, width, kernel = map(int, _fields(text)[:-1])
    stages, before = [], input_spec.channels
    for stage, depth in enumerate(depths):
        after, blocks = width * 2**stage, []
        for block in range(depth):
            stride = 2 if block == 0 and stage else 1
            blocks.append(Block(before, after, kernel, stride=stride, shortcut=text.endswith("res")))
            before = after
        stages.append(nn.Sequential(*blocks))
    top = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, num_outputs))
    info = [FeatureInfo(width * 2**stage, 2**stage) for stage in range(STAGES)]
    return StagedNetwork(nn.Identity(), stages, top, info)


class DepthWidth:
    """All 2,304 networks of 1 to 4 blocks a stage, 4 to 24 channels, kernels of 1, 3 or 5, with shortcuts or not."""

    def sample(self, rng: np.random.Generator) -> str:
        return _ALL[int(rng.integers(len(_ALL)))]

    def mutate(self, candidate: str, rng: np.random.Generator) -> str:
        fields, place = _fields(candidate), int(rng.integers(STAGES + 3))
        choices = [*[[*map(str, DEPTHS)]] * STAGES, [*map(str, WIDTHS)], [*map(str, KERNELS)], [*SHORTCUTS]][place]
        fields[place] = str(rng.choice([one for one in choices if one != fields[place]]))
        return "{}-{}-{}:w{}:k{}:{}".format(*fields)

    def encode(self, candidate: str) -> str:
        return candidate

    def decode(self, text: str) -> str:
        if text not in _ALL:
            raise ValueError(f"{text[:40]!r}: one like {_ALL[0]!r} is needed")
        return text

    def build(self, candidate: str, input_spec: InputSpec, num_outputs: int) -> StagedNetwork:
        check_build_arguments(input_spec, num_outputs, coarsest=4)
        return network_of(candidate, input_spec, num_outputs)


def _fields(text: str) -> list[str]:
    found = _TEXT.fullmatch(text)
    assert found is not None
    return list(found.groups())
