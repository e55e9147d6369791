"""Many proxy tasks' scores of the same architectures: what panels of twenty are drawn from.

Letters: T tasks, D draws of images and initial weights, A architectures. Scores and labels are higher where better;
minus infinity is the score of what failed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from tasks.foundation.errors import UsageError
from tasks.regression.task_files import preset_names

Array = NDArray[np.float64]
COLUMNS = ("task", "candidate", "draw", "score")
LABELS = b"selfnas.labels"
SIZES, TEXTS = ("params", "macs"), ("candidate", "arch", "part")
PRESET = "preset="


@dataclass(frozen=True)
class TaskPool:
    """What is known of A architectures.

    scores: of random tasks, [T, D, A]; published: of shipped tasks, [D, A] by name; labels: [A] by name; others: sizes
    and scores that need no task, [A] by name
    """

    scores: Array
    published: Mapping[str, Array]
    labels: Mapping[str, Array]
    others: Mapping[str, Array]

    @property
    def sizes(self) -> dict[str, Array]:
        """Return the sizes among ``others``."""
        return {name: values for name, values in self.others.items() if name in SIZES}

    def labelled(self, label: str) -> "TaskPool":
        """Return the architectures that have this label, and this label alone."""
        known = np.isfinite(self.labels[label])
        return TaskPool(
            self.scores[..., known],
            {name: values[..., known] for name, values in self.published.items()},
            {label: self.labels[label][known]},
            {name: values[known] for name, values in self.others.items()},
        )


def read_pool(path: Path, rows: Path, *, labels: Sequence[str] = (), draws: int = 1) -> TaskPool:
    """Return the tasks of a file that scored in each of the first draws all architectures which most tasks scored.

    path: has the columns ``task``, ``candidate``, ``draw``, ``score``; rows: ``candidate``, labels, sizes, other
    scores, of these architectures and any others; labels: which of its columns are, by default those that its metadata
    name. Raises UsageError.
    """
    scored = _scores(path, draws)
    table = pq.read_table(rows)
    named = list(labels) or (table.schema.metadata or {}).get(LABELS, b"").decode().split(",")
    if missing := [name for name in named if name not in table.column_names]:
        raise UsageError(f"{rows}: has no column of labels {missing[0]!r}; name them by --labels NAME,NAME")
    text = next(name for name in TEXTS if name in table.column_names)
    place = {candidate: number for number, candidate in enumerate(table[text].to_pylist())}
    shared = [candidate for candidate in _scored_by_most(scored) if candidate in place]
    whole = {
        task: _matrix(each, shared) for task, each in scored.items() if all(set(shared) <= set(one) for one in each)
    }
    published = {name: whole.pop(task) for task in list(whole) if (name := task.removeprefix(PRESET)) in preset_names()}
    if len(whole) < 2:
        raise UsageError(f"{path}: has {len(whole)} tasks with {draws} whole draws; at least 2 are needed")
    at = [place[candidate] for candidate in shared]
    columns = {name: _numbers(table[name].take(at).to_pylist()) for name in table.column_names if name not in TEXTS}
    others = {name: lowest_where_failed(values) for name, values in columns.items() if name not in named}
    return TaskPool(np.stack(list(whole.values())), published, {name: columns[name] for name in named}, others)


def lowest_where_failed(scores: Array) -> Array:
    """Return scores with minus infinity for all that are not finite."""
    return np.where(np.isfinite(scores), scores, -np.inf)


def _scores(path: Path, draws: int) -> dict[str, list[dict[str, float | None]]]:
    """Return the scores of each task of a file by candidate, draw by draw, in the order in which they stand there."""
    table = pq.read_table(path, columns=list(COLUMNS))
    scored: dict[str, list[dict[str, float | None]]] = {}
    for task, candidate, draw, score in zip(*(table[name].to_pylist() for name in COLUMNS), strict=True):
        if draw < draws:
            scored.setdefault(task, [{} for _ in range(draws)])[int(draw)][candidate] = score
    return scored


def _scored_by_most(scored: Mapping[str, Sequence[Mapping[str, object]]]) -> list[str]:
    counts = Counter(candidate for first, *_ in scored.values() for candidate in first)
    return [candidate for candidate, count in counts.items() if 2 * count > len(scored)]


def _matrix(scores: Sequence[Mapping[str, float | None]], candidates: Sequence[str]) -> Array:
    """Return scores [D, A] of these candidates."""
    return lowest_where_failed(np.stack([_numbers([draw[each] for each in candidates]) for draw in scores]))


def _numbers(values: Sequence[float | None]) -> Array:
    return np.array([np.nan if value is None else value for value in values], float)
