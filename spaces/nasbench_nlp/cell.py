"""A recurrent cell as NAS-Bench-NLP writes it (Klyuchnikov et al., 2020): a recipe of named nodes.

A node applies an operation to others, to the step's input ``x`` or to the states ``h_prev_0`` ... that the step before
left; the nodes ``h_new_0`` ... are the states that this step leaves, and ``h_new_0`` is also its output. ``linear`` is
one matrix per operand and one bias; ``blend`` of a, b and c is ``a * b + (1 - a) * c``.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b

from tasks.foundation.errors import unknown_name

LINEAR, BLEND, PRODUCT, SUM = "linear", "blend", "elementwise_prod", "elementwise_sum"
ACTIVATIONS = ("activation_tanh", "activation_sigm", "activation_leaky_relu")
ARITIES = {LINEAR: (2, 3), BLEND: (3,), PRODUCT: (2,), SUM: (2,), **dict.fromkeys(ACTIVATIONS, (1,))}
"""How many operands each operation takes."""

INPUT = "x"
MOST_STATES = 3
MOST_NODES = 25  # three states, 21 further vertices and one activation beyond them: the largest published recipe
OLD_STATES = tuple(f"h_prev_{index}" for index in range(MOST_STATES))
NEW_STATES = tuple(f"h_new_{index}" for index in range(MOST_STATES))

_COMMUTATIVE = frozenset({LINEAR, PRODUCT, SUM})
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_RESERVED = re.compile(r"x|h_prev.*|h_new_[0-9]*")


@dataclass(frozen=True)
class Node:
    """An operation and what it is applied to, in this order."""

    name: str
    operation: str
    operands: tuple[str, ...]

    def __post_init__(self) -> None:
        """Raise ValueError for a name, an operation or a number of operands that no recipe has."""
        if not _NAME.fullmatch(self.name) or (_RESERVED.fullmatch(self.name) and self.name not in NEW_STATES):
            raise ValueError(f"{self.name!r} cannot name a node; letters, digits and _ can, or {', '.join(NEW_STATES)}")
        if self.operation not in ARITIES:
            raise unknown_name(f"operation of node {self.name!r}:", self.operation, ARITIES)
        if len(self.operands) not in ARITIES[self.operation]:
            allowed = " or ".join(map(str, ARITIES[self.operation]))
            raise ValueError(f"node {self.name!r}: {self.operation} has {len(self.operands)} operands, not {allowed}")
        if len(set(self.operands)) < len(self.operands):
            raise ValueError(f"node {self.name!r} has the operands {', '.join(self.operands)}; each may come once")
        if INPUT in self.operands and self.operation != LINEAR:
            raise ValueError(f"node {self.name!r}: x may only enter a linear node, and this is {self.operation}")


@dataclass(frozen=True)
class RecurrentCell:
    """The nodes of a recipe, in its order, which need not be that of computation."""

    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        """Raise ValueError unless states follow from all inputs, without a cycle and without an idle node."""
        if not 1 <= len(self.nodes) <= MOST_NODES:
            raise ValueError(f"a cell has 1 to {MOST_NODES} nodes, not {len(self.nodes)}")
        names = [node.name for node in self.nodes]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two nodes are called {name!r}; each name may come once")
        if not set(self.new_states) <= set(names):
            raise ValueError(f"there is no {', '.join(self.new_states)}; new states are numbered from 0 without a gap")
        self._check_operands({*names, INPUT, *self.old_states})
        used = {node.name for node in in_order(self.nodes)}
        for name in names:
            if name not in used:
                raise ValueError(f"node {name!r} leads to no new state; take it away")

    def _check_operands(self, known: set[str]) -> None:
        read = {operand for node in self.nodes for operand in node.operands}
        for operand in sorted(read - known):
            raise ValueError(f"{operand!r} is read, but it is no node and none of x, {', '.join(self.old_states)}")
        for source in (INPUT, *self.old_states):
            if source not in read:
                raise ValueError(f"no node reads {source}; x and every old state are needed")

    @property
    def new_states(self) -> tuple[str, ...]:
        """``h_new_0`` and as many more as the cell keeps; at least that one."""
        return _new_states(self.nodes)

    @property
    def old_states(self) -> tuple[str, ...]:
        """``h_prev_0`` and as many more as the cell keeps."""
        return OLD_STATES[: len(self.new_states)]


def _new_states(nodes: Sequence[Node]) -> tuple[str, ...]:
    return NEW_STATES[: max(1, sum(node.name in NEW_STATES for node in nodes))]


def in_order(nodes: Sequence[Node]) -> list[Node]:
    """Return the nodes that new states need, each after its operands; raises ValueError where there is a cycle.

    The order depends on the graph and the order of operands alone, not on names or the order of nodes.
    """
    named = {node.name: node for node in nodes}
    done: dict[str, Node] = {}
    pending = list(reversed(_new_states(nodes)))
    opened: set[str] = set()
    while pending:
        node = named[pending[-1]]
        waiting = [operand for operand in node.operands if operand in named and operand not in done]
        if node.name in done or not waiting:
            done[pending.pop()] = node
        elif node.name in opened:  # a second look at a node whose operands have all been seen to
            raise ValueError(f"node {node.name!r} needs itself: a cell has no cycle but its states")
        else:
            opened.add(node.name)
            pending += reversed(waiting)
    return list(done.values())


def canonical(cell: RecurrentCell) -> RecurrentCell:
    """Return the cell with nodes renamed and reordered, and operands that commute sorted by what they compute.

    Cells that differ in names or the order of nodes have one canonical form; so have those that differ in the order of
    operands of sums, products and linear nodes, unless two such operands are computed alike by different nodes.
    """
    digests: dict[str, bytes] = {}
    for node in in_order(cell.nodes):
        digests[node.name] = _digest(node, digests)
    ordered = in_order([_with_sorted_operands(node, digests) for node in cell.nodes])
    names = {node.name: node.name if node.name in NEW_STATES else f"node_{i}" for i, node in enumerate(ordered)}
    return RecurrentCell(
        tuple(
            Node(names[node.name], node.operation, tuple(names.get(operand, operand) for operand in node.operands))
            for node in ordered
        )
    )


def _digest(node: Node, digests: dict[str, bytes]) -> bytes:
    """Return what a node computes, told by its operation, what its operands compute and which state it is."""
    operands = [digests.get(operand, operand.encode()) for operand in node.operands]
    if node.operation in _COMMUTATIVE:
        operands.sort()
    label = node.name if node.name in NEW_STATES else ""
    return blake2b(b"\0".join([label.encode(), node.operation.encode(), *operands]), digest_size=16).digest()


def _with_sorted_operands(node: Node, digests: dict[str, bytes]) -> Node:
    if node.operation not in _COMMUTATIVE:
        return node
    operands = sorted(node.operands, key=lambda operand: digests.get(operand, operand.encode()))
    return Node(node.name, node.operation, tuple(operands))
