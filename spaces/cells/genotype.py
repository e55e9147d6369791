"""Cells as data: a normal and a reduction cell, each a list of nodes that add two operations.

States of a cell are numbered: 0 and 1 are its inputs (the output of the cell before the last one, and of the last
one), 2 is the first node. A choice is an operation and the number of the state it reads.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

Choice = tuple[str, int]
Node = tuple[Choice, Choice]
Nodes = tuple[Node, ...]

INPUTS = 2


class Concatenation(StrEnum):
    """Which nodes make up the output of a cell."""

    ALL = "all"
    LOOSE_ENDS = "loose_ends"  # the nodes that no other node reads


@dataclass(frozen=True)
class CellGenotype:
    """One cell: its nodes, and the numbers of those whose maps are concatenated into its output, ascending."""

    nodes: Nodes
    concat: tuple[int, ...]

    def __post_init__(self) -> None:
        """Raise ValueError for a source that is no earlier state, or a concatenation of anything but nodes."""
        check_nodes(self.nodes)
        states = range(INPUTS, INPUTS + len(self.nodes))
        ascending = list(self.concat) == sorted(set(self.concat))
        if not self.concat or not ascending or not set(self.concat) <= set(states):
            raise ValueError(
                f"concatenation {list(self.concat)} must name, in order and once each, some of the nodes "
                f"{states.start} to {states.stop - 1}"
            )


@dataclass(frozen=True)
class Genotype:
    """The two cells that a network is made of."""

    normal: CellGenotype
    reduction: CellGenotype


def check_nodes(nodes: Nodes) -> None:
    """Raise ValueError unless there are nodes, each with two choices that read earlier states."""
    if not nodes:
        raise ValueError("a cell needs at least one node")
    for number, node in enumerate(nodes, start=INPUTS):
        if len(node) != 2:
            raise ValueError(f"node {number} has {len(node)} operations; it needs 2")
        for operation, source in node:
            if not 0 <= source < number:
                raise ValueError(f"{operation} of node {number} reads state {source}; allowed: 0 to {number - 1}")


def choices(nodes: Nodes) -> Iterator[Choice]:
    """Yield the choices of all nodes in order, two per node."""
    return (choice for node in nodes for choice in node)


def paired(flat: Iterable[Choice]) -> Nodes:
    """Return nodes of two consecutive choices each; raises ValueError where one is left over."""
    listed = list(flat)
    if len(listed) % 2:
        raise ValueError(f"{len(listed)} operations do not pair up; every node needs 2")
    return tuple(zip(listed[::2], listed[1::2], strict=True))


def concatenated(nodes: Nodes, rule: Concatenation) -> tuple[int, ...]:
    """Return the numbers of the nodes that a rule concatenates; at least the last node is a loose end."""
    numbers = range(INPUTS, INPUTS + len(nodes))
    if rule is Concatenation.ALL:
        return tuple(numbers)
    read = {source for _, source in choices(nodes)}
    return tuple(number for number in numbers if number not in read)


def genotype_of(normal: Nodes, reduction: Nodes, rule: Concatenation) -> Genotype:
    """Return the genotype of two cells that follow one rule of concatenation."""
    return Genotype(*(CellGenotype(nodes, concatenated(nodes, rule)) for nodes in (normal, reduction)))
