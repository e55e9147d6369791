"""Rho of several fitnesses with its intervals as SVG, one below the other, on all rows and on the better half.

Lengths are pixels.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evo.correlation.findings import ALL, BETTER
from evo.correlation.scatter import ALL_COLOUR, BETTER_COLOUR, GRID, TEXT, WIDTH
from evo.display.text_table import shortened, show
from fitness import Interval
from tasks.foundation.markup import escaped

COLUMNS = 2
"""Scatter plots side by side in a joint figure, which a forest is as wide as."""
FOREST_WIDTH = COLUMNS * WIDTH
NAMES_WIDTH, NUMBERS_WIDTH = 300, 150
ROW, HEAD, FOOT = 26, 34, 40
LONGEST_NAME = 44
COLOURS = {ALL: ALL_COLOUR, BETTER: BETTER_COLOUR}
_OFFSETS = {ALL: -4, BETTER: 4}


@dataclass(frozen=True)
class ForestRow:
    """A fitness with its rho by part of the rows; a part without an interval is left out."""

    label: str
    intervals: Mapping[str, Interval]

    def defined(self) -> dict[str, Interval]:
        """Return what can be drawn."""
        return {part: found for part, found in self.intervals.items() if not np.isnan(found.value)}


def draw_forest(title: str, rows: Sequence[ForestRow]) -> str:
    """Return the figure."""
    height = height_of_forest(len(rows))
    lowest = min((found.low for row in rows for found in row.defined().values()), default=0.0)
    left = -1.0 if lowest < 0 else 0.0
    head = f'<svg viewBox="0 0 {FOREST_WIDTH} {height}" width="{FOREST_WIDTH}" height="{height}" role="img" {TEXT}>'
    named = f'<text x="8" y="20" font-size="13">{escaped(title)}</text>'
    drawn = [line for place, row in enumerate(rows) for line in _row(row, place, left)]
    return "\n".join([head, named, *_ruler(len(rows), left), *drawn, *_legend(height), "</svg>"])


def height_of_forest(rows: int) -> int:
    """Return how high the figure of so many fitnesses is."""
    return HEAD + ROW * rows + FOOT + 18


def _across(value: float, left: float) -> float:
    return NAMES_WIDTH + (value - left) / (1 - left) * (FOREST_WIDTH - NAMES_WIDTH - NUMBERS_WIDTH)


def _ruler(rows: int, left: float) -> Iterator[str]:
    bottom = HEAD + ROW * rows
    for value in np.linspace(left, 1, 5 if left else 6):
        at = f"{_across(float(value), left):.1f}"
        colour = 'stroke="#999"' if value == 0 else GRID
        yield f'<line x1="{at}" y1="{HEAD}" x2="{at}" y2="{bottom}" {colour}/>'
        yield f'<text x="{at}" y="{bottom + 16}" text-anchor="middle">{value:.3g}</text>'


def _row(row: ForestRow, place: int, left: float) -> Iterator[str]:
    middle = HEAD + ROW * place + ROW / 2
    name = (
        f'<text x="{NAMES_WIDTH - 10}" y="{middle + 4}" text-anchor="end">{escaped(shortened(row.label, LONGEST_NAME))}'
    )
    yield f"{name}<title>{escaped(row.label)}</title></text>"
    for part, found in row.intervals.items():
        if part in row.defined():
            yield from _interval(found, middle + _OFFSETS[part], left, COLOURS[part])
        if part == ALL:
            yield f'<text x="{FOREST_WIDTH - NUMBERS_WIDTH + 16}" y="{middle + 4}">{show(found)}</text>'


def _interval(found: Interval, y: float, left: float, colour: str) -> Iterator[str]:
    low, value, high = (f"{_across(each, left):.1f}" for each in (found.low, found.value, found.high))
    yield f'<line x1="{low}" y1="{y}" x2="{high}" y2="{y}" stroke="{colour}" stroke-width="2"/>'
    yield f'<circle cx="{value}" cy="{y}" r="3.5" fill="{colour}"/>'


def _legend(height: int) -> Iterator[str]:
    for place, (part, colour) in enumerate(COLOURS.items()):
        x = NAMES_WIDTH + 150 * place
        yield f'<circle cx="{x}" cy="{height - 14}" r="3.5" fill="{colour}"/>'
        yield f'<text x="{x + 9}" y="{height - 10}">{part if part == BETTER else "all rows"}</text>'
    yield f'<text x="{NAMES_WIDTH + 300}" y="{height - 10}">95 % bootstrap intervals</text>'
