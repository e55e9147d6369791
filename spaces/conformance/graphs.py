"""The check of the graph that a space shows of a candidate."""

from typing import Any

from spaces.base import GraphSpace
from spaces.conformance.case import NotApplicable, SpaceCase, require


def graph_of_operations(case: SpaceCase) -> str:
    """A graph is directed and acyclic, each of its nodes says its operation, and equal candidates have equal graphs."""
    space, twin = case.space, case.twin
    if not isinstance(space, GraphSpace):
        raise NotApplicable("no graphs: the space has no to_graph()")
    sizes = []
    for candidate in case.sampled():
        with case.about(candidate):
            graph = space.to_graph(candidate)
            _check_graph(graph)
            again = twin.to_graph(twin.decode(case.space.encode(candidate)))
            require(_content(graph) == _content(again), "it has two different graphs")
            sizes.append(len(graph))
    return f"{min(sizes)} to {max(sizes)} nodes"


def _check_graph(graph: Any) -> None:
    import networkx as nx

    require(isinstance(graph, nx.DiGraph), f"to_graph gives a {type(graph).__name__}, no networkx.DiGraph")
    require(len(graph) > 0, "the graph has no nodes")
    for node, attributes in graph.nodes(data=True):
        operation = attributes.get("op")
        require(isinstance(operation, str) and operation, f"node {node!r} has the op {operation!r}, not a name")
    require(nx.is_directed_acyclic_graph(graph), "the graph has a cycle")


def _content(graph: Any) -> tuple[list[Any], list[Any]]:
    return list(graph.nodes(data="op")), list(graph.edges)
