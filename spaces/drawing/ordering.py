"""The order of items within layers, by which few links cross: means of neighbours, then exchanges of two.

Sugiyama et al., Methods for visual understanding of hierarchical system structures (1981).
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

Layers = list[list[int]]
_SWEEPS = 12


class Neighbours(NamedTuple):
    """For every item those one layer above and one below that it is linked with."""

    above: Mapping[int, Sequence[int]]
    below: Mapping[int, Sequence[int]]


def neighbours_of(links: Iterable[tuple[int, int]]) -> Neighbours:
    """Return who is linked with whom; links lead from a layer to the next."""
    above, below = defaultdict[int, list[int]](list), defaultdict[int, list[int]](list)
    for source, target in links:
        above[target].append(source)
        below[source].append(target)
    return Neighbours(above, below)


def ordered(layers: Layers, links: Sequence[tuple[int, int]]) -> Layers:
    """Return the layers with their items in an order in which few links cross, the same for the same arguments."""
    found = neighbours_of(links)
    best, fewest = layers, crossings(layers, found)
    for start in (layers, [layer[::-1] for layer in layers]):
        order = start
        for sweep in range(_SWEEPS):
            order = _exchanged(_swept(order, found, down=sweep % 2 == 0), found)
            count = crossings(order, found)
            if count < fewest:
                best, fewest = order, count
    return best


def crossings(layers: Layers, neighbours: Neighbours) -> int:
    """Return how many pairs of links cross."""
    return sum(_crossings_between(upper, lower, neighbours) for upper, lower in pairwise(layers))


def _crossings_between(upper: Sequence[int], lower: Sequence[int], neighbours: Neighbours) -> int:
    place = {item: position for position, item in enumerate(lower)}
    seen: list[int] = []
    crossed = 0
    for item in upper:
        ends = sorted(place[end] for end in neighbours.below.get(item, ()))
        crossed += sum(len(seen) - bisect_left(seen, end + 1) for end in ends)
        for end in ends:
            insort(seen, end)
    return crossed


def _swept(layers: Layers, neighbours: Neighbours, *, down: bool) -> Layers:
    """Return the layers, each sorted by the mean place of its items' neighbours in the layer before it."""
    toward = neighbours.above if down else neighbours.below
    swept: Layers = []
    for layer in layers if down else layers[::-1]:
        place = {item: position for position, item in enumerate(swept[-1])} if swept else {}
        swept.append(_sorted(layer, [[place[end] for end in toward.get(item, ()) if end in place] for item in layer]))
    return swept if down else swept[::-1]


def _sorted(layer: Sequence[int], places: Sequence[Sequence[int]]) -> list[int]:
    """Return a layer sorted by the mean of places; an item without any is where the one before it is."""
    keys: list[float] = []
    for found in places:
        keys.append(sum(found) / len(found) if found else keys[-1] if keys else 0.0)
    return [layer[index] for index in sorted(range(len(layer)), key=lambda index: keys[index])]


def _exchanged(layers: Layers, neighbours: Neighbours) -> Layers:
    """Return the layers after all exchanges of two items side by side that take crossings away."""
    order = [list(layer) for layer in layers]
    improved = True
    while improved:
        improved = False
        for number in range(len(order)):
            improved |= _exchange_in(order, number, neighbours)
    return order


def _exchange_in(order: Layers, number: int, neighbours: Neighbours) -> bool:
    """Exchange items of one layer in place; returns whether any were."""
    layer, exchanged = order[number], False
    sides = []
    for near, ends in ((number - 1, neighbours.above), (number + 1, neighbours.below)):
        if 0 <= near < len(order):
            sides.append((ends, {item: position for position, item in enumerate(order[near])}))
    for position in range(len(layer) - 1):
        left, right = layer[position : position + 2]
        gain = 0
        for ends, place in sides:
            lefts, rights = ([place[end] for end in ends.get(item, ())] for item in (left, right))
            gain += sum((a > b) - (a < b) for a in lefts for b in rights)
        if gain > 0:
            layer[position : position + 2] = right, left
            exchanged = True
    return exchanged
