"""The figures of a correlation as SVG: rho of every fitness with its interval, and a scatter plot of each.

Lengths are pixels.
"""

from collections.abc import Sequence

import numpy as np

from evo.correlation.findings import PARTS, Finding
from evo.correlation.results import MetricResults
from evo.display.inline_svg import size_of
from evo.plotting.forest import ForestRow, draw_forest
from evo.plotting.frame import HEIGHT, WIDTH, Words, opened, placed
from evo.plotting.scatter import Scatter, scatter
from evo.scoring.scores import Column
from fitness import Interval

UNITS = {"params": "count", "macs": "count", "random": "0 to 1"}
STATISTIC = "spearman"
COLUMNS = 2
"""Scatter plots side by side in a joint figure, which rho is as wide as."""


def scatter_of(results: MetricResults, column: Column) -> str:
    """Return the plot of one fitness's scores against the labels."""
    unit = UNITS.get(column.label, "")
    label_unit = results.unit or ""
    names = (_with_unit(column.label, unit), _with_unit(results.label, label_unit))
    words = Words("", *names)
    return scatter(Scatter(np.asarray(column.scores), results.sample.labels, results.sample.texts, words))


def forest(results: MetricResults, *, width: float = WIDTH) -> str:
    """Return rho of every fitness with its interval, one below the other, on all rows and on the better half."""
    rows = [ForestRow(column.label, _intervals(results.findings, column.label)) for column in results.columns]
    return draw_forest(f"rho of {results.headline}", rows, PARTS, width=width)


def joint(several: Sequence[MetricResults]) -> str:
    """Return one figure of everything, metric by metric: rho with its intervals, and the scatter plots below."""
    parts, top, width = [], 0.0, COLUMNS * WIDTH
    for results in several:
        rho = forest(results, width=width)
        parts.append(placed(rho, 0, top))
        top += size_of(rho)[1]
        for place, column in enumerate(results.columns):
            at = (place % COLUMNS) * WIDTH, top + (place // COLUMNS) * HEIGHT
            parts.append(placed(scatter_of(results, column), *at))
        top += -(-len(results.columns) // COLUMNS) * HEIGHT
    return "\n".join([opened(width, top), *parts, "</svg>", ""])


def _with_unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit else name


def _intervals(findings: Sequence[Finding], label: str) -> dict[str, Interval]:
    return {finding.part: finding.intervals[STATISTIC] for finding in findings if finding.label == label}
