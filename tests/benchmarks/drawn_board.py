"""The panels of a Grafana board as one SVG, from what Prometheus answered to their queries."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from evo.display.inline_svg import size_of
from evo.plotting.axis import AxisScale
from evo.plotting.frame import Words, opened, placed
from evo.plotting.line_plot import Series, line_plot

COLUMNS = 3


@dataclass(frozen=True)
class Answer:
    """One series of a panel; legend: of its query, with tags in double braces; points: value by seconds since 1970."""

    panel: str
    legend: str
    tags: Mapping[str, str]
    points: Mapping[float, float]

    @property
    def label(self) -> str:
        """The legend as Grafana shows it, without the run, which is the same for all."""
        filled = re.sub(r"\{\{(\w+)\}\}", lambda found: self.tags.get(found[1], ""), self.legend.replace("{{run}}", ""))
        return filled.strip()


def drawn(answers: Sequence[Answer], begin: float) -> str:
    """Return all panels, ``COLUMNS`` in a row, over the seconds since ``begin``; one without a series is empty."""
    panels = dict.fromkeys(answer.panel for answer in answers)
    figures = [_panel(name, [each for each in answers if each.panel == name], begin) for name in panels]
    wide, high = (max(sizes) for sizes in zip(*map(size_of, figures), strict=True))
    rows = -(-len(figures) // COLUMNS)
    parts = [placed(figure, wide * (n % COLUMNS), high * (n // COLUMNS)) for n, figure in enumerate(figures)]
    return "\n".join([opened(COLUMNS * wide, rows * high), *parts, "</svg>"])


def _panel(name: str, answers: Sequence[Answer], begin: float) -> str:
    lines = [_line(answer, begin) for answer in answers]
    return line_plot(lines, Words(name, "seconds", ""), y_scale=AxisScale.LINEAR)


def _line(answer: Answer, begin: float) -> Series:
    at = np.array(sorted(answer.points))
    return Series(answer.label, at - begin, np.array([answer.points[when] for when in at]))
