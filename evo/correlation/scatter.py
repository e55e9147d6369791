"""A scatter plot of scores against labels as SVG, drawn by hand so that a page needs nothing from elsewhere.

Letters: N candidates. Lengths are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evo.correlation.axis import PlotAxis
from tasks.foundation.markup import escaped

WIDTH, HEIGHT = 460, 340
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 46
RADIUS = 3.0
ALL_COLOUR, BETTER_COLOUR, FAILED_COLOUR = "#8a8f98", "#1f6fb4", "#c0392b"
GRID = 'stroke="#e6e6e6"'
TEXT = 'font-family="system-ui, sans-serif" font-size="11" fill="#333"'
"""How lines and texts look, said where they stand: a figure has no style sheet."""


@dataclass(frozen=True)
class Scatter:
    """What a plot shows: scores [N], NaN where there is none, labels [N], a text for each, the two axes' names."""

    scores: np.ndarray
    labels: np.ndarray
    texts: Sequence[str]
    x_name: str
    y_name: str


def draw(scatter: Scatter) -> str:
    """Return the plot: grey circles, blue in the better half by label, red at the left edge without a score.

    An axis whose values are crowded is logarithmic or by rank, and its name says so.
    """
    scored = scatter.scores[~np.isnan(scatter.scores)]
    x = PlotAxis.over(scored, LEFT, WIDTH - RIGHT)
    y = PlotAxis.over(scatter.labels, HEIGHT - BOTTOM, TOP)
    better = scatter.labels >= np.median(scatter.labels)
    rows = zip(scatter.scores, scatter.labels, better, scatter.texts, strict=True)
    points = (_point(x, y, float(score), float(label), (bool(top), text)) for score, label, top, text in rows)
    head = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" {TEXT}>'
    names = _names(f"{scatter.x_name}{x.scale}", f"{scatter.y_name}{y.scale}")
    return "\n".join([head, *_grid(x, y), *names, *points, "</svg>"])


def _point(x: PlotAxis, y: PlotAxis, score: float, label: float, about: tuple[bool, str]) -> str:
    better, text = about
    failed = np.isnan(score)
    across = LEFT if failed else x.at(score)
    colour = FAILED_COLOUR if failed else BETTER_COLOUR if better else ALL_COLOUR
    words = f"{text}\nscore {'none' if failed else f'{score:.6g}'}, label {label:.6g}"
    circle = f'<circle cx="{across:.1f}" cy="{y.at(label):.1f}" r="{RADIUS}" fill="{colour}" fill-opacity="0.7">'
    return f"{circle}<title>{escaped(words)}</title></circle>"


def _grid(x: PlotAxis, y: PlotAxis) -> list[str]:
    floor, lines = HEIGHT - BOTTOM, []
    for value in x.ticks():
        at = f"{x.at(value):.1f}"
        lines.append(f'<line x1="{at}" y1="{TOP}" x2="{at}" y2="{floor}" {GRID}/>')
        lines.append(f'<text x="{at}" y="{floor + 16}" text-anchor="middle">{x.shown(value)}</text>')
    for value in y.ticks():
        at, said = f"{y.at(value):.1f}", y.shown(value)
        lines.append(f'<line x1="{LEFT}" y1="{at}" x2="{WIDTH - RIGHT}" y2="{at}" {GRID}/>')
        lines.append(f'<text x="{LEFT - 6}" y="{at}" text-anchor="end" dominant-baseline="middle">{said}</text>')
    return lines


def _names(x_name: str, y_name: str) -> list[str]:
    across, down = (LEFT + WIDTH - RIGHT) / 2, (TOP + HEIGHT - BOTTOM) / 2
    return [
        f'<text x="{across:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{escaped(x_name)}</text>',
        f'<text transform="translate(14 {down:.0f}) rotate(-90)" text-anchor="middle">{escaped(y_name)}</text>',
    ]
