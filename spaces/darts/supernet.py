"""The layers of a supernet of DARTS cells (Liu et al., 2019): the network of a genotype with mixtures on all edges.

Normalisation inside cells has neither scale nor shift, and stands behind pooling too.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from spaces.cells.genotype import INPUTS
from spaces.cells.network import CellLayout, CellPlace, build_classifier, build_stem, cell_places, stage_info
from spaces.cells.operations import build_operation
from spaces.darts.edges import EDGES, NODES
from spaces.supernet.base import SupernetOptions
from spaces.supernet.derivation import Candidates, Choices, Edge
from spaces.supernet.mixed_edge import EdgeGates
from spaces.supernet.mixed_graph import MixedGraph, Wiring
from spaces.supernet.searched_cells import node_by_node
from spaces.supernet.supernet import SupernetBody


class MixedCell(nn.Module):
    """A relaxed cell: brings both inputs to its channels and size, computes all nodes, concatenates them."""

    def __init__(self, name: str, candidates: Sequence[Candidates], place: CellPlace, options: SupernetOptions) -> None:
        """Build the layers; name: whose gates the cell obeys; candidates: of every edge."""
        super().__init__()
        share = options.share(place.channels)
        self.name = name
        self.align_older = place.align_older(affine=False)
        self.align_newer = place.align_newer(affine=False)
        self.graph = MixedGraph(
            Wiring(EDGES, candidates, place.stride),
            lambda operation, stride: build_operation(operation, share, stride, affine=False, pool_norm=True),
            portion=options.portion,
            auxiliary=options.auxiliary_skip,
        )

    def forward(self, inputs: Sequence[Tensor], gates: Sequence[EdgeGates]) -> Tensor:
        """Map the outputs [B, C, H, W] of the cell before the last one and of the last one to this cell's."""
        older, newer = inputs
        states = self.graph([self.align_older(older), self.align_newer(newer)], gates)
        return torch.cat(states[INPUTS:], dim=1)


class DartsSupernetBody(SupernetBody):
    """Stem, three stages of relaxed cells, classifier."""

    def __init__(
        self,
        row: Sequence[str],
        candidates: Mapping[str, Sequence[Candidates]],
        layout: CellLayout,
        shape: tuple[int, int],
        options: SupernetOptions,
    ) -> None:
        """Build the layers.

        row: the names of all cells in order; candidates: of the edges of each; shape: channels of the input, number of
        logits.
        """
        super().__init__()
        input_channels, num_outputs = shape
        self.stem = build_stem(layout, input_channels)
        widths = [NODES] * layout.cells
        places = cell_places(layout, self.stem.channels_out, widths)
        cells = [MixedCell(name, candidates[name], place, options) for name, place in zip(row, places, strict=True)]
        self.stages = nn.ModuleList(nn.ModuleList(stage) for stage in layout.staged(cells))
        self.feature_info = stage_info(layout, widths)
        self.classifier = build_classifier(self.feature_info[-1].channels, num_outputs)

    def forward(self, x: Tensor, gates: Mapping[str, Sequence[EdgeGates]]) -> list[Tensor]:
        """Return the output [B, C, H, W] of the last cell of each stage."""
        older, newer = self.stem(x)
        features = []
        for stage in self.stages:
            for cell in _cells(stage):
                older, newer = newer, self.cell_pass(cell, (older, newer), gates[cell.name])
            features.append(newer)
        return features

    def counterparts(self, cells: Mapping[str, Choices]) -> Iterator[tuple[str, str]]:
        """Yield the names of equal parts of this body and of a CellNetwork."""
        yield from (("stem", "stem"), ("classifier", "classifier"))
        for number, stage in enumerate(self.stages):
            for position, cell in enumerate(_cells(stage)):
                prefix = f"stages.{number}.{position}"
                yield from ((f"{prefix}.{part}", f"{prefix}.{part}") for part in ("align_older", "align_newer"))
                for (edge, operation), place in zip(_kept(cells[cell.name]), _places(), strict=True):
                    own = f"{prefix}.graph.edges.{EDGES.index(edge)}.operations.{operation}"
                    yield own, f"{prefix}.operations.{place}"


def _cells(stage: nn.Module) -> Iterator[Any]:
    return stage.children()


def _kept(cell: Choices) -> list[tuple[Edge, str]]:
    return [(edge, cell[edge]) for edge in node_by_node(cell)]


def _places() -> Iterator[str]:
    """Yield where the layers of a cell's kept edges are, in order: two to each node."""
    return (f"{node}.{position}" for node in range(NODES) for position in range(2))
