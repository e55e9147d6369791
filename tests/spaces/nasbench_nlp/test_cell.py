"""Catches: a cell let in that cannot be computed, has idle nodes or forgets an input; an order that puts a node before
its operands; a canonical form that depends on names or the order of nodes, or that confuses two cells.
"""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces.nasbench_nlp.cell import Node, RecurrentCell, canonical, in_order
from spaces.nasbench_nlp.grammar import sample_cell
from spaces.nasbench_nlp.recipe import from_text, to_text
from tests.spaces.reference_cells import GRU, LSTM, RNN

seeds = st.integers(0, 2**32 - 1)


def renamed_and_shuffled(cell: RecurrentCell, rng: np.random.Generator) -> RecurrentCell:
    numbers = rng.permutation(len(cell.nodes))
    names = {node.name: f"v{numbers[i]}" for i, node in enumerate(cell.nodes) if node.name not in cell.new_states}
    nodes = [
        Node(names.get(node.name, node.name), node.operation, tuple(names.get(name, name) for name in node.operands))
        for node in cell.nodes
    ]
    return RecurrentCell(tuple(nodes[i] for i in rng.permutation(len(nodes))))


@pytest.mark.parametrize("text", [RNN, LSTM, GRU])
def test_the_named_cells_are_cells(text: str) -> None:
    assert to_text(from_text(text)) == text


def test_states_are_counted_by_the_new_ones() -> None:
    assert (from_text(RNN).new_states, from_text(RNN).old_states) == (("h_new_0",), ("h_prev_0",))
    assert from_text(LSTM).old_states == ("h_prev_0", "h_prev_1")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("f=linear", "x=linear", "'x' cannot name a node"),
        ("f=linear", "h_prev_1=linear", "'h_prev_1' cannot name"),
        ("f=linear", "h_new_00=linear", "'h_new_00' cannot name"),
        ("f=linear", "h_new_3=linear", "'h_new_3' cannot name"),
        ("linear", "liner", r"operation of node 'f': 'liner'; did you mean 'linear'\?"),
        ("(x,h_prev_0)", "(x)", "linear has 1 operands, not 2 or 3"),
        ("(x,h_prev_0)", "(x,h_prev_0,f,x)", "linear has 4 operands, not 2 or 3"),
        ("tanh(f)", "tanh(f,x)", "activation_tanh has 2 operands, not 1"),
        ("(x,h_prev_0)", "(x,x)", "'f' has the operands x, x; each may come once"),
        ("tanh(f)", "tanh(x)", "'h_new_0': x may only enter a linear node, and this is activation_tanh"),
        ("h_new_0=", "f=activation_tanh(f);h_new_0=", "two nodes are called 'f'"),
        ("h_new_0=", "g=", "there is no h_new_0"),
        ("h_new_0=", "h_new_1=", "there is no h_new_0"),
        ("h_prev_0", "h_prev_1", "'h_prev_1' is read, but it is no node and none of x, h_prev_0"),
        ("h_prev_0", "g", "'g' is read"),
        ("x,h_prev_0", "h_prev_0,h_new_0", "no node reads x; x and every old state"),
        ("x,h_prev_0", "x,h_new_0", "no node reads h_prev_0"),
        ("h_new_0=", "g=activation_tanh(f);h_new_0=", "'g' leads to no new state"),
        ("(x,h_prev_0)", "(x,h_prev_0,h_new_0)", "needs itself"),
        ("(x,h_prev_0)", "(x,h_prev_0,f)", "'f' needs itself"),
    ],
)
def test_what_is_no_cell_is_refused_in_one_line(old: str, new: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        from_text(RNN.replace(old, new))
    assert "\n" not in str(caught.value)


def test_sums_products_and_blends_have_two_and_three_operands() -> None:
    for operation, count in (("elementwise_sum", 2), ("elementwise_prod", 2), ("blend", 3)):
        Node("a", operation, ("b", "c", "d")[:count])
        with pytest.raises(ValueError, match=f"{operation} has {5 - count} operands"):
            Node("a", operation, ("b", "c", "d")[: 5 - count])


def test_a_cell_has_at_most_25_nodes() -> None:
    def chain(length: int) -> RecurrentCell:
        names = ["f", *(f"a{i}" for i in range(length - 2)), "h_new_0"]
        activations = [Node(name, "activation_tanh", (below,)) for below, name in itertools.pairwise(names)]
        return RecurrentCell((Node("f", "linear", ("x", "h_prev_0")), *activations))

    assert len(chain(25).nodes) == 25
    with pytest.raises(ValueError, match="1 to 25 nodes, not 26"):
        chain(26)
    with pytest.raises(ValueError, match="not 0"):
        RecurrentCell(())


@given(seed=seeds)
def test_in_order_every_node_comes_once_and_after_its_operands(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cell = renamed_and_shuffled(sample_cell(rng), rng)
    known = {"x", *cell.old_states}
    for node in in_order(cell.nodes):
        assert set(node.operands) <= known
        known.add(node.name)
    assert len(known) == 1 + len(cell.old_states) + len(cell.nodes)


@given(seed=seeds)
def test_the_canonical_form_does_not_depend_on_names_or_the_order_of_nodes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cell = sample_cell(rng)
    form = canonical(cell)
    assert canonical(renamed_and_shuffled(cell, rng)) == form
    assert canonical(form) == form
    assert list(form.nodes) == in_order(form.nodes)


def test_the_canonical_form_by_hand() -> None:
    # operands of the sum are sorted by what they compute, those of the blend are not
    one = from_text("b=linear(x,h_prev_0);a=activation_sigm(b);c=elementwise_sum(a,b);h_new_0=blend(c,a,h_prev_0)")
    two = from_text("h_new_0=blend(s,t,h_prev_0);s=elementwise_sum(u,t);t=activation_sigm(u);u=linear(h_prev_0,x)")
    assert canonical(one) == canonical(two)
    assert {node.name for node in canonical(one).nodes} == {"node_0", "node_1", "node_2", "h_new_0"}


@pytest.mark.parametrize("operation", ["elementwise_sum", "elementwise_prod"])
def test_operands_of_sums_and_products_commute(operation: str) -> None:
    form = "a=linear(x,h_prev_0);b=activation_tanh(a);c=activation_sigm(a);h_new_0={}({})"
    one, other = (canonical(from_text(form.format(operation, operands))) for operands in ("b,c", "c,b"))
    assert one == other


def test_a_state_and_another_node_that_compute_alike_are_told_apart_whatever_their_order() -> None:
    form = "f=linear(x,h_prev_0,h_prev_1);t=activation_tanh(f);h_new_1=activation_tanh(f);h_new_0=elementwise_sum({})"
    assert canonical(from_text(form.format("t,h_new_1"))) == canonical(from_text(form.format("h_new_1,t")))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (GRU, GRU.replace("blend(z_act,h_prev_0,h_tilde_act)", "blend(z_act,h_tilde_act,h_prev_0)")),
        (LSTM, LSTM.replace("o_act=activation_tanh", "o_act=activation_sigm")),
        (LSTM, LSTM.replace("h_new_1=elementwise_sum", "h_new_1=elementwise_prod")),
        # one matrix used twice, or two of them: equal operations along every path, but other graphs
        (
            "a=linear(x,h_prev_0);s=activation_tanh(a);t=activation_tanh(a);h_new_0=elementwise_sum(s,t)",
            "a=linear(x,h_prev_0);b=linear(x,h_prev_0);s=activation_tanh(a);t=activation_tanh(b);"
            "h_new_0=elementwise_sum(s,t)",
        ),
        # the same nodes, but another of them is the output
        (
            "f=linear(x,h_prev_0,h_prev_1);h_new_0=activation_tanh(f);h_new_1=activation_sigm(f)",
            "f=linear(x,h_prev_0,h_prev_1);h_new_0=activation_sigm(f);h_new_1=activation_tanh(f)",
        ),
    ],
)
def test_cells_that_compute_something_else_differ_in_canonical_form(one: str, two: str) -> None:
    assert canonical(from_text(one)) != canonical(from_text(two))


def test_nodes_are_kept_as_they_are_given() -> None:
    cell = from_text(GRU)
    assert replace(cell, nodes=cell.nodes[::-1]) != cell
