"""The layers of a supernet of NAS-Bench-201 (Dong and Yang, 2020): its skeleton with mixtures on all edges of a cell.

Normalisation inside cells has neither scale nor shift and knows the batch alone, as in the skeleton without ``affine``.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from torch import Tensor, nn

from spaces.base import FeatureInfo
from spaces.nasbench201.network import (
    EDGES,
    LAYERS_OF,
    REDUCTIONS,
    ZERO,
    Skeleton,
    build_classifier,
    build_entrances,
    build_stem,
    layer_name,
)
from spaces.supernet.base import SupernetOptions
from spaces.supernet.derivation import Candidates, Choices, Edge
from spaces.supernet.mixed_edge import EdgeGates
from spaces.supernet.mixed_graph import MixedGraph, Wiring
from spaces.supernet.supernet import SupernetBody

CELL = "cell"
"""The name of the one cell that stands at all places."""

READ_BY: tuple[Edge, ...] = tuple((target, source) for source, target in EDGES)
"""The edges as supernets number them: the node, then what it reads."""


class NasBench201SupernetBody(SupernetBody):
    """Stem, three stacks of relaxed cells with a residual block of stride 2 between them, classifier."""

    def __init__(
        self, candidates: Sequence[Candidates], skeleton: Skeleton, shape: tuple[int, int], options: SupernetOptions
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
                x = cell([x], gates[CELL])[-1]
            features.append(x)
        return features

    def counterparts(self, cells: Mapping[str, Choices]) -> Iterator[tuple[str, str]]:
        """Yield the names of equal parts of this body and of a StagedNetwork of the benchmark."""
        yield from (("stem", "stem"), ("classifier", "classifier"))
        for number, (_, *stack) in enumerate(map(_parts, self.stages)):
            yield f"stages.{number}.0", f"stages.{number}.0"
            for position in range(1, len(stack) + 1):
                prefix = f"stages.{number}.{position}"
                for (target, source), operation in cells[CELL].items():
                    if operation != ZERO:
                        own = f"{prefix}.edges.{READ_BY.index((target, source))}.operations.{operation}"
                        yield own, f"{prefix}.layers.{layer_name((source, target))}"


def _stack(
    candidates: Sequence[Candidates], channels: int, skeleton: Skeleton, options: SupernetOptions
) -> Iterator[MixedGraph]:
    share = options.share(channels)
    for _ in range(skeleton.cells_per_stage):
        yield MixedGraph(
            Wiring(READ_BY, candidates, _unstrided),
            lambda operation, stride: LAYERS_OF[operation](share, False),
            portion=options.portion,
            auxiliary=options.auxiliary_skip,
        )


def _unstrided(source: int) -> int:
    return 1


def _parts(stage: nn.Module) -> list[Any]:
    return list(stage.children())
