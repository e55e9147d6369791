"""Catches: an interval that is not where its numbers are, a fitness or a metric that a figure leaves out, a figure that
is no XML or needs the page around it."""

from dataclasses import replace

import numpy as np
import pytest

from evo.correlation.figures import forest, joint, scatter_of
from evo.correlation.findings import find
from evo.display.text_table import show
from evo.plotting.frame import EDGE, WIDTH
from evo.plotting.scatter import ALL_COLOUR, BETTER_COLOUR
from evo.scoring.scores import Column
from tests.drawn_figures import parsed
from tests.evo.correlation.small_results import ASKED, COLUMNS, LABELS, RESULTS

SPREAD = replace(RESULTS, columns=[Column("good", LABELS), Column("other", LABELS[::-1].copy())])
SHOWN = replace(SPREAD, findings=find(SPREAD.columns, LABELS))


def value_at(x: str) -> float:
    """Return the rho at a place of the forest, whose axis runs from -1 to 1."""
    return 2 * (float(x) - EDGE) / (WIDTH - 2 * EDGE) - 1


def test_every_fitness_has_its_interval_of_all_rows_and_of_the_better_half() -> None:
    root = parsed(forest(SHOWN))
    intervals = [line for line in root.findall("line") if line.attrib.get("stroke-width") == "2"]
    ends = [(value_at(line.attrib["x1"]), value_at(line.attrib["x2"])) for line in intervals]
    assert [line.attrib["stroke"] for line in intervals[:2]] == [ALL_COLOUR, BETTER_COLOUR]  # as in the scatter plots
    by_row = [f for column in SHOWN.columns for f in SHOWN.findings if f.label == column.label]
    expected = [(f.intervals["spearman"].low, f.intervals["spearman"].high) for f in by_row]
    np.testing.assert_allclose(ends, expected, atol=0.002)
    texts = [text.text for text in root.findall("text")]
    assert {"good", "other", show(SHOWN.findings[0].intervals["spearman"])} <= set(texts)


def test_where_no_interval_is_negative_the_axis_begins_at_zero() -> None:
    good = replace(SHOWN, columns=SHOWN.columns[:1], findings=SHOWN.findings[::2])
    texts = [text.text for text in parsed(forest(good)).findall("text")]
    assert "0" in texts
    assert "-1" not in texts


def test_a_joint_figure_is_a_file_of_its_own_with_every_metric() -> None:
    other = replace(SHOWN, config=replace(ASKED, metric="loss"))
    root = parsed(joint([SHOWN, other]))
    parts = root.findall("svg")
    assert len(parts) == 2 * (1 + len(SHOWN.columns))
    boxes = [tuple(float(part.attrib[name]) for name in ("x", "y", "width", "height")) for part in parts]
    for i, (x, y, _, _) in enumerate(boxes):
        assert not any(a <= x < a + w and b <= y < b + h for a, b, w, h in boxes[:i])  # none lies on another
    bottom = max(y + height for _, y, _, height in boxes)
    assert (float(root.attrib["width"]), float(root.attrib["height"])) == (2 * WIDTH, bottom)
    titles = [part.findtext("text") or "" for part in parts]
    assert sum("loss of t" in title for title in titles) == 1


@pytest.mark.parametrize("column", COLUMNS)
def test_a_scatter_plot_names_both_axes_with_their_units(column: Column) -> None:
    names = [text.text for text in parsed(scatter_of(RESULTS, column)).findall("text")[-2:]]
    unit = " (0 to 1)" if column.label == "random" else ""
    assert names == [f"{column.label}{unit}", "acc (%)"]
