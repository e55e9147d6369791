"""A matrix as a heat map in SVG, with a bar that says what the colours are; they can be told apart on light and dark.

Letters: R rows, C columns. Lengths are pixels.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from evo.plotting.axis import PlotAxis
from evo.plotting.frame import WIDTH, Frame, Words, layout
from evo.plotting.words import fitted, width_of, written
from tasks.foundation.figure_colours import GREY
from tasks.foundation.markup import escaped

_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
LEVELS = 32
"""Colours that values are told apart by."""
MOST_COLUMNS = 120
"""Columns of more are drawn as every so many."""
_ANCHORS = np.array([(68, 1, 84), (59, 82, 139), (33, 145, 140), (94, 201, 98), (253, 231, 37)], dtype=float)
"""Red, green and blue from the least to the most: the lightness rises all the way (viridis, by S. van der Walt)."""
_ROW, _BAR, _BAR_ROOM = 14, 10, 64
_AROUND, _SHORTEST, WIDEST_NAME = 90, 120, 190


def heat_map(
    values: np.ndarray,
    words: Words,
    *,
    rows: Sequence[str],
    columns: Sequence[float],
    value_name: str,
) -> str:
    """Return the map of values [R, C], not a number where there is none, which is grey.

    rows: names [R], the first on top; columns: numbers [C], ascending; value_name: what the colours are, with its unit
    """
    kept = _kept(len(columns))
    values, columns = np.asarray(values, dtype=float)[:, kept], [columns[place] for place in kept]
    names = [fitted(name, WIDEST_NAME) for name in rows]
    plan = layout(words, names, size=(WIDTH, _AROUND + max(_SHORTEST, _ROW * len(rows))))
    bar = plan.frame.right - _BAR_ROOM
    frame = Frame(plan.frame.width, plan.frame.height, plan.frame.left, bar - 14, plan.frame.top, plan.frame.floor)
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    height = (frame.floor - frame.top) / max(1, len(rows))
    drawn = [*_numbers(columns, frame), *frame.names(words.x_name, words.y_name)]
    for place, (name, shown) in enumerate(zip(rows, names, strict=True)):
        top = frame.top + height * place
        told = name if shown != name else ""
        drawn.append(written(shown, (frame.left - 6, top + height / 2 + 4), 'text-anchor="end"', title=told))
        drawn += _row(values[place], (name, columns), (low, high), (frame, top, height))
    return plan.drawn([*drawn, *_colour_bar(frame, bar, (low, high), value_name)])


def _kept(count: int) -> list[int]:
    step = max(1, -(-count // MOST_COLUMNS))
    return list(range(0, count, step))


def _numbers(columns: Sequence[float], frame: Frame) -> Iterator[str]:
    """Yield the numbers of some columns below their middles."""
    if not columns:
        return
    width = (frame.right - frame.left) / len(columns)
    widest = max(width_of(f"{number:g}") for number in columns) + 8
    least = widest / width
    step = next((each for each in _STEPS if each >= least), len(columns))
    for place in range(0, len(columns), step):
        at = frame.left + width * (place + 0.5)
        yield written(f"{columns[place]:g}", (at, frame.floor + 16), 'text-anchor="middle"')


def _row(
    values: np.ndarray,
    named: tuple[str, Sequence[float]],
    ends: tuple[float, float],
    place: tuple[Frame, float, float],
) -> Iterator[str]:
    """Yield the cells of a row, neighbours of one colour as one, which tells the first and last value of these."""
    name, columns = named
    frame, top, height = place
    width = (frame.right - frame.left) / max(1, len(columns))
    for colour, group in groupby(range(len(columns)), lambda column: _colour(float(values[column]), ends)):
        cells = list(group)
        first, last = cells[0], cells[-1]
        x, across = frame.left + width * first, width * len(cells)
        numbers = _between(f"{values[first]:.4g}", f"{values[last]:.4g}")
        words = f"{name}, {_between(f'{columns[first]:g}', f'{columns[last]:g}')}: {numbers}"
        size = f'x="{x:.1f}" y="{top:.1f}" width="{across:.1f}" height="{height:.1f}"'
        yield f'<rect {size} fill="{colour}"><title>{escaped(words)}</title></rect>'


def _between(first: str, last: str) -> str:
    return first if first == last else f"{first} to {last}"


def _colour(value: float, ends: tuple[float, float]) -> str:
    """Return the colour of a value between the ends, grey for none."""
    if not np.isfinite(value):
        return GREY
    low, high = ends
    share = (value - low) / (high - low) if high > low else 0.5
    level = min(int(share * LEVELS), LEVELS - 1) / (LEVELS - 1)
    at = np.linspace(0, 1, len(_ANCHORS))
    red, green, blue = (round(float(np.interp(level, at, _ANCHORS[:, channel]))) for channel in range(3))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _colour_bar(frame: Frame, left: float, ends: tuple[float, float], name: str) -> Iterator[str]:
    """Yield the colours from the least, below, to the most, with numbers beside them and a name along them."""
    low, high = ends
    axis = PlotAxis.between(low, high if high > low else low + 1, frame.floor, frame.top)
    height = (frame.floor - frame.top) / LEVELS
    for level in range(LEVELS):
        top = frame.floor - height * (level + 1)
        colour = _colour(low + (high - low) * (level + 0.5) / LEVELS, ends)
        yield f'<rect x="{left:.1f}" y="{top:.1f}" width="{_BAR}" height="{height + 0.3:.1f}" fill="{colour}"/>'
    for value in (low, high) if high > low else (low,):
        yield written(axis.shown(float(f"{value:.3g}")), (left + _BAR + 4, min(axis.at(value) + 9, frame.floor)))
    middle = (frame.top + frame.floor) / 2
    shown = fitted(name, frame.floor - frame.top - 2 * _ROW)
    turned = f'transform="translate({left + _BAR + 16:.0f} {middle:.0f}) rotate(-90)" text-anchor="middle"'
    yield written(shown, (0, 0), turned, title=name if shown != name else "")
