"""The candidate operations of every edge of the DARTS space and of its four restrictions.

S0 is the space of DARTS (Liu et al., 2019), S1 to S4 those on which RobustDARTS shows how the search collapses (Zela
et al., 2020). A cell has 14 edges: into each of its four nodes, one from every earlier state.
"""

from dataclasses import dataclass

from spaces.cells.genotype import INPUTS
from spaces.cells.operations import ZERO
from spaces.supernet.derivation import Candidates, Edge

NODES = 4
STATES = range(INPUTS, INPUTS + NODES)

EDGES: tuple[Edge, ...] = tuple((source, node) for node in STATES for source in range(node))
"""Source and target of every edge, node by node."""


@dataclass(frozen=True)
class EdgeCandidates:
    """The candidate operations of each of EDGES in the normal and in the reduction cell, in the published order.

    ``none`` is among them where a supernet weighs it; no derived cell has it.
    """

    normal: tuple[Candidates, ...]
    reduction: tuple[Candidates, ...]


def selectable(candidates: Candidates) -> Candidates:
    """Return the candidates that a derived cell may have."""
    return tuple(operation for operation in candidates if operation != ZERO)


_SKIP, _SEP_3 = "skip_connect", "sep_conv_3x3"
_DIL_3, _DIL_5 = "dil_conv_3x3", "dil_conv_5x5"
_MAX, _AVERAGE = "max_pool_3x3", "avg_pool_3x3"


def _everywhere(*candidates: str) -> EdgeCandidates:
    return EdgeCandidates((candidates,) * len(EDGES), (candidates,) * len(EDGES))


_S1 = EdgeCandidates(
    normal=(
        *((_SKIP, _DIL_3), (_SKIP, _DIL_5)),
        *((_SKIP, _DIL_5), (_SKIP, _SEP_3), (_SKIP, _DIL_3)),
        *((_MAX, _SKIP), (_SKIP, _SEP_3), (_SKIP, _SEP_3), (_SKIP, _DIL_3)),
        *((_SKIP, _SEP_3), (_MAX, _SKIP), (_SKIP, _DIL_3), (_DIL_3, _DIL_5), (_DIL_3, _DIL_5)),
    ),
    reduction=(
        *((_MAX, _AVERAGE), (_MAX, _DIL_3)),
        *((_MAX, _AVERAGE), (_MAX, _AVERAGE), (_SKIP, _DIL_5)),
        *((_MAX, _AVERAGE), (_MAX, _SEP_3), (_SKIP, _DIL_3), (_SKIP, _DIL_5)),
        *((_MAX, _AVERAGE), (_MAX, _AVERAGE), (_SKIP, _DIL_5), (_SKIP, _DIL_5), (_SKIP, _DIL_5)),
    ),
)

PATHS: Candidates = (_SKIP, _MAX, _AVERAGE, _SEP_3, "sep_conv_5x5", _DIL_3, _DIL_5)
"""The candidates of every edge in SSWP-NAS (Li et al., 2022), in its order: those of S0 without ``none``."""

EDGE_CANDIDATES: dict[str, EdgeCandidates] = {
    "s0": _everywhere(ZERO, _MAX, _AVERAGE, _SKIP, _SEP_3, "sep_conv_5x5", _DIL_3, _DIL_5),
    "s1": _S1,
    "s2": _everywhere(_SKIP, _SEP_3),
    "s3": _everywhere(ZERO, _SKIP, _SEP_3),
    "s4": _everywhere("noise", _SEP_3),
}
