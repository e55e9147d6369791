"""A space of two-vertex cells whose costs can be read off their text: ``3,5`` is a network of cells of these costs."""

from dataclasses import dataclass

from spaces import InputSpec
from spaces.complexity import Complexity
from spaces.operation_costs import CellCosts, OperationCosts, OperationGraph, Place


@dataclass(frozen=True)
class CostedCells:
    """One edge of code 7, which costs a number of parameters and ten times as many multiply-adds, times ``unit``."""

    place: Place = Place.EDGE
    unit: int = 1

    def decode(self, text: str) -> tuple[int, ...]:
        return tuple(map(int, text.split(",")))

    def encode(self, candidate: tuple[int, ...]) -> str:
        return ",".join(map(str, candidate))

    def operation_costs(self, candidate: tuple[int, ...], input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        assert (input_spec, num_outputs) == (InputSpec(3, 32), 10)
        edges = self.place is Place.EDGE
        codes, none = ((7,), ()) if edges else ((1, 7), (0,))
        graph = OperationGraph(2, 2, ((0, 1),), self.place, ("x",) * len(codes), codes)
        cells = [cost * self.unit for cost in candidate]
        costs = tuple(CellCosts(0, (*none, cost), (*none, 10 * cost)) for cost in cells)
        return OperationCosts((graph,), costs, Complexity(0, 0))
