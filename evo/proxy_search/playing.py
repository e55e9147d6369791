"""Plays the last round of a search of proxy tasks: has its best tasks scored again, on the same workers.

Letters: T tasks, D draws, P members of the panel.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evo.engine.evolution import Evolution
from evo.engine.observer import Observer
from evo.proxy_search.judged_task import JudgedTask, best_tasks, published_tasks
from evo.proxy_search.last_round import LastRound, judged, rescored
from evo.proxy_search.rescoring import Rescoring
from evo.proxy_search.scored_tasks import ScoredTasks, read_scored
from evo.records.resources import Resources
from fitness.rank_correlation.fitness import RankCorrelationFitness
from fitness.rank_correlation.judging_panel import JudgingPanel
from spaces import SearchSpace, TaskSpace
from tasks import TaskSet, derive_rng

logger = logging.getLogger(__name__)

Array = NDArray[np.float64]

FOLDER = "last_round"


def play_last_round(evolution: Evolution, resources: Resources, observers: Sequence[Observer] = ()) -> LastRound | None:
    """Score the search's best tasks again, beside published ones, and return what that shows.

    None where the fitness asks for no last round, is a caller's own object, or nothing has a score. Raises
    FailedRunError, and KeyboardInterrupt with every score saved.
    """
    fitness, config = evolution.plugins.fitness, evolution.config
    best = best_tasks(evolution.run_dir, fitness.last_round) if isinstance(fitness, RankCorrelationFitness) else []
    if not best:
        return None
    assert isinstance(fitness, RankCorrelationFitness)
    if "fitness" in config.objects:  # which says nothing of how to make it for another draw
        logger.warning("the best tasks are not scored again: the fitness cannot be made by its name")
        return None
    panel = fitness.judging(config.seed)
    tasks = [*best, *published_tasks(evolution)]
    searched = read_scored(evolution.run_dir, len(panel))
    drawn = _Scoring(evolution, panel, resources, observers).draws(tasks, searched)
    rng, sizes = derive_rng(config.seed, FOLDER), panel.sizes(evolution.plugins.images)
    joining = not _is_set(evolution.plugins.space, best[0].candidate)
    return judged(rescored(tasks, drawn, panel), searched, panel, sizes, rng, joining=joining)


@dataclass(frozen=True)
class _Scoring:
    """Has tasks scored by draws of the search's fitness."""

    evolution: Evolution
    panel: JudgingPanel
    resources: Resources
    observers: Sequence[Observer]

    def draws(self, tasks: Sequence[JudgedTask], searched: ScoredTasks) -> Array:
        """Return the scores [T, D, P] by the search's own draw, of which the search knows most, and by the next."""
        known = dict(zip(searched.keys, searched.scores, strict=True))
        new = list({task.key: task for task in tasks if task.key not in known}.values())
        own = self.evolution.config.fitness.options.get("draw", 0)
        assert isinstance(own, int)
        known |= {task.key: scores for task, scores in zip(new, self._by(own, new), strict=True)}
        first = np.array([known[task.key] for task in tasks])
        return np.stack([first, self._by(own + 1, tasks)], axis=1)

    def _by(self, draw: int, tasks: Sequence[JudgedTask]) -> Array:
        """Return the scores [T, P] by one draw."""
        folder, aim = self.evolution.run_dir / FOLDER / f"draw_{draw}", f"on the {len(self.panel)} members again"
        rescoring = Rescoring(self.evolution, folder, {"draw": draw}, aim)
        return rescoring.score(tasks, len(self.panel), self.resources, self.observers)


def _is_set(space: SearchSpace[object], text: str) -> bool:
    """Return whether a candidate is a set of tasks, whose scores are joined already."""
    return isinstance(space, TaskSpace) and isinstance(space.to_task(space.decode(text)), TaskSet)
