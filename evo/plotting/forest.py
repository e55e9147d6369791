"""Numbers of several things with their intervals as SVG, one below the other, for each part of the rows.

Lengths are pixels.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evo.display.text_table import show
from evo.plotting.axis import PlotAxis
from evo.plotting.frame import EDGE, WIDTH, Words, layout
from evo.plotting.words import fitted, width_of, written
from fitness import Interval
from tasks.foundation.figure_colours import BLUE, GREY, MARK

ROW = 40
COLOURS = (GREY, BLUE)
_NAME, _INTERVALS = 14, (22, 30)
"""Where things stand in a row, from its top: the name and the number, and below them the interval of each part."""
_AROUND = 62
NOTE = "95 % bootstrap intervals"


@dataclass(frozen=True)
class ForestRow:
    """What is named on the left, with its number by part of the rows; a part without an interval is left out."""

    label: str
    intervals: Mapping[str, Interval]

    def defined(self) -> dict[str, Interval]:
        """Return what can be drawn."""
        return {part: found for part, found in self.intervals.items() if not np.isnan(found.value)}


def draw_forest(title: str, rows: Sequence[ForestRow], parts: Mapping[str, str], *, width: float = WIDTH) -> str:
    """Return the figure; parts: one or two parts of the rows, with what the legend says of each.

    The numbers of the first part are written above its intervals, which lie between 0, or -1, and 1.
    """
    legend = list(zip(parts.values(), COLOURS, strict=False))
    plan = layout(Words(title, note=NOTE), (), legend, size=(width, _AROUND + ROW * len(rows)), foot=24)
    frame = plan.frame
    lowest = min((found.low for row in rows for found in row.defined().values()), default=0.0)
    x = PlotAxis.between(-1.0 if lowest < 0 else 0.0, 1.0, EDGE, frame.right)
    zero = f'<line x1="{x.at(0):.1f}" y1="{frame.top}" x2="{x.at(0):.1f}" y2="{frame.floor}" stroke="{MARK}"/>'
    drawn = [line for place, row in enumerate(rows) for line in _row(row, frame.top + ROW * place, x, list(parts))]
    return plan.drawn([*frame.columns(x), zero, *drawn])


def _row(row: ForestRow, top: float, x: PlotAxis, parts: Sequence[str]) -> Iterator[str]:
    number = show(row.intervals[parts[0]]) if parts[0] in row.intervals else ""
    shown = fitted(row.label, x.end - x.start - width_of(number) - 16)
    yield written(shown, (x.start, top + _NAME), title=row.label if shown != row.label else "")
    if number:
        yield written(number, (x.end, top + _NAME), 'text-anchor="end"')
    for part, down, colour in zip(parts, _INTERVALS, COLOURS, strict=False):
        if part in row.defined():
            yield from _interval(row.intervals[part], top + down, x, colour)


def _interval(found: Interval, y: float, x: PlotAxis, colour: str) -> Iterator[str]:
    low, value, high = (f"{x.at(each):.1f}" for each in (found.low, found.value, found.high))
    yield f'<line x1="{low}" y1="{y}" x2="{high}" y2="{y}" stroke="{colour}" stroke-width="2"/>'
    yield f'<circle cx="{value}" cy="{y}" r="3.5" fill="{colour}"/>'
