"""Where a candidate comes from: its ancestors, and what each changed of its parent."""

from itertools import pairwise

import numpy as np
import pyarrow as pa

from evo.display.readable_numbers import counted, readable
from evo.reporting.section import Family, FamilyStep
from evo.reporting.text_difference import Piece, PieceKind, text_difference

MOST_STEPS = 12
"""Generations that are shown, the last of them."""
LONGEST_FIRST = 300
"""Characters of the text of the oldest that is shown."""


def family_of(rows: pa.Table, trial_id: int) -> Family | None:
    """Return the family of a trial, None where it has no parent in the log; rows: in order of trial."""
    line = ancestors(rows, trial_id)
    if len(line) < 2:
        return None
    shown = line[-MOST_STEPS:]
    known = rows.take(shown).select(["trial_id", "candidate", "status", "fitness"]).to_pylist()
    steps = [FamilyStep(_title(known[0]), [Piece(PieceKind.KEPT, _first(known[0]["candidate"]))])]
    for parent, child in pairwise(known):
        pieces = text_difference(parent["candidate"], child["candidate"])
        steps.append(FamilyStep(f"{_title(child)}{_gain(parent, child)}", pieces))
    older = len(line) - len(shown)
    more = f"; {counted(older, 'older generation')} left out" if older else ""
    return Family(f"Family of trial {trial_id}: what each child changed of its parent{more}", steps)


def ancestors(rows: pa.Table, trial_id: int) -> list[int]:
    """Return the places of a trial and its ancestors among the rows, the oldest first; a circle is left."""
    trials = rows["trial_id"].to_numpy()
    parents = rows["parent_id"]
    line: list[int] = []
    wanted: int | None = trial_id
    while wanted is not None:
        place = int(np.searchsorted(trials, wanted))
        if place >= len(trials) or trials[place] != wanted or place in line:
            break
        line.append(place)
        wanted = parents[place].as_py()
    return line[::-1]


def _title(row: dict[str, object]) -> str:
    fitness = row["fitness"]
    said = f"fitness {readable(fitness)}" if isinstance(fitness, float) else str(row["status"])
    return f"trial {row['trial_id']}, {said}"


def _gain(parent: dict[str, object], child: dict[str, object]) -> str:
    before, after = parent["fitness"], child["fitness"]
    if not isinstance(before, float) or not isinstance(after, float):
        return ""
    return f" ({'+' if after >= before else ''}{readable(after - before)})"


def _first(text: str) -> str:
    return text if len(text) <= LONGEST_FIRST else f"{text[:LONGEST_FIRST]}…"
