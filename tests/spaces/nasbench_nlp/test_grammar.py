"""Catches: cells outside the published grammar, operations or operands at another rate, a share of valid draws other
than measured on the published program, a draw that never ends.
"""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.nasbench_nlp import grammar as recurrent_generator
from spaces.nasbench_nlp.cell import ACTIVATIONS, LINEAR, NEW_STATES, OLD_STATES, RecurrentCell
from spaces.nasbench_nlp.grammar import SIMPLE_RNN, Draws, sample_cell


@pytest.fixture(scope="module")
def cells() -> list[RecurrentCell]:
    rng = np.random.default_rng(0)
    return [sample_cell(rng) for _ in range(1_000)]


def test_no_new_state_reads_an_old_one_directly(cells: list[RecurrentCell]) -> None:
    states = [node for cell in cells for node in cell.nodes if node.name in NEW_STATES]
    assert not any(set(node.operands) & set(OLD_STATES) for node in states)


def test_linear_nodes_read_the_input_old_states_and_activations_alone(cells: list[RecurrentCell]) -> None:
    for cell in cells:
        readable = {"x", *cell.old_states, *(node.name for node in cell.nodes if node.operation in ACTIVATIONS)}
        assert all(set(node.operands) <= readable for node in cell.nodes if node.operation == LINEAR)


def test_activations_read_linear_nodes_alone_and_are_alike_frequent(cells: list[RecurrentCell]) -> None:
    counts: Counter[str] = Counter()
    for cell in cells:
        linear = {node.name for node in cell.nodes if node.operation == LINEAR}
        activations = [node for node in cell.nodes if node.operation in ACTIVATIONS]
        counts.update(node.operation for node in activations)
        assert all(set(node.operands) <= linear for node in activations)
    assert min(counts.values()) > 0.9 * max(counts.values())


def test_one_two_and_three_states_are_alike_frequent(cells: list[RecurrentCell]) -> None:
    counts = Counter(len(cell.new_states) for cell in cells)
    assert all(abs(counts[states] - 1_000 / 3) < 60 for states in (1, 2, 3))  # four deviations


def test_cells_have_up_to_25_nodes_and_new_states_come_last(cells: list[RecurrentCell]) -> None:
    assert max(len(cell.nodes) for cell in cells) > 15
    for cell in cells:
        assert tuple(node.name for node in cell.nodes)[-len(cell.new_states) :] == cell.new_states


def test_budgets_are_states_and_7_14_or_21_more_alike_often(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []
    grow = recurrent_generator._grow

    def noted(states: int, budget: int, draws: Draws) -> object:
        asked.append((states, budget - states))
        return grow(states, budget, draws)

    monkeypatch.setattr(recurrent_generator, "_grow", noted)
    firsts = []
    for seed in range(400):  # of each cell the first attempt: the others repeat its budget
        asked.clear()
        sample_cell(np.random.default_rng(seed))
        firsts.append(asked[0])
    counts = Counter(firsts)
    assert set(counts) == {(states, more) for states in (1, 2, 3) for more in (7, 14, 21)}
    assert max(counts.values()) < 3 * min(counts.values())


@pytest.mark.parametrize(("states", "share"), [(1, 0.58), (2, 0.17), (3, 0.039)])
def test_the_share_of_valid_draws_is_that_of_the_published_program(states: int, share: float) -> None:
    draws, count = Draws(np.random.default_rng(1)), 3_000
    graphs = [recurrent_generator._grow(states, states + 7, draws) for _ in range(count)]
    valid = [graph.is_valid(draws.distinct(len(graph.operations), states)) for graph in graphs]
    assert np.mean(valid) == pytest.approx(share, abs=0.035)


def test_operations_are_drawn_by_weight_where_all_are_feasible() -> None:
    draws, count = Draws(np.random.default_rng(2)), 12_000
    counts = Counter(draws.operation(5) for _ in range(count))
    for operation, weight in (("linear", 3), ("blend", 1), ("elementwise_prod", 1), ("elementwise_sum", 1)):
        assert counts[operation] == pytest.approx(count * weight / 6, rel=0.08)
    assert {draws.operation(1) for _ in range(100)} == {"linear"}
    assert "blend" not in {draws.operation(2) for _ in range(100)}


def test_four_of_five_linear_nodes_have_two_operands() -> None:
    draws = Draws(np.random.default_rng(3))
    counts = Counter(draws.linear_operands(9) for _ in range(5_000))
    assert counts[2] == pytest.approx(4_000, abs=150)
    assert {draws.linear_operands(2) for _ in range(50)} == {2}


@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 20), wanted=st.integers(1, 3))
def test_distinct_numbers_are_distinct_and_in_range(seed: int, count: int, wanted: int) -> None:
    wanted = min(count, wanted)
    chosen = Draws(np.random.default_rng(seed)).distinct(count, wanted)
    assert len(set(chosen)) == wanted
    assert set(chosen) <= set(range(count))


def test_every_ordered_choice_is_alike_probable() -> None:
    draws = Draws(np.random.default_rng(4))
    counts = Counter(tuple(draws.distinct(4, 3)) for _ in range(12_000))
    assert len(counts) == 24
    assert all(abs(times - 500) < 4 * 22.4 for times in counts.values())


class Constant:
    """A generator whose every number is the same."""

    def __init__(self, value: float) -> None:
        self.value = value

    def random(self, size: int) -> np.ndarray:
        return np.full(size, self.value)


@pytest.mark.parametrize("value", [0.0, 0.5, 0.999999])
def test_sampling_ends_whatever_is_drawn(value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurrent_generator, "_ATTEMPTS", 20)
    rng: Any = Constant(value)
    assert isinstance(sample_cell(rng), RecurrentCell)


def test_the_simple_rnn_is_returned_where_no_draw_is_valid(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recurrent_generator, "_ATTEMPTS", 0)
    assert sample_cell(np.random.default_rng(0)) == SIMPLE_RNN
