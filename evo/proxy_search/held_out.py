"""What a search of proxy tasks is worth on labels it never saw: its best tasks on the panel's members held out.

Each of the best tasks, and the published ones beside them, is a trial of an ordinary run in the folder ``held_out`` of
the search, on the same workers. Letters: T tasks, H members held out.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evo.display.text_table import Table, short, show, to_text
from evo.engine.evolution import Evolution
from evo.engine.observer import Observer
from evo.proxy_search.judged_task import JudgedTask, best_tasks, published_tasks
from evo.proxy_search.last_round import LastRound
from evo.proxy_search.rescoring import Rescoring
from evo.records.resources import Resources
from evo.storage.durable_files import write_json
from evo.storage.run_folder import HELD_OUT
from fitness.rank_correlation.fitness import RankCorrelationFitness
from fitness.rank_correlation.held_out_panel import Ranking
from fitness.rank_correlation.statistic import together

logger = logging.getLogger(__name__)

BEST = 10
FOLDER = "held_out"
TASKS = "tasks"
"""Folder below it of the run that scores the tasks."""


@dataclass(frozen=True)
class Judged:
    """A task and how it ranks the members held out; fitness: its own in the search, None for what was not searched."""

    name: str
    candidate: str | None
    fitness: float | None
    ranking: Ranking


def judge_held_out(
    evolution: Evolution, resources: Resources, observers: Sequence[Observer] = (), *, last: LastRound | None = None
) -> None:
    """Score, tell and write how the search's best tasks rank what it held out; raises FailedRunError.

    Nothing is done where the fitness holds nothing out. An interrupt is raised, with every score saved.

    last: the last round that chose among the tasks, None where the search's own fitness did
    """
    fitness, seed = evolution.plugins.fitness, evolution.config.seed
    held_out = fitness.held_out(seed) if isinstance(fitness, RankCorrelationFitness) else None
    best = best_tasks(evolution.run_dir, BEST)
    if held_out is None or not best:
        return
    if "fitness" in evolution.config.objects:  # which says nothing of how to make it for the other members
        logger.warning("the best tasks are not judged on members held out: the fitness cannot be made by its name")
        return
    names = held_out.presets if last is None else None
    tasks = _with_chosen([*best, *published_tasks(evolution, names)], last)
    folder, aim = evolution.run_dir / FOLDER / TASKS, f"on the {len(held_out)} members held out"
    rescoring = Rescoring(evolution, folder, {"part": "held_out"}, aim)
    scores = rescoring.score(tasks, len(held_out), resources, observers)
    judged = [
        Judged(task.name, task.candidate, task.fitness, held_out.rank(task.name, each))
        for task, each in zip(tasks, scores, strict=True)
    ]
    others = {**_joined(tasks, scores, last), **held_out.sizes(evolution.plugins.images)}
    judged += [Judged(name, None, None, held_out.rank(name, each)) for name, each in others.items()]
    _report(evolution.run_dir, judged, last, _called(evolution.config.fitness.options))


def _with_chosen(tasks: Sequence[JudgedTask], last: LastRound | None) -> list[JudgedTask]:
    """Return tasks, and after them those that the last round chose and that are none of them."""
    chosen = [] if last is None else [one.task for one in (last.chosen, *last.joined)]
    return list({task.name: task for task in (*tasks, *chosen)}.values())


def _joined(tasks: Sequence[JudgedTask], scores: np.ndarray, last: LastRound | None) -> dict[str, np.ndarray]:
    """Return the joined scores [H] of the tasks that the last round joined, by what they are called together."""
    if last is None or not last.joined:
        return {}
    by_name = {task.name: each for task, each in zip(tasks, scores, strict=True)}
    return {f"best {len(last.joined)} joined": together(np.array([by_name[one.task.name] for one in last.joined]))}


def _called(options: Mapping[str, object]) -> str:
    """Return what the statistic is called by which a fitness of these options judges tasks."""
    signed = "agreement about pairs" if options.get("statistic") == "pairs" else "Spearman's rho"
    return f"{signed} without its sign" if options.get("absolute") else signed


def _report(run_dir: Path, judged: Sequence[Judged], last: LastRound | None, statistic: str) -> None:
    """Tell the tasks, best first on the members held out, and write the same numbers."""
    ranked = sorted(judged, key=lambda one: -np.nan_to_num(one.ranking.rho.value, nan=-2))
    by_name = {one.name: one for one in judged}
    rows = tuple(
        (
            one.name,
            short(one.fitness),
            show(one.ranking.rho),
            show(one.ranking.less(by_name["params"].ranking)),
            str(one.ranking.failed),
        )
        for one in ranked
    )
    title = f"members held out, never scored by the search: {statistic}, 95 % interval of each by itself"
    logger.info("\n%s", to_text(Table(title, ("", "search", "held out", "less params", "failed"), rows)))
    chosen = judged[0] if last is None else by_name[last.chosen.task.name]
    logger.info("\n%s", _chosen_line(chosen, last))  # the first of several is the best only by what it is chosen by
    write_json(run_dir / HELD_OUT, {"chosen": chosen.name, "tasks": [_numbers(one) for one in ranked]})
    logger.info("\n%s", run_dir / HELD_OUT)


def _chosen_line(chosen: Judged, last: LastRound | None) -> str:
    reached = f"{chosen.name}: {show(chosen.ranking.rho)}"
    if last is None:
        return f"the search's own choice is {reached}"
    return f"the choice of the last round is {reached}, where {show(last.expected.elsewhere)} was expected"


def _numbers(one: Judged) -> dict[str, Any]:
    return {"name": one.name, "candidate": one.candidate, "fitness": one.fitness, "rho": one.ranking.rho.to_json()}
