"""The cells that a supernet searches: their edges, the candidates of each, and what they become."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter
from typing import Any, Generic, TypeVar

from spaces.cells.genotype import INPUTS, Node, Nodes
from spaces.supernet.derivation import Candidates, Choices, Edge, Rule
from tasks.foundation.errors import unknown_name

CandidateT = TypeVar("CandidateT")


@dataclass(frozen=True)
class SearchedCells(Generic[CandidateT]):
    """Cells by name, all with the same edges; a cell may stand at many places of a network.

    edges: node by node
    candidates: of every edge of each cell, equally many on each
    rule: how a cell is derived from the strengths of its candidates
    join: makes the candidate architecture of derived cells
    split: returns the derived cells of a candidate architecture
    """

    edges: Sequence[Edge]
    candidates: Mapping[str, Sequence[Candidates]]
    rule: Rule
    join: Callable[[Mapping[str, Choices]], CandidateT]
    split: Callable[[CandidateT], Mapping[str, Choices]]

    def restricted(self, candidates: Mapping[str, Sequence[Sequence[str]]] | None) -> "SearchedCells[CandidateT]":
        """Return cells with these candidates, which are some of their own; None for all of them.

        Raises ValueError for anything else.
        """
        if candidates is None:
            return self
        if set(candidates) != set(self.candidates):
            raise ValueError(f"candidates are given of cells {_listed(candidates)}, not {_listed(self.candidates)}")
        for name, rows in candidates.items():
            self._check_rows(name, rows)
        return replace(self, candidates={name: tuple(map(tuple, candidates[name])) for name in self.candidates})

    def _check_rows(self, name: str, rows: Sequence[Sequence[str]]) -> None:
        if len(rows) != len(self.edges):
            raise ValueError(f"cell {name!r} has {len(self.edges)} edges, and candidates are given of {len(rows)}")
        if len({len(row) for row in rows}) != 1 or not rows[0]:
            raise ValueError(
                f"the edges of cell {name!r} are given {sorted({len(row) for row in rows})} candidates; all need the "
                "same number of them, at least 1; gates leave out single ones"
            )
        for (source, target), row, own in zip(self.edges, rows, self.candidates[name], strict=True):
            where = f"candidate on edge {source}->{target} of cell {name!r}"
            for operation in row:
                if operation not in own:
                    raise unknown_name(where, operation, own)
            if len(set(row)) < len(row):
                raise ValueError(f"{where}: {', '.join(row)} names one twice")

    def derive(self, strengths: Mapping[str, Sequence[Sequence[float]]]) -> CandidateT:
        """Return the candidate architecture by how strong the candidates of every edge are.

        Raises ValueError as the rule does.
        """
        return self.join({name: self.rule(self.edges, rows, strengths[name]) for name, rows in self.candidates.items()})

    def numbers(self, candidate: CandidateT) -> dict[str, list[int | None]]:
        """Return the number of what an architecture has on every edge of each cell, None for an edge it does not keep.

        Raises ValueError for an operation that is no candidate there.
        """
        cells = self.split(candidate)
        return {
            name: [
                _number(cells[name][edge], row, edge, name) if edge in cells[name] else None
                for edge, row in zip(self.edges, rows, strict=True)
            ]
            for name, rows in self.candidates.items()
        }


def nodes_of(cell: Choices) -> Nodes:
    """Return the nodes of a derived cell that keeps two edges into each."""
    return tuple(_node(cell, incoming) for _, incoming in groupby(node_by_node(cell), key=itemgetter(1)))


def _node(cell: Choices, incoming: Iterable[Edge]) -> Node:
    first, second = ((cell[edge], edge[0]) for edge in incoming)
    return first, second


def node_by_node(edges: Iterable[Edge]) -> list[Edge]:
    """Return edges in the order of the nodes that they lead to, those into one node by what they read."""
    return sorted(edges, key=itemgetter(1, 0))


def choices_of(nodes: Nodes) -> Choices:
    """Return the derived cell that has these nodes."""
    return {
        (source, number): operation for number, node in enumerate(nodes, start=INPUTS) for operation, source in node
    }


def _number(operation: str, row: Candidates, edge: Edge, name: str) -> int:
    if operation not in row:
        raise unknown_name(f"candidate on edge {edge[0]}->{edge[1]} of cell {name!r}", operation, row)
    return row.index(operation)


def _listed(names: Mapping[str, Any]) -> str:
    return ", ".join(sorted(names)) or "none"
