"""The network around a recurrent cell, after AWD-LSTM (Merity et al., 2018) as NAS-Bench-NLP uses it.

Letters: L steps, B batch, D values per step.
"""

import math
from collections.abc import Mapping, Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from evo.exporting.networks.stages import Stage, Stages

INITIAL_RANGE = 0.1  # of the weights of encoder and decoder


class SteppedLayer(nn.Module):
    """A cell applied step by step, its states zero at first.

    states: how many values a step hands to the next one
    readers: for the input and whatever else linear nodes read, the numbers of those that do
    dropout: probability that an element of a recurrent matrix is dropped in training; frozen: whether these stay

    weights: the matrices of all readers of a value, one below the other; biases: a row per linear node.
    """

    states = 1
    readers: ClassVar[Mapping[str, Sequence[int]]] = {}
    dropout = 0.0
    frozen = False

    def __init__(self, inputs: int, outputs: int) -> None:
        """Draw all parameters uniformly; inputs, outputs: values that are read and returned per step."""
        super().__init__()
        self.width = outputs
        self.weights = nn.ParameterDict(
            {
                name: nn.Parameter(
                    torch.empty(len(numbers) * outputs, inputs if name == "x" else outputs),
                    requires_grad=name == "x" or not self.frozen,
                )
                for name, numbers in self.readers.items()
            }
        )
        linear_nodes = 1 + max(number for numbers in self.readers.values() for number in numbers)
        self.biases = nn.Parameter(torch.empty(linear_nodes, outputs))
        bound = 1 / math.sqrt(outputs)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        """Map [L, B, D] to the first state after every step, [L, B, outputs]."""
        states = tuple(x.new_zeros(x.shape[1], self.width) for _ in range(self.states))
        bias = torch.cat([self.biases[number] for number in self.readers["x"]])
        weights = {
            name: functional.dropout(weight, self.dropout, self.training and name != "x")
            for name, weight in self.weights.items()
        }
        outputs = []
        for from_x in functional.linear(x, weights["x"], bias).unbind():  # the input of every step is known
            states = self.step(weights, from_x, *states)
            outputs.append(states[0])
        return torch.stack(outputs)

    def step(self, weights: Mapping[str, Tensor], from_x: Tensor, *states: Tensor) -> tuple[Tensor, ...]:
        """Return the new states [B, outputs] each; from_x: what the input adds to the linear nodes that read it."""
        raise NotImplementedError


class SequenceNetwork(nn.Module):
    """Encoder, three recurrent layers with dropout after each, and a decoder of every step."""

    def __init__(
        self,
        layer: type[SteppedLayer],
        *,
        width: int,
        outer: int,
        inner: int,
        num_outputs: int,
        between: float,
        after: float,
    ) -> None:
        """Build the layers.

        layer: class of the layers
        width: values per step; outer: of those that the first layer reads and the last returns; inner: of the others
        between, after: probabilities that values are dropped between layers, and after the last one
        """
        super().__init__()
        self.encoder = nn.Linear(width, outer)
        self.layers = nn.ModuleList(layer(*widths) for widths in ((outer, inner), (inner, inner), (inner, outer)))
        self.decoder = nn.Linear(outer, num_outputs)
        nn.init.uniform_(self.decoder.weight, -INITIAL_RANGE, INITIAL_RANGE)
        nn.init.zeros_(self.decoder.bias)
        nn.init.uniform_(self.encoder.weight, -INITIAL_RANGE, INITIAL_RANGE)
        self.dropouts = (between, between, after)
        self.feature_info = Stages([Stage(outer, 1)])

    def forward_features(self, x: Tensor) -> list[Tensor]:
        """Return what the last layer makes of a sequence [L, B, D], in a list."""
        x = self.encoder(x)
        for layer, probability in zip(self.layers, self.dropouts, strict=True):
            x = locked_dropout(layer(x), probability, self.training)
        return [x]

    def forward(self, x: Tensor) -> Tensor:
        """Return the decoded steps [L, B, num_outputs]."""
        decoded: Tensor = self.decoder(self.forward_features(x)[0])
        return decoded


def locked_dropout(x: Tensor, probability: float, training: bool) -> Tensor:
    """Drop values of [L, B, D] in training, the same in all steps, and scale the others to keep the mean."""
    if not training or not probability:
        return x
    return x * functional.dropout(x.new_ones(1, *x.shape[1:]), probability)
