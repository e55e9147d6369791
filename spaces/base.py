"""Contracts of search spaces and of the networks they build.

Letters: B batch, C channels, H height, W width.
"""

from abc import ABC, abstractmethod
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, runtime_checkable

import numpy as np
from torch import Tensor, nn

CandidateT = TypeVar("CandidateT", bound=Hashable)


@dataclass(frozen=True)
class InputSpec:
    """What a network reads: ``channels`` planes of ``size`` x ``size`` pixels."""

    channels: int = 3
    size: int = 32


@dataclass(frozen=True)
class FeatureInfo:
    """One stage of a network: its channels, and by how much its maps are smaller than the input (1, 2, 4, ...)."""

    channels: int
    reduction: int


class FeatureNetwork(nn.Module, ABC):
    """A network that shows its stages, in timm's convention."""

    feature_info: list[FeatureInfo]

    @abstractmethod
    def forward_features(self, x: Tensor) -> list[Tensor]:
        """Return one map [B, C, H, W] per entry of ``feature_info``, fine to coarse."""

    @abstractmethod
    def forward(self, x: Tensor) -> Tensor:
        """Return the logits [B, num_outputs]."""


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
class NetworkSpace(Protocol):
    """A space whose candidates are networks."""

    def build(self, candidate: Any, input_spec: InputSpec, num_outputs: int) -> FeatureNetwork:
        """Return the candidate's network with freshly initialised weights."""
        ...


def candidate_key(space: SearchSpace[CandidateT], candidate: CandidateT) -> str:
    """Return the identity of a candidate: the space's ``key`` where it has one, its text otherwise."""
    return space.key(candidate) if isinstance(space, KeyedSpace) else space.encode(candidate)
