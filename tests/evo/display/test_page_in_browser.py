"""Catches: a plot that a browser does not draw or whose texts it cuts off, a page that is wider than its window, and
colours of figures that stay light where the page is dark."""

from pathlib import Path

import numpy as np
import pytest

from evo.display.page import Figures, FixedWidth, PagePart, Tables, TextLines, TextList, WebPage, render
from evo.display.text_table import Table
from evo.plotting.bars import Bar, bars
from evo.plotting.forest import ForestRow, draw_forest
from evo.plotting.frame import Words
from evo.plotting.heat_map import heat_map
from evo.plotting.line_plot import Series, line_plot
from evo.plotting.scatter import Scatter, scatter
from fitness import Interval
from tasks.foundation.figure_colours import DARK, INK
from tests.browser import browser, opened_browser

LONG = "a_module_with_a_long_name.of_a_space:" + "x" * 200
WORDS = Words(f"Wide letters WMWM, and {LONG}", "MMMM (count)", "WWWW (nats)", f"a note on {LONG}")
FILL = "getComputedStyle(document.querySelector('svg text')).fill"


def plots() -> list[str]:
    """Return a plot of every kind, with numbers that take much room."""
    x, y = np.linspace(0, 123456, 40), np.linspace(-1.234e-7, 9.87e-5, 40)
    lines = [Series(f"{LONG} {n}", x, y + n * 1e-5, low=y - 1e-5, high=y + 1e-5, marked=True) for n in range(3)]
    values = np.linspace(0, 1, 600).reshape(6, 100)
    return [
        line_plot(lines, WORDS),
        scatter(Scatter(x, y, [LONG] * 40, WORDS, groups=["a", LONG] * 20, front=[0, 39])),
        bars([Bar(LONG, (1.5e6, 2.5e6)), Bar("b", (3e6, 0.0))], WORDS, parts=("one", LONG)),
        heat_map(values, WORDS, rows=[LONG] * 6, columns=list(range(100)), value_name=LONG),
        draw_forest(LONG, [ForestRow(LONG, {"all": Interval(0.5, -0.25, 0.75)})], {"all": LONG}),
    ]


def test_every_block_fits_narrow_and_wide_screens_light_and_dark(tmp_path: Path) -> None:
    program = browser()
    if program is None:
        pytest.skip("no browser here; Debian's package is called chromium")
    table = Table(LONG, tuple(f"column {n}" for n in range(14)), (tuple(f"{n / 7:.12f}" for n in range(14)),))
    blocks = [TextLines([LONG]), TextList([LONG]), FixedWidth([LONG]), Tables([table]), Figures(plots())]
    path = tmp_path / "page.html"
    path.write_text(render(WebPage(LONG, [LONG], [PagePart(LONG, blocks)])), encoding="utf-8")
    with opened_browser(program, tmp_path / "profile") as page:
        for width in (400, 1_400):
            for dark in (False, True):
                found = page.open(path, width=width, dark=dark)
                assert found == {"figures": len(plots()), "faults": []}, width
                letters = str(page.call("Runtime.evaluate", expression=FILL)["result"]["value"])
                expected = DARK[INK] if dark else INK
                assert letters == f"rgb({', '.join(str(int(expected[i : i + 2], 16)) for i in (1, 3, 5))})"
        assert page.complaints == []
