"""Checks of what a space says its operations cost."""

from spaces.base import InputSpec
from spaces.complexity import count_complexity
from spaces.conformance.case import NotApplicable, SpaceCase, require
from spaces.operation_costs import CellCosts, CostedSpace, OperationCosts, OperationGraph, Place

_NETWORKS = ((InputSpec(), 10), (InputSpec(channels=1, size=16), 3))  # input and outputs


def costs_add_up(case: SpaceCase) -> str:
    """Costs of operations and of what is outside of cells add up to the parameters and multiply-adds of the network."""
    space = _costed(case.space)
    for candidate in case.to_build():
        with case.about(candidate):
            for built_for in _NETWORKS:
                said, counted = (
                    space.operation_costs(candidate, *built_for).total,
                    count_complexity(case.space, candidate, *built_for),
                )
                require(said == counted, f"its costs add up to {said}, its network for {built_for} has {counted}")
    return f"exact for {case.networks} networks"


def costs_have_places(case: SpaceCase) -> str:
    """Every cost is that of a named vertex or edge of a graph, in matrices of one shape for all candidates."""
    space, shapes, codes = _costed(case.space), set(), dict[str, int]()
    for candidate in case.sampled():
        with case.about(candidate):
            costs = space.operation_costs(candidate, *_NETWORKS[0])
            copy = case.twin.decode(case.space.encode(candidate))
            require(costs == _costed(case.twin).operation_costs(copy, *_NETWORKS[0]), "it has two different costs")
            _check_costs(costs)
            _check_codes(costs, codes)
            shapes.add(tuple((graph.capacity, graph.place) for graph in costs.graphs))
            require(len(shapes) == 1, f"capacities and places differ from those of another candidate: {shapes}")
    return f"{len(codes)} operations in {' and '.join(f'{size} x {size}' for size, _ in shapes.pop())} matrices"


def _costed(space: object) -> CostedSpace:
    if not isinstance(space, CostedSpace):
        raise NotApplicable("no costs of operations: the space has no operation_costs()")
    return space


def _check_costs(costs: OperationCosts) -> None:
    require(costs.graphs and costs.cells, "it has no graph, or no cell")
    for graph in costs.graphs:
        _check_graph(graph)
    for cell in costs.cells:
        require(0 <= cell.kind < len(costs.graphs), f"a cell is of kind {cell.kind} of {len(costs.graphs)}")
        _check_cell(cell, costs.graphs[cell.kind])


def _check_graph(graph: OperationGraph) -> None:
    require(2 <= graph.vertices <= graph.capacity, f"{graph.vertices} vertices, of at most {graph.capacity}")
    for source, target in graph.edges:
        require(0 <= source < target < graph.vertices, f"the edge {source}->{target} does not rise within its vertices")
    require(len(set(graph.edges)) == len(graph.edges), "an edge is there twice")
    places = len(graph.edges) if graph.place is Place.EDGE else graph.vertices
    named = (len(graph.operations), len(graph.codes))
    require(named == (places, places), f"{named} names and codes of operations for {places} places")


def _check_cell(cell: CellCosts, graph: OperationGraph) -> None:
    for name, numbers in (("parameters", cell.params), ("multiply-adds", cell.macs)):
        require(len(numbers) == len(graph.operations), f"{len(numbers)} {name} for {len(graph.operations)} operations")
        require(all(type(number) is int and number >= 0 for number in numbers), f"its {name} are {numbers}")
    if graph.place is Place.VERTEX:
        reached = {target for _, target in graph.edges}
        hidden = [vertex for vertex, cost in enumerate(cell.params) if cost and vertex not in reached]
        require(not hidden, f"vertex {hidden[:1]} costs something, but no edge leads to it: no matrix shows it")


def _check_codes(costs: OperationCosts, codes: dict[str, int]) -> None:
    """Require one code for each name, and one name for each code; ``codes``: what was found so far."""
    for graph in costs.graphs:
        for name, code in zip(graph.operations, graph.codes, strict=True):
            require(isinstance(name, str) and name, f"an operation is called {name!r}")
            require(codes.setdefault(name, code) == code, f"{name} has the codes {codes[name]} and {code}")
    require(len(set(codes.values())) == len(codes), f"operations share a code: {codes}")
