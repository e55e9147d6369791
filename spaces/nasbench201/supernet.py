"""The layers of a supernet of NAS-Bench-201 (Dong and Yang, 2020): its skeleton with mixtures on all edges of a cell.

Normalisation inside cells has neither scale nor shift and knows the batch alone, as in the skeleton without ``affine``;
convolutions inside cells have biases where the skeleton's have.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from torch import Tensor, nn

from spaces.base import FeatureInfo
from spaces.build_arguments import MOST_CELLS, check_size
from spaces.nasbench201.cell import EDGES, OPERATIONS, ZERO, NasBench201Cell
from spaces.nasbench201.network import (
    LAYERS_OF,
    REDUCTIONS,
    NasBench201Skeleton,
    build_classifier,
    build_entrances,
    build_stem,
    layer_name,
)
from spaces.supernet.base import PLAIN, SupernetOptions
from spaces.supernet.derivation import Candidates, Choices, every_edge
from spaces.supernet.mixed_edge import EdgeGates
from spaces.supernet.mixed_graph import MixedGraph, Wiring
from spaces.supernet.searched_cells import SearchedCells
from spaces.supernet.supernet import Supernet, SupernetBody

CELL = "cell"
"""The name of the one cell that stands at all places."""


class NasBench201SupernetBody(SupernetBody):
    """Stem, three stacks of relaxed cells with a residual block of stride 2 between them, classifier."""

    def __init__(
        self,
        candidates: Sequence[Candidates],
        skeleton: NasBench201Skeleton,
        shape: tuple[int, int],
        options: SupernetOptions,
    ) -> None:
        """Build the layers; candidates: of every edge; shape: channels of the input, number of logits."""
        super().__init__()
        input_channels, num_outputs = shape
        widths = skeleton.widths
        self.stem = build_stem(input_channels, widths[0])
        self.stages = nn.ModuleList(
            nn.ModuleList([entrance, *_stack(candidates, width, skeleton, options)])
            for entrance, width in zip(build_entrances(widths), widths, strict=True)
        )
        self.feature_info = [FeatureInfo(*stage) for stage in zip(widths, REDUCTIONS, strict=True)]
        self.classifier = build_classifier(widths[-1], num_outputs)

    def forward(self, x: Tensor, gates: Mapping[str, Sequence[EdgeGates]]) -> list[Tensor]:
        """Return the map [B, C, H, W] that leaves each stack."""
        x = self.stem(x)
        features = []
        for entrance, *cells in map(_parts, self.stages):
            x = entrance(x)
            for cell in cells:
                x = self.cell_pass(cell, [x], gates[CELL])[-1]
            features.append(x)
        return features

    def counterparts(self, cells: Mapping[str, Choices]) -> Iterator[tuple[str, str]]:
        """Yield the names of equal parts of this body and of a StagedNetwork of the benchmark."""
        yield from (("stem", "stem"), ("classifier", "classifier"))
        for number, (_, *stack) in enumerate(map(_parts, self.stages)):
            yield f"stages.{number}.0", f"stages.{number}.0"
            for position in range(1, len(stack) + 1):
                prefix = f"stages.{number}.{position}"
                for edge, operation in cells[CELL].items():
                    if operation != ZERO:
                        own = f"{prefix}.edges.{EDGES.index(edge)}.operations.{operation}"
                        yield own, f"{prefix}.layers.{layer_name(edge)}"


def _stack(
    candidates: Sequence[Candidates], channels: int, skeleton: NasBench201Skeleton, options: SupernetOptions
) -> Iterator[MixedGraph]:
    share = options.share(channels)
    for _ in range(skeleton.cells_per_stage):
        yield MixedGraph(
            Wiring(EDGES, candidates, _unstrided),
            lambda operation, stride: LAYERS_OF[operation](share, False, skeleton.biases),
            portion=options.portion,
            auxiliary=options.auxiliary_skip,
        )


def _unstrided(source: int) -> int:
    return 1


def _parts(stage: nn.Module) -> list[Any]:
    return list(stage.children())


def build_nasbench201_supernet(
    skeleton: NasBench201Skeleton, input_channels: int, num_outputs: int, options: SupernetOptions | None = None
) -> Supernet[NasBench201Cell]:
    """Return the supernet of all cells in a skeleton whose ``affine`` is off; raises ValueError for unsuited options.

    options: None for those of DARTS.
    """
    chosen = options or PLAIN
    check_size("cells", chosen.cells, least=0, most=MOST_CELLS)
    skeleton = replace(skeleton, cells_per_stage=chosen.cells or skeleton.cells_per_stage)
    cells = _CELLS.restricted(chosen.candidates)
    body = NasBench201SupernetBody(cells.candidates[CELL], skeleton, (input_channels, num_outputs), chosen)
    return Supernet(body, cells, chosen)


def _joined(cells: Mapping[str, Choices]) -> NasBench201Cell:
    return NasBench201Cell(tuple(cells[CELL][edge] for edge in EDGES))


def _split(cell: NasBench201Cell) -> dict[str, Choices]:
    return {CELL: dict(zip(EDGES, cell.operations, strict=True))}


_CELLS = SearchedCells(EDGES, {CELL: (OPERATIONS,) * len(EDGES)}, every_edge, _joined, _split)
