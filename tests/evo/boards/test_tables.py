"""Catches: a statistic under another one's heading, a label that is cut to three digits, a cost rounded away."""

from dataclasses import replace

from evo.boards.standings import standings_of
from evo.boards.tables import brief_table, seconds_of, whole_table
from evo.display.text_table import show
from tests.evo.boards.small_boards import BOARD

FOUND = standings_of(BOARD, BOARD.labels[0])


def test_every_statistic_stands_under_its_name() -> None:
    table = whole_table(FOUND)
    assert table.title == FOUND.headline
    assert table.header[-2:] == ("s each", "failed")
    for row, standing in zip(table.rows, FOUND.standings, strict=True):
        cells = dict(zip(table.header, row, strict=True))
        assert cells[""] == standing.label
        assert cells["better half less params"] == show(standing.of("better half less params"))
        assert cells["top tenth"] == show(standing.of("top tenth"))
        best = standing.of("best ten")
        assert cells["best ten, %"] == f"{best.value:.4g} [{best.low:.4g}, {best.high:.4g}]"
        assert cells["failed"] == str(standing.failed)


def test_the_brief_table_begins_with_the_better_half() -> None:
    table = brief_table(FOUND)
    assert table.header == ("", "better half", "spearman", "less params", "top tenth", "s each")
    first = FOUND.standings[0]
    assert table.rows[0][1] == show(first.of("better half"))
    assert table.rows[0][-1] == "8"


def test_seconds_have_three_digits() -> None:
    assert [seconds_of(each) for each in FOUND.standings if each.label in ("fair", "random")] == ["0.5", "-"]


def test_it_is_said_where_seconds_are_the_processors() -> None:
    fair = BOARD.columns[1]
    board = BOARD.joined([replace(fair, scored=replace(fair.scored, cpu=True))])
    found = standings_of(board, BOARD.labels[0])
    cells = {row[0]: row[-1] for row in brief_table(found).rows}
    assert (cells["fair"], cells["holed"]) == ("0.5 CPU", "2")
