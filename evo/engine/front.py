"""The front of a run by several objectives: the candidates that no other is better than by all of them.

Letters: N rows with a fitness, M objectives. Points are signed, so that higher is better; what is shown and asked for
is as it was measured: parameters are a positive number, latency is in seconds.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
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
    scored, points = scored_points(table, objectives)
    kept = np.flatnonzero(on_front(points))
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for place in sorted(kept.tolist(), key=lambda i: (-points[i, 0], scored["trial_id"][i].as_py())):
        row: dict[str, Any] = scored.slice(place, 1).to_pylist()[0]
        rows.setdefault((row["key"], *points[place].tolist()), row)
    share = box_share(points) if len(points) else 0.0
    return Front(objectives, list(rows.values()), len(pc.unique(scored["key"])), share)


def scored_points(table: pa.Table, objectives: Objectives) -> tuple[pa.Table, Points]:
    """Return the rows of a log that have a value of each objective, and their points [N, M], signed.

    By no objectives that is the fitness alone. A row that lacks one was not written by such a search, and is left out.
    """
    scored = table.filter(pc.equal(table["status"], str(Status.COMPLETED)))
    metrics = (pc.map_lookup(scored["metrics"], pa.scalar(one.metric), "first") for one in objectives[1:])
    columns = (np.array(column.to_numpy(), dtype=np.float64) for column in (scored["fitness"], *metrics))
    points = np.column_stack(list(columns))
    whole = np.isfinite(points).all(axis=1)
    return scored.filter(pa.array(whole)), points[whole]


def dominated_volume(
    table: pa.Table, objectives: Objectives, reference: Mapping[str, float] | Sequence[float] | None
) -> float:
    """Return the volume that a log's rows dominate, in the product of the objectives' units.

    reference: where it begins, as measured, by name or in the order of the objectives; None for the worst of each

    Raises UsageError where the fitness is the only objective, and for a reference that is not a number for each.
    """
    if not objectives:
        raise UsageError("hypervolume(): the run has one objective, its fitness; search with objectives=... for more")
    _, points = scored_points(table, objectives)
    if not len(points):
        return 0.0
    worst = points.min(axis=0).tolist() if reference is None else _signed(reference, objectives)
    return hypervolume(points, worst)


def _signed(reference: Mapping[str, float] | Sequence[float], objectives: Objectives) -> list[float]:
    """Return a reference as a point [M]; raises UsageError for what is none."""
    names = [one.name for one in objectives]
    for name in reference if isinstance(reference, Mapping) else ():
        if name not in names:
            raise unknown_name("objective in reference:", str(name), names)
    values = [reference.get(name) for name in names] if isinstance(reference, Mapping) else _listed(reference)
    numbers = [float(one) for one in values if isinstance(one, Real) and math.isfinite(one)]
    if not len(values) == len(numbers) == len(names):
        said = bounded(repr(reference), 120)
        raise UsageError(f"reference={said}: a finite number for each of {', '.join(names)} is needed, as measured")
    return [one.sign * value for one, value in zip(objectives, numbers, strict=True)]


def _listed(reference: object) -> list[Any]:
    """Return what a reference lists, nothing where it is no list of any kind."""
    return list(reference) if isinstance(reference, Iterable) else []


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
    head, rows = front_table(front)
    texts = [row[-1] for row in (head, *rows)]
    numbers = [row[:-1] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*numbers, strict=True)]
    table = (line for row, text in zip(numbers, texts, strict=True) for line in row_with_text(row, widths, text))
    return [*front_counts(front), *table, *left_out(front)]


def front_counts(front: Front) -> list[str]:
    """Return in words of how many candidates a front is, and how much it dominates."""
    return [
        f"front: {len(front.rows)} of {front.scored} candidates, by {', '.join(map(str, front.objectives))}",
        f"hypervolume: {front.share:.3f} of the box from the worst to the best of each",
    ]


def left_out(front: Front) -> list[str]:
    """Return in a line how many candidates a table of the front leaves out, no line for none."""
    left = len(front.rows) - SHOWN
    return [f"and {left} between these, see {FRONT}"] if left > 0 else []


def front_table(front: Front) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return the heads of a table of the front, and a row for each of at most ``SHOWN`` candidates, its text last."""
    others = [one for one in front.objectives[1:] if one.name not in SIZES]
    shown = [front.rows[place] for place in spread(len(front.rows), SHOWN)]
    head = ("trial", "fitness", "params (M)", "MACs (M)", *map(shown_name, others), "candidate")
    return head, [(*_cells(row, others), row["candidate"]) for row in shown]


def spread(count: int, shown: int) -> list[int]:
    """Return at most ``shown`` places out of ``count``, the first and the last among them, evenly apart."""
    if count <= shown:
        return list(range(count))
    return [round(place * (count - 1) / (shown - 1)) for place in range(shown)]


def shown_name(objective: SearchObjective) -> str:
    """Return what an objective is called where people read its values."""
    return "latency (ms)" if objective.name == LATENCY else objective.name


def shown_factor(objective: SearchObjective) -> float:
    """Return by what a value as it was measured is multiplied for that."""
    return 1e3 if objective.name == LATENCY else 1.0


def _cells(row: Mapping[str, Any], others: Sequence[SearchObjective]) -> tuple[str, ...]:
    named = (readable(shown_factor(one) * measured_in(row, one)) for one in others)
    return str(row["trial_id"]), readable(row["fitness"]), millions(row["params"]), millions(row["macs"]), *named


def millions(count: int | None) -> str:
    """Return a number in millions, ``-`` for none."""
    return "-" if count is None else f"{count / 1e6:.3f}"
