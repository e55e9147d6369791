"""The figures of a correlation as SVG: rho of every fitness with its interval, and a scatter plot of each.

Lengths are pixels.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from evo.correlation.findings import ALL, BETTER, Finding
from evo.correlation.results import MetricResults
from evo.correlation.scatter import ALL_COLOUR, BETTER_COLOUR, GRID, HEIGHT, TEXT, WIDTH, Scatter, draw
from evo.display.markup import escaped
from evo.display.text_table import shortened, show
from evo.scoring.scores import Column

UNITS = {"params": "count", "macs": "count", "random": "0 to 1"}
STATISTIC = "spearman"
COLUMNS = 2
"""Scatter plots side by side in a joint figure."""
FOREST_WIDTH = COLUMNS * WIDTH
NAMES_WIDTH, NUMBERS_WIDTH = 300, 150
ROW, HEAD, FOOT = 26, 34, 40
LONGEST_NAME = 44
COLOURS = {ALL: ALL_COLOUR, BETTER: BETTER_COLOUR}
_OFFSETS = {ALL: -4, BETTER: 4}


def scatter_of(results: MetricResults, column: Column) -> str:
    """Return the plot of one fitness's scores against the labels."""
    unit = UNITS.get(column.label, "")
    label_unit = results.unit or ""
    names = (_with_unit(shortened(column.label, LONGEST_NAME), unit), _with_unit(results.label, label_unit))
    return draw(Scatter(np.asarray(column.scores), results.sample.labels, results.sample.texts, *names))


def forest(results: MetricResults) -> str:
    """Return rho of every fitness with its interval, one below the other, on all rows and on the better half."""
    labels = [column.label for column in results.columns]
    height = forest_height(results)
    lowest = min((f.intervals[STATISTIC].low for f in results.findings if _defined(f)), default=0.0)
    left = -1.0 if lowest < 0 else 0.0
    head = f'<svg viewBox="0 0 {FOREST_WIDTH} {height}" width="{FOREST_WIDTH}" height="{height}" role="img" {TEXT}>'
    title = f'<text x="8" y="20" font-size="13">{escaped(f"rho of {results.headline}")}</text>'
    rows = [line for row, label in enumerate(labels) for line in _row(results.findings, label, row, left)]
    return "\n".join([head, title, *_ruler(len(labels), left), *rows, *_legend(height), "</svg>"])


def forest_height(results: MetricResults) -> int:
    """Return how high that figure is."""
    return HEAD + ROW * len(results.columns) + FOOT + 18


def joint(several: Sequence[MetricResults]) -> str:
    """Return one figure of everything, metric by metric: rho with its intervals, and the scatter plots below."""
    parts, top = [], 0
    for results in several:
        parts.append(_placed(forest(results), 0, top))
        top += forest_height(results)
        for place, column in enumerate(results.columns):
            at = (place % COLUMNS) * WIDTH, top + (place // COLUMNS) * HEIGHT
            parts.append(_placed(scatter_of(results, column), *at))
        top += -(-len(results.columns) // COLUMNS) * HEIGHT
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {FOREST_WIDTH} {top}" '
    ground = f'<rect width="{FOREST_WIDTH}" height="{top}" fill="white"/>'
    return "\n".join([f'{head}width="{FOREST_WIDTH}" height="{top}">', ground, *parts, "</svg>"]) + "\n"


def _placed(figure: str, x: int, y: int) -> str:
    return figure.replace("<svg ", f'<svg x="{x}" y="{y}" ', 1)


def _with_unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _defined(finding: Finding) -> bool:
    return not np.isnan(finding.intervals[STATISTIC].value)


def _across(value: float, left: float) -> float:
    return NAMES_WIDTH + (value - left) / (1 - left) * (FOREST_WIDTH - NAMES_WIDTH - NUMBERS_WIDTH)


def _ruler(rows: int, left: float) -> Iterator[str]:
    bottom = HEAD + ROW * rows
    for value in np.linspace(left, 1, 5 if left else 6):
        at = f"{_across(float(value), left):.1f}"
        colour = 'stroke="#999"' if value == 0 else GRID
        yield f'<line x1="{at}" y1="{HEAD}" x2="{at}" y2="{bottom}" {colour}/>'
        yield f'<text x="{at}" y="{bottom + 16}" text-anchor="middle">{value:.3g}</text>'


def _row(findings: Sequence[Finding], label: str, row: int, left: float) -> Iterator[str]:
    middle = HEAD + ROW * row + ROW / 2
    name = f'<text x="{NAMES_WIDTH - 10}" y="{middle + 4}" text-anchor="end">{escaped(shortened(label, LONGEST_NAME))}'
    yield f"{name}<title>{escaped(label)}</title></text>"
    for finding in findings:
        if finding.label == label and _defined(finding):
            yield from _interval(finding, middle + _OFFSETS[finding.part], left)
        if (finding.label, finding.part) == (label, ALL):
            said = show(finding.intervals[STATISTIC])
            yield f'<text x="{FOREST_WIDTH - NUMBERS_WIDTH + 16}" y="{middle + 4}">{said}</text>'


def _interval(finding: Finding, y: float, left: float) -> Iterator[str]:
    found, colour = finding.intervals[STATISTIC], COLOURS[finding.part]
    low, value, high = (f"{_across(each, left):.1f}" for each in (found.low, found.value, found.high))
    yield f'<line x1="{low}" y1="{y}" x2="{high}" y2="{y}" stroke="{colour}" stroke-width="2"/>'
    yield f'<circle cx="{value}" cy="{y}" r="3.5" fill="{colour}"/>'


def _legend(height: int) -> Iterator[str]:
    for place, (part, colour) in enumerate(COLOURS.items()):
        x = NAMES_WIDTH + 150 * place
        yield f'<circle cx="{x}" cy="{height - 14}" r="3.5" fill="{colour}"/>'
        yield f'<text x="{x + 9}" y="{height - 10}">{part if part == BETTER else "all rows"}</text>'
    yield f'<text x="{NAMES_WIDTH + 300}" y="{height - 10}">95 % bootstrap intervals</text>'
