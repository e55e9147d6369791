"""Mutants of a NAS-Bench-101 cell, many at once, each as a number that isomorphic cells share.

That number is made as the benchmark's own hash is (Ying et al., 2019), by arithmetic on arrays in place of MD5 on
texts: it tells apart what the key does, and takes a hundredth of the time.

Letters: N graphs, V = 7 vertices of each, the first being the input, the last the output.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from spaces.nasbench101.cell import MAX_EDGES, MAX_VERTICES, OPERATIONS, NasBench101Cell
from spaces.table_pool import Signatures

PAIRS = tuple(combinations(range(MAX_VERTICES), 2))
"""All possible edges, row by row."""
INTERIOR = MAX_VERTICES - 2
FLIP_PROBABILITY = 1 / MAX_VERTICES
"""Per possible edge: GenNAS, Li et al., 2021."""
REPLACE_PROBABILITY = 1 / INTERIOR
"""Per operation, by one of the others: the same."""

Edges = NDArray[np.bool_]
Codes = NDArray[np.int64]

_CODE = {operation: code for code, operation in enumerate(OPERATIONS)}
_INPUT, _OUTPUT = len(OPERATIONS), len(OPERATIONS) + 1
_BEFORE, _AFTER, _FIRST, _SECOND = (
    np.uint64(number)  # odd, without a pattern in their bits
    for number in (0x9E3779B97F4A7C15, 0xD1B54A32D192ED03, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)


def signatures_of(cells: Sequence[NasBench101Cell]) -> Signatures:
    """Return a number [N] for each cell, equal for cells of one key."""
    edges = np.zeros((len(cells), MAX_VERTICES, MAX_VERTICES), np.bool_)
    codes = np.zeros((len(cells), INTERIOR), np.int64)
    for number, cell in enumerate(cells):
        last = cell.vertices - 1
        for source, target in cell.edges:
            edges[number, source, target if target < last else -1] = True
        codes[number, : last - 1] = [_CODE[operation] for operation in cell.operations]
    return _signatures(edges, codes)


def mutant_signatures(cell: NasBench101Cell, count: int, rng: np.random.Generator) -> Signatures:
    """Return the signatures [1 + N] of a cell and of ``count`` graphs, 0 where one is no cell.

    They are drawn as the space's mutation draws them; the cell itself may be among them, too.
    """
    count += 1  # the first one is left as it is
    places = np.sort(np.argsort(rng.random((count, INTERIOR)), axis=1)[:, : len(cell.operations)], axis=1)
    codes = rng.integers(len(OPERATIONS), size=(count, INTERIOR))
    np.put_along_axis(codes, places, np.array([_CODE[operation] for operation in cell.operations], np.int64), axis=1)
    replaced = rng.random((count, INTERIOR)) < REPLACE_PROBABILITY
    flipped = rng.random((count, len(PAIRS))) < FLIP_PROBABILITY
    replaced[0] = flipped[0] = False
    codes = (codes + replaced * rng.integers(1, len(OPERATIONS), size=codes.shape)) % len(OPERATIONS)
    first, last = np.zeros((count, 1), np.int64), np.full((count, 1), MAX_VERTICES - 1)
    vertex = np.concatenate([first, places + 1, last], axis=1)  # where each of the cell's vertices stands among seven
    edges = np.zeros((count, MAX_VERTICES, MAX_VERTICES), np.bool_)
    sources, targets = np.array(cell.edges).T
    edges[np.arange(count)[:, None], vertex[:, sources], vertex[:, targets]] = True
    edges[:, *np.array(PAIRS).T] ^= flipped
    return _signatures(edges, codes)


def _signatures(edges: Edges, codes: Codes) -> Signatures:
    """Return the signatures [N] of what pruning leaves of graphs, 0 where that is no cell.

    edges: [N, V, V], from rows to columns; codes: of the operations [N, V - 2] of inner vertices
    """
    live = _live(edges)
    kept = (edges & live[:, :, None] & live[:, None, :]).astype(np.uint64)
    labels = np.pad(codes, ((0, 0), (1, 1)))
    labels[:, 0], labels[:, -1] = _INPUT, _OUTPUT
    around = kept * _BEFORE + kept.transpose(0, 2, 1) * _AFTER + np.eye(MAX_VERTICES, dtype=np.uint64)
    hashes = _mixed((labels + 1).astype(np.uint64)) * live
    for _ in range(MAX_VERTICES):  # each vertex takes in those before and those after it; an idle one stays 0
        hashes = _mixed(np.matmul(hashes[:, None, :], around)[:, 0])
    is_cell = live[:, 0] & (kept.sum(axis=(1, 2)) <= MAX_EDGES)
    found: Signatures = hashes.sum(axis=1) * is_cell
    return found


def _live(edges: Edges) -> Edges:
    """Return which vertices [N, V] are on a path from the first to the last; none where there is no path."""
    reached, needed = np.zeros((2, *edges.shape[:2]), np.bool_)
    reached[:, 0], needed[:, -1] = True, True
    for vertex in range(1, MAX_VERTICES):
        reached[:, vertex] = (edges[:, :, vertex] & reached).any(axis=1)
        back = MAX_VERTICES - 1 - vertex
        needed[:, back] = (edges[:, back] & needed).any(axis=1)
    live: Edges = reached & needed
    return live


def _mixed(numbers: Signatures) -> Signatures:
    """Return numbers in which every bit depends on all bits, 0 staying 0 (SplitMix64, Steele et al., 2014)."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * _FIRST
    numbers = (numbers ^ (numbers >> np.uint64(27))) * _SECOND
    return numbers ^ (numbers >> np.uint64(31))
