"""Which candidate is exported where its text is not given: the run's best, or the cell of a seed's supernet."""

from dataclasses import dataclass

from evo.engine.summary import summarise
from evo.exporting.request import ExportRequest
from evo.retraining.derived_cells import choice_lines, derived_by, finished_cells
from evo.storage.checkpoint import seeds_in
from tasks.foundation.errors import UsageError


@dataclass(frozen=True)
class ChosenCell:
    """A candidate's text; supernet: seed of the one that derived it, None for none; best: whether it is the run's."""

    text: str
    supernet: int | None = None
    best: bool = False


def chosen_cell(request: ExportRequest) -> ChosenCell:
    """Return what a request without a candidate means; raises UsageError where it is not there."""
    best = next(iter(summarise(request.run, limit=1).best), None)
    if request.seed_of is not None:
        text = derived_by(request.run, request.seed_of)
        return ChosenCell(text, request.seed_of, best is not None and best["candidate"] == text)
    if best is None:
        raise UsageError(
            f"{request.run}: no trial has a score yet; name a candidate by --candidate, or let it go on first"
        )
    return ChosenCell(best["candidate"], best["seed"] if seeds_in(request.run) else None, best=True)


def check_one_named(request: ExportRequest) -> None:
    """Raise UsageError where both a candidate and a seed are named."""
    if request.candidate is not None and request.seed_of is not None:
        raise UsageError(f"--seed-of {request.seed_of}: names another cell than --candidate; give one of them")


def chosen_lines(request: ExportRequest, cell: ChosenCell) -> list[str]:
    """Return in a line why the cell of a supernet is exported where nobody named one, none where there is no choice."""
    if request.candidate is not None or request.seed_of is not None:
        return []
    return choice_lines(finished_cells(request.run), cell.supernet)
