"""A scatter plot as SVG: points by colour, those without a place across at the left edge, and a front as a line.

Letters: N points, F points of a front. Lengths are pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from evo.plotting.axis import AxisScale, PlotAxis
from evo.plotting.frame import Frame, Words, layout
from tasks.foundation.figure_colours import BLUE, GREY, RED, series_colour
from tasks.foundation.markup import escaped

RADIUS = 3.0
ALL_COLOUR, BETTER_COLOUR, FAILED_COLOUR = GREY, BLUE, RED


@dataclass(frozen=True)
class Scatter:
    """What a plot shows: points across [N], NaN where one has no place, and up [N], with a text for each.

    groups: what each point is of, told apart by colour with a legend; None: grey, and blue in the better half
    front: indices [F] of the points that a line of steps connects, best values of both axes first across
    called: what across and up are called where a point is pointed at
    scales: of both axes, None for the first on which the middle is not crowded
    """

    x: np.ndarray
    y: np.ndarray
    texts: Sequence[str]
    words: Words
    groups: Sequence[str] | None = None
    front: Sequence[int] = ()
    called: tuple[str, str] = ("score", "label")
    scales: tuple[AxisScale | None, AxisScale | None] = (None, None)


def scatter(shown: Scatter) -> str:
    """Return the plot; the name of an axis says where it is logarithmic or by rank."""
    y = PlotAxis.over(shown.y, 1, 0, shown.scales[1])
    kinds = list(dict.fromkeys(shown.groups or ()))
    colours = {kind: series_colour(place) for place, kind in enumerate(kinds)}
    plan = layout(shown.words, [y.shown(tick) for tick in y.ticks()], list(colours.items()))
    frame = plan.frame
    x = PlotAxis.over(shown.x[~np.isnan(shown.x)], frame.left, frame.right, shown.scales[0])
    y = PlotAxis.over(shown.y, frame.floor, frame.top, shown.scales[1])
    names = frame.names(f"{shown.words.x_name}{x.scale}", f"{shown.words.y_name}{y.scale}")
    drawn = [*frame.grid(x, y), *names, *_front(shown, x, y), *_points(shown, (x, y), frame, colours)]
    return plan.drawn(drawn)


def _points(shown: Scatter, axes: tuple[PlotAxis, PlotAxis], frame: Frame, colours: dict[str, str]) -> Iterator[str]:
    x, y = axes
    middle = np.median(shown.y) if len(shown.y) else 0.0
    for place, (across, up, text) in enumerate(zip(shown.x, shown.y, shown.texts, strict=True)):
        lost = bool(np.isnan(across))
        at = frame.left if lost else x.at(float(across))
        own = BETTER_COLOUR if up >= middle else ALL_COLOUR
        colour = FAILED_COLOUR if lost else colours[shown.groups[place]] if shown.groups else own
        named = zip(shown.called, (across, up), strict=True)
        words = ", ".join(f"{name} {'none' if np.isnan(value) else f'{value:.6g}'}" for name, value in named)
        circle = f'<circle cx="{at:.1f}" cy="{y.at(float(up)):.1f}" r="{RADIUS}" fill="{colour}" fill-opacity="0.7">'
        yield f"{circle}<title>{escaped(text)}\n{escaped(words)}</title></circle>"


def _front(shown: Scatter, x: PlotAxis, y: PlotAxis) -> Iterator[str]:
    """Yield the steps between the points of the front, from the least across: along, then up."""
    points = sorted((x.at(float(shown.x[i])), y.at(float(shown.y[i]))) for i in shown.front)
    if points:
        (first, low), *others = points
        steps = "".join(f" H{at:.1f} V{up:.1f}" for at, up in others)
        yield f'<path d="M{first:.1f} {low:.1f}{steps}" fill="none" stroke="{GREY}" stroke-width="1.5"/>'
