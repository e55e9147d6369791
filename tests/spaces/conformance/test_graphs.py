"""Catches: a graph with a cycle, of another kind, without operations or without nodes, or that is not a function of the
candidate."""

from collections.abc import Callable
from typing import Any

import networkx as nx
import pytest

from spaces.conformance import graphs
from spaces.conformance.case import SpaceCase
from tests.tiny import TinyNetworks


class Cyclic(TinyNetworks):
    def to_graph(self, candidate: int) -> Any:
        graph = super().to_graph(candidate)
        graph.add_edge(3, 0)
        return graph


class Nameless(TinyNetworks):
    def to_graph(self, candidate: int) -> Any:
        graph = super().to_graph(candidate)
        graph.add_edge(3, 4)
        return graph


class Undirected(TinyNetworks):
    def to_graph(self, candidate: int) -> Any:
        return super().to_graph(candidate).to_undirected()


class Empty(TinyNetworks):
    def to_graph(self, candidate: int) -> Any:
        return nx.DiGraph()


class Growing(TinyNetworks):
    made = 0

    def to_graph(self, candidate: int) -> Any:
        graph = super().to_graph(candidate)
        type(self).made += 1
        graph.nodes[0]["op"] = f"input{self.made}"
        return graph


FAULTS = [
    (Cyclic, "the graph has a cycle"),
    (Nameless, "node 4 has the op None, not a name"),
    (Undirected, "to_graph gives a Graph, no networkx.DiGraph"),
    (Empty, "the graph has no nodes"),
    (Growing, "it has two different graphs"),
]


@pytest.mark.parametrize(("space", "words"), FAULTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_broken_graph_is_noticed(complaint: Callable[..., str], space: type, words: str) -> None:
    assert words in complaint(graphs.graph_of_operations, space())


def test_the_number_of_nodes_is_reported() -> None:
    assert graphs.graph_of_operations(SpaceCase(TinyNetworks(), TinyNetworks(), members=3)) == "4 to 4 nodes"
