"""Catches: a column out of line or a table too wide for a terminal, an undefined number shown as one, and a name that
breaks a Markdown table."""

import numpy as np
import pytest

from evo.engine.text_table import WIDEST, Table, short, show, to_markdown, to_text
from fitness.rank_correlation.rank_statistics import Interval


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.85349, ".853"),
        (-0.1, "-.100"),
        (1.0, "1.000"),
        (-1.0, "-1.000"),
        (10.25, "10.250"),
        (None, "-"),
        (np.nan, "-"),
    ],
)
def test_numbers_have_no_zero_before_their_point(number: float | None, text: str) -> None:
    assert short(number) == text


def test_an_undefined_statistic_is_a_dash() -> None:
    assert show(Interval(np.nan, 0.1, 0.2)) == "-"
    assert show(None) == "-"
    assert show(Interval(0.5, -0.25, 1.0)) == ".500 [-.250, 1.000]"


def test_columns_stand_below_each_other() -> None:
    table = Table("title", ("fitness", "x"), (("a", "1"), ("longer name", "22")))
    assert to_text(table) == "title\nfitness      x\na            1\nlonger name  22"


def test_a_name_is_cut_where_the_table_would_be_too_wide() -> None:
    lines = to_text(Table("title", ("fitness", "x"), (("n" * 500, "1"),))).splitlines()
    assert len(lines[-1]) == WIDEST
    assert lines[-1].endswith("n...  1")


def test_markdown_has_a_line_below_its_head_and_no_bar_within_a_cell() -> None:
    table = Table("title", ("fitness", "x"), (("a|b", "1"),))
    assert to_markdown(table).splitlines() == ["**title**", "", "|fitness|x|", "|---|---|", "|a\\|b|1|"]
