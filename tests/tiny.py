"""Spaces of networks that train in milliseconds, for tests of fitnesses and of the checks of spaces.

Letters: B batch, C channels, H height, W width; L length of a sequence, D values in each of its steps.
"""

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from spaces import FeatureInfo, FeatureNetwork, InputSpec, SequenceSpec
from spaces.build_arguments import check_build_arguments

if TYPE_CHECKING:
    import networkx as nx


class TinyNetwork(FeatureNetwork):
    """Three 3x3 convolutions of ``width``, ``width`` and ``2 * width`` channels, the last two halving the maps."""

    def __init__(self, width: int, input_spec: InputSpec, num_outputs: int) -> None:
        super().__init__()
        channels = (input_spec.channels, width, width, 2 * width)
        self.convolutions = nn.ModuleList(
            nn.Conv2d(channels[i], channels[i + 1], kernel_size=3, padding=1, stride=1 if i == 0 else 2)
            for i in range(3)
        )
        self.classifier = nn.Linear(channels[-1], num_outputs)
        self.feature_info = [FeatureInfo(channels[i + 1], 2**i) for i in range(3)]

    def forward_features(self, x: Tensor) -> list[Tensor]:
        features = []
        for convolution in self.convolutions:
            x = torch.tanh(convolution(x))
            features.append(x)
        return features

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.classifier(self.forward_features(x)[-1].mean((2, 3)))
        return logits


class TinyNetworks:
    """Tiny networks of 1 to 9 channels; a candidate is its width."""

    def sample(self, rng: np.random.Generator) -> int:
        return int(rng.integers(1, 10))

    def mutate(self, candidate: int, rng: np.random.Generator) -> int:
        return candidate % 9 + 1

    def encode(self, candidate: int) -> str:
        return str(candidate)

    def decode(self, text: str) -> int:
        if text not in "123456789" or len(text) != 1:
            raise ValueError(f"{text!r}: a width from 1 to 9 is needed")
        return int(text)

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
        check_build_arguments(input_spec, num_outputs, coarsest=4)
        return TinyNetwork(candidate, input_spec, num_outputs)

    def to_graph(self, candidate: int) -> "nx.DiGraph[int]":
        import networkx as nx

        graph: nx.DiGraph[int] = nx.path_graph(4, create_using=nx.DiGraph)
        nx.set_node_attributes(graph, dict(enumerate(["input", "convolution", "convolution", "convolution"])), "op")
        return graph


class WiderNetworks(TinyNetworks):
    """Tiny networks of 1 to 20 channels, enough for a panel and others held out."""

    def decode(self, text: str) -> int:
        if text not in map(str, range(1, 21)):
            raise ValueError(f"{text!r}: a width from 1 to 20 is needed")
        return int(text)


class NanNetworks(TinyNetworks):
    """Tiny networks whose first weight is not a number."""

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
        network = super().build(candidate, input_spec, num_outputs)
        with torch.no_grad():
            next(network.parameters()).fill_(torch.nan)
        return network


class FragileNetworks(TinyNetworks):
    """Tiny networks of which those of 9 channels cannot be built."""

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
        if candidate == 9:
            raise RuntimeError("nine are too many")
        return super().build(candidate, input_spec, num_outputs)


class DroppingNetworks(TinyNetworks):
    """Tiny networks that drop some of their values in training, other ones each time; their activations are ReLUs."""

    def build(self, candidate: int, input_spec: InputSpec, num_outputs: int) -> TinyNetwork:
        network = super().build(candidate, input_spec, num_outputs)
        for number, convolution in enumerate(network.convolutions):
            network.convolutions[number] = nn.Sequential(convolution, nn.ReLU(), nn.Dropout(0.2))
        return network


class TinyRecurrent(FeatureNetwork):
    """One recurrent layer of ``width`` values, shown as its only stage."""

    def __init__(self, width: int, input_spec: SequenceSpec, num_outputs: int) -> None:
        super().__init__()
        self.cell = nn.Linear(input_spec.width + width, width)
        self.classifier = nn.Linear(width, num_outputs)
        self.feature_info = [FeatureInfo(width, 1)]

    def forward_features(self, x: Tensor) -> list[Tensor]:
        state, states = x.new_zeros(x.shape[1], self.classifier.in_features), []
        for step in x:
            state = torch.tanh(self.cell(torch.cat([step, state], dim=1)))
            states.append(state)
        return [torch.stack(states)]

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.classifier(self.forward_features(x)[-1])
        return logits


class TinySequences(TinyNetworks):
    """Tiny networks that read sequences [L, B, D]."""

    reads = SequenceSpec

    def build(self, candidate: int, input_spec: SequenceSpec, num_outputs: int) -> TinyRecurrent:  # type: ignore[override]
        if input_spec.width < 1 or num_outputs < 1:
            raise ValueError(f"width {input_spec.width}, {num_outputs} outputs: each must be at least 1")
        return TinyRecurrent(candidate, input_spec, num_outputs)
