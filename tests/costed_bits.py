"""Bit strings whose operations cost something, on edges or at vertices: a small space for statistics of tiers."""

from spaces import FeatureNetwork, InputSpec
from spaces.complexity import Complexity
from spaces.operation_costs import CellCosts, OperationCosts, OperationGraph, Place
from tests.toy import Bits, BitStrings, ChainedBitStrings

OUTSIDE = Complexity(params=7, macs=70)


class CostedBits(BitStrings):
    """Bit strings, a bit an edge between two vertices of a chain: a 1 has 10 parameters and 1,000 multiply-adds."""

    def operation_costs(self, candidate: Bits, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        names = tuple("conv" if bit else "skip" for bit in candidate)
        edges = tuple((place, place + 1) for place in range(len(candidate)))
        graph = OperationGraph(len(edges) + 1, len(edges) + 1, edges, Place.EDGE, names, candidate)
        params, macs = tuple(10 * bit for bit in candidate), tuple(1_000 * bit for bit in candidate)
        return OperationCosts((graph,), (CellCosts(0, params, macs),), OUTSIDE)


class CostedVertices(BitStrings):
    """Bit strings, every 1 a vertex of a chain beside input and output, with 10 parameters and 1,000 multiply-adds."""

    def operation_costs(self, candidate: Bits, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        count = sum(candidate) + 2
        edges = tuple((place, place + 1) for place in range(count - 1))
        names = ("input", *("conv",) * (count - 2), "output")
        graph = OperationGraph(count, len(candidate) + 2, edges, Place.VERTEX, names, (0, *(1,) * (count - 2), 2))
        own = (0, *(1,) * (count - 2), 0)
        costs = CellCosts(0, tuple(10 * each for each in own), tuple(1_000 * each for each in own))
        return OperationCosts((graph,), (costs,), OUTSIDE)


class NetworkBits(CostedBits, ChainedBitStrings):
    """Bit strings as networks that are never built: a 1 costs ``width`` times as much, and ``broken`` cannot be built.

    What the networks of all cost is known by their operations, a 1 by 10 parameters and 1,000 multiply-adds.
    """

    def __init__(self, *, length: int = 10, width: int = 1, broken: str = "") -> None:
        super().__init__(length=length)
        self._width, self._broken = width, broken

    def build(self, candidate: Bits, input_spec: InputSpec, num_outputs: int) -> FeatureNetwork:
        raise AssertionError("nobody needs it")

    def operation_costs(self, candidate: Bits, input_spec: InputSpec, num_outputs: int) -> OperationCosts:
        if self.encode(candidate) == self._broken:
            raise ValueError("it cannot be built")
        return super().operation_costs(tuple(self._width * bit for bit in candidate), input_spec, num_outputs)
