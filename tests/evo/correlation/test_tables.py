"""Catches: a number that is in no table, or beside the wrong fitness; a table too wide for a terminal."""

import numpy as np

from evo.correlation.findings import find
from evo.correlation.tables import all_tables, brief_tables
from evo.display.text_table import to_text
from evo.scoring.scores import Column
from fitness.rank_correlation.rank_statistics import TOPS

LABELS = np.arange(12.0)
COLUMNS = [
    Column("a_fitness(with=many,options=that,need=room)", -LABELS, np.full(12, 2.0)),
    Column("params", LABELS),
    Column("random", np.roll(LABELS, 4), np.full(12, 0.5), cpu=True),
]


def test_every_statistic_and_difference_is_in_the_full_tables() -> None:
    tables = all_tables(find(COLUMNS, LABELS), COLUMNS)
    shown = {(table.title, name) for table in tables for name in table.header[1:]}
    for part in ("all", "better half"):
        for statistic in ("spearman", "kendall", "top 10 %"):
            assert {(f"{part}: {statistic} less that of", name) for name in ("params", "random")} <= shown
        rates = {name for title, name in shown if title.startswith(part)}
        assert {f"top {top} %" for top in TOPS} <= rates
    main = tables[0]
    assert main.title == "all, 12 rows"
    assert [row[0] for row in main.rows] == [column.label for column in COLUMNS]
    assert main.rows[0][1].startswith("-1.000 [")
    assert main.rows[0][-2:] == ("0", "2.00")
    assert main.rows[2][-2:] == ("0", ".50 CPU")
    assert main.rows[1][1].startswith("1.000 [")
    differences = next(table for table in tables if table.title == "all: spearman less that of")
    assert differences.rows[0][1].startswith("-2.000 [")
    assert differences.rows[1][1] == "-"


def test_a_terminal_shows_aligned_columns() -> None:
    tables = brief_tables(find(COLUMNS, LABELS), COLUMNS)
    assert not any("kendall less" in table.title for table in tables)
    for table in tables:
        title, *lines = to_text(table).splitlines()
        assert title == table.title
        assert max(map(len, lines)) <= 80
        starts = [lines[0].index(name) for name in table.header[1:] if name in lines[0]]
        rows = [line for line in lines if line.startswith(("a_fitness(", "params", "random"))]
        first = rows[: len(COLUMNS)]
        assert starts
        assert all(line[start - 1] == " " and line[start] != " " for line in first for start in starts)
        assert lines[1].startswith("a_fitness(with=many,")
    assert "  options=that," in to_text(tables[0])
