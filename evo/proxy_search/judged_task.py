"""Tasks that are judged once a search of tasks is over: its best ones, and published ones."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import spaces
from evo.engine.evolution import Evolution
from evo.engine.summary import summarise


@dataclass(frozen=True)
class JudgedTask:
    """A task to be judged; fitness, trial, seed: its own in the search, None for what was not searched.

    name: what it is called, ``trial N`` or the name under which it is published
    """

    name: str
    candidate: str
    key: str
    fitness: float | None = None
    trial: int | None = None
    seed: int | None = None


def best_tasks(run_dir: Path, count: int) -> list[JudgedTask]:
    """Return the ``count`` best tasks of a search, best first; fewer where fewer have a score."""
    return [_of_row(row) for row in summarise(run_dir, limit=count).best] if count else []


def published_tasks(evolution: Evolution, names: Collection[str] | None = None) -> list[JudgedTask]:
    """Return the published tasks that the space knows; names: those of these names alone."""
    space = evolution.plugins.space
    known = {name: space.encode(candidate) for name, candidate in spaces.published_tasks(space).items()}
    wanted = known.keys() if names is None else known.keys() & set(names)
    return [JudgedTask(name, known[name], evolution.key(known[name])) for name in known if name in wanted]


def _of_row(row: dict[str, Any]) -> JudgedTask:
    number = row["trial_id"]
    return JudgedTask(f"trial {number}", row["candidate"], row["key"], row["fitness"], number, row["seed"])
