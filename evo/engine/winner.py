"""Files of what a search found best: ``best/architecture.json``, and a proxy task as a file that fitnesses take."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from evo.records.config import SearchConfig
from evo.storage.durable_files import write_json, write_text
from evo.storage.run_folder import BEST
from spaces import SearchSpace, TaskSpace, published_form
from tasks import ProxyTask, SequenceTask, TaskSet
from tasks.foundation.errors import UsageError
from tasks.regression.found_by import settle_found_by

TASK, TASKS = "best/task.json", "best/tasks.json"
"""A proxy task that won, and a set of them."""
KEPT = ("candidate", "key", "fitness", "params", "macs", "trial_id", "seed")
"""Columns of the winner's row that its file holds."""


def write_winner(
    run_dir: Path,
    config: SearchConfig,
    space: SearchSpace[Any],
    row: Mapping[str, Any],
    chosen: Mapping[str, Any],
) -> None:
    """Write the candidate of a row to ``best/architecture.json``, with how it was ``chosen`` where not by its fitness.

    A proxy task goes to ``best/task.json``, too, or a set of them to ``best/tasks.json``.
    """
    own = {name: row[name] for name in KEPT}
    form = published_form(space, row["candidate"])
    published = {} if form is None else {"published": form}
    write_json(run_dir / BEST, {"space": config.to_json()["space"], **own, **published, **chosen})
    if isinstance(space, TaskSpace):
        write_task(run_dir, space.to_task(space.decode(row["candidate"])), found_by(config, row, chosen))


def write_task(run_dir: Path, task: ProxyTask | SequenceTask | TaskSet, found: Mapping[str, Any]) -> None:
    """Write a task to its file; found: how it was found."""
    write_text(run_dir / file_of(task), replace(task, found_by=found).to_json(indent=2) + "\n")


def file_of(task: ProxyTask | SequenceTask | TaskSet) -> str:
    """Return the name of the file of a task that won, or of a set of them, in the folder of a run."""
    return TASKS if isinstance(task, TaskSet) else TASK


def found_by(config: SearchConfig, row: Mapping[str, Any], reached: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the task of a row was found, and what it reached beside its fitness.

    Of a panel the file's name is kept beside its digest, not its folder; options that a task cannot carry are left out.
    """
    asked = config.to_json()
    fitness = {**asked["fitness"], "options": dict(asked["fitness"]["options"])}
    if "panel" in fitness["options"]:
        fitness["options"]["panel"] = Path(str(fitness["options"]["panel"])).name
    search = {"space": asked["space"], "fitness": fitness, "strategy": config.strategy.name, "data": config.data}
    about = {"seed": config.seed, "trial": row["trial_id"], "reached": {"fitness": row["fitness"], **reached}}
    try:
        settled = settle_found_by({**search, **about})
    except UsageError:
        settled = settle_found_by({**search, "space": config.space.name, "fitness": config.fitness.name, **about})
    assert settled is not None
    return settled
