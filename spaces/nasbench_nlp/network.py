"""The network around a recurrent cell, after AWD-LSTM (Merity et al., 2018) as NAS-Bench-NLP uses it.

Letters: L steps, B batch, D values per step; I and H values that a layer reads and returns per step.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from spaces.base import FeatureInfo, FeatureNetwork
from spaces.nasbench_nlp.cell import BLEND, INPUT, LINEAR, PRODUCT, SUM, Node, RecurrentCell, in_order
from spaces.nasbench_nlp.shared_weight import SharedWeight
from spaces.program_capture import is_captured

_INITIAL_RANGE = 0.1  # of the weights of encoder and decoder


@dataclass(frozen=True)
class Dropout:
    """Probabilities that something is dropped: values between layers, values after the last, recurrent weights."""

    between: float = 0.0
    after: float = 0.0
    weights: float = 0.0


DROPOUTS = {
    "ptb": Dropout(between=0.25, after=0.4, weights=0.5),
    "wikitext2": Dropout(between=0.25, after=0.1, weights=0.1),
    "none": Dropout(),
}
"""The rates of NAS-Bench-NLP for each of its two data sets."""


@dataclass(frozen=True)
class RecurrentSettings:
    """What surrounds a cell: widths of outer and inner layers, dropout, and whether recurrent weights stay."""

    emsize: int = 400
    nhid: int = 600
    dropout: Dropout = DROPOUTS["ptb"]
    frozen_recurrent: bool = False


@dataclass(frozen=True)
class RecurrentBlueprint:
    """All that a network is made from."""

    cell: RecurrentCell
    settings: RecurrentSettings


_SIMPLE: Mapping[str, Callable[..., Tensor]] = {
    BLEND: lambda a, b, c: c + a * (b - c),
    PRODUCT: torch.mul,
    SUM: torch.add,
    "activation_tanh": torch.tanh,
    "activation_sigm": torch.sigmoid,
    "activation_leaky_relu": functional.leaky_relu,
}


class RecurrentLayer(nn.Module):
    """A cell applied step by step, its states zero at first.

    linear: the linear nodes in the order of computation; readers: for everything that they read, which of them do;
    weights: the matrices of these for it, one below the other; biases: one row per linear node.
    """

    def __init__(self, cell: RecurrentCell, inputs: int, outputs: int, settings: RecurrentSettings) -> None:
        """Draw all parameters uniformly from +-1 / sqrt(H)."""
        super().__init__()
        self._old_states, self._new_states = cell.old_states, cell.new_states
        self._width = outputs
        self._weight_drop = settings.dropout.weights
        self._nodes = {node.name: node for node in in_order(cell.nodes)}
        self.linear = [name for name, node in self._nodes.items() if node.operation == LINEAR]
        self.readers = readers_of(cell)
        self.weights = nn.ParameterDict(
            {
                source: nn.Parameter(
                    torch.empty(len(readers) * outputs, inputs if source == INPUT else outputs),
                    requires_grad=source == INPUT or not settings.frozen_recurrent,
                )
                for source, readers in self.readers.items()
            }
        )
        self.biases = nn.Parameter(torch.empty(len(self.linear), outputs))
        bound = 1 / math.sqrt(outputs)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def forward(self, x: Tensor) -> Tensor:
        """Map [L, B, I] to the first state after every step, [L, B, H]."""
        maps = self._maps()
        states = [x.new_zeros(x.shape[1], self._width) for _ in self._old_states]
        outputs = []
        biases = dict(zip(self.linear, self.biases.unbind(), strict=True))
        bias = torch.cat([biases.pop(reader) for reader in self.readers[INPUT]])
        # The input of every step is known: one product for all of them.
        for parts in functional.linear(x, self.weights[INPUT], bias).unbind():
            states = self._step(parts, states, maps, biases)
            outputs.append(states[0])
        return torch.stack(outputs)

    def layer_weights(self) -> list[tuple[Tensor, int]]:
        """Return the weights; every product of one operand for one linear node counts as a layer."""
        return [(self.weights[source], len(readers)) for source, readers in self.readers.items()]

    def _step(
        self, parts: Tensor, states: list[Tensor], maps: Mapping[str, SharedWeight], biases: Mapping[str, Tensor]
    ) -> list[Tensor]:
        """Return the new states.

        parts: what the input adds to the linear nodes that read it, with their biases; biases: those of the others.
        """
        sums, values = dict(biases), dict(zip(self._old_states, states, strict=True))
        self._spread(INPUT, parts, sums)
        for name in (*self._old_states, *self._nodes):
            if name not in values:
                values[name] = sums[name] if name in self.linear else _apply(self._nodes[name], values)
            if name in maps:
                self._spread(name, maps[name].times(values[name]), sums)
        return [values[name] for name in self._new_states]

    def _spread(self, source: str, parts: Tensor, sums: dict[str, Tensor]) -> None:
        """Add to each linear node its part of what ``source`` was multiplied by."""
        readers = self.readers[source]
        for reader, part in zip(readers, parts.chunk(len(readers), dim=-1), strict=True):
            sums[reader] = sums[reader] + part if reader in sums else part

    def _maps(self) -> dict[str, SharedWeight]:
        """Return the weights of this pass by what they are multiplied with, all but the input's."""
        return {
            source: SharedWeight(weight_drop(weight, self._weight_drop, self.training))
            for source, weight in self.weights.items()
            if source != INPUT
        }


def _apply(node: Node, values: Mapping[str, Tensor]) -> Tensor:
    return _SIMPLE[node.operation](*(values[operand] for operand in node.operands))


def readers_of(cell: RecurrentCell) -> dict[str, list[str]]:
    """Return for everything that linear nodes read which of them do, all in the order of computation."""
    readers: dict[str, list[str]] = {source: [] for source in (INPUT, *cell.old_states)}
    for node in in_order(cell.nodes):
        readers[node.name] = []
        for operand in node.operands if node.operation == LINEAR else ():
            readers[operand].append(node.name)
    return {source: names for source, names in readers.items() if names}


class RecurrentNetwork(FeatureNetwork):
    """Encoder, three recurrent layers with dropout after each, and a decoder of every step."""

    def __init__(self, cell: RecurrentCell, settings: RecurrentSettings, width: int, num_outputs: int) -> None:
        """Build a network that reads ``width`` values per step."""
        super().__init__()
        outer, inner = settings.emsize, settings.nhid
        self.encoder = nn.Linear(width, outer)
        self.layers = nn.ModuleList(
            RecurrentLayer(cell, *widths, settings) for widths in ((outer, inner), (inner, inner), (inner, outer))
        )
        self.decoder = step_decoder(outer, num_outputs)
        nn.init.uniform_(self.encoder.weight, -_INITIAL_RANGE, _INITIAL_RANGE)
        self.feature_info = [FeatureInfo(outer, 1)]
        self._dropout = settings.dropout

    def forward_features(self, x: Tensor) -> list[Tensor]:
        """Return what the last layer makes of a sequence [L, B, D], in a list."""
        x = self.encoder(x)
        for layer in self.layers:
            last = layer is self.layers[-1]
            x = locked_dropout(layer(x), self._dropout.after if last else self._dropout.between, self.training)
        return [x]

    def forward(self, x: Tensor) -> Tensor:
        """Return the decoded steps [L, B, num_outputs]."""
        decoded: Tensor = self.decoder(self.forward_features(x)[0])
        return decoded


def step_decoder(channels: int, num_outputs: int) -> nn.Linear:
    """Return a linear map of every step, weights uniform in +-0.1 and biases zero at first."""
    decoder = nn.Linear(channels, num_outputs)
    nn.init.uniform_(decoder.weight, -_INITIAL_RANGE, _INITIAL_RANGE)
    nn.init.zeros_(decoder.bias)
    return decoder


def locked_dropout(x: Tensor, probability: float, training: bool) -> Tensor:
    """Drop values of [L, B, D] in training, the same in all steps, and scale the others to keep the mean."""
    if not training or not probability:
        return x
    if is_captured(x):
        return x * functional.dropout(x.new_ones(1, *x.shape[1:]), probability)
    kept = x.new_empty(1, *x.shape[1:]).bernoulli_(1 - probability)
    return x * kept.div_(1 - probability)


def weight_drop(weight: Tensor, probability: float, training: bool) -> Tensor:
    """Drop elements of a weight in training and scale the others to keep the mean.

    Of one random 64-bit number torch makes four decisions here, and of each only one in its own dropout, which takes
    longer than all the products of a step. Probabilities are rounded to 1 / 65536.
    """
    if not training or not probability:
        return weight
    if is_captured(weight):
        return functional.dropout(weight, probability)
    words = torch.empty(-(-weight.numel() // 4), dtype=torch.int64, device=weight.device).random_(-(2**63), None)
    kept = words.view(torch.int16)[: weight.numel()] >= round(probability * 2**16) - 2**15
    return weight * kept.view_as(weight).to(weight.dtype).div_(1 - probability)
