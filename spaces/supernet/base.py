"""Records of a supernet: architecture parameters, gates, and how it is built.

Letters: E edges of a cell, K candidate operations of each of them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Alphas:
    """The architecture parameters of a supernet, by the name of the cell; all cells of one name share them.

    operations: [E, K], one for each candidate of each edge
    edges: [E], one for each edge; empty for a supernet that does not weigh edges
    """

    operations: Mapping[str, Tensor]
    edges: Mapping[str, Tensor]


@dataclass(frozen=True, eq=False)
class CellGates:
    """What the edges of a cell compute in one pass, and how much each result counts.

    weights: [E, K], what the output of each candidate is multiplied by; None for 1
    computed: numbers of the candidates that each edge computes, None for all; an edge that computes none is left out
    detached: those of them through which a gradient reaches only their gate, not their weights nor what they read
    edges: [E], what the whole output of each edge is multiplied by; None for 1
    added: [E], what is added to every value of the output of each edge that is not left out, before that; None for 0
    """

    weights: Tensor | None = None
    computed: Sequence[Sequence[int]] | None = None
    detached: Sequence[Sequence[int]] | None = None
    edges: Tensor | None = None
    added: Tensor | None = None


@dataclass(frozen=True, eq=False)
class Dropping:
    """What one pass leaves out at random; what is kept is scaled up so that the mean stays.

    generator: where all draws come from
    paths: chance, 0 to below 1, that the output of an edge is dropped for one image
    skips: chance, 0 to below 1, that one value in the output of an identity is dropped
    """

    generator: torch.Generator
    paths: float = 0.0
    skips: float = 0.0

    def __post_init__(self) -> None:
        """Raise ValueError for a chance out of range."""
        if not (0 <= self.paths < 1 and 0 <= self.skips < 1):
            raise ValueError(f"paths={self.paths}, skips={self.skips}: chances from 0 to below 1 are needed")


@dataclass(frozen=True, eq=False)
class Gates:
    """What a supernet computes in one pass.

    cells: by the name of the cell
    auxiliary: what the auxiliary skip of every edge is multiplied by; at 0 it is not computed
    dropping: what is left out at random; None for nothing
    """

    cells: Mapping[str, CellGates]
    auxiliary: float = 0.0
    dropping: Dropping | None = None


@dataclass(frozen=True)
class SupernetOptions:
    """How a gradient-based search wants its supernet to be built, beside what the space says.

    portion: one in so many channels goes through the operations of an edge, the rest past them (PC-DARTS); it must
        divide the channels
    edge_alphas: whether edges have architecture parameters of their own (PC-DARTS)
    auxiliary_skip: whether a skip that is no candidate stands beside the candidates of every edge (DARTS-)
    spread: standard deviation of the first architecture parameters around 0; 0 for a uniform start (SSWP-NAS)
    cells: how many instead of the space's own number, in NAS-Bench-201 per stage; 0 for the space's own
    candidates: some of the space's for each edge of each cell (P-DARTS), equally many on each; None for all
    """

    portion: int = 1
    edge_alphas: bool = False
    auxiliary_skip: bool = False
    spread: float = 1e-3
    cells: int = 0
    candidates: Mapping[str, Sequence[Sequence[str]]] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a number out of range."""
        if self.portion < 1 or self.cells < 0 or not 0 <= self.spread < math.inf:
            raise ValueError(
                f"portion={self.portion}, cells={self.cells}, spread={self.spread}: a portion of at least 1, 0 or more "
                "cells and a finite spread of at least 0 are needed"
            )

    def share(self, channels: int) -> int:
        """Return how many of the channels go through operations; raises ValueError where the portion leaves a rest."""
        if channels % self.portion:
            raise ValueError(f"{channels} channels cannot be divided into portions of 1 / {self.portion}")
        return channels // self.portion


PLAIN = SupernetOptions()
"""DARTS."""
