"""What a search of proxy tasks is worth on labels it never saw: its best tasks on the panel's members held out.

Each of the best tasks, and the published ones beside them, is a trial of an ordinary run in the folder ``held_out`` of
the search, on the same workers. Letters: H members held out.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from evo.display.text_table import Table, short, show, to_text
from evo.engine.evolution import Evolution
from evo.engine.observer import Observer
from evo.engine.plugins import build_plugins, resolve_choice
from evo.engine.summary import summarise
from evo.engine.watching import INTERRUPTED
from evo.records.config import Limits
from evo.records.failures import FailedRunError
from evo.records.resources import Resources
from evo.records.tell_order import TellOrder
from evo.scoring.member import LOOK_AHEAD, Member, listed
from evo.storage.durable_files import write_json, write_text
from evo.storage.run_log import logged_trials, read_table
from fitness.rank_correlation.fitness import RankCorrelationFitness
from fitness.rank_correlation.held_out_panel import HeldOutPanel, Ranking
from spaces import SearchSpace

logger = logging.getLogger(__name__)

BEST = 10
FOLDER, NUMBERS = "held_out", "held_out.json"


@dataclass(frozen=True)
class Judged:
    """A task and how it ranks the members held out; fitness: its own in the search, None for what was not searched."""

    name: str
    candidate: str | None
    fitness: float | None
    ranking: Ranking


@dataclass(frozen=True)
class _Task:
    """A task to be judged; fitness: its own in the search, None for what was not searched."""

    name: str
    candidate: str
    fitness: float | None


def judge_held_out(evolution: Evolution, resources: Resources, observers: Sequence[Observer] = ()) -> None:
    """Score, tell and write how the search's best tasks rank what it held out; raises FailedRunError.

    Nothing is done where the fitness holds nothing out. An interrupt is raised, with every score saved.
    """
    fitness, seed = evolution.plugins.fitness, evolution.config.seed
    held_out = fitness.held_out(seed) if isinstance(fitness, RankCorrelationFitness) else None
    best = summarise(evolution.run_dir, limit=BEST).best
    if held_out is None or not best:
        return
    if "fitness" in evolution.config.objects:  # which says nothing of how to make it for the other members
        logger.warning("the best tasks are not judged on members held out: the fitness cannot be made by its name")
        return
    presets = _presets(evolution.plugins.space, held_out)
    tasks = [*(_Task(f"trial {row['trial_id']}", row["candidate"], row["fitness"]) for row in best), *presets]
    logger.info("\nscoring %d tasks on the %d members held out", len(tasks), len(held_out))
    folder = evolution.run_dir / FOLDER / str(logged_trials(evolution.run_dir))
    member = _member(folder, [task.candidate for task in tasks], evolution)
    _score(member, len(tasks), resources, observers)
    scores = _scores(member.folder, len(held_out))
    judged = [
        Judged(task.name, task.candidate, task.fitness, held_out.rank(task.name, each))
        for task, each in zip(tasks, scores, strict=True)
    ]
    sizes = held_out.sizes(evolution.plugins.images).items()
    judged += [Judged(name, None, None, held_out.rank(name, each)) for name, each in sizes]
    _report(evolution.run_dir, judged)


def _score(member: Member, count: int, resources: Resources, observers: Sequence[Observer]) -> None:
    """Score what has not been scored, or was lost; raises FailedRunError and KeyboardInterrupt where some are left."""
    limits = Limits(evaluations=count)
    if not member.is_open(limits):
        return
    state = member.search(limits, resources, observers)
    if state == INTERRUPTED:
        raise KeyboardInterrupt
    if member.lacks(limits):
        raise FailedRunError(
            f"{state} before all tasks were scored on the members held out; --resume takes it up again"
        )


def _presets(space: SearchSpace[Any], held_out: HeldOutPanel) -> list[_Task]:
    """Return the published tasks that the space knows."""
    known = []
    for name in held_out.presets:
        try:
            known.append(_Task(name, space.encode(space.decode(f"preset={name}")), None))
        except ValueError:  # a user's space may have none
            continue
    return known


def _member(folder: Path, texts: Sequence[str], evolution: Evolution) -> Member:
    """Return the run that scores the tasks of these texts on the members held out."""
    candidates = folder.with_suffix(".txt").absolute()
    candidates.parent.mkdir(parents=True, exist_ok=True)
    write_text(candidates, "\n".join(texts) + "\n")
    config, kept = evolution.config, ("space", "data")
    fitness = resolve_choice("fitness", config.fitness.name, {**config.fitness.options, "part": "held_out"})
    judging = replace(
        config,
        fitness=fitness,
        strategy=listed(candidates),
        ahead=LOOK_AHEAD,
        tell_order=TellOrder.TRIAL,
        reuse=True,
        initial=(),
        objectives=(),
        objects=tuple(axis for axis in config.objects if axis in kept),
    )
    objects = {axis: made for axis, made in evolution.objects.items() if axis in kept}
    return Member(FOLDER, folder, judging, build_plugins(judging, objects=objects), objects)


def _scores(folder: Path, members: int) -> np.ndarray:
    """Return every task's score of every member, [T, H] for T tasks; minus infinity where there is none."""
    rows = read_table(folder, ["trial_id", "metrics"])["metrics"].to_pylist()
    metrics = [dict(row or ()) for row in rows]
    return np.array([[row.get(str(member), -np.inf) for member in range(members)] for row in metrics])


def _report(run_dir: Path, judged: Sequence[Judged]) -> None:
    """Tell the tasks, best first on the members held out, and write the same numbers."""
    ranked = sorted(judged, key=lambda one: -np.nan_to_num(one.ranking.rho.value, nan=-2))
    sizes = next(one.ranking for one in judged if one.name == "params")
    rows = tuple(
        (one.name, short(one.fitness), show(one.ranking.rho), show(one.ranking.less(sizes)), str(one.ranking.failed))
        for one in ranked
    )
    title = "members held out, never scored by the search: Spearman's rho, 95 % interval of each by itself"
    logger.info("\n%s", to_text(Table(title, ("", "search", "held out", "less params", "failed"), rows)))
    chosen = judged[0]  # the first of several is the best of all only by what it is chosen by
    logger.info("\nthe search's own choice is %s: %s", chosen.name, show(chosen.ranking.rho))
    write_json(run_dir / NUMBERS, {"tasks": [_numbers(one) for one in ranked]})
    logger.info("\n%s", run_dir / NUMBERS)


def _numbers(one: Judged) -> dict[str, Any]:
    return {"name": one.name, "candidate": one.candidate, "fitness": one.fitness, "rho": one.ranking.rho.to_json()}
