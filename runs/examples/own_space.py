"""A space of your own, of three plain convolutions: python runs/examples/own_space.py [RUN_DIR]."""

import sys

import numpy as np
from torch import nn

import evo
from spaces import FeatureInfo, FeatureNetwork, InputSpec, StagedNetwork

Widths = tuple[int, ...]


class PlainNetworks:
    """A candidate is the widths of its three stages, 8, 16 or 32 channels each."""

    def sample(self, rng: np.random.Generator) -> Widths:
        return tuple(int(width) for width in rng.choice((8, 16, 32), size=3))

    def mutate(self, candidate: Widths, rng: np.random.Generator) -> Widths:
        return next(other for other in iter(lambda: self.sample(rng), None) if other != candidate)

    def encode(self, candidate: Widths) -> str:
        return "-".join(map(str, candidate))

    def decode(self, text: str) -> Widths:
        return tuple(map(int, text.split("-")))

    def build(self, candidate: Widths, input_spec: InputSpec, num_outputs: int) -> FeatureNetwork:
        ends = zip((input_spec.channels, *candidate[:-1]), candidate, strict=True)
        stages = [nn.Sequential(nn.Conv2d(i, o, 3, 2, 1), nn.BatchNorm2d(o), nn.ReLU()) for i, o in ends]
        info = [FeatureInfo(width, 2 ** (depth + 1)) for depth, width in enumerate(candidate)]
        head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(candidate[-1], num_outputs))
        return StagedNetwork(nn.Identity(), stages, head, info)


if __name__ == "__main__":
    print(evo.search(space=PlainNetworks(), fitness="naswot", evaluations=12, workers=0, run_dir=(*sys.argv, None)[1]))
