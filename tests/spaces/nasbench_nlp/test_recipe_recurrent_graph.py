"""Catches: a graph that loses nodes, operations, roles or the order of operands."""

import networkx as nx

from spaces.nasbench_nlp.recipe import cell_graph, from_text
from tests.spaces.reference_cells import GRU, LSTM


def test_the_graph_of_the_gru_by_hand() -> None:
    graph = cell_graph(from_text(GRU))
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
    graph = cell_graph(from_text(LSTM))
    roles = {name: data["role"] for name, data in graph.nodes(data=True)}
    assert [name for name, role in roles.items() if role == "h_new"] == ["h_new_1", "h_new_0"]
    assert roles["h_new_1_part1"] == "node"
