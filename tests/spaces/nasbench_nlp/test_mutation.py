"""Catches: a mutation that is invalid, unchanged, more than one change or blind to a kind of change; cells that only
shrink; new short cuts from old states to new ones; a search for a child that never ends.
"""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.nasbench_nlp import mutation as recurrent_mutation
from spaces.nasbench_nlp.cell import NEW_STATES, OLD_STATES, RecurrentCell, canonical
from spaces.nasbench_nlp.grammar import SIMPLE_RNN, sample_cell
from spaces.nasbench_nlp.mutation import mutate_locally
from spaces.nasbench_nlp.recipe import from_text
from tests.spaces.nasbench_nlp.test_grammar import Constant
from tests.spaces.reference_cells import GRU, LSTM, RNN


def shortcuts(cell: RecurrentCell) -> set[tuple[str, str]]:
    states = [node for node in cell.nodes if node.name in NEW_STATES]
    return {(node.name, operand) for node in states for operand in node.operands if operand in OLD_STATES}


@given(seed=st.integers(0, 2**32 - 1))
def test_a_child_is_another_cell_without_new_short_cuts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parent = sample_cell(rng)
    child = mutate_locally(parent, rng)
    assert canonical(child) != canonical(parent)
    assert not shortcuts(child)
    assert len(child.new_states) == len(parent.new_states)


def test_a_child_keeps_all_nodes_but_one_and_those_that_lead_nowhere_or_are_new() -> None:
    rng, parent = np.random.default_rng(0), from_text(LSTM)
    kept = {node.name: node for node in parent.nodes}
    for _ in range(300):
        child = mutate_locally(parent, rng)
        changed = [node for node in child.nodes if node.name in kept and kept[node.name] != node]
        new = [node for node in child.nodes if node.name not in kept]
        assert len(changed) == 1
        assert len(new) <= 2


def test_every_kind_of_change_is_made() -> None:
    rng, parent = np.random.default_rng(1), from_text(LSTM)
    before = {node.name: node for node in parent.nodes}
    kinds: Counter[str] = Counter()
    for _ in range(300):
        child = mutate_locally(parent, rng)
        (node,) = [node for node in child.nodes if node.name in before and before[node.name] != node]
        kinds[f"{before[node.name].operation}->{node.operation}"] += before[node.name].operation != node.operation
        kinds["larger"] += len(child.nodes) > len(parent.nodes)
        kinds["smaller"] += len(child.nodes) < len(parent.nodes)
        kinds["same"] += len(child.nodes) == len(parent.nodes) and before[node.name].operation == node.operation
    assert kinds["activation_tanh->activation_sigm"]
    assert kinds["activation_sigm->activation_leaky_relu"]
    assert kinds["elementwise_prod->elementwise_sum"]
    assert kinds["elementwise_sum->elementwise_prod"]
    assert min(kinds["larger"], kinds["smaller"], kinds["same"]) > 10


def test_a_short_cut_of_the_parent_may_stay() -> None:
    rng = np.random.default_rng(2)
    children = [mutate_locally(from_text(GRU), rng) for _ in range(100)]
    allowed = {("h_new_0", "h_prev_0")}
    assert all(shortcuts(child) <= allowed for child in children)
    assert sum(shortcuts(child) == allowed for child in children) > 50


def test_cells_neither_die_out_nor_grow_without_bound() -> None:
    rng, cell = np.random.default_rng(3), from_text(RNN)
    sizes = []
    for _ in range(400):
        cell = mutate_locally(cell, rng)
        sizes.append(len(cell.nodes))
    assert 3 < np.mean(sizes) < 25


@pytest.mark.parametrize("value", [0.0, 0.5, 0.999999])
@pytest.mark.parametrize("text", [RNN, GRU])
def test_a_mutation_ends_and_differs_whatever_is_drawn(
    text: str, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recurrent_mutation, "sample_cell", lambda rng: SIMPLE_RNN)
    rng: Any = Constant(value)
    child = mutate_locally(from_text(text), rng)
    assert canonical(child) != canonical(from_text(text))
