"""A plot of lines as SVG: each with a band about it and points beside it, where it has them.

Letters: N places of a line, M points. Lengths are pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from evo.plotting.axis import AxisScale, PlotAxis
from evo.plotting.frame import HEIGHT, WIDTH, Words, layout
from tasks.foundation.figure_colours import GREY, series_colour
from tasks.foundation.markup import escaped

RADIUS = 2.0
DOT = f'fill="{GREY}" fill-opacity="0.5"'
_NOTHING: np.ndarray = np.empty(0)


@dataclass(frozen=True)
class Series:
    """One line; a legend names each where there are several.

    x: [N], ascending; y: [N], not a number where the line has a gap
    low, high: ends [N] of a band, None for none; stepped: a value holds until the next
    marked: whether each place of the line has a circle that tells its numbers
    """

    label: str
    x: np.ndarray
    y: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    stepped: bool = False
    marked: bool = False

    def finite(self) -> np.ndarray:
        """Return all values up that the plot must hold."""
        bands = [each for each in (self.low, self.high) if each is not None]
        values: np.ndarray = np.concatenate([self.y, *bands]).astype(float)
        found: np.ndarray = values[np.isfinite(values)]
        return found


@dataclass(frozen=True)
class Points:
    """Points behind the lines: places across [M] and up [M], and what each tells where it is pointed at."""

    x: np.ndarray = field(default_factory=lambda: _NOTHING)
    y: np.ndarray = field(default_factory=lambda: _NOTHING)
    texts: Sequence[str] = ()


def line_plot(
    series: Sequence[Series],
    words: Words,
    *,
    points: Points | None = None,
    x_scale: AxisScale | None = AxisScale.LINEAR,
    y_scale: AxisScale | None = None,
    height: float = HEIGHT,
) -> str:
    """Return the plot; points: all finite, grey; scales: None for the first on which the middle is not crowded.

    height: of the figure, which long titles, legends and notes add to
    """
    points = points or Points()
    up = np.concatenate([points.y, *(np.unique(each.finite()) for each in series)])
    across = np.concatenate([points.x, *(each.x for each in series)]).astype(float)
    y = PlotAxis.over(up, 1, 0, y_scale)
    coloured = [(each, series_colour(place)) for place, each in enumerate(series)]
    legend = [(each.label, colour) for each, colour in coloured] if len(series) > 1 else []
    plan = layout(words, [y.shown(tick) for tick in y.ticks()], legend, size=(WIDTH, height))
    frame = plan.frame
    x, y = PlotAxis.over(across, frame.left, frame.right, x_scale), PlotAxis.over(up, frame.floor, frame.top, y_scale)
    names = frame.names(f"{words.x_name}{x.scale}", f"{words.y_name}{y.scale}")
    bands = [band for each, colour in coloured for band in _band(each, colour, x, y)]
    lines = [line for each, colour in coloured for line in _line(each, colour, x, y)]
    return plan.drawn([*frame.grid(x, y), *names, *bands, *_dots(points, x, y), *lines])


def _dots(points: Points, x: PlotAxis, y: PlotAxis) -> Iterator[str]:
    for across, up, text in zip(points.x, points.y, points.texts, strict=True):
        circle = f'<circle cx="{x.at(float(across)):.1f}" cy="{y.at(float(up)):.1f}" r="{RADIUS}" {DOT}>'
        yield f"{circle}<title>{escaped(text)}</title></circle>"


def _band(series: Series, colour: str, x: PlotAxis, y: PlotAxis) -> Iterator[str]:
    if series.low is None or series.high is None:
        return
    for part in _unbroken(series.low + series.high):
        ahead = _path(series.x[part], series.high[part], (x, y), stepped=series.stepped)
        back = _path(series.x[part], series.low[part], (x, y), stepped=series.stepped)
        outline = " L".join([*ahead, *reversed(back)])
        yield f'<path d="M{outline} Z" fill="{colour}" fill-opacity="0.18"/>'


def _line(series: Series, colour: str, x: PlotAxis, y: PlotAxis) -> Iterator[str]:
    for part in _unbroken(series.y):
        way = " L".join(_path(series.x[part], series.y[part], (x, y), stepped=series.stepped))
        drawn = f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="1.8" stroke-linejoin="round">'
        yield f"{drawn}<title>{escaped(series.label)}</title></path>"
        if series.marked or part.stop - part.start == 1:
            yield from (_mark(series, place, colour, (x, y)) for place in range(part.start, part.stop))


def _mark(series: Series, place: int, colour: str, axes: tuple[PlotAxis, PlotAxis]) -> str:
    across, up = float(series.x[place]), float(series.y[place])
    circle = f'<circle cx="{axes[0].at(across):.1f}" cy="{axes[1].at(up):.1f}" r="{RADIUS + 0.5}" fill="{colour}">'
    return f"{circle}<title>{escaped(series.label)}\n{across:.6g}: {up:.6g}</title></circle>"


def _path(across: np.ndarray, up: np.ndarray, axes: tuple[PlotAxis, PlotAxis], *, stepped: bool) -> list[str]:
    """Return the corners of a line; one that is stepped keeps its height until the next place."""
    x, y = axes
    corners = [(x.at(float(a)), y.at(float(b))) for a, b in zip(across, up, strict=True)]
    if stepped:
        pairs = pairwise(corners)
        corners = [corners[0], *(corner for (_, held), (at, level) in pairs for corner in ((at, held), (at, level)))]
    return [f"{a:.1f} {b:.1f}" for a, b in corners]


def _unbroken(values: np.ndarray) -> Iterator[slice]:
    """Yield the ranges of values [N] without a gap."""
    start = None
    for place, there in enumerate([*np.isfinite(values), False]):
        if there and start is None:
            start = place
        if not there and start is not None:
            yield slice(start, place)
            start = None
