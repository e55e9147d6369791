"""The continuous relaxation of a space of cells: one network that holds the networks of all candidates.

Letters: B batch, C channels, H height, W width; E edges of a cell, K candidate operations of each of them.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

import torch
from torch import Tensor, nn

from spaces.base import FeatureInfo, FeatureNetwork, InputSpec, SearchSpace
from spaces.supernet.base import Alphas, CellGates, Gates, SupernetOptions
from spaces.supernet.cell_pass import CellPass, RecomputedMaps, keep_maps
from spaces.supernet.derivation import Candidates, Choices, Edge
from spaces.supernet.gates import mixture, single_paths, strengths_of
from spaces.supernet.mixed_edge import EdgeGates
from spaces.supernet.searched_cells import SearchedCells

CandidateT = TypeVar("CandidateT")


class SupernetBody(nn.Module, ABC):
    """The layers of a supernet: everything but its architecture parameters."""

    feature_info: list[FeatureInfo]
    classifier: nn.Module

    def __init__(self) -> None:
        """Keep the maps of cells; ``forward`` runs every relaxed cell by ``cell_pass(cell, inputs, gates)``."""
        super().__init__()
        self.cell_pass: CellPass = keep_maps

    @abstractmethod
    def forward(self, x: Tensor, gates: Mapping[str, Sequence[EdgeGates]]) -> list[Tensor]:
        """Return one map [B, C, H, W] per entry of ``feature_info``; gates: of every edge, by the name of the cell."""

    @abstractmethod
    def counterparts(self, cells: Mapping[str, Choices]) -> Iterator[tuple[str, str]]:
        """Yield the names of equal parts of this body and of the network of derived cells, this body's first."""


class Supernet(FeatureNetwork, Generic[CandidateT]):
    """All candidates of a space as one network, whose edges mix their operations as gates say.

    Architecture parameters belong to its state as weights do; an optimiser is given one kind or the other.
    """

    def __init__(self, body: SupernetBody, cells: SearchedCells[CandidateT], options: SupernetOptions) -> None:
        """Draw the architecture parameters from torch's default generator, as weights are."""
        super().__init__()
        self.body = body
        self.feature_info = body.feature_info
        self.options = options
        self._cells = cells
        sizes = {name: (len(rows), len(rows[0])) for name, rows in cells.candidates.items()}
        self.operation_alphas = _parameters(sizes, options.spread)
        edges = {name: (count,) for name, (count, _) in sizes.items()}
        self.edge_alphas = _parameters(edges if options.edge_alphas else {}, options.spread)

    @property
    def edges(self) -> Sequence[Edge]:
        """The edges (source, target) of every cell, node by node: a state that is read and the node that reads it."""
        return self._cells.edges

    @property
    def candidates(self) -> Mapping[str, Sequence[Candidates]]:
        """The names of the candidates [E, K] of each cell, in the order of their numbers."""
        return self._cells.candidates

    @property
    def checkpointing(self) -> bool:
        """Whether maps inside relaxed cells are computed again in the backward pass instead of being kept for it.

        Features, gradients and what a pass leaves behind are the same.
        """
        return isinstance(self.body.cell_pass, RecomputedMaps)

    @checkpointing.setter
    def checkpointing(self, wanted: bool) -> None:
        """Compute them again from the next pass on, or keep them."""
        self.body.cell_pass = RecomputedMaps() if wanted else keep_maps

    @contextmanager
    def running_cells_by(self, cell_pass: CellPass) -> Iterator[None]:
        """Let cells be run in another way within the block."""
        before = self.body.cell_pass
        self.body.cell_pass = cell_pass
        try:
            yield
        finally:
            self.body.cell_pass = before

    @property
    def alphas(self) -> Alphas:
        """The architecture parameters themselves, by the name of the cell."""
        return Alphas(dict(self.operation_alphas.items()), dict(self.edge_alphas.items()))

    def architecture_parameters(self) -> list[nn.Parameter]:
        """Return all architecture parameters."""
        return [*self.operation_alphas.values(), *self.edge_alphas.values()]

    def weight_parameters(self) -> list[nn.Parameter]:
        """Return all other parameters."""
        return list(self.body.parameters())

    def forward_features(self, x: Tensor, gates: Gates | None = None) -> list[Tensor]:
        """Return one map [B, C, H, W] per entry of ``feature_info``; without gates, under ``mixture``.

        Raises ValueError for gates that are not of this supernet's cells.
        """
        gates = gates or self.mixture()
        _check_names("gates", gates.cells, self.candidates)
        features: list[Tensor] = self.body(x, {name: self._edge_gates(name, gates) for name in gates.cells})
        return features

    def forward(self, x: Tensor, gates: Gates | None = None) -> Tensor:
        """Return the logits [B, num_outputs]; gates: as in ``forward_features``."""
        logits: Tensor = self.body.classifier(self.forward_features(x, gates)[-1])
        return logits

    def mixture(self) -> Gates:
        """Return the gates of DARTS under the present architecture parameters."""
        return mixture(self.alphas, self.edges)

    def gates_of(self, candidate: CandidateT) -> Gates:
        """Return the gates under which this supernet computes what one candidate does, and no more.

        Raises ValueError for a candidate that this supernet does not hold.
        """
        return single_paths(self._cells.numbers(candidate))

    def derive(self, strengths: Mapping[str, Tensor] | None = None) -> CandidateT:
        """Return the candidate that the space's rule derives from how strong operations are, [E, K] for each cell.

        strengths: by default those of ``mixture``. Raises ValueError for strengths of another shape, and as the rule
        does.
        """
        given = strengths_of(self.mixture()) if strengths is None else strengths
        _check_names("strengths", given, self.candidates)
        for name, rows in self.candidates.items():
            _check_shape(f"strengths of cell {name!r}", given[name], (len(rows), len(rows[0])))
        return self._cells.derive({name: values.tolist() for name, values in given.items()})

    def counterparts(self, candidate: CandidateT) -> Iterator[tuple[str, str]]:
        """Yield the names of equal parts of this supernet and of the candidate's network, this supernet's first."""
        for own, other in self.body.counterparts(self._cells.split(candidate)):
            yield f"body.{own}", other

    def _edge_gates(self, name: str, gates: Gates) -> list[EdgeGates]:
        cell, rows = gates.cells[name], self.candidates[name]
        count, width = len(rows), len(rows[0])
        _check_gates(name, cell, count, width)
        everything = (range(width),) * count
        return [
            EdgeGates(*edge, auxiliary=gates.auxiliary, dropping=gates.dropping)
            for edge in zip(
                everything if cell.computed is None else cell.computed,
                _rows(cell.weights, count),
                ((),) * count if cell.detached is None else cell.detached,
                _rows(cell.edges, count),
                _rows(cell.added, count),
                strict=True,
            )
        ]


@runtime_checkable
class RelaxableSpace(SearchSpace[Any], Protocol):
    """A space of networks with a continuous relaxation, for gradient-based search.

    One whose networks have all norms of its supernet, ``searched`` or not, says so by ``norms_as_relaxed = True``.
    """

    def relax(self, input_spec: InputSpec, num_outputs: int, options: SupernetOptions) -> Supernet[Any]:
        """Return a supernet of all candidates, with freshly initialised weights and architecture parameters."""
        ...

    def build(
        self, candidate: Any, input_spec: InputSpec, num_outputs: int, *, searched: bool = False
    ) -> FeatureNetwork:
        """Return a candidate's network; searched: with operations as the supernet has them, else as the space has."""
        ...


class GatedNetwork(FeatureNetwork):
    """A supernet with its gates fixed for a pass, as objectives need it: they know networks but not gates.

    gates may be set before every pass; None for those of DARTS.
    """

    def __init__(self, supernet: Supernet[Any], gates: Gates | None = None) -> None:
        """Keep the supernet itself."""
        super().__init__()
        self.supernet = supernet
        self.gates = gates
        self.feature_info = supernet.feature_info

    def forward_features(self, x: Tensor) -> list[Tensor]:
        """Return what the supernet does under the gates."""
        return self.supernet.forward_features(x, self.gates)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits [B, num_outputs] under the gates."""
        logits: Tensor = self.supernet(x, self.gates)
        return logits


def _parameters(shapes: Mapping[str, tuple[int, ...]], spread: float) -> nn.ParameterDict:
    return nn.ParameterDict({name: nn.Parameter(spread * torch.randn(shape)) for name, shape in shapes.items()})


def _rows(values: Tensor | None, count: int) -> Sequence[Tensor | None]:
    return (None,) * count if values is None else values.unbind()


def _check_names(what: str, given: Mapping[str, Any], own: Mapping[str, Any]) -> None:
    if set(given) != set(own):
        raise ValueError(f"{what} are of cells {sorted(given)}; this supernet has {sorted(own)}")


def _check_gates(name: str, cell: CellGates, count: int, width: int) -> None:
    if cell.weights is not None:
        _check_shape(f"weights of cell {name!r}", cell.weights, (count, width))
    if cell.edges is not None:
        _check_shape(f"gates of the edges of cell {name!r}", cell.edges, (count,))
    if cell.added is not None:
        _check_shape(f"what is added to the edges of cell {name!r}", cell.added, (count,))
    for what, rows in (("computed", cell.computed), ("detached", cell.detached)):
        if rows is not None:
            _check_numbers(f"{what} candidates of cell {name!r}", rows, count, width)


def _check_numbers(what: str, rows: Sequence[Sequence[int]], count: int, width: int) -> None:
    if len(rows) != count:
        raise ValueError(f"{what} are given for {len(rows)} edges; there are {count}")
    if not all(0 <= number < width for row in rows for number in row):
        raise ValueError(f"{what} are numbered 0 to {width - 1}; others are given")


def _check_shape(what: str, values: Tensor, shape: tuple[int, ...]) -> None:
    if tuple(values.shape) != shape:
        raise ValueError(f"{what} have the shape {tuple(values.shape)}; {shape} is needed")
