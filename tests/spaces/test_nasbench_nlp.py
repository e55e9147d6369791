"""Catches: a key that tells apart what is one cell, networks of equal keys with other weights, wrong widths, a size
counted wrongly, a graph that loses nodes, operations, roles or the order of operands.
"""

from typing import Any

import networkx as nx
import numpy as np
import pytest
import torch

from spaces import Complexity, SequenceSpec, candidate_key, count_complexity, count_parameters, reads_sequences
from spaces.nasbench_nlp import NasBenchNlp
from tests.spaces.reference_cells import GRU, LSTM, RNN

SMALL = NasBenchNlp(emsize=4, nhid=6)
SWAPPED = "h_new_0=activation_tanh(g);g=linear(h_prev_0,x)"


def test_it_reads_sequences() -> None:
    assert reads_sequences(SMALL)


def test_names_and_order_are_kept_in_the_text_and_do_not_matter_to_the_key() -> None:
    one, other = SMALL.decode(RNN), SMALL.decode(SWAPPED)
    assert (SMALL.encode(one), SMALL.encode(other)) == (RNN, SWAPPED)
    assert candidate_key(SMALL, one) == candidate_key(SMALL, other)
    assert SMALL.key(SMALL.decode(SMALL.key(other))) == SMALL.key(one)
    assert SMALL.key(SMALL.decode(GRU)) != SMALL.key(one)


def test_recipes_are_read_and_written() -> None:
    recipe = '{"f":{"op":"linear","input":["x","h_prev_0"]},"h_new_0":{"op":"activation_tanh","input":["f"]}}'
    assert SMALL.from_recipe(recipe) == SMALL.decode(RNN)
    assert SMALL.to_recipe(SMALL.decode(RNN)) == recipe


def test_equal_keys_have_equal_networks() -> None:
    def output(text: str) -> torch.Tensor:
        torch.manual_seed(3)
        network: torch.nn.Module = SMALL.build(SMALL.decode(text), SequenceSpec(5, 2), 3).eval()
        return network(torch.ones(2, 1, 5))

    assert torch.equal(output(RNN), output(SWAPPED))
    assert not torch.equal(output(RNN), output(RNN.replace("tanh", "sigm")))


def test_the_size_of_an_rnn_by_hand() -> None:
    # encoder 5 -> 4, layers 4 -> 6 -> 6 -> 4, decoder 4 -> 3; multiply-adds of 2 steps, without biases
    weights = 5 * 4 + (4 * 6 + 6 * 6) + (6 * 6 + 6 * 6) + (6 * 4 + 4 * 4) + 4 * 3
    counted = count_complexity(SMALL, SMALL.decode(RNN), SequenceSpec(width=5, length=2), 3)
    assert counted == Complexity(params=weights + 4 + 6 + 6 + 4 + 3, macs=2 * weights)


@pytest.mark.parametrize("text", [LSTM, GRU])
def test_counted_parameters_are_those_of_the_network(text: str) -> None:
    cell = SMALL.decode(text)
    counted = count_complexity(SMALL, cell, SequenceSpec(), 64)
    assert counted.params == count_parameters(SMALL.build(cell, SequenceSpec(), 64))


@pytest.mark.parametrize("seed", range(5))
def test_sampled_and_mutated_cells_train(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cell = SMALL.mutate(SMALL.sample(rng), rng)
    network = SMALL.build(cell, SequenceSpec(5, 4), 3)
    network(torch.randn(4, 2, 5)).square().sum().backward()
    gradients = [parameter.grad for parameter in network.parameters() if parameter.grad is not None]
    assert gradients
    assert all(gradient.isfinite().all() for gradient in gradients)


@pytest.mark.parametrize(("dropout", "drops"), [("ptb", True), ("wikitext2", True), ("none", False)])
def test_dropout_is_chosen_by_name(dropout: Any, drops: bool) -> None:
    network = NasBenchNlp(emsize=20, nhid=20, dropout=dropout).build(SMALL.decode(GRU), SequenceSpec(), 3)
    x = torch.ones(8, 2, 64)
    assert torch.equal(network(x), network(x)) != drops


def test_recurrent_weights_can_be_frozen() -> None:
    for frozen in (False, True):
        network = NasBenchNlp(emsize=4, nhid=6, frozen_recurrent=frozen).build(SMALL.decode(RNN), SequenceSpec(), 3)
        fixed = [parameter for parameter in network.parameters() if not parameter.requires_grad]
        assert len(fixed) == (3 if frozen else 0)


@pytest.mark.parametrize("option", ["emsize", "nhid"])
def test_a_network_without_width_is_refused(option: str) -> None:
    with pytest.raises(ValueError, match=f"{option} is 0; at least 1"):
        NasBenchNlp(**{option: 0})


@pytest.mark.parametrize(
    ("spec", "outputs", "message"),
    [
        (SequenceSpec(0, 8), 3, "width is 0"),
        (SequenceSpec(5, 0), 3, "length is 0"),
        (SequenceSpec(5, 8), 0, "num_outputs is 0"),
    ],
)
def test_an_impossible_input_or_output_is_refused(spec: SequenceSpec, outputs: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        SMALL.build(SMALL.decode(RNN), spec, outputs)


def test_the_graph_of_the_gru_by_hand() -> None:
    graph = SMALL.to_graph(SMALL.decode(GRU))
    assert nx.is_directed_acyclic_graph(graph)
    assert graph.nodes["x"] == {"op": "x", "role": "x"}
    assert graph.nodes["h_prev_0"] == {"op": "h_prev", "role": "h_prev"}
    assert graph.nodes["rh"] == {"op": "elementwise_prod", "role": "node"}
    assert graph.nodes["h_new_0"] == {"op": "blend", "role": "h_new"}
    assert len(graph) == 2 + 8
    blended = sorted((data["position"], source) for source, _, data in graph.in_edges("h_new_0", data=True))
    assert blended == [(0, "z_act"), (1, "h_prev_0"), (2, "h_tilde_act")]
    assert set(graph.successors("x")) == {"r", "z", "h_tilde"}


def test_a_state_that_is_read_again_stays_a_state() -> None:
    graph = SMALL.to_graph(SMALL.decode(LSTM))
    roles = {name: data["role"] for name, data in graph.nodes(data=True)}
    assert [name for name, role in roles.items() if role == "h_new"] == ["h_new_1", "h_new_0"]
    assert roles["h_new_1_part1"] == "node"
