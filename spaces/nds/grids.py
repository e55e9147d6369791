"""The spaces of the NDS study's grids: ResNet, ResNeXt-A, ResNeXt-B and Vanilla (Radosavovic et al., 2019)."""

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from spaces.base import InputSpec
from spaces.build_arguments import check_build_arguments
from spaces.drawing.diagram import Diagram
from spaces.nds.grid_axes import GRIDS, STEM_WIDTH, STRIDES, Grid
from spaces.nds.grid_candidate import NdsCandidate, candidate_at, index_of
from spaces.nds.grid_costs import Integers
from spaces.nds.grid_diagram import grid_diagram
from spaces.nds.grid_network import BlockKind, NetworkSpec, StageSpec, StemKind, build_nds_network
from spaces.nds.grid_notation import candidate_of_text, text_of
from spaces.nds.grid_pool import draw_pool
from spaces.nds.grid_record import candidate_of_record
from spaces.staged_network import StagedNetwork
from tasks.foundation.errors import unknown_name

if TYPE_CHECKING:
    import networkx as nx

_NEIGHBOURS = 200  # members among which a mutation looks for the nearest: GenNAS, Li et al., 2021
_SMALL_STEM_BELOW = 128  # pixels; the ImageNet stem and two strides would leave less than 4 x 4
_LEAST_WIDTH = 8  # of a divided width
_AUTO_STEM = "auto"


class NdsGrid:
    """Draws from a pool of the grid's members; accepts texts of the whole grid, also outside the caps and the pool."""

    def __init__(
        self,
        *,
        grid: str = "resnet",
        pool: int = 25_000,
        pool_seed: int = 0,
        stem: str = _AUTO_STEM,
        max_depth: int = 0,
        width_divisor: int = 1,
    ) -> None:
        """Choose the grid, the pool and what is built.

        grid: a name of GRIDS
        pool: how many members are drawn from, at least 2 (the study published 25,000); 0 for all, which takes up to
            230 MB and some seconds on the ResNeXt grids
        pool_seed: which members these are
        stem: "small", "imagenet", or "auto" for the grid's own, but "small" for images below 128 pixels
        max_depth: the most blocks that are built in a stage, 0 for no limit
        width_divisor: what the widths of stem and stages are divided by, down to 8 channels

        The last two make quick searches; candidates and their texts stay the same.

        Raises ValueError for a value that is not allowed.
        """
        if grid not in GRIDS:
            raise unknown_name("grid", grid, GRIDS)
        if stem not in (_AUTO_STEM, *StemKind):
            raise unknown_name("stem", stem, (_AUTO_STEM, *StemKind))
        if max_depth < 0:
            raise ValueError(f"max_depth is {max_depth}; it must be 0 for no limit, or at least 1")
        if width_divisor < 1:
            raise ValueError(f"width_divisor is {width_divisor}; at least 1 is needed")
        self._grid, self._stem = GRIDS[grid], stem
        self._max_depth, self._width_divisor = max_depth, width_divisor
        self._pool = draw_pool(self._grid, pool, pool_seed)

    def sample(self, rng: np.random.Generator) -> NdsCandidate:
        """Return a uniform draw from the pool."""
        return candidate_at(self._grid, int(self._pool[rng.integers(len(self._pool))]))

    def mutate(self, candidate: NdsCandidate, rng: np.random.Generator) -> NdsCandidate:
        """Return the nearest of 200 random others of the pool: fewest different entries, the first of equals."""
        parent = index_of(self._grid, candidate)
        others = self._draw_others(parent, rng)
        return candidate_at(self._grid, int(others[_count_differences(self._grid, others, parent).argmin()]))

    def encode(self, candidate: NdsCandidate) -> str:
        """Return the lists of the study's records, stem first, e.g. ``ds=1,12,12,12:ws=16,24,24,40``."""
        return text_of(candidate)

    def decode(self, text: str) -> NdsCandidate:
        """Return the candidate of a text; raises ValueError naming the part that is wrong."""
        return candidate_of_text(self._grid, text)

    def from_record(self, net: Mapping[str, Any]) -> NdsCandidate:
        """Return the candidate of a published record's ``net``; raises ValueError for one that is not of this grid."""
        return candidate_of_record(self._grid.name, net)

    def diagram(self, candidate: NdsCandidate) -> Diagram:
        """Return the network and one of its blocks; a stem that is chosen by the images is the one for large ones."""
        spec = self.network_spec(candidate, _SMALL_STEM_BELOW)
        chosen = self._stem == _AUTO_STEM and spec.stem is not StemKind.SMALL
        note = f"one of stride 1 for images below {_SMALL_STEM_BELOW} pixels" if chosen else ""
        return grid_diagram(self._grid.name, spec, note)

    def build(self, candidate: NdsCandidate, input_spec: InputSpec, num_outputs: int) -> StagedNetwork:
        """Return the candidate's network.

        Raises ValueError for an input whose size is not a multiple of 4, or 32 with the ImageNet stem.
        """
        spec = self.blueprint(candidate, input_spec)
        check_build_arguments(input_spec, num_outputs, coarsest=spec.reductions[-1])
        return build_nds_network(spec, input_spec.channels, num_outputs)

    def blueprint(self, candidate: NdsCandidate, input_spec: InputSpec) -> NetworkSpec:
        """Return what the candidate's network is made from."""
        return self.network_spec(candidate, input_spec.size)

    def network_spec(self, candidate: NdsCandidate, size: int) -> NetworkSpec:
        """Return the description of the network that is built for images of ``size`` x ``size`` pixels."""
        stages = zip(*candidate.lists, STRIDES, strict=True)
        return NetworkSpec(
            self._grid.block,
            self._stem_kind(size),
            self._built_width(STEM_WIDTH),
            tuple(self._stage_spec(*stage) for stage in stages),
        )

    def to_graph(self, candidate: NdsCandidate) -> "nx.DiGraph[Any]":
        """Return the chain of the stem, all published blocks and the classifier, whatever is built of them.

        The operation of a block says its kind, width, multiplier and groups of a bottleneck, and a stride of 2, e.g.
        ``basic 24 /2`` or ``bottleneck 64 r0.25 g2``; its shortcut is part of it.
        """
        import networkx as nx

        nodes = [("stem", "stem"), *_block_nodes(self._grid, candidate), ("classifier", "classifier")]
        graph: nx.DiGraph[Any] = nx.DiGraph()
        graph.add_nodes_from((node, {"op": operation}) for node, operation in nodes)
        graph.add_edges_from(pairwise(graph))
        return graph

    def _draw_others(self, parent: int, rng: np.random.Generator) -> Integers:
        """Return grid indices of at most 200 members of the pool in random order, the parent never among them."""
        position = int(np.searchsorted(self._pool, parent))
        inside = position < len(self._pool) and int(self._pool[position]) == parent
        available = len(self._pool) - inside
        drawn = rng.choice(available, min(_NEIGHBOURS, available), replace=False)
        return self._pool[drawn + (drawn >= position)] if inside else self._pool[drawn]

    def _stem_kind(self, size: int) -> StemKind:
        if self._stem != _AUTO_STEM:
            return StemKind(self._stem)
        return StemKind.SMALL if size < _SMALL_STEM_BELOW else self._grid.setting.stem

    def _built_width(self, width: int) -> int:
        return max(width // self._width_divisor, _LEAST_WIDTH)

    def _stage_spec(self, depth: int, width: int, bot_mul: float, groups: int, stride: int) -> StageSpec:
        """Return what is built of a stage: inner channels that the groups share evenly, at least one for each."""
        depth = min(depth, self._max_depth or depth)
        width = self._built_width(width)
        channels_per_group = max(int(width * bot_mul) // groups, 1)
        return StageSpec(depth, width, stride, channels_per_group * groups, groups)


def _count_differences(grid: Grid, others: Integers, parent: int) -> Integers:
    differs = np.not_equal(np.unravel_index(others, grid.shape), np.unravel_index([parent], grid.shape))
    counts: Integers = differs.sum(axis=0)
    return counts


def _block_nodes(grid: Grid, candidate: NdsCandidate) -> list[tuple[str, str]]:
    nodes = []
    for stage, (depth, *choices, stride) in enumerate(zip(*candidate.lists, STRIDES, strict=True), start=1):
        operations = [_operation(grid.block, *choices)] * int(depth)
        operations[0] += f" /{stride}" if stride > 1 else ""
        nodes += [(f"stage {stage} block {block}", operation) for block, operation in enumerate(operations, start=1)]
    return nodes


def _operation(kind: BlockKind, width: float, bot_mul: float, groups: float) -> str:
    bottleneck = f" r{bot_mul} g{groups}" if kind is BlockKind.BOTTLENECK else ""
    return f"{kind} {width}{bottleneck}"
