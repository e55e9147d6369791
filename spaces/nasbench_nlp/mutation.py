"""Small changes of a recurrent cell: another activation, sum for product, or another operand.

An operand is replaced by something that the grammar of ``spaces.nasbench_nlp.grammar`` lets its node read, half the
time by a new node; nodes that no longer lead to a new state are deleted. So cells grow and shrink.
"""

from collections.abc import Iterable, Sequence

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
    canonical,
    in_order,
)
from spaces.nasbench_nlp.grammar import SIMPLE_RNN, Draws, sample_cell

_NEW_NODE = 0.5  # probability that an operand is replaced by a new node rather than by one that is there
_ATTEMPTS = 200  # about one in three makes a valid other cell
_EXCHANGED = {PRODUCT: SUM, SUM: PRODUCT}

_SIGMOID_RNN = RecurrentCell((SIMPLE_RNN.nodes[0], Node("h_new_0", "activation_sigm", ("node_0",))))


def mutate_locally(cell: RecurrentCell, rng: np.random.Generator) -> RecurrentCell:
    """Return a valid cell of another canonical form, one small change away.

    No new state reads an old one directly unless it did before.
    """
    draws, form, shortcuts = Draws(rng), canonical(cell), _shortcuts(cell.nodes)
    for _ in range(_ATTEMPTS):
        child = _valid(_changed(cell, draws))
        if child is not None and _shortcuts(child.nodes) <= shortcuts and canonical(child) != form:
            return child
    others = (sample_cell(rng), SIMPLE_RNN, _SIGMOID_RNN)  # practically never needed
    return next(other for other in others if canonical(other) != form)


def _valid(nodes: Sequence[Node]) -> RecurrentCell | None:
    """Return the cell of the nodes that lead to a new state; None where it is none."""
    try:
        needed = {node.name for node in in_order(nodes)}
        return RecurrentCell(tuple(node for node in nodes if node.name in needed))
    except ValueError:  # a cycle, an input that nothing reads any more, too many nodes
        return None


def _shortcuts(nodes: Iterable[Node]) -> set[tuple[str, str]]:
    """Return which new states read which old ones directly."""
    states = [node for node in nodes if node.name in NEW_STATES]
    return {(node.name, operand) for node in states for operand in node.operands if operand in OLD_STATES}


def _changed(cell: RecurrentCell, draws: Draws) -> list[Node]:
    """Return the nodes after one change: of the operation where there is another, or else of an operand."""
    nodes = list(cell.nodes)
    index = draws.below(len(nodes))
    node = nodes[index]
    if node.operation in ACTIVATIONS:
        nodes[index] = Node(node.name, draws.activation(), node.operands)
    elif node.operation in _EXCHANGED and draws.below(2):
        nodes[index] = Node(node.name, _EXCHANGED[node.operation], node.operands)
    else:
        _replace_operand(nodes, index, cell.old_states, draws)
    return nodes


def _replace_operand(nodes: list[Node], index: int, old_states: Sequence[str], draws: Draws) -> None:
    node = nodes[index]
    others = nodes[:index] + nodes[index + 1 :]
    if draws.uniform() < _NEW_NODE:
        added = _new_nodes(others, old_states, draws, activated=node.operation == LINEAR)
        nodes += added
        source = added[-1].name
    else:
        readable = [name for name in _readable(node.operation, others, old_states) if name not in node.operands]
        if not readable:
            return
        source = readable[draws.below(len(readable))]
    position = draws.below(len(node.operands))
    operands = (*node.operands[:position], source, *node.operands[position + 1 :])
    nodes[index] = Node(node.name, node.operation, operands)


def _new_nodes(nodes: Sequence[Node], old_states: Sequence[str], draws: Draws, *, activated: bool) -> list[Node]:
    """Return a new node, drawn as the generator does, and the activation of it if it is linear.

    activated: only what linear nodes may read is wanted.
    """
    operation = LINEAR if activated else draws.operation(len(nodes) + len(old_states))
    readable = _readable(operation, nodes, old_states)
    count = {LINEAR: draws.linear_operands(len(readable)), BLEND: 3}.get(operation, 2)
    operands = tuple(readable[index] for index in draws.distinct(len(readable), count))
    name, activation = _free_names(nodes)
    if operation != LINEAR:
        return [Node(name, operation, operands)]
    return [Node(name, LINEAR, operands), Node(activation, draws.activation(), (name,))]


def _readable(operation: str, nodes: Sequence[Node], old_states: Sequence[str]) -> list[str]:
    """Return what a node of this operation may read: linear ones the input, old states and activations."""
    if operation == LINEAR:
        return [INPUT, *old_states, *(node.name for node in nodes if node.operation in ACTIVATIONS)]
    return [*old_states, *(node.name for node in nodes)]


def _free_names(nodes: Sequence[Node]) -> list[str]:
    taken = {node.name for node in nodes}
    return [name for name in (f"node_{number}" for number in range(len(nodes) + 3)) if name not in taken][:2]
