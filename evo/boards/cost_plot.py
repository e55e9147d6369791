"""What a score costs against what it is worth, as SVG: seconds of a candidate, and rho in the better half.

Lengths are pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from evo.boards.standings import COUNTING, HALF, Standing, Standings
from evo.boards.tables import seconds_of
from evo.plotting.axis import AxisScale, PlotAxis
from evo.plotting.frame import HEIGHT, WIDTH, Frame, Words, layout
from evo.plotting.words import fitted, width_of, written
from tasks.foundation.figure_colours import BLUE, GREY
from tasks.foundation.markup import escaped

LINE, FOOT = 16, 52
"""Of a name below the plot, and what is between these and the plot: numbers and the name of the axis."""
NUMBERS = 34
"""Room on the right of the plot for the numbers of the fitnesses, each on a line of its own."""
RADIUS = 4
DASHED = f'stroke="{GREY}" stroke-dasharray="5 4"'
LEADER = f'stroke="{GREY}" stroke-width="0.7"'
AXES = ("seconds a candidate, logarithmic", "rho in the better half")


@dataclass(frozen=True)
class _Point:
    """A fitness on the plot; number: counted from 1, and where it stands, from the top."""

    standing: Standing
    x: float
    y: float
    number: int = 0
    at: float = 0.0


def draw_costs(found: Standings) -> str:
    """Return the plot; a fitness whose seconds or rho nobody knows is left out. Empty where no fitness is left."""
    shown = [each for each in found.standings if each.seconds and not np.isnan(each.of(HALF).value)]
    if not shown:
        return ""
    listed = LINE * len(shown)
    dashed = f"; dashed: counting {COUNTING}" if _has_counting(found) else ""
    title = f"{found.board.rows.space.name}, {found.labels.name}: what a score costs, and what it is worth{dashed}"
    y = _rho_axis(shown, 1, 0)
    numbers = [y.shown(tick) for tick in y.ticks()]
    height = max(HEIGHT, 2 * FOOT + listed) + listed
    plan = layout(Words(title, *AXES), numbers, size=(WIDTH, height), foot=FOOT + listed)
    frame = replace(plan.frame, right=plan.frame.right - NUMBERS)
    x, y = _seconds_axis([each.seconds or 0 for each in shown], frame), _rho_axis(shown, frame.floor, frame.top)
    points = _numbered([_Point(each, x.at(each.seconds or 0), y.at(each.of(HALF).value)) for each in shown], frame)
    drawn = [line for point in points for line in _drawn(point, y, frame)]
    return plan.drawn([*frame.grid(x, y), *frame.names(*AXES), *_counting(found, y, frame), *drawn])


def _has_counting(found: Standings) -> bool:
    counting = found.of(COUNTING)
    return counting is not None and not np.isnan(counting.of(HALF).value)


def _counting(found: Standings, y: PlotAxis, frame: Frame) -> list[str]:
    """Return a line at the rho of counting, which costs nothing; none where the board has no parameters."""
    counting = found.of(COUNTING)
    if counting is None or not _has_counting(found):
        return []
    at = f"{y.at(counting.of(HALF).value):.1f}"
    return [f'<line x1="{frame.left:.1f}" y1="{at}" x2="{frame.right:.1f}" y2="{at}" {DASHED}/>']


def _seconds_axis(seconds: Sequence[float], frame: Frame) -> PlotAxis:
    low, high = np.log10(min(seconds)), np.log10(max(seconds))
    margin = 0.06 * (high - low) or 0.5
    return PlotAxis(AxisScale.LOGARITHMIC, (low - margin, high + margin), (0.0, 1.0), frame.left, frame.right)


def _rho_axis(shown: Sequence[Standing], floor: float, top: float) -> PlotAxis:
    """Return the axis of rho, from 0, or from the least interval, to 1."""
    least = min(0.0, *(each.of(HALF).low for each in shown))
    return PlotAxis.between(least - 0.02, 1.0, floor, top)


def _numbered(points: Sequence[_Point], frame: Frame) -> list[_Point]:
    """Return the points with their numbers and places for these: in the order of the points, none above another."""
    ordered = sorted(points, key=lambda point: point.y)
    places, lowest = [], frame.top + 6.0
    for place, point in enumerate(ordered):
        room = frame.floor - LINE * (len(ordered) - 1 - place)  # for the numbers below
        lowest = min(max(lowest, point.y), room)
        places.append(replace(point, number=place + 1, at=lowest))
        lowest += LINE
    return places


def _drawn(point: _Point, y: PlotAxis, frame: Frame) -> Iterator[str]:
    found = point.standing.of(HALF)
    x, low, high = f"{point.x:.1f}", f"{y.at(found.low):.1f}", f"{y.at(found.high):.1f}"
    label, end = point.standing.label, frame.right + 12
    words = f"{label}\n{seconds_of(point.standing)} s a candidate, better half {found}"
    yield f'<line x1="{x}" y1="{point.y:.1f}" x2="{end - 4:.1f}" y2="{point.at:.1f}" {LEADER}/>'
    yield f'<line x1="{x}" y1="{low}" x2="{x}" y2="{high}" stroke="{BLUE}" stroke-opacity="0.4"/>'
    circle = f'<circle cx="{x}" cy="{point.y:.1f}" r="{RADIUS}" fill="{BLUE}">'
    yield f"{circle}<title>{escaped(words)}</title></circle>"
    yield written(str(point.number), (end, point.at + 4))
    yield from _named(point, frame.floor + FOOT + LINE * (point.number - 1))


def _named(point: _Point, at: float) -> Iterator[str]:
    """Yield the line below the plot that says whose number it is, what it costs, and its rho."""
    said = f"{seconds_of(point.standing)} s, {point.standing.of(HALF).value:.2f}"
    label, left, end = point.standing.label, 36.0, WIDTH - 12
    shown = fitted(label, end - left - width_of(said) - 12)
    yield written(str(point.number), (28, at), 'text-anchor="end"')
    yield written(shown, (left, at), title=label if shown != label else "")
    yield written(said, (end, at), 'text-anchor="end"')
