"""Contracts of search spaces and of the networks they build.

A space is any class with the four methods of ``SearchSpace``; no base class is needed. What it may have beside them is
declared here, one protocol each, and in ``spaces.supernet`` and ``spaces.operation_costs`` where the ability has
records of its own; a method whose name is almost one of theirs is refused when the space is loaded.

ability            method                       what it is for
``KeyedSpace``     ``key``                      several texts mean one candidate
``ClassedSpace``   ``functional_key``           candidates of several keys compute one function
``NetworkSpace``   ``build``, ``reads``         candidates are networks, of images or of sequences
``TaskSpace``      ``to_task``, ``reads``       candidates are proxy tasks, or sets of them
``RelaxableSpace`` ``relax``                    gradient-based search
``GraphSpace``     ``to_graph``                 candidates are drawn, and embedded
``PreparedSpace``  ``prepare``                  something costly is made once per run
``CostedSpace``    ``operation_costs``          what each operation of a network costs
``PlannedSpace``   ``blueprint``                networks are handed out as source that reads well
``PublishedSpace`` ``from_published``,          candidates are read, and written, in the forms in which others publish
                   ``to_published``             them

Letters: B batch, C channels, H height, W width; L length of a sequence, D values in each of its steps; E edges of a
cell, K candidate operations of each of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

import numpy as np
from torch import Tensor, nn

if TYPE_CHECKING:
    import networkx as nx

    from tasks import ProxyTask, SequenceTask, TaskSet

CandidateT = TypeVar("CandidateT", bound=Hashable)


@dataclass(frozen=True)
class InputSpec:
    """Images that a network reads: ``channels`` planes of ``size`` x ``size`` pixels."""

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


class FeatureStages(list[FeatureInfo]):
    """The stages of a network, fine to coarse, as a list; what builds on them asks by timm's two methods."""

    def channels(self) -> list[int]:
        """Return the channels of every stage."""
        return [stage.channels for stage in self]

    def reduction(self) -> list[int]:
        """Return by how much the maps of every stage are smaller than the input."""
        return [stage.reduction for stage in self]


class FeatureNetwork(nn.Module, ABC):
    """A network that shows its stages, in timm's convention."""

    __stages: FeatureStages  # two underscores: the name is free for what derives from it

    @property
    def feature_info(self) -> FeatureStages:
        """The stages; any list of FeatureInfo that a network sets is kept as one that has timm's methods."""
        return self.__stages

    @feature_info.setter
    def feature_info(self, stages: Iterable[FeatureInfo]) -> None:
        """Keep the stages."""
        self.__stages = FeatureStages(stages)

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

    They read images; a space of recurrent networks says ``reads = SequenceSpec`` as a class attribute. A space whose
    networks are scored in a form that is no good in use, such as one without running statistics, says by
    ``used_with = {option: value}`` with which options those that are trained for use are built.
    """

    def build(self, candidate: Any, input_spec: Any, num_outputs: int) -> FeatureNetwork:
        """Return the candidate's network for an InputSpec or a SequenceSpec, with freshly initialised weights."""
        ...


@runtime_checkable
class PlannedSpace(Protocol):
    """A space that says what its networks are made from."""

    def blueprint(self, candidate: Any, input_spec: Any, **build: Any) -> object:
        """Return a frozen record of all that a network is made from, but channels of the input and outputs.

        build: what ``build`` takes beside candidate, input and outputs
        """
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
    """A space whose candidates are proxy tasks, or small sets of them.

    They are for networks that read images; a space of tasks for recurrent networks says ``reads = SequenceSpec``.
    """

    def to_task(self, candidate: Any) -> "ProxyTask | SequenceTask | TaskSet":
        """Return the task, or the set of tasks, that a candidate stands for."""
        ...


@runtime_checkable
class PublishedSpace(Protocol):
    """A space whose candidates others publish in forms of their own, beside the text that it logs.

    ``spaces.read_candidate`` tries them where a text is none of the space's own.
    """

    @property
    def published_forms(self) -> str:
        """Which forms are read, in a few words; as a class attribute."""
        ...

    def from_published(self, text: str) -> Any:
        """Return the candidate of a text, None for a text of no such form; raises ValueError for a wrong one."""
        ...

    def to_published(self, candidate: Any) -> str | None:
        """Return the form in which a candidate would be published, None for one that no form holds."""
        ...


def candidate_key(space: SearchSpace[CandidateT], candidate: CandidateT) -> str:
    """Return the identity of a candidate: the space's ``key`` where it has one, its text otherwise."""
    return space.key(candidate) if isinstance(space, KeyedSpace) else space.encode(candidate)


def functional_key(space: SearchSpace[CandidateT], candidate: CandidateT) -> str:
    """Return the identity of what a candidate computes: the space's ``functional_key`` or, without one, its key."""
    return space.functional_key(candidate) if isinstance(space, ClassedSpace) else candidate_key(space, candidate)


def options_for_use(space: object) -> Mapping[str, object]:
    """Return the options with which a space builds networks that are trained for use: its ``used_with``, or none."""
    found: Mapping[str, object] = getattr(space, "used_with", {})
    return found


def reads_sequences(space: object) -> bool:
    """Return whether the networks of a space, or those that its tasks are for, read sequences instead of images."""
    return getattr(space, "reads", InputSpec) is SequenceSpec
