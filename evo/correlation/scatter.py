"""A scatter plot of scores against labels as SVG, drawn by hand so that a page needs nothing from elsewhere.

Letters: N candidates. Lengths are pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

WIDTH, HEIGHT = 460, 340
LEFT, RIGHT, TOP, BOTTOM = 64, 12, 12, 46
RADIUS = 3.0
ALL_COLOUR, BETTER_COLOUR, FAILED_COLOUR = "#8a8f98", "#1f6fb4", "#c0392b"
_TICKS = 5


@dataclass(frozen=True)
class Scatter:
    """What a plot shows: scores [N], NaN where there is none, labels [N], a text for each, the two axes' names."""

    scores: np.ndarray
    labels: np.ndarray
    texts: Sequence[str]
    x_name: str
    y_name: str


@dataclass(frozen=True)
class _Axis:
    """Maps values from ``low`` to ``high`` to pixels from ``start`` to ``end``."""

    low: float
    high: float
    start: float
    end: float

    @staticmethod
    def over(values: np.ndarray, start: float, end: float) -> "_Axis":
        low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
        margin = 0.04 * (high - low) or 0.5 * abs(high) or 0.5
        return _Axis(low - margin, high + margin, start, end)

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Return round numbers within the axis, about ``_TICKS`` of them."""
        rough = (self.high - self.low) / _TICKS
        unit = 10.0 ** np.floor(np.log10(rough))
        step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough)
        return [float(step * i) for i in range(int(np.ceil(self.low / step)), int(np.floor(self.high / step)) + 1)]


def draw(scatter: Scatter) -> str:
    """Return the plot: grey circles, blue in the better half by label, red at the left edge without a score."""
    scored = scatter.scores[~np.isnan(scatter.scores)]
    x = _Axis.over(scored, LEFT, WIDTH - RIGHT)
    y = _Axis.over(scatter.labels, HEIGHT - BOTTOM, TOP)
    better = scatter.labels >= np.median(scatter.labels)
    rows = zip(scatter.scores, scatter.labels, better, scatter.texts, strict=True)
    points = (_point(x, y, float(score), float(label), (bool(top), text)) for score, label, top, text in rows)
    head = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img">'
    names = _names(scatter.x_name, scatter.y_name)
    return "\n".join([head, *_grid(x, y), *names, *points, "</svg>"])


def _point(x: _Axis, y: _Axis, score: float, label: float, about: tuple[bool, str]) -> str:
    better, text = about
    failed = np.isnan(score)
    across = LEFT if failed else x.at(score)
    colour = FAILED_COLOUR if failed else BETTER_COLOUR if better else ALL_COLOUR
    words = f"{text}\nscore {'none' if failed else f'{score:.6g}'}, label {label:.6g}"
    circle = f'<circle cx="{across:.1f}" cy="{y.at(label):.1f}" r="{RADIUS}" fill="{colour}" fill-opacity="0.7">'
    return f"{circle}<title>{escape(words)}</title></circle>"


def _grid(x: _Axis, y: _Axis) -> list[str]:
    floor, lines = HEIGHT - BOTTOM, []
    for value in x.ticks():
        at = f"{x.at(value):.1f}"
        lines.append(f'<line x1="{at}" y1="{TOP}" x2="{at}" y2="{floor}" class="grid"/>')
        lines.append(f'<text x="{at}" y="{floor + 16}" text-anchor="middle">{value:.6g}</text>')
    for value in y.ticks():
        at = f"{y.at(value):.1f}"
        lines.append(f'<line x1="{LEFT}" y1="{at}" x2="{WIDTH - RIGHT}" y2="{at}" class="grid"/>')
        lines.append(f'<text x="{LEFT - 6}" y="{at}" text-anchor="end" dominant-baseline="middle">{value:.6g}</text>')
    return lines


def _names(x_name: str, y_name: str) -> list[str]:
    across, down = (LEFT + WIDTH - RIGHT) / 2, (TOP + HEIGHT - BOTTOM) / 2
    return [
        f'<text x="{across:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(x_name)}</text>',
        f'<text transform="translate(14 {down:.0f}) rotate(-90)" text-anchor="middle">{escape(y_name)}</text>',
    ]
