"""What a candidate looks like, as data: graphs of operations, the skeleton around them, small images.

A space that has ``diagram(candidate)`` is drawn from it; every text in it is shown as it is, markup too.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter
from typing import Any, Protocol, runtime_checkable

MOST_VERTICES, MOST_ARROWS = 200, 400
"""Of one graph: of more, no reader would see anything."""
MOST_IMAGES, MOST_PIXELS = 400, 128
"""Images of one part, and pixels of a side of one."""


class Role(StrEnum):
    """What a vertex is, or the operation on an arrow; each has a colour of its own."""

    INPUT = "input"
    OUTPUT = "output"
    NODE = "node"
    """A sum, or any other joining of what leads to it."""
    WEIGHTED = "with weights"
    FREE = "without weights"
    SKIP = "identity"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Vertex:
    """A box: its name within the part, what is written in it (the name where nothing is), a smaller second line."""

    name: str
    label: str = ""
    role: Role = Role.NODE
    detail: str = ""


@dataclass(frozen=True)
class Arrow:
    """An arrow from one vertex to another, with the operation on it, if any.

    strength: how strong the arrow is, 0 to 1, shown as a number and by its width; None where nothing is known of it
    """

    source: str
    target: str
    label: str = ""
    role: Role = Role.WEIGHTED
    strength: float | None = None

    def __post_init__(self) -> None:
        """Raise ValueError for a strength out of range."""
        if self.strength is not None and not 0 <= self.strength <= 1:
            raise ValueError(f"the arrow {self.source}->{self.target} has strength {self.strength}; 0 to 1 is needed")


@dataclass(frozen=True)
class GraphPart:
    """A directed graph without a cycle, such as a cell; inputs are drawn first, outputs last.

    name: what strengths of its arrows are given under
    note: a line below the title
    """

    name: str
    title: str
    vertices: tuple[Vertex, ...]
    arrows: tuple[Arrow, ...]
    note: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for what is no such graph, or too large to be looked at."""
        if not self.vertices or len(self.vertices) > MOST_VERTICES or len(self.arrows) > MOST_ARROWS:
            raise ValueError(
                f"the graph {self.name!r} has {len(self.vertices)} vertices and {len(self.arrows)} arrows; 1 to "
                f"{MOST_VERTICES} and at most {MOST_ARROWS} are drawn"
            )
        names = Counter(vertex.name for vertex in self.vertices)
        for name, count in names.items():
            if count > 1:
                raise ValueError(f"two vertices of the graph {self.name!r} are called {name!r}")
        for end in (end for arrow in self.arrows for end in (arrow.source, arrow.target)):
            if end not in names:
                raise ValueError(f"an arrow of the graph {self.name!r} has the end {end!r}, which is no vertex of it")
        self._check_acyclic()

    def _check_acyclic(self) -> None:
        sorter: TopologicalSorter[str] = TopologicalSorter()
        for arrow in self.arrows:
            sorter.add(arrow.target, arrow.source)
        try:
            sorter.prepare()
        except CycleError as error:
            raise ValueError(f"the graph {self.name!r} has a cycle: {' -> '.join(error.args[1])}") from error


@dataclass(frozen=True)
class Blocks:
    """Equal blocks of a network, one after the other; stride: of each of them."""

    what: str
    count: int = 1
    stride: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError for less than one of either."""
        if self.count < 1 or self.stride < 1:
            raise ValueError(f"{self.count} blocks of stride {self.stride}: at least 1 of each is needed")


@dataclass(frozen=True)
class SkeletonRow:
    """A stage of a network: its name, its blocks in order, the channels that leave it (0 for none), more in words.

    unit: what is counted by ``channels``
    """

    name: str
    blocks: tuple[Blocks, ...]
    channels: int = 0
    note: str = ""
    unit: str = "channels"


@dataclass(frozen=True)
class SkeletonPart:
    """A network from its stem to its classifier."""

    title: str
    rows: tuple[SkeletonRow, ...]
    note: str = ""


Pixels = tuple[tuple[float, ...], ...]
"""An image: its rows of values."""


@dataclass(frozen=True)
class ImageRow:
    """Images side by side, all of one size, with words about them; their largest magnitude is black or full colour."""

    label: str
    images: tuple[Pixels, ...]
    note: str = ""


@dataclass(frozen=True)
class ImagesPart:
    """Rows of small images of signed values."""

    title: str
    rows: tuple[ImageRow, ...]
    note: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for too many images, or one that is too large or ragged."""
        images = [image for row in self.rows for image in row.images]
        if len(images) > MOST_IMAGES:
            raise ValueError(f"{self.title!r} has {len(images)} images; at most {MOST_IMAGES} are drawn")
        for image in images:
            _check_image(image)


@dataclass(frozen=True)
class TextPart:
    """A text in a frame, for want of anything better."""

    title: str
    text: str
    note: str = ""


Part = GraphPart | SkeletonPart | ImagesPart | TextPart


@dataclass(frozen=True)
class Diagram:
    """A candidate as it is drawn: what it is, its parts in order, lines below them."""

    title: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    @property
    def graphs(self) -> tuple[GraphPart, ...]:
        """The parts that are graphs."""
        return tuple(part for part in self.parts if isinstance(part, GraphPart))


@runtime_checkable
class DrawnSpace(Protocol):
    """A space that says what its candidates look like; of any other a candidate's text is shown."""

    def diagram(self, candidate: Any) -> Diagram:
        """Return what a candidate looks like."""
        ...


def _check_image(image: Iterable[Iterable[float]]) -> None:
    rows = [len(list(row)) for row in image]
    if not rows or len(set(rows)) > 1 or not 1 <= rows[0] <= MOST_PIXELS or len(rows) > MOST_PIXELS:
        raise ValueError(f"an image has {len(rows)} rows of {sorted(set(rows))} values; 1 to {MOST_PIXELS} are drawn")
