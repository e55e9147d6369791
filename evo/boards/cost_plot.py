"""What a score costs against what it is worth, as SVG: seconds of a candidate, and rho in the better half.

Lengths are pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evo.boards.standings import COUNTING, HALF, Standing, Standings
from evo.boards.tables import seconds_of
from evo.correlation.axis import AxisScale, PlotAxis
from evo.correlation.scatter import BETTER_COLOUR, GRID, TEXT
from evo.display.text_table import shortened
from tasks.foundation.markup import escaped

WIDTH, LEAST_HEIGHT = 920, 340
LEFT, TOP, BOTTOM, PLOTTED = 64, 34, 46, 600
"""Points lie between ``LEFT`` and ``PLOTTED``; names stand to the right of that, each on a line of its own."""
NAMES, LINE, LONGEST_NAME = 640, 16, 44
RADIUS = 4
DASHED = 'stroke="#8a8f98" stroke-dasharray="5 4"'
LEADER = 'stroke="#8a8f98" stroke-width="0.7"'


@dataclass(frozen=True)
class _Point:
    """A fitness on the plot; name: where its name stands, from the top."""

    standing: Standing
    x: float
    y: float
    name: float = 0.0


def draw_costs(found: Standings) -> str:
    """Return the plot; a fitness whose seconds or rho nobody knows is left out. Empty where no fitness is left."""
    shown = [each for each in found.standings if each.seconds and not np.isnan(each.of(HALF).value)]
    if not shown:
        return ""
    height = max(LEAST_HEIGHT, TOP + BOTTOM + LINE * len(shown))
    x, y = _seconds_axis([each.seconds or 0 for each in shown]), _rho_axis(shown, height - BOTTOM)
    points = _named([_Point(each, x.at(each.seconds or 0), y.at(each.of(HALF).value)) for each in shown], height)
    head = f'<svg viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" {TEXT}>'
    counting = _counting(found, y)
    dashed = f"; dashed: counting {COUNTING}" if counting else ""
    title = f"{found.board.rows.space.name}, {found.labels.name}: what a score costs, and what it is worth{dashed}"
    named = f'<text x="8" y="20" font-size="13">{escaped(title)}</text>'
    drawn = [line for point in points for line in _drawn(point, y)]
    return "\n".join([head, named, *_grid(x, y, height), *counting, *drawn, "</svg>"])


def _counting(found: Standings, y: PlotAxis) -> list[str]:
    """Return a line at the rho of counting, which costs nothing; none where the board has no parameters."""
    counting = found.of(COUNTING)
    if counting is None or np.isnan(counting.of(HALF).value):
        return []
    at = f"{y.at(counting.of(HALF).value):.1f}"
    return [f'<line x1="{LEFT}" y1="{at}" x2="{PLOTTED}" y2="{at}" {DASHED}/>']


def _seconds_axis(seconds: Sequence[float]) -> PlotAxis:
    low, high = np.log10(min(seconds)), np.log10(max(seconds))
    margin = 0.06 * (high - low) or 0.5
    return PlotAxis(AxisScale.LOGARITHMIC, (low - margin, high + margin), (0.0, 1.0), LEFT, PLOTTED)


def _rho_axis(shown: Sequence[Standing], floor: float) -> PlotAxis:
    """Return the axis of rho, from 0, or from the least interval, to 1."""
    least = min(0.0, *(each.of(HALF).low for each in shown))
    return PlotAxis(AxisScale.LINEAR, (least - 0.02, 1.0), (0.0, 1.0), floor, TOP)


def _named(points: Sequence[_Point], height: float) -> list[_Point]:
    """Return the points with places for their names: in the order of the points, none above another."""
    ordered = sorted(points, key=lambda point: point.y)
    places, lowest = [], TOP + 6.0
    for place, point in enumerate(ordered):
        room = height - BOTTOM - LINE * (len(ordered) - 1 - place)  # for the names below
        lowest = min(max(lowest, point.y), room)
        places.append(_Point(point.standing, point.x, point.y, lowest))
        lowest += LINE
    return places


def _drawn(point: _Point, y: PlotAxis) -> Iterator[str]:
    found = point.standing.of(HALF)
    x, low, high = f"{point.x:.1f}", f"{y.at(found.low):.1f}", f"{y.at(found.high):.1f}"
    label = point.standing.label
    words = f"{label}\n{seconds_of(point.standing)} s a candidate, better half {found}"
    yield f'<line x1="{x}" y1="{point.y:.1f}" x2="{NAMES - 6}" y2="{point.name:.1f}" {LEADER}/>'
    yield f'<line x1="{x}" y1="{low}" x2="{x}" y2="{high}" stroke="{BETTER_COLOUR}" stroke-opacity="0.4"/>'
    circle = f'<circle cx="{x}" cy="{point.y:.1f}" r="{RADIUS}" fill="{BETTER_COLOUR}">'
    yield f"{circle}<title>{escaped(words)}</title></circle>"
    yield f'<text x="{NAMES}" y="{point.name + 4:.1f}">{escaped(shortened(label, LONGEST_NAME))}</text>'


def _grid(x: PlotAxis, y: PlotAxis, height: float) -> Iterator[str]:
    floor = height - BOTTOM
    for value in x.ticks():
        at = f"{x.at(value):.1f}"
        yield f'<line x1="{at}" y1="{TOP}" x2="{at}" y2="{floor}" {GRID}/>'
        yield f'<text x="{at}" y="{floor + 16}" text-anchor="middle">{x.shown(value)}</text>'
    for value in y.ticks():
        at = f"{y.at(value):.1f}"
        yield f'<line x1="{LEFT}" y1="{at}" x2="{PLOTTED}" y2="{at}" {GRID}/>'
        yield f'<text x="{LEFT - 6}" y="{at}" text-anchor="end" dominant-baseline="middle">{y.shown(value)}</text>'
    middle = (LEFT + PLOTTED) / 2
    yield f'<text x="{middle:.0f}" y="{height - 8}" text-anchor="middle">seconds a candidate, logarithmic</text>'
    down = (TOP + floor) / 2
    yield f'<text transform="translate(14 {down:.0f}) rotate(-90)" text-anchor="middle">rho in the better half</text>'
