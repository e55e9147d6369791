"""A search over listed candidates in a folder of its own: the scores that are known are taken, new ones are kept."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from evo.engine.evolution import Evolution
from evo.engine.observer import LiveRun, Observer
from evo.engine.plugins import resolve_choice
from evo.engine.summary import summarise, write_best
from evo.engine.watching import watched
from evo.records.config import Choice, SearchConfig
from evo.records.resources import Resources
from evo.storage.run_folder import RunFolder, is_run, read_config
from evo.storage.run_log import read_table
from evo.storage.score_store import COLUMNS, NO_SCORES, ScoreStore
from tasks.foundation.errors import UsageError

LOOK_AHEAD = 1_024
"""Nothing is learnt from a score, so that any number of workers can be kept busy."""

Searching = Callable[[Evolution, Resources, LiveRun, Sequence[Observer]], str]
"""Searches to the end in a folder that is claimed, and returns how it ended."""


def listed(candidates: Path) -> Choice:
    """Return the strategy that proposes the candidates of a file."""
    return resolve_choice("strategy", "listed", {"file": str(candidates)})


def as_stored(run_dir: Path, config: SearchConfig) -> SearchConfig:
    """Return the configuration as a folder has it where only the path of its candidates is another: it moved.

    The size of a reference is the one that it began with.
    """
    if not is_run(run_dir):
        return config
    stored = read_config(run_dir)
    file = _file_name(stored.strategy)
    moved = stored.strategy.name == config.strategy.name and file == _file_name(config.strategy) != ""
    strategy = stored.strategy if moved else config.strategy
    return replace(config, strategy=strategy, reference_size=stored.reference_size)


def search_listed(
    evolution: Evolution,
    search: Searching,
    resources: Resources,
    observers: Sequence[Observer],
    *,
    scores: ScoreStore | None = None,
) -> str:
    """Score what has not been scored; returns how that ended, an interrupt among the ways, raises FailedRunError.

    scores: where known ones are, and new ones go
    """
    scores = None if scores is None else scores.computed_on(resources)
    known = NO_SCORES if scores is None else scores.known(evolution.config)
    with RunFolder(evolution.run_dir) as folder:
        folder.claim(as_stored(evolution.run_dir, evolution.config), evolution.limits)
        live = LiveRun(evolution.run_dir, evolution.limits.evaluations)
        try:
            state = watched(partial(search, replace(evolution, known=known)), folder, live, resources, observers)
        except Exception:
            with suppress(OSError, UsageError):  # e.g. a full disk; the error that ended the search says more
                _keep(evolution, scores)
            raise
        _keep(evolution, scores)
        return state


def found_lines(run_dir: Path, scores: ScoreStore | None) -> list[str]:
    """Return how many of a run's scores were not scored but found among others, no line for none."""
    if scores is None:
        return []
    rows = read_table(run_dir, ["trial_id", "reused", "attempts"]).to_pylist()
    found = sum(not row["reused"] and not row["attempts"] for row in rows)
    return [f"{found} found in {scores.folder}"] if found else []


def _keep(evolution: Evolution, scores: ScoreStore | None) -> None:
    """Write the best, and add what was scored to the scores that others find."""
    run_dir, config = evolution.run_dir, evolution.config
    write_best(run_dir, summarise(run_dir, limit=1), config, evolution.plugins.space)
    if scores is not None:
        rows = read_table(run_dir, ["trial_id", "reused", *COLUMNS]).to_pylist()
        scores.add(config, [row for row in rows if not row["reused"]])


def _file_name(strategy: Choice) -> str:
    """Return the name of the file of candidates, without its folder; empty where there is none."""
    return Path(str(strategy.options.get("file", ""))).name
