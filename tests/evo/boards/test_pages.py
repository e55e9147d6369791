"""Catches: markup of others in a page, a page that needs something from elsewhere, a number or a source left out."""

from dataclasses import replace
from pathlib import Path

from evo.boards.advice import advice
from evo.boards.pages import html_of, made_by, markdown_of, write_pages
from evo.boards.request import MARKDOWN, PAGE
from evo.boards.standings import standings_of
from evo.boards.tables import whole_table
from tasks.foundation.markup import escaped, plain_markdown
from tests.evo.boards.small_boards import BOARD, GOOD, ROWS, column
from tests.html_pages import read_page

HOSTILE = "</svg><script>alert(1)</script>|`[x](y)"
FOUND = standings_of(BOARD, BOARD.labels[0])


def test_both_pages_hold_the_advice_the_numbers_and_where_they_come_from(tmp_path: Path) -> None:
    page, markdown = write_pages(tmp_path, [FOUND], ["a note"])
    assert (page.name, markdown.name) == (PAGE, MARKDOWN)
    for text, shown in ((page.read_text(), escaped), (markdown.read_text(), plain_markdown)):
        for line in (*advice(FOUND), *made_by(BOARD), FOUND.headline, "a note"):
            assert shown(line) in text
        for row in whole_table(FOUND).rows:
            assert all(shown(cell) in text for cell in row)


def test_a_page_is_whole_and_needs_nothing_from_elsewhere() -> None:
    page = read_page(html_of([FOUND]))
    assert not {"href", "src"} & page.attributes
    assert page.tags.count("figure") == 2
    assert page.tags.count("table") == 1


def test_what_names_and_files_say_is_no_markup() -> None:
    hostile = replace(
        BOARD,
        rows=replace(ROWS, table=HOSTILE),
        texts=BOARD.texts,
        columns=(column(HOSTILE, GOOD, 1.0, processor=HOSTILE, command=HOSTILE), *BOARD.columns),
    )
    found = standings_of(hostile, replace(BOARD.labels[0], metric=HOSTILE, unit=HOSTILE))
    assert "<script" not in html_of([found], [HOSTILE])
    assert "<script" not in markdown_of([found], [HOSTILE])
    assert "script" not in read_page(html_of([found], [HOSTILE])).tags


def test_scores_of_one_origin_are_named_together_and_counting_has_none() -> None:
    made = {"processor": "Abacus 3", "versions": {"selfnas": "0.1.0"}, "command": "python -m evo.leaderboard"}
    more = column("other", GOOD, 1.0, **made)
    assert made_by(BOARD.joined([more])) == [
        "good<b>, other: Abacus 3, selfnas 0.1.0, by python -m evo.leaderboard",
        "fair, holed: processor not stated",
    ]
