"""Catches: a column out of line or a table too wide for a terminal, an undefined number shown as one, and a name that
breaks a Markdown table."""

import numpy as np
import pytest

from evo.display.text_table import (
    MOST_LINES,
    MOST_TEXT_LINES,
    WIDEST,
    Table,
    filled,
    row_with_text,
    short,
    show,
    to_markdown,
    to_text,
)
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


def test_a_name_that_leaves_no_room_takes_several_lines() -> None:
    name = "regression(task=combo,steps=300,precision=exact)"
    lines = to_text(Table("title", ("", "x", "y"), ((name, "1" * 20, "2" * 20), ("b", "3", "4")))).splitlines()
    assert [line.split() for line in lines[2:]] == [
        ["regression(task=combo,steps=300,", "1" * 20, "2" * 20],
        ["precision=exact)"],
        ["b", "3", "4"],
    ]
    assert lines[2].index("1") == lines[1].index("x") == lines[4].index("3")


def test_columns_that_leave_no_room_stand_in_blocks_with_the_names_again() -> None:
    columns = tuple(f"column {i}".ljust(30, ".") for i in range(4))
    lines = to_text(Table("title", ("", *columns), (("name", "1", "2", "3", "4"),))).splitlines()
    assert [line.split() for line in lines if line.startswith("name")] == [["name", "1", "2"], ["name", "3", "4"]]
    assert max(map(len, lines)) <= WIDEST


def test_a_name_without_end_is_cut() -> None:
    lines = to_text(Table("title", ("fitness", "x"), (("n" * 5_000, "1"),))).splitlines()
    assert len(lines) == 2 + MOST_LINES
    assert lines[-1].endswith("n...")


def test_markdown_has_a_line_below_its_head_and_no_bar_within_a_cell() -> None:
    table = Table("title", ("fitness", "x"), (("a|b", "1"),))
    assert to_markdown(table).splitlines() == ["**title**", "", "|fitness|x|", "|---|---|", "|a\\|b|1|"]


def test_title_and_heads_of_a_markdown_table_are_no_markup() -> None:
    first, _, head, *_ = to_markdown(Table("a <b>", ("", "x|y"), ())).splitlines()
    assert (first, head) == ("**a &lt;b&gt;**", "||x\\|y|")


def test_a_note_is_filled_to_the_width_of_a_terminal_with_its_words_whole() -> None:
    first, second = filled("word " * 20)
    assert len(first) <= WIDEST
    assert second.startswith("  word")
    assert filled("x" * 100) == ["x" * 100]


def test_a_text_that_does_not_fit_beside_its_row_stands_below_it_whole() -> None:
    assert list(row_with_text(("1", "2.5"), (3, 5), "short")) == ["  1    2.5  short"]
    first, *lines = row_with_text(("1", "2.5"), (3, 5), "abc," * 150)
    assert first == "  1    2.5"
    assert max(map(len, lines)) <= WIDEST
    assert all(line.startswith("    ") for line in lines)
    assert "".join(line.strip() for line in lines) == "abc," * 150
    assert len(list(row_with_text(("1",), (3,), "x" * 5_000_000))) == 1 + MOST_TEXT_LINES
