"""The figures of a correlation as SVG: rho of every fitness with its interval, and a scatter plot of each.

Lengths are pixels.
"""

from collections.abc import Sequence

import numpy as np

from evo.correlation.findings import Finding
from evo.correlation.forest import COLUMNS, FOREST_WIDTH, LONGEST_NAME, ForestRow, draw_forest, height_of_forest
from evo.correlation.results import MetricResults
from evo.correlation.scatter import HEIGHT, WIDTH, Scatter, draw
from evo.display.text_table import shortened
from evo.scoring.scores import Column
from fitness import Interval

UNITS = {"params": "count", "macs": "count", "random": "0 to 1"}
STATISTIC = "spearman"


def scatter_of(results: MetricResults, column: Column) -> str:
    """Return the plot of one fitness's scores against the labels."""
    unit = UNITS.get(column.label, "")
    label_unit = results.unit or ""
    names = (_with_unit(shortened(column.label, LONGEST_NAME), unit), _with_unit(results.label, label_unit))
    return draw(Scatter(np.asarray(column.scores), results.sample.labels, results.sample.texts, *names))


def forest(results: MetricResults) -> str:
    """Return rho of every fitness with its interval, one below the other, on all rows and on the better half."""
    rows = [ForestRow(column.label, _intervals(results.findings, column.label)) for column in results.columns]
    return draw_forest(f"rho of {results.headline}", rows)


def joint(several: Sequence[MetricResults]) -> str:
    """Return one figure of everything, metric by metric: rho with its intervals, and the scatter plots below."""
    parts, top = [], 0
    for results in several:
        parts.append(_placed(forest(results), 0, top))
        top += height_of_forest(len(results.columns))
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


def _intervals(findings: Sequence[Finding], label: str) -> dict[str, Interval]:
    return {finding.part: finding.intervals[STATISTIC] for finding in findings if finding.label == label}
