"""The front of a run by several objectives: the candidates that no other is better than by all of them.

Letters: N rows with a fitness, M objectives. Points are signed, so that higher is better; what is shown and asked for
is as it was measured: parameters are a positive number, latency is in seconds.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evo.display.readable_numbers import readable
from evo.display.text_table import row_with_text
from evo.fronts.dominance import Points, on_front
from evo.fronts.hypervolume import box_share, hypervolume
from evo.records.search_objectives import FITNESS, LATENCY, SIZES, Objectives, SearchObjective, objectives_of
from evo.records.trial import Status
from evo.storage.durable_files import write_json
from evo.storage.run_folder import FRONT, is_run, read_config
from tasks.foundation.errors import UsageError, bounded, unknown_name

COLUMNS = ("metrics",)
"""What a front takes from a log, beside what a summary does."""
SHOWN = 10
"""Candidates of a front in a summary; of a longer one these are spread evenly over it."""
_KEPT = ("candidate", "key", "trial_id", "seed", "fitness", "params", "macs")
_ABOUT = "no candidate of the run is better than one of these by every objective; values are as they were measured"


@dataclass(frozen=True)
class Front:
    """The candidates on the front of a run, best fitness first.

    rows: as logged; scored: how many candidates have a fitness; share: of the box from the worst to the best of each
    objective among these that the front dominates
    """

    objectives: Objectives
    rows: list[dict[str, Any]]
    scored: int
    share: float


def stored_objectives(run_dir: Path) -> Objectives:
    """Return the objectives of a run, nothing where its fitness is the only one, or no run is there."""
    return objectives_of(read_config(run_dir)) if is_run(run_dir) else ()


def find_front(table: pa.Table, objectives: Objectives) -> Front:
    """Return the front of a log's rows; by no objectives it is that of the fitness alone.

    Trials that reuse a score are on it where their size is better; of equal ones of one key it is the first.
    """
    scored, points = _scored(table, objectives)
    kept = np.flatnonzero(on_front(points))
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for place in sorted(kept.tolist(), key=lambda i: (-points[i, 0], scored["trial_id"][i].as_py())):
        row: dict[str, Any] = scored.slice(place, 1).to_pylist()[0]
        rows.setdefault((row["key"], *points[place].tolist()), row)
    share = box_share(points) if len(points) else 0.0
    return Front(objectives, list(rows.values()), len(pc.unique(scored["key"])), share)


def dominated_volume(
    table: pa.Table, objectives: Objectives, reference: Mapping[str, float] | Sequence[float] | None
) -> float:
    """Return the volume that a log's rows dominate, in the product of the objectives' units.

    reference: where it begins, as measured, by name or in the order of the objectives; None for the worst of each

    Raises UsageError where the fitness is the only objective, and for a reference that is not a number for each.
    """
    if not objectives:
        raise UsageError("hypervolume(): the run has one objective, its fitness; search with objectives=... for more")
    _, points = _scored(table, objectives)
    if not len(points):
        return 0.0
    worst = points.min(axis=0).tolist() if reference is None else _signed(reference, objectives)
    return hypervolume(points, worst)


def _scored(table: pa.Table, objectives: Objectives) -> tuple[pa.Table, Points]:
    """Return the rows of a log that have a value of each objective, and their points [N, M], signed.

    By no objectives that is the fitness alone. A row that lacks one was not written by such a search, and is left out.
    """
    scored = table.filter(pc.equal(table["status"], str(Status.COMPLETED)))
    metrics = (pc.map_lookup(scored["metrics"], pa.scalar(one.metric), "first") for one in objectives[1:])
    columns = (np.array(column.to_numpy(), dtype=np.float64) for column in (scored["fitness"], *metrics))
    points = np.column_stack(list(columns))
    whole = np.isfinite(points).all(axis=1)
    return scored.filter(pa.array(whole)), points[whole]


def _signed(reference: Mapping[str, float] | Sequence[float], objectives: Objectives) -> list[float]:
    """Return a reference as a point [M]; raises UsageError for what is none."""
    names = [one.name for one in objectives]
    given = dict(reference) if isinstance(reference, Mapping) else dict(zip(names, reference, strict=False))
    for name in given:
        if name not in names:
            raise unknown_name("objective in reference:", str(name), names)
    values = [given.get(name, math.nan) for name in names]
    if len(reference) != len(names) or not all(isinstance(one, int | float) and math.isfinite(one) for one in values):
        said = bounded(repr(reference), 120)
        raise UsageError(f"reference={said}: a finite number for each of {', '.join(names)} is needed, as measured")
    return [one.sign * value for one, value in zip(objectives, values, strict=True)]


def measured_in(row: Mapping[str, Any], objective: SearchObjective) -> float:
    """Return what a row says of an objective, as it was measured."""
    if objective.name == FITNESS:
        return float(row["fitness"])
    return objective.sign * float(dict(row["metrics"])[objective.metric])


def write_front(run_dir: Path, front: Front) -> None:
    """Write the candidates on a front to ``best/front.json``."""
    members = [
        {
            **{name: row[name] for name in _KEPT},
            "objectives": {one.name: measured_in(row, one) for one in front.objectives},
        }
        for row in front.rows
    ]
    named = list(map(str, front.objectives))
    write_json(run_dir / FRONT, {"about": _ABOUT, "objectives": named, "candidates": members})


def front_lines(front: Front) -> list[str]:
    """Return the front as a table, one line for each of at most ``SHOWN`` candidates, and how much it dominates."""
    others = [one for one in front.objectives[1:] if one.name not in SIZES]
    shown = [front.rows[place] for place in spread(len(front.rows), SHOWN)]
    head = ("trial", "fitness", "params (M)", "MACs (M)", *map(_label, others))
    rows = [head, *(_cells(row, others) for row in shown)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    texts = ["candidate", *(row["candidate"] for row in shown)]
    left = len(front.rows) - len(shown)
    return [
        f"front: {len(front.rows)} of {front.scored} candidates, by {', '.join(map(str, front.objectives))}",
        f"hypervolume: {front.share:.3f} of the box from the worst to the best of each",
        *(line for row, text in zip(rows, texts, strict=True) for line in row_with_text(row, widths, text)),
        *([f"and {left} between these, see {FRONT}"] if left else []),
    ]


def spread(count: int, shown: int) -> list[int]:
    """Return at most ``shown`` places out of ``count``, the first and the last among them, evenly apart."""
    if count <= shown:
        return list(range(count))
    return [round(place * (count - 1) / (shown - 1)) for place in range(shown)]


def _label(objective: SearchObjective) -> str:
    return "latency (ms)" if objective.name == LATENCY else objective.name


def _cells(row: Mapping[str, Any], others: Sequence[SearchObjective]) -> tuple[str, ...]:
    values = ((one, measured_in(row, one)) for one in others)
    named = (readable(1e3 * value if one.name == LATENCY else value) for one, value in values)
    return str(row["trial_id"]), readable(row["fitness"]), millions(row["params"]), millions(row["macs"]), *named


def millions(count: int | None) -> str:
    """Return a number in millions, ``-`` for none."""
    return "-" if count is None else f"{count / 1e6:.3f}"
