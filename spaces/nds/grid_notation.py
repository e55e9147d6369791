"""The text of an NDS candidate: the lists of the study's records, the stem's entry first.

Only lists in which the grid leaves a choice are written, e.g. ``ds=1,12,12,12:ws=16,24,24,40`` of basic blocks, and
``ds=1,16,1,4:ws=16,64,128,16:bot_muls=0.0,0.25,0.25,0.25:num_gs=1,2,1,2`` of bottlenecks.
"""

from spaces.nds.grid_axes import GRIDS, STAGES, Axis, Grid
from spaces.nds.grid_candidate import NdsCandidate, candidate_of


def text_of(candidate: NdsCandidate) -> str:
    """Return the text of a candidate."""
    chosen = zip(GRIDS[candidate.grid].axes, candidate.lists, strict=True)
    return ":".join(_list_text(axis, values) for axis, values in chosen if axis.is_choice)


def candidate_of_text(grid: Grid, text: str) -> NdsCandidate:
    """Return the candidate of a text; raises ValueError naming the part that is wrong."""
    written = [axis for axis in grid.axes if axis.is_choice]
    lists = text.split(":")
    if len(lists) != len(written):
        raise ValueError(f"{text!r} has {len(lists)} lists instead of {len(written)}; the form is {_form(grid)}")
    digits = [digit for axis, part in zip(written, lists, strict=True) for digit in _digits(grid, axis, part)]
    return candidate_of(grid, digits + [0] * STAGES * (len(grid.axes) - len(written)))


def _list_text(axis: Axis, values: tuple[float, ...]) -> str:
    entries = [axis.texts[axis.values.index(value)] for value in values]
    return f"{axis.label}={axis.stem},{','.join(entries)}"


def _digits(grid: Grid, axis: Axis, text: str) -> list[int]:
    label, _, rest = text.partition("=")
    stem, *entries = rest.split(",")
    if label != axis.label or stem != str(axis.stem):
        raise ValueError(f"{text!r} does not start with {axis.label}={axis.stem},; the form is {_form(grid)}")
    if len(entries) != STAGES:
        raise axis.wrong_length(len(entries))
    return [_digit(axis, stage, entry) for stage, entry in enumerate(entries, start=1)]


def _digit(axis: Axis, stage: int, entry: str) -> int:
    if entry not in axis.texts:
        raise axis.off_grid(stage, entry)
    return axis.texts.index(entry)


def _form(grid: Grid) -> str:
    letters = {axis.label: axis.label[0].upper() for axis in grid.axes if axis.is_choice}
    stems = {axis.label: axis.stem for axis in grid.axes}
    return ":".join(f"{label}={stems[label]},{','.join(letter * STAGES)}" for label, letter in letters.items())
