"""A leaderboard as two pages: Markdown, and HTML that needs nothing from elsewhere."""

from collections.abc import Sequence
from pathlib import Path

from evo.boards.advice import advice
from evo.boards.board import Board
from evo.boards.cost_plot import draw_costs
from evo.boards.request import MARKDOWN, PAGE
from evo.boards.standings import HALF, SPEARMAN, Standings
from evo.boards.tables import whole_table
from evo.correlation.baselines import BASELINES
from evo.correlation.findings import ALL, BETTER, PARTS
from evo.display.page import Figures, PagePart, Tables, TextList, WebPage, render
from evo.display.text_table import to_markdown
from evo.plotting.forest import ForestRow, draw_forest
from evo.storage.durable_files import write_text
from fitness import RESAMPLES
from tasks.foundation.markup import plain_markdown

TITLE = "Which label-free score ranks networks as their labels do"
NOTES = (
    f"Every number has its 95 % interval, percentiles of {RESAMPLES} resamples of the rows; higher is better "
    "throughout.",
    "spearman and kendall (tau-b): rank correlation with the label on all rows; better half, top tenth: spearman "
    "among the rows whose label is at least the median, or among the best 10 % (all of those tied at the cut).",
    "best ten: mean label of the ten best rows by score. top 10 %: of the best 10 % by label, the share that is "
    "among the best 10 % by score. nDCG: gain of the best 10 % of the rows by score over that of the best by "
    "label; a row's gain is its label scaled to 0..1 on these rows, divided by log2(1 + place). Tied rows share "
    "their places.",
    "less params: spearman less that of counting parameters on the same resamples, a paired difference.",
    "s each: median seconds of a candidate in one worker on one thread, counting its size among them. Where it says "
    "CPU they are the processor's; else, as on a GPU, by the clock, and what else ran on that machine is part of them. "
    "A score that was found has the seconds of whoever scored it.",
    "A candidate without a score ranks below all others.",
)


def write_pages(folder: Path, found: Sequence[Standings], notes: Sequence[str] = ()) -> list[Path]:
    """Write both pages, each whole, and return their paths; raises OSError."""
    page, markdown = folder / PAGE, folder / MARKDOWN
    write_text(markdown, markdown_of(found, notes))
    write_text(page, html_of(found, notes))
    return [page, markdown]


def markdown_of(found: Sequence[Standings], notes: Sequence[str] = ()) -> str:
    """Return the page in Markdown: what to take, then each table."""
    parts = [f"# {TITLE}", "", *_bullets((*NOTES, *notes)), ""]
    for each in found:
        parts += [f"## {plain_markdown(each.headline)}", "", *_bullets([*advice(each), *made_by(each.board)]), ""]
        parts += [to_markdown(whole_table(each)), ""]
    return "\n".join(parts)


def html_of(found: Sequence[Standings], notes: Sequence[str] = ()) -> str:
    """Return the page in HTML, every text escaped: what to take, figures, then each table."""
    return render(WebPage(TITLE, (), [PagePart("", [TextList((*NOTES, *notes))]), *map(_part, found)]))


def made_by(board: Board) -> list[str]:
    """Return which processors and versions the scores of a board are of, and the commands; counting has none."""
    made: dict[tuple[str, str, str], list[str]] = {}
    for column in (each for each in board.columns if each.label not in BASELINES):
        versions = ", ".join(
            f"{name} {column.versions[name]}" for name in ("selfnas", "torch") if name in column.versions
        )
        made.setdefault((column.processor, versions, column.command), []).append(column.label)
    return [
        f"{', '.join(labels)}: {processor or 'processor not stated'}{f', {versions}' if versions else ''}"
        f"{f', by {command}' if command else ''}"
        for (processor, versions, command), labels in made.items()
    ]


def _part(found: Standings) -> PagePart:
    rows = [ForestRow(each.label, {ALL: each.of(SPEARMAN), BETTER: each.of(HALF)}) for each in found.standings]
    rho = draw_forest(f"rho with {found.labels.name}, {len(found.board.texts)} rows", rows, PARTS)
    figures = [figure for figure in (rho, draw_costs(found)) if figure]
    said = TextList([*advice(found), *made_by(found.board)])
    return PagePart(found.headline, [said, Figures(figures), Tables([whole_table(found)])])


def _bullets(lines: Sequence[str]) -> list[str]:
    return [f"- {plain_markdown(line)}" for line in lines]
