"""Horizontal bars as SVG, each of parts one after the other.

Letters: P parts. Lengths are pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from evo.display.readable_numbers import in_thousands
from evo.plotting.axis import PlotAxis
from evo.plotting.frame import EDGE, WIDTH, Words, layout
from evo.plotting.words import fitted, width_of, written
from tasks.foundation.figure_colours import series_colour
from tasks.foundation.markup import escaped

ROW, THICKNESS = 38, 15
_NAME, _BAR = 13, 18
"""Where things stand in a row, from its top: the name, and below it the bar."""
_AROUND = 84


@dataclass(frozen=True)
class Bar:
    """One bar; values: [P], none below zero; said: what stands at its end, by default their sum."""

    label: str
    values: Sequence[float]
    said: str = ""


def bars(rows: Sequence[Bar], words: Words, *, parts: Sequence[str] = ("",)) -> str:
    """Return the bars, one below the other; parts: names [P] of what they consist of, in a legend where several."""
    said = [row.said or in_thousands(sum(row.values), 4) for row in rows]
    legend = [(part, series_colour(place)) for place, part in enumerate(parts)] if len(parts) > 1 else []
    plan = layout(words, (), legend, size=(WIDTH, _AROUND + ROW * max(1, len(rows))))
    end = plan.frame.right - max(map(width_of, said), default=0) - 8
    frame = replace(plan.frame, left=EDGE, right=end)
    most = max((sum(row.values) for row in rows), default=0.0) or 1.0
    x = PlotAxis.between(0.0, most, frame.left, end)
    drawn = [*frame.columns(x), *frame.names(words.x_name, "")]
    for place, row in enumerate(rows):
        top = frame.top + ROW * place
        name = fitted(row.label, WIDTH - 2 * EDGE)
        drawn.append(written(name, (frame.left, top + _NAME), title=row.label if row.label != name else ""))
        drawn += _bar(row, top + _BAR, x, parts)
        drawn.append(written(said[place], (x.at(sum(row.values)) + 6, top + _BAR + THICKNESS - 4)))
    return plan.drawn(drawn)


def _bar(row: Bar, top: float, x: PlotAxis, parts: Sequence[str]) -> Iterator[str]:
    reached = 0.0
    for place, (part, value) in enumerate(zip(parts, row.values, strict=True)):
        start, end = x.at(reached), x.at(reached + value)
        reached += value
        size = f'x="{start:.1f}" y="{top:.1f}" width="{end - start:.1f}" height="{THICKNESS}"'
        words = f"{row.label}{f', {part}' if part else ''}: {value:.6g}"
        yield f'<rect {size} fill="{series_colour(place)}"><title>{escaped(words)}</title></rect>'
