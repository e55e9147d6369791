"""Puts the space's own count in the place of sizes on which a published file disagrees with it or with itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isclose, isnan, nan

from spaces.tables.mean_rows import MeanRows
from spaces.tables.published import OwnSizes, Sizes
from spaces.tables.table_file import Floats

_ROUNDING = 1e-7  # of what is published in single precision
_LONGEST = 120  # characters of an example


@dataclass(frozen=True)
class _Disagreement:
    row: int
    column: str
    stated: Sequence[float]
    taken: float


def settle_sizes(rows: MeanRows, columns: dict[str, Floats], own: OwnSizes) -> list[str]:
    """Replace the sizes in ``columns`` that need it, by NaN where the space cannot count; returns a note per column.

    Sizes that a file does not state stay NaN.
    """
    found = list(_disagreements(rows, columns, own))
    for each in found:
        columns[each.column][each.row] = each.taken
    texts = rows.candidates()
    by_column = {name: [each for each in found if each.column == name] for name in own.columns}
    return [_note(several, texts) for several in by_column.values() if several]


def _disagreements(rows: MeanRows, columns: dict[str, Floats], own: OwnSizes) -> Iterator[_Disagreement]:
    several = rows.stated_sizes()
    wanted = range(len(rows)) if own.every else sorted({row for row, _ in several})
    texts = rows.candidates()
    for row in wanted:
        counted = _counted(own, texts[row])
        for name in own.columns:
            if name not in columns or isnan(columns[name][row]):
                continue
            stated, taken = several.get((row, name), [columns[name][row]]), counted.get(name, nan)
            if len(stated) > 1 or (name in counted and not isclose(stated[0], taken, rel_tol=_ROUNDING)):
                yield _Disagreement(row, name, stated, taken)


def _counted(own: OwnSizes, text: str) -> Sizes:
    try:
        return own.count(text)
    except ValueError:  # a network that cannot be built in the published size
        return {}


def _note(found: Sequence[_Disagreement], texts: Sequence[str]) -> str:
    first = found[0]
    stated = " and ".join(f"{size:.10g}" for size in sorted(first.stated))
    taken = "none is taken" if isnan(first.taken) else f"the space's own count is taken, {first.taken:.10g}"
    are = "is stated in another size" if len(found) == 1 else "are stated in other sizes"
    return (
        f"note: {first.column}: not averaged; {len(found):,} of {len(texts):,} candidates {are} than the space counts, "
        f"or in several, e.g. {stated} for {texts[first.row][:_LONGEST]}: {taken}"
    )
