"""Which operations a gradient-based search ends with, by how strong the candidates of each edge are.

Of equally strong ones both rules take the first: the edge from the earlier state, the candidate of the lower number.

Letters: E edges of a cell, K candidate operations of each of them.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter

from spaces.cells.operations import ZERO

Edge = tuple[int, int]
"""Source and target: the state that it reads and the node that it leads to; edges come node by node."""

Candidates = tuple[str, ...]
"""The names of an edge's candidate operations, in the order of their numbers."""

Choices = Mapping[Edge, str]
"""A derived cell: the operation of every edge that it keeps."""

Rule = Callable[[Sequence[Edge], Sequence[Sequence[str]], Sequence[Sequence[float]]], Choices]
"""Edges, the names of their candidates [E, K] and how strong these are [E, K] -> what is derived."""

_KEPT = 2  # edges into a node


def top_two_edges(
    edges: Sequence[Edge], candidates: Sequence[Sequence[str]], strengths: Sequence[Sequence[float]]
) -> Choices:
    """Return what DARTS derives (Liu et al., 2019): for each node, the two edges with the strongest operations.

    An edge has the strongest of its operations and is as strong as that; ``none`` is not among them. Raises ValueError
    for a node with fewer than two edges that have any, and for a strength that is not a number.
    """
    found = dict(_strongest(edges, candidates, strengths, excluded=(ZERO,)))
    kept: dict[Edge, str] = {}
    for node, incoming in groupby(edges, key=itemgetter(1)):
        ranked = sorted((edge for edge in incoming if edge in found), key=lambda edge: -found[edge][1])
        if len(ranked) < _KEPT:
            raise ValueError(f"node {node} needs {_KEPT} edges with an operation other than {ZERO}, not {len(ranked)}")
        kept |= {edge: found[edge][0] for edge in ranked[:_KEPT]}
    return kept


def every_edge(
    edges: Sequence[Edge], candidates: Sequence[Sequence[str]], strengths: Sequence[Sequence[float]]
) -> Choices:
    """Return the strongest operation of every edge, ``none`` among them: NAS-Bench-201 (Dong and Yang, 2020).

    Raises ValueError for a strength that is not a number.
    """
    return {edge: name for edge, (name, _) in _strongest(edges, candidates, strengths)}


def _strongest(
    edges: Sequence[Edge],
    candidates: Sequence[Sequence[str]],
    strengths: Sequence[Sequence[float]],
    excluded: tuple[str, ...] = (),
) -> Iterable[tuple[Edge, tuple[str, float]]]:
    for edge, names, values in zip(edges, candidates, strengths, strict=True):
        if any(map(math.isnan, values)):
            raise ValueError(f"strengths {list(values)} of edge {edge[0]}->{edge[1]} are not all numbers")
        allowed = [(name, value) for name, value in zip(names, values, strict=True) if name not in excluded]
        if allowed:
            yield edge, max(allowed, key=lambda pair: pair[1])  # the first of equals
