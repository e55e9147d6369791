"""Where the boxes and arrows of a graph stand: in layers, arrows in the gaps between them and past boxes, never across.

An arrow with a label runs through a box of its own. Every arrow is a row of points that a curve joins; where it passes
a layer it is straight and has its own place there, so that it meets no box but its ends.

Lengths are pixels. Along: from layer to layer; across: within one.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from spaces.drawing.coordinates import coordinates
from spaces.drawing.diagram import Arrow, GraphPart, Role, Vertex
from spaces.drawing.layering import layers_of
from spaces.drawing.ordering import ordered
from spaces.drawing.palette import SMALL, TEXT
from tasks.foundation.text_size import cut_to_width, plain, text_width

Point = tuple[float, float]


class Direction(StrEnum):
    """Where arrows lead."""

    DOWN = "down"
    RIGHT = "right"


@dataclass(frozen=True)
class Box:
    """A box by its middle and its size, with what is written in it.

    operation: whether it stands on an arrow
    """

    lines: tuple[str, ...]
    role: Role
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    operation: bool = False
    strength: float | None = None

    def size(self, direction: Direction) -> tuple[float, float]:
        """Return its size across and along."""
        return (self.width, self.height) if direction is Direction.DOWN else (self.height, self.width)

    def widened(self, direction: Direction, across: float) -> "Box":
        """Return it with at least this size across."""
        if direction is Direction.DOWN:
            return replace(self, width=max(self.width, across))
        return replace(self, height=max(self.height, across))


@dataclass(frozen=True)
class Line:
    """A line through points, pointed: whether it ends in an arrow's head; the arrow it belongs to."""

    points: tuple[Point, ...]
    pointed: bool
    arrow: Arrow


@dataclass(frozen=True)
class GraphLayout:
    """A graph laid out, from 0 to its width and height."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: float
    height: float
    direction: Direction


LARGEST_LABEL = 230.0
_ROOM, _LEAST_WIDTH, _LINE_HEIGHT = 16.0, 32.0, 15.0
_PASSING = 4.0  # room of an arrow that passes a layer
_GAPS = {Direction.DOWN: 14.0, Direction.RIGHT: 9.0}  # between boxes side by side
_LAYER_GAPS = {Direction.DOWN: (26.0, 44.0), Direction.RIGHT: (24.0, 48.0)}  # between layers, the least and the most
_PORTS = 9.0  # between the ends of two arrows at a box
_CORNER = 7.0  # of the side of a box, where no arrow ends
_STRAIGHT, _HALF_STRAIGHT, _BENT = 8.0, 2.0, 1.0  # how much a link should be straight, by how many of its ends pass


def layout(part: GraphPart, direction: Direction) -> GraphLayout:
    """Return the layout of a graph whose arrows lead down or to the right."""
    return _Arranged(part, direction).layout()


def box_of(vertex: Vertex) -> Box:
    """Return the box of a vertex, at no place yet."""
    label = cut_to_width(plain(vertex.label or vertex.name), TEXT, LARGEST_LABEL)
    detail = cut_to_width(plain(vertex.detail), SMALL, LARGEST_LABEL)
    width = max(text_width(label, TEXT), text_width(detail, SMALL)) + _ROOM
    lines = (label, detail) if detail else (label,)
    return Box(lines, vertex.role, max(width, _LEAST_WIDTH), 8 + _LINE_HEIGHT * len(lines))


def operation_box(arrow: Arrow) -> Box | None:
    """Return the box of what an arrow carries, at no place yet; None where it has neither label nor strength."""
    number = "" if arrow.strength is None else f"{arrow.strength:.2f}"
    label = cut_to_width(plain(arrow.label), TEXT, LARGEST_LABEL)
    words = "  ".join(word for word in (label, number) if word)
    if not words:
        return None
    width = text_width(words, TEXT) + _ROOM
    return Box((words,), arrow.role, width, 6 + _LINE_HEIGHT, operation=True, strength=arrow.strength)


class _Arranged:
    """The steps of a layout. An item is a box, or None where an arrow passes a layer; a link joins two items."""

    def __init__(self, part: GraphPart, direction: Direction) -> None:
        self.direction = direction
        self.items: list[Box | None] = [box_of(vertex) for vertex in part.vertices]
        self.chains: list[tuple[Arrow, list[int]]] = []  # items that each piece of an arrow runs through
        number = {vertex.name: position for position, vertex in enumerate(part.vertices)}
        for arrow in _distinct(part.arrows):
            box = operation_box(arrow)
            ends = [number[arrow.source], number[arrow.target]]
            if box is not None:
                self.items.append(box)
                ends.insert(1, len(self.items) - 1)
            self.chains += [(arrow, list(pair)) for pair in pairwise(ends)]
        self._make_room()
        self.layers = self._layers(part)
        self.across = self._coordinates()

    def layout(self) -> GraphLayout:
        """Return what was arranged."""
        bands = self._bands()
        band_of = {item: band for layer, band in zip(self.layers, bands, strict=True) for item in layer}
        places = {item: (self.across[item], sum(band_of[item]) / 2) for item in band_of}
        ports = _Ports(self)
        boxes = [
            replace(box, x=self._turned(places[item])[0], y=self._turned(places[item])[1])
            for item, box in enumerate(self.items)
            if box is not None
        ]
        lines = [self._line(chain, places, band_of, ports) for chain in self.chains]
        across = max(place + self._size(item)[0] / 2 for item, place in enumerate(self.across))
        width, height = self._turned((across, bands[-1][1]))
        return GraphLayout(tuple(boxes), tuple(lines), width, height, self.direction)

    def _make_room(self) -> None:
        """Make boxes as large across as their arrows need on either side."""
        leaving, entering = (
            Counter(first for _, (first, _) in self.chains),
            Counter(last for _, (_, last) in self.chains),
        )
        for item, box in enumerate(self.items):
            assert box is not None
            ends = max(leaving[item], entering[item], 1)
            self.items[item] = box.widened(self.direction, (ends - 1) * _PORTS + 2 * _CORNER)

    def _layers(self, part: GraphPart) -> list[list[int]]:
        links = [(first, last) for _, (first, last) in self.chains]
        led_to, leading = {last for _, last in links}, {first for first, _ in links}
        roles = {role: [i for i, vertex in enumerate(part.vertices) if vertex.role is role] for role in Role}
        first = set(roles[Role.INPUT]) - led_to
        last = set(roles[Role.OUTPUT]) - leading - first
        layer_of = layers_of(len(self.items), links, first, last)
        for _, chain in self.chains:
            source, target = chain
            between = range(layer_of[source] + 1, layer_of[target])
            chain[1:1] = range(len(self.items), len(self.items) + len(between))
            self.items += [None] * len(between)
            layer_of += between
        layers: list[list[int]] = [[] for _ in range(max(layer_of) + 1)]
        for item, layer in enumerate(layer_of):
            layers[layer].append(item)
        return ordered(layers, self._links())

    def _links(self) -> list[tuple[int, int]]:
        return [link for _, chain in self.chains for link in pairwise(chain)]

    def _coordinates(self) -> list[float]:
        links = self._links()
        places = coordinates(self.layers, links, self._weights(links), self._apart)
        edge = min(place - self._size(item)[0] / 2 for item, place in enumerate(places))
        return [place - edge for place in places]

    def _weights(self, links: Sequence[tuple[int, int]]) -> list[float]:
        leaving, entering = Counter(first for first, _ in links), Counter(last for _, last in links)
        return [max(self._weight(*link), _alone(leaving[link[0]], entering[link[1]])) for link in links]

    def _weight(self, first: int, last: int) -> float:
        passing = sum(self._is_passing(item) for item in (first, last))
        return (_BENT, _HALF_STRAIGHT, _STRAIGHT)[passing]

    def _is_passing(self, item: int) -> bool:
        box = self.items[item]
        return box is None or box.operation

    def _apart(self, left: int, right: int) -> float:
        return (self._size(left)[0] + self._size(right)[0]) / 2 + _GAPS[self.direction]

    def _size(self, item: int) -> tuple[float, float]:
        box = self.items[item]
        return (_PASSING, 0.0) if box is None else box.size(self.direction)

    def _bands(self) -> list[tuple[float, float]]:
        """Return where each layer begins and ends along the arrows."""
        least, most = _LAYER_GAPS[self.direction]
        layer_of = {item: number for number, layer in enumerate(self.layers) for item in layer}
        slants = [0.0] * len(self.layers)  # how far a link before each layer leads aside
        for first, last in self._links():
            number = layer_of[last]
            slants[number] = max(slants[number], abs(self.across[first] - self.across[last]))
        bands, start = [], 0.0
        for number, layer in enumerate(self.layers):
            start += min(max(slants[number] / 5, least), most) if number else 0
            bands.append((start, start + max(self._size(item)[1] for item in layer)))
            start = bands[-1][1]
        return bands

    def _line(
        self,
        chain: tuple[Arrow, list[int]],
        places: Mapping[int, Point],
        band_of: Mapping[int, tuple[float, float]],
        ports: "_Ports",
    ) -> Line:
        """Return the line of a chain: from the first item's far side past all layers between to the last one's side."""
        arrow, items = chain
        first, *between, last = items
        leaves = (ports.leaving(first, items[1]), places[first][1] + self._size(first)[1] / 2)
        enters = (ports.entering(last, items[-2]), places[last][1] - self._size(last)[1] / 2)
        points = [leaves, (leaves[0], band_of[first][1])]
        for item in between:
            points += [(self.across[item], edge) for edge in band_of[item]]
        points += [(enters[0], band_of[last][0]), enters]
        box = self.items[last]
        pointed = box is not None and not box.operation
        return Line(tuple(_without_repeats(list(map(self._turned, points)))), pointed, arrow)

    def _turned(self, point: Point) -> Point:
        across, along = round(point[0], 2), round(point[1], 2)  # what nobody sees makes no line a curve
        return (across, along) if self.direction is Direction.DOWN else (along, across)


class _Ports:
    """Where the links of each item begin and end across: side by side in the order of the other ends."""

    def __init__(self, arranged: _Arranged) -> None:
        leaving, entering = defaultdict[int, set[int]](set), defaultdict[int, set[int]](set)
        for _, chain in arranged.chains:
            leaving[chain[0]].add(chain[1])
            entering[chain[-1]].add(chain[-2])
        self._leaving = {item: _spread(arranged, item, ends) for item, ends in leaving.items()}
        self._entering = {item: _spread(arranged, item, ends) for item, ends in entering.items()}

    def leaving(self, item: int, end: int) -> float:
        """Return where the link from an item to an end begins."""
        return self._leaving[item][end]

    def entering(self, item: int, end: int) -> float:
        """Return where the link to an item from an end ends."""
        return self._entering[item][end]


def _spread(arranged: "_Arranged", item: int, ends: set[int]) -> dict[int, float]:
    room = max(arranged._size(item)[0] - 2 * _CORNER, 0.0)
    step = min(_PORTS, room / max(len(ends) - 1, 1))
    start = arranged.across[item] - step * (len(ends) - 1) / 2
    in_order = sorted(ends, key=lambda end: (arranged.across[end], end))
    return {end: start + step * position for position, end in enumerate(in_order)}


def _alone(leaving: int, entering: int) -> float:
    """Return how much a link should be straight, by how many others there are: two boxes in a row stand in a row."""
    return _HALF_STRAIGHT if leaving == entering == 1 else _BENT


def _distinct(arrows: Sequence[Arrow]) -> list[Arrow]:
    """Return arrows without those that would lie on one another: same ends, no label."""
    found: dict[object, Arrow] = {}
    for position, arrow in enumerate(arrows):
        plain_ends = operation_box(arrow) is None
        found.setdefault((arrow.source, arrow.target, None if plain_ends else position), arrow)
    return list(found.values())


def _without_repeats(points: Sequence[Point]) -> list[Point]:
    return [points[0], *(after for before, after in pairwise(points) if after != before)]
