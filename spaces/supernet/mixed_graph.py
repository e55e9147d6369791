"""A relaxed cell: a graph whose edges are mixtures and whose nodes are sums.

With partial channels (PC-DARTS, Xu et al., 2020) a part of a map's channels goes through the operations and the rest
past them.

Letters: B batch, C channels, H height, W width, P the portion: one in P channels is processed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import groupby

import torch
from torch import Tensor, nn
from torch.nn import functional

from spaces.cells.operations import Zero
from spaces.supernet.derivation import Edge
from spaces.supernet.mixed_edge import Build, EdgeGates, MixedEdge


@dataclass(frozen=True)
class Wiring:
    """The edges of a cell, the candidates of each, and the stride of what reads a state.

    States are numbered, the inputs first; edges come node by node.
    """

    edges: Sequence[Edge]
    candidates: Sequence[Sequence[str]]
    stride: Callable[[int], int]


class MixedGraph(nn.Module):
    """States: the inputs of a cell, and node by node the sum of the edges that lead there.

    With a portion above 1, one in so many channels goes through the operations and the rest past them.
    """

    def __init__(self, wiring: Wiring, build: Build, *, portion: int = 1, auxiliary: bool = False) -> None:
        """Build the edges; build: for the channels that go through operations; auxiliary: as in MixedEdge."""
        super().__init__()
        self.edges = nn.ModuleList(
            MixedEdge(candidates, wiring.stride(source), build, auxiliary=auxiliary)
            for (source, _), candidates in zip(wiring.edges, wiring.candidates, strict=True)
        )
        self.portion = portion
        self.stride = wiring.stride
        self.nodes = [
            [(number, source) for number, (source, _) in incoming]
            for _, incoming in groupby(enumerate(wiring.edges), key=lambda numbered: numbered[1][1])
        ]

    def forward(self, inputs: Sequence[Tensor], gates: Sequence[EdgeGates]) -> list[Tensor]:
        """Return all states [B, C, H, W], the inputs first; gates: of every edge."""
        states, read = list(inputs), dict[int, tuple[Tensor, Tensor | None]]()
        for incoming in self.nodes:
            for _, source in incoming:
                if source not in read:
                    read[source] = self._parts(states[source], source)
            states.append(self._node(incoming, read, gates))
        return states

    def _parts(self, x: Tensor, source: int) -> tuple[Tensor, Tensor | None]:
        """Return what the operations read of a state and what goes past them."""
        return (x, None) if self.portion == 1 else split_channels(x, self.portion, self.stride(source))

    def _node(
        self,
        incoming: Sequence[tuple[int, int]],
        read: dict[int, tuple[Tensor, Tensor | None]],
        gates: Sequence[EdgeGates],
    ) -> Tensor:
        processed: list[Tensor] = []
        passed: list[Tensor] = []
        added: list[Tensor] = []
        for number, source in incoming:
            if gates[number].computed:
                part, rest = read[source]
                scale = gates[number].draw_scale(part)
                processed += _scaled(self.edges[number](part, gates[number]), scale)
                passed += _scaled(rest, scale)
                added += _scaled(gates[number].added, scale)
        part, rest = read[incoming[0][1]]
        total = _sum(processed) if processed else Zero(self.stride(incoming[0][1]))(part)
        if added:  # once for all edges; autocast leaves maps narrower than gates
            total = total + _sum(added).to(total.dtype)
        if rest is None:
            return total
        # shuffled once for all edges: the shuffle of a sum is the sum of shuffles
        return join_channels(total, _sum(passed) if passed else torch.zeros_like(rest), self.portion)


def _sum(terms: Sequence[Tensor]) -> Tensor:
    return reduce(torch.add, terms)


def _scaled(output: Tensor | None, scale: Tensor | None) -> list[Tensor]:
    if output is None:
        return []
    return [output if scale is None else output * scale]


def split_channels(x: Tensor, portion: int, stride: int) -> tuple[Tensor, Tensor]:
    """Return the first 1 / P of the channels of a map [B, C, H, W], and the others [B, C - C / P, H / stride, ...].

    The others are as small as operations of the stride would make them: maxima over 2x2 pixels for stride 2.
    """
    layout = torch.channels_last if x.is_contiguous(memory_format=torch.channels_last) else torch.contiguous_format
    processed, passed = x.tensor_split([x.shape[1] // portion], dim=1)
    passed = passed if stride == 1 else functional.max_pool2d(passed, stride)
    return processed.contiguous(memory_format=layout), passed  # once for all operations that read it


def join_channels(processed: Tensor, passed: Tensor, portion: int) -> Tensor:
    """Return one map [B, C, H, W] of both parts, shuffled so that any C / P channels in a row hold some of each part.

    The channels of both parts one behind the other are P groups; the first channels of all groups come first, then
    all second ones, and so on.
    """
    groups = [each.permute(0, 2, 3, 1) for each in (processed, *passed.chunk(portion - 1, dim=1))]
    return torch.stack(groups, dim=4).flatten(3).permute(0, 3, 1, 2)
