"""A NAS-Bench-101 cell: a graph of at most seven vertices and nine edges (Ying et al., NAS-Bench-101, 2019).

Vertices are numbered so that every edge leads from a lower number to a higher one. Vertex 0 is the input of the cell,
the last vertex its output; each vertex between them has an operation.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tasks.foundation.errors import unknown_name

Edge = tuple[int, int]

INPUT, OUTPUT = "input", "output"
OPERATIONS = ("conv3x3-bn-relu", "conv1x1-bn-relu", "maxpool3x3")  # in the benchmark's order
MAX_VERTICES, MAX_EDGES = 7, 9


@dataclass(frozen=True)
class NasBench101Cell:
    """A cell without idle vertices: each lies on a path from input to output.

    edges: the ones of the adjacency matrix's upper triangle, row by row; operations: those of the vertices between
    input and output. The order of the vertices is part of a cell: it says which of them get the channels that remain
    when the output's channels do not divide evenly.
    """

    edges: tuple[Edge, ...]
    operations: tuple[str, ...]

    def __post_init__(self) -> None:
        """Raise ValueError for a cell that is too large, malformed, or has a vertex off every path."""
        if self.vertices > MAX_VERTICES:
            raise ValueError(f"a cell has at most {MAX_VERTICES} vertices, got {self.vertices}")
        for operation in self.operations:
            if operation not in OPERATIONS:
                raise unknown_name("operation", operation, OPERATIONS)
        _check_edges(self.edges, self.vertices)
        idle = sorted({*range(self.vertices)} - {*_live_vertices(self.edges, self.vertices)})
        if idle:
            raise ValueError(f"vertex {idle[0]} is on no path from input to output")

    @property
    def vertices(self) -> int:
        """How many vertices the cell has, input and output included."""
        return len(self.operations) + 2

    @property
    def labels(self) -> tuple[str, ...]:
        """What each vertex is: ``input``, operations, ``output``."""
        return (INPUT, *self.operations, OUTPUT)

    @property
    def matrix(self) -> tuple[tuple[int, ...], ...]:
        """The adjacency matrix, rows of zeros and ones: entry [s][t] is 1 where an edge leads from s to t."""
        ones = set(self.edges)
        return tuple(tuple(int((s, t) in ones) for t in range(self.vertices)) for s in range(self.vertices))

    @property
    def sources(self) -> tuple[tuple[int, ...], ...]:
        """For each vertex, those with an edge to it, in rising order."""
        found: list[list[int]] = [[] for _ in range(self.vertices)]
        for source, target in self.edges:
            found[target].append(source)
        return tuple(map(tuple, found))


def pruned_cell(edges: Sequence[Edge], operations: Sequence[str]) -> NasBench101Cell:
    """Return the cell that remains of a graph without the vertices off every path from input to output.

    edges: pairs (source, target) with source < target, row by row; operations: those between input and output. The
    other vertices keep their order. Raises ValueError where no path exists or what remains is no cell.
    """
    live = _live_vertices(edges, len(operations) + 2)
    if not live:
        raise ValueError("no path leads from input to output")
    number = {vertex: position for position, vertex in enumerate(live)}
    kept = tuple((number[s], number[t]) for s, t in edges if s in number and t in number)
    return NasBench101Cell(kept, tuple(operations[vertex - 1] for vertex in live[1:-1]))


def cell_from_matrix(matrix: Sequence[Sequence[int]], labels: Sequence[str]) -> NasBench101Cell:
    """Return the pruned cell of an adjacency matrix and its vertices' labels, as published tables give them.

    matrix: rows of zeros and ones, upper triangular; labels: ``input``, operations, ``output``. The limits of seven
    vertices and nine edges apply after pruning, as in the benchmark. Raises ValueError where there is no such cell.
    """
    size = len(labels)
    if len(matrix) != size or any(len(row) != size for row in matrix):
        raise ValueError(f"{size} operations need a matrix of {size} x {size} entries")
    if size < 2 or labels[0] != INPUT or labels[-1] != OUTPUT:
        raise ValueError(f"operations must begin with {INPUT!r} and end with {OUTPUT!r}")
    entries = [(source, target, entry) for source, row in enumerate(matrix) for target, entry in enumerate(row)]
    for source, target, entry in entries:
        if entry not in (0, 1):
            raise ValueError(f"entry [{source}][{target}] of the matrix is {entry!r}, neither 0 nor 1")
        if entry and source >= target:
            raise ValueError(f"entry [{source}][{target}] of the matrix is 1; only those above the diagonal may be")
    return pruned_cell([(source, target) for source, target, entry in entries if entry], labels[1:-1])


def _check_edges(edges: Sequence[Edge], vertices: int) -> None:
    if len(edges) > MAX_EDGES:
        raise ValueError(f"a cell has at most {MAX_EDGES} edges, got {len(edges)}")
    for source, target in edges:
        if not 0 <= source < target < vertices:
            raise ValueError(f"edge {source}->{target} must rise within vertices 0 to {vertices - 1}")
    if any(before >= after for before, after in pairwise(edges)):
        raise ValueError("edges must be sorted and differ from each other")


def _live_vertices(edges: Sequence[Edge], vertices: int) -> tuple[int, ...]:
    """Return the vertices on a path from the first to the last, in rising order; none where there is no path."""
    reached, needed = {0}, {vertices - 1}
    for source, target in edges:  # sorted by source, so one pass each way is enough
        if source in reached:
            reached.add(target)
    for source, target in reversed(edges):
        if target in needed:
            needed.add(source)
    return tuple(sorted(reached & needed)) if 0 in needed else ()
