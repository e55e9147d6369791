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
from evo.correlation.findings import ALL, BETTER
from evo.correlation.forest import ForestRow, draw_forest
from evo.correlation.scatter import ALL_COLOUR, BETTER_COLOUR
from evo.display.notebook_table import html_table
from evo.display.text_table import to_markdown
from evo.storage.durable_files import write_text
from fitness import RESAMPLES
from tasks.foundation.markup import escaped, plain_markdown

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
_STYLE = f"""\
:root {{ color-scheme: light dark; --ink: #222; --ground: #fff; --line: #ddd; --grid: #e6e6e6;
  --blue: {BETTER_COLOUR}; --grey: {ALL_COLOUR} }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: #ddd; --ground: #15171b; --line: #3a3d44; --grid: #2c2f36;
  --blue: #6cb2f5; --grey: #9aa0aa }} }}
body {{ font: 14px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 80em; padding: 0 1em;
  color: var(--ink); background: var(--ground) }}
table {{ border-collapse: collapse; margin: 0 0 1.5em; display: block; overflow-x: auto }}
caption {{ text-align: left; font-weight: 600; padding: .3em 0 }}
th, td {{ text-align: left; padding: .2em 1em .2em 0; border-bottom: 1px solid var(--line); white-space: nowrap;
  font-variant-numeric: tabular-nums }}
figure {{ margin: 0 0 1em; overflow-x: auto }}
svg text {{ fill: var(--ink) }}
svg line[stroke="#e6e6e6"] {{ stroke: var(--grid) }}
svg [fill="{BETTER_COLOUR}"] {{ fill: var(--blue) }}
svg [stroke="{BETTER_COLOUR}"] {{ stroke: var(--blue) }}
svg [fill="{ALL_COLOUR}"] {{ fill: var(--grey) }}
svg [stroke="{ALL_COLOUR}"] {{ stroke: var(--grey) }}"""
"""The colours of the figures are said where they stand; a page says what becomes of them where it is dark."""


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
    head = f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>'
    body = f"<h1>{TITLE}</h1>{_items((*NOTES, *notes))}{''.join(map(_section, found))}"
    return f"{head}<style>{_STYLE}</style></head><body>{body}</body></html>\n"


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


def _section(found: Standings) -> str:
    rows = [ForestRow(each.label, {ALL: each.of(SPEARMAN), BETTER: each.of(HALF)}) for each in found.standings]
    figures = [draw_forest(f"rho with {found.labels.name}, {len(found.board.texts)} rows", rows), draw_costs(found)]
    drawn = "".join(f"<figure>{figure}</figure>" for figure in figures if figure)
    table = whole_table(found)
    shown = html_table(table.title, table.header, table.rows)
    said = _items([*advice(found), *made_by(found.board)])
    return f"<section><h2>{escaped(found.headline)}</h2>{said}{drawn}{shown}</section>"


def _bullets(lines: Sequence[str]) -> list[str]:
    return [f"- {plain_markdown(line)}" for line in lines]


def _items(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escaped(line)}</li>' for line in lines)}</ul>"
