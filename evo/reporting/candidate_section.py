"""The best candidates of a run: sizes, diagrams, and the family of the first."""

from collections.abc import Mapping, Sequence
from typing import Any

from evo.display.page import Figures, PageBlock, Tables, TextLines
from evo.display.readable_numbers import readable
from evo.drawing.space_of_run import SpaceOfRun
from evo.engine.final_choice import JOINT
from evo.engine.summary import best_rows
from evo.reporting.families import family_of
from evo.reporting.run_files import RunFiles
from evo.reporting.section import Section, SmallPrint, absent, one_table
from tasks.foundation.errors import UsageError

HEADING = "The best candidates"
LISTED, DRAWN = 10, 3
LONGEST_SVG = 150_000
"""Characters of a diagram; a larger one would make the page too large, and is left out."""


def candidate_section(run: RunFiles, space: SpaceOfRun, *, drawn: int = DRAWN) -> Section:
    """Return a table of the best, diagrams of the first few, and the first one's family; drawn: how many diagrams."""
    best = best_rows(run.rows, LISTED, run.final)
    if not best:
        return absent(HEADING, "No trial has a score yet.")
    named = {row["candidate"]: _named(place, row) for place, row in enumerate(best[:drawn], start=1)}
    family = family_of(run.rows, best[0]["trial_id"])
    alone = TextLines(["The best has no parent in the log: it was drawn, given, or derived."])
    return Section(HEADING, [_table(best), *diagrams_of(run, space, named), family or alone])


def _named(place: int, row: Mapping[str, Any]) -> str:
    return f"Place {place}: trial {row['trial_id']}, fitness {readable(row['fitness'])}"


def _table(best: Sequence[Mapping[str, Any]]) -> Tables:
    joint = JOINT in best[0]
    head = ("place", "trial", *((JOINT,) if joint else ()), "fitness", "parameters", "MACs", "candidate")
    rows = [(str(place), *_cells(row, joint=joint)) for place, row in enumerate(best, start=1)]
    return one_table("Highest scores, equal candidates once", head, rows)


def _cells(row: Mapping[str, Any], *, joint: bool) -> tuple[str, ...]:
    sizes = (_size(row["params"]), _size(row["macs"]))
    chosen = (readable(row[JOINT]),) if joint else ()
    return str(row["trial_id"]), *chosen, readable(row["fitness"]), *sizes, row["candidate"]


def _size(count: int | None) -> str:
    return "-" if count is None else f"{count:,}"


def diagrams_of(run: RunFiles, space: SpaceOfRun, named: Mapping[str, str]) -> list[PageBlock]:
    """Return the diagrams of candidates of a run, each below what it is called, and why some are missing.

    named: what each is called, by its text
    """
    if space.space is None:
        return [SmallPrint([f"Candidates stand here as text: {space.why}"])] if named else []
    blocks: list[PageBlock] = []
    notes: list[str] = []
    for text, name in named.items():
        try:
            svg = _diagram(run, space.space, text)
        except UsageError as error:
            notes.append(str(error))
            continue
        if len(svg) > LONGEST_SVG:
            notes.append(f"The diagram of {text[:80]} is too large for this page: python -m evo.draw writes it.")
        else:
            blocks += [TextLines([name]), Figures([svg])]
    return [*blocks, SmallPrint(list(dict.fromkeys(notes)))] if notes else blocks


def _diagram(run: RunFiles, space: Any, text: str) -> str:
    """Return the diagram of a candidate's text, with the strengths of its edges where a supernet derived it.

    Raises UsageError where it has none.
    """
    from spaces.drawing.drawing import draw_candidate

    try:
        candidate = space.decode(text)
    except Exception as error:  # a text that another version wrote, or that somebody edited
        raise UsageError(f"{text[:80]} is no candidate of the space ({str(error)[:200]}).") from error
    return draw_candidate(space, candidate, strengths=_strengths(run, space, text)).svg


def _strengths(run: RunFiles, space: Any, text: str) -> Any:
    """Return how strong the edges are in the supernet that derived a candidate, None where nothing says so."""
    if not run.epochs.num_rows or run.config is None:
        return None
    from evo.drawing.derived_strengths import strengths_in_run

    try:
        return strengths_in_run(run.path, run.config, space, text)
    except UsageError:  # a damaged file, or a strategy of somebody's own: the cell is drawn without them
        return None
