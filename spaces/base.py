"""Contracts of search spaces and of the networks they build.

Letters: B batch, C channels, H height, W width; L length of a sequence, D values in each of its steps; E edges of a
cell, K candidate operations of each of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

import numpy as np
import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    import networkx as nx

    from spaces.supernet import Supernet, SupernetOptions
    from tasks import ProxyTask, SequenceTask

CandidateT = TypeVar("CandidateT", bound=Hashable)


@dataclass(frozen=True)
class InputSpec:
    """Pictures that a network reads: ``channels`` planes of ``size`` x ``size`` pixels."""

    channels: int = 3
    size: int = 32

    def shape(self, batch: int) -> tuple[int, ...]:
        """Return the shape [B, C, H, W] of an input."""
        return (batch, self.channels, self.size, self.size)


@dataclass(frozen=True)
class SequenceSpec:
    """Sequences that a recurrent network reads: ``length`` steps of ``width`` values."""

    width: int = 64
    length: int = 8

    def shape(self, batch: int) -> tuple[int, ...]:
        """Return the shape [L, B, D] of an input."""
        return (self.length, batch, self.width)


@dataclass(frozen=True)
class FeatureInfo:
    """One stage of a network: its channels, and by how much its maps are smaller than the input (1, 2, 4, ...).

    The stage of a recurrent network is a sequence [L, B, D] with ``channels`` = D and reduction 1.
    """

    channels: int
    reduction: int


class FeatureNetwork(nn.Module, ABC):
    """A network that shows its stages, in timm's convention."""

    feature_info: list[FeatureInfo]

    @abstractmethod
    def forward_features(self, x: Tensor) -> list[Tensor]:
        """Return one map [B, C, H, W], or sequence [L, B, D], per entry of ``feature_info``, fine to coarse."""

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor:
        """Return the logits [B, num_outputs], of a sequence [L, B, num_outputs]."""


class SearchSpace(Protocol[CandidateT]):
    """A set of candidates; candidates are frozen, hashable and tiny, never networks."""

    def sample(self, rng: np.random.Generator) -> CandidateT:
        """Return a random member."""
        ...

    def mutate(self, candidate: CandidateT, rng: np.random.Generator) -> CandidateT:
        """Return a valid neighbour with another key."""
        ...

    def encode(self, candidate: CandidateT) -> str:
        """Return the text to build from: ``decode(encode(c)) == c``, order of operations kept."""
        ...

    def decode(self, text: str) -> CandidateT:
        """Return the candidate of a text; raises ValueError saying what is wrong and what is allowed."""
        ...


@runtime_checkable
class KeyedSpace(Protocol):
    """A space in which several texts mean one candidate."""

    def key(self, candidate: Any) -> str:
        """Return the identity of a candidate: equal keys are scored once."""
        ...


@runtime_checkable
class ClassedSpace(Protocol):
    """A space in which candidates of different keys may be the same expression of operations.

    Size may differ within a class, and so may which of its operations share weights; a fitness says by
    ``scores_functions`` that neither matters to it.
    """

    def functional_key(self, candidate: Any) -> str:
        """Return the identity of the expression that a candidate computes."""
        ...


@runtime_checkable
class GraphSpace(Protocol):
    """A space whose candidates are graphs of operations."""

    def to_graph(self, candidate: Any) -> "nx.DiGraph[Any]":
        """Return the directed acyclic graph of a candidate; every node has the attribute ``op``, its operation."""
        ...


@runtime_checkable
class PreparedSpace(Protocol):
    """A space that needs something costly before it samples or mutates, and keeps it with the run."""

    def prepare(self, folder: Path) -> None:
        """Make what is needed, or read it from ``folder`` where a former process left it there."""
        ...


@runtime_checkable
class NetworkSpace(Protocol):
    """A space whose candidates are networks.

    They read pictures; a space of recurrent networks says ``reads = SequenceSpec`` as a class attribute.
    """

    def build(self, candidate: Any, input_spec: Any, num_outputs: int) -> FeatureNetwork:
        """Return the candidate's network for an InputSpec or a SequenceSpec, with freshly initialised weights."""
        ...


@dataclass(frozen=True, eq=False)
class Alphas:
    """The architecture parameters of a supernet, by the name of the cell; all cells of one name share them.

    operations: [E, K], one for each candidate of each edge; edges: [E], one for each edge, and empty for a supernet
    that does not weigh edges.
    """

    operations: Mapping[str, Tensor]
    edges: Mapping[str, Tensor]


@dataclass(frozen=True, eq=False)
class CellGates:
    """What the edges of a cell compute in one pass, and how much each result counts.

    weights: [E, K], what the output of each candidate is multiplied by; None for 1. computed: the numbers of the
    candidates that each edge computes; None for all; an edge that computes none is left out. detached: those of them
    through which no gradient reaches what they read or their own weights, only their gate. edges: [E], what the whole
    output of each edge is multiplied by; None for 1.
    """

    weights: Tensor | None = None
    computed: Sequence[Sequence[int]] | None = None
    detached: Sequence[Sequence[int]] | None = None
    edges: Tensor | None = None


@dataclass(frozen=True, eq=False)
class Dropping:
    """What one pass leaves out at random; what is kept is scaled up so that the mean stays.

    paths: the chance, 0 to below 1, that an edge's output counts for nothing in one picture; skips: the chance that a
    value does behind a candidate that is an identity. generator: all that is drawn comes from here.
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

    cells: by the name of the cell; auxiliary: what the auxiliary skip of every edge is multiplied by, and at 0 it is
    not computed; dropping: what is left out at random, None for nothing.
    """

    cells: Mapping[str, CellGates]
    auxiliary: float = 0.0
    dropping: Dropping | None = None


@runtime_checkable
class RelaxableSpace(SearchSpace[Any], Protocol):
    """A space of networks with a continuous relaxation, to be searched by gradient."""

    def relax(self, input_spec: InputSpec, num_outputs: int, options: "SupernetOptions") -> "Supernet[Any]":
        """Return a supernet of all candidates, with freshly initialised weights and architecture parameters."""
        ...

    def build(
        self, candidate: Any, input_spec: InputSpec, num_outputs: int, *, searched: bool = False
    ) -> FeatureNetwork:
        """Return a candidate's network; searched: with operations as the supernet has them, else as the space has."""
        ...


@runtime_checkable
class CellularNetwork(Protocol):
    """A network of cells, as the training recipe of DARTS knows them."""

    def droppable(self) -> list[nn.Module]:
        """Return the operations whose output may be left out at random in training: all but identities."""
        ...

    def two_thirds(self) -> tuple[nn.Module, int]:
        """Return the cell after two thirds of all, whose output an auxiliary classifier reads, and its channels.

        Its maps are as large as those of the last stage.
        """
        ...


@runtime_checkable
class WeightedLayer(Protocol):
    """A module that multiplies by weights of its own, which are neither convolutions nor linear layers."""

    def layer_weights(self) -> list[tuple[Tensor, int]]:
        """Return each weight, and the number of equal layers whose weights it holds one below the other."""
        ...


@runtime_checkable
class TaskSpace(Protocol):
    """A space whose candidates are proxy tasks.

    They are for networks that read pictures; a space of tasks for recurrent networks says ``reads = SequenceSpec``.
    """

    def to_task(self, candidate: Any) -> "ProxyTask | SequenceTask":
        """Return the task that a candidate stands for."""
        ...


def candidate_key(space: SearchSpace[CandidateT], candidate: CandidateT) -> str:
    """Return the identity of a candidate: the space's ``key`` where it has one, its text otherwise."""
    return space.key(candidate) if isinstance(space, KeyedSpace) else space.encode(candidate)


def reads_sequences(space: object) -> bool:
    """Return whether the networks of a space, or those that its tasks are for, read sequences instead of pictures."""
    return getattr(space, "reads", InputSpec) is SequenceSpec
