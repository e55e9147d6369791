"""Random recurrent cells by the grammar of NAS-Bench-NLP (Klyuchnikov et al., 2020).

Until a budget of nodes is spent, an operation is drawn with its weight and then its operands without repetition. A
linear node reads the input, old states and activations, and is always followed by an activation; the other operations
read old states and any nodes. Then random nodes become the new states, and nodes that lead to none are deleted. A cell
is thrown away unless it uses the input and every old state, and if a new state reads an old one directly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from spaces.nasbench_nlp.cell import (
    ACTIVATIONS,
    BLEND,
    INPUT,
    LINEAR,
    NEW_STATES,
    OLD_STATES,
    PRODUCT,
    SUM,
    Node,
    RecurrentCell,
)

STATES = (1, 2, 3)
VERTICES = (7, 14, 21)
"""How many nodes there are besides the new states, before those that lead nowhere are deleted."""

SIMPLE_RNN = RecurrentCell(
    (Node("node_0", LINEAR, (INPUT, "h_prev_0")), Node("h_new_0", "activation_tanh", ("node_0",)))
)
"""The smallest cell."""

_BY_WEIGHT = (LINEAR, LINEAR, LINEAR, PRODUCT, SUM, BLEND)
_FEASIBLE = {1: _BY_WEIGHT[:3], 2: _BY_WEIGHT[:5], 3: _BY_WEIGHT}  # by how many nodes and old states can be read
_TWO_OPERANDS = 0.8  # probability that a linear node has two operands, otherwise three
_ATTEMPTS = 10_000  # the rarest kind of cell, three states and seven vertices, is valid once in 25 draws
_BLOCK = 256


class Draws:
    """Random choices from uniform numbers fetched in blocks: one at a time they cost ten times as much."""

    def __init__(self, rng: np.random.Generator) -> None:
        """Draw from ``rng``, a block when the first choice is made and whenever one is used up."""
        self._rng = rng
        self._block: list[float] = []

    def uniform(self) -> float:
        """Return a number from 0 to below 1."""
        if not self._block:
            self._block = self._rng.random(_BLOCK).tolist()
        return self._block.pop()

    def below(self, count: int) -> int:
        """Return a whole number from 0 to below ``count``."""
        return int(self.uniform() * count)

    def distinct(self, count: int, wanted: int) -> list[int]:
        """Return ``wanted`` different whole numbers from 0 to below ``count``, in random order."""
        chosen: list[int] = []
        while len(chosen) < wanted:
            index = self.below(count - len(chosen))
            for taken in sorted(chosen):  # skip what is taken: no draw is ever refused
                index += taken <= index
            chosen.append(index)
        return chosen

    def operation(self, available: int) -> str:
        """Return an operation by its weight, among those that ``available`` nodes and old states suffice for."""
        feasible = _FEASIBLE[min(available, 3)]
        return feasible[self.below(len(feasible))]

    def linear_operands(self, available: int) -> int:
        """Return how many operands a linear node has where there are ``available`` to choose from."""
        return min(available, 2 if self.uniform() < _TWO_OPERANDS else 3)

    def activation(self) -> str:
        """Return an activation, each alike."""
        return ACTIVATIONS[self.below(len(ACTIVATIONS))]


def sample_cell(rng: np.random.Generator) -> RecurrentCell:
    """Return a random cell; its number of states and its budget are uniform over STATES and VERTICES."""
    draws = Draws(rng)
    states, vertices = STATES[draws.below(len(STATES))], VERTICES[draws.below(len(VERTICES))]
    for _ in range(_ATTEMPTS):
        graph = _grow(states, states + vertices, draws)
        new_states = draws.distinct(len(graph.operations), states)
        if graph.is_valid(new_states):
            return graph.cell(new_states)
    return SIMPLE_RNN


@dataclass(frozen=True)
class _Graph:
    """A graph in numbers: 0 is the input, 1 to ``states`` are old states, nodes follow in order.

    reached: for every number a bit set of the inputs and old states below it.
    """

    states: int
    operations: list[str]
    operands: list[Sequence[int]]
    reached: list[int]

    def add(self, operation: str, operands: Sequence[int]) -> None:
        """Append a node."""
        below = 0
        for operand in operands:
            below |= self.reached[operand]
        self.operations.append(operation)
        self.operands.append(operands)
        self.reached.append(below)

    def is_valid(self, new_states: Sequence[int]) -> bool:
        """Return whether these nodes, counted from 0, can be the new states."""
        below = 0
        for node in new_states:
            if any(1 <= operand <= self.states for operand in self.operands[node]):
                return False
            below |= self.reached[1 + self.states + node]
        return below == (2 << self.states) - 1

    def cell(self, new_states: Sequence[int]) -> RecurrentCell:
        """Return the cell of the nodes that lead to new states, these last."""
        first = 1 + self.states
        names = [INPUT, *OLD_STATES[: self.states], *(f"node_{index}" for index in range(len(self.operations)))]
        for node, name in zip(new_states, NEW_STATES, strict=False):
            names[first + node] = name
        needed = sorted(self._needed(new_states) - set(new_states))
        return RecurrentCell(
            tuple(
                Node(names[first + node], self.operations[node], tuple(names[i] for i in self.operands[node]))
                for node in [*needed, *new_states]
            )
        )

    def _needed(self, new_states: Sequence[int]) -> set[int]:
        needed = set(new_states)
        for node in range(max(needed), -1, -1):  # operands come before their nodes
            if node in needed:
                needed |= {operand - 1 - self.states for operand in self.operands[node] if operand > self.states}
        return needed


def _grow(states: int, budget: int, draws: Draws) -> _Graph:
    """Return a graph of ``budget`` nodes, or one more where the last is linear."""
    graph = _Graph(states, [], [], [1 << source for source in range(1 + states)])
    readable = list(range(1 + states))  # by linear nodes: the input, old states and activations
    while len(graph.operations) < budget:
        available = states + len(graph.operations)
        operation = draws.operation(available)
        if operation == LINEAR:
            chosen = draws.distinct(len(readable), draws.linear_operands(len(readable)))
            graph.add(LINEAR, [readable[index] for index in chosen])
            readable.append(len(graph.reached))
            graph.add(draws.activation(), [readable[-1] - 1])
        else:
            chosen = draws.distinct(available, 3 if operation == BLEND else 2)
            graph.add(operation, [1 + index for index in chosen])
    return graph
