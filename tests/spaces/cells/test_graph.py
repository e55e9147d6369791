"""Catches: an edge the wrong way round, an operation without its node, cells that are mixed up."""

import networkx as nx

from spaces.cells.genotype import CellGenotype, Concatenation, genotype_of, paired
from spaces.cells.graph import cells_graph, genotype_graph

CHAIN = paired([("conv_1x1", 0), ("skip_connect", 1), ("conv_3x3", 2), ("conv_1x1", 0)])
TWICE = paired([("none", 1), ("none", 1), ("noise", 0), ("skip_connect", 1)])


def test_both_cells_are_graphs_of_operations_and_sums() -> None:
    graph = genotype_graph(genotype_of(CHAIN, TWICE, Concatenation.LOOSE_ENDS))
    normal = {
        ("normal/0", "normal/2.0"),
        ("normal/1", "normal/2.1"),
        ("normal/2.0", "normal/2"),
        ("normal/2.1", "normal/2"),
        ("normal/2", "normal/3.0"),
        ("normal/0", "normal/3.1"),
        ("normal/3.0", "normal/3"),
        ("normal/3.1", "normal/3"),
        ("normal/3", "normal/output"),
    }
    assert {edge for edge in graph.edges if edge[0].startswith("normal/")} == normal
    assert {source for source, _ in graph.in_edges("reduction/output")} == {"reduction/2", "reduction/3"}
    assert set(graph.successors("reduction/1")) == {"reduction/2.0", "reduction/2.1", "reduction/3.1"}


def test_any_number_of_cells_is_one_graph_of_a_part_each() -> None:
    graph = cells_graph({name: CellGenotype(CHAIN, (2, 3)) for name in ("a", "b", "c")})
    assert nx.number_weakly_connected_components(graph) == 3
    assert {name.split("/")[0] for name in graph} == {"a", "b", "c"}


def test_every_node_has_its_operation() -> None:
    graph = genotype_graph(genotype_of(CHAIN, TWICE, Concatenation.ALL))
    operations = nx.get_node_attributes(graph, "op")
    assert set(operations) == set(graph.nodes)
    assert {name: op for name, op in operations.items() if name.startswith("reduction/")} == {
        "reduction/0": "input",
        "reduction/1": "input",
        "reduction/2": "sum",
        "reduction/2.0": "none",
        "reduction/2.1": "none",
        "reduction/3": "sum",
        "reduction/3.0": "noise",
        "reduction/3.1": "skip_connect",
        "reduction/output": "concat",
    }


def test_the_cells_are_two_unconnected_acyclic_parts() -> None:
    graph = genotype_graph(genotype_of(CHAIN, TWICE, Concatenation.ALL))
    assert nx.is_directed_acyclic_graph(graph)
    parts = [{name.partition("/")[0] for name in part} for part in nx.weakly_connected_components(graph)]
    assert sorted(map(sorted, parts)) == [["normal"], ["reduction"]]
