"""Tasks of a search that are scored once more, by its fitness with other options: an ordinary run below its folder.

Letters: T tasks, P members of the panel.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.display.readable_numbers import counted
from evo.engine.evolution import Evolution
from evo.engine.observer import Observer
from evo.engine.plugins import build_plugins, resolve_choice
from evo.engine.watching import INTERRUPTED
from evo.proxy_search.judged_task import JudgedTask
from evo.records.config import Limits
from evo.records.failures import FailedRunError
from evo.records.resources import Resources
from evo.records.tell_order import TellOrder
from evo.scoring.member import LOOK_AHEAD, Member, listed
from evo.storage.durable_files import write_text
from evo.storage.run_log import logged_trials, read_table
from fitness.rank_correlation.member_metrics import scores_of_members
from tasks.foundation.plain_files import read_plain_text

logger = logging.getLogger(__name__)

_KEPT = ("space", "data")
"""Axes whose plug-ins are those of the search."""


@dataclass(frozen=True)
class Rescoring:
    """Scores of a search's tasks by its fitness with other options, in a folder of their own and on the same workers.

    The list of tasks only grows, so that nothing is scored twice, however often the search is gone on with.

    folder: of the run, whose list of tasks lies beside it; options: of the fitness
    aim: what for, as the end of a sentence, e.g. ``on the 40 members held out``
    """

    evolution: Evolution
    folder: Path
    options: Mapping[str, object]
    aim: str

    def score(
        self, tasks: Sequence[JudgedTask], members: int, resources: Resources, observers: Sequence[Observer]
    ) -> NDArray[np.float64]:
        """Return every task's score of every member [T, P], minus infinity where it has none.

        What is known is not scored again. Raises FailedRunError, and KeyboardInterrupt with every score saved.
        """
        if not tasks:
            return np.empty((0, members))
        texts = self._list({task.candidate: None for task in tasks})
        member, limits = self._member(), Limits(evaluations=len(texts))
        if member.is_open(limits):
            logger.info("\nscoring %s %s", counted(len(texts) - logged_trials(self.folder), "task"), self.aim)
            self._search(member, limits, resources, observers)
        metrics = self._metrics()
        rows = [scores_of_members(metrics.get(task.candidate, {}), members, absent=-np.inf) for task in tasks]
        return np.array(rows)

    def _list(self, texts: Mapping[str, None]) -> list[str]:
        """Add what is new to the list of tasks, and return it."""
        before = read_plain_text(self._listed).splitlines() if self._listed.is_file() else []
        together = [*dict.fromkeys([*before, *texts])]
        if together != before:
            self._listed.parent.mkdir(parents=True, exist_ok=True)
            write_text(self._listed, "\n".join(together) + "\n")
        return together

    @property
    def _listed(self) -> Path:
        return self.folder.with_suffix(".txt").absolute()

    def _member(self) -> Member:
        """Return the run that scores the tasks that are listed."""
        config = self.evolution.config
        judging = replace(
            config,
            fitness=resolve_choice("fitness", config.fitness.name, {**config.fitness.options, **self.options}),
            strategy=listed(self._listed),
            ahead=LOOK_AHEAD,
            tell_order=TellOrder.TRIAL,
            reuse=True,
            initial=(),
            objectives=(),
            objects=tuple(axis for axis in config.objects if axis in _KEPT),
        )
        objects = {axis: made for axis, made in self.evolution.objects.items() if axis in _KEPT}
        return Member(self.folder.name, self.folder, judging, build_plugins(judging, objects=objects), objects)

    def _search(self, member: Member, limits: Limits, resources: Resources, observers: Sequence[Observer]) -> None:
        """Score what has not been scored, or was lost; raises FailedRunError, KeyboardInterrupt where some is left."""
        state = member.search(limits, resources, observers)
        if state == INTERRUPTED:
            raise KeyboardInterrupt
        if member.lacks(limits):
            raise FailedRunError(f"{state} before all tasks were scored {self.aim}; --resume takes it up again")

    def _metrics(self) -> dict[str, Mapping[str, float]]:
        """Return the metrics of every task that was scored, by its text."""
        rows: list[dict[str, Any]] = read_table(self.folder, ["candidate", "metrics"]).to_pylist()
        return {row["candidate"]: dict(row["metrics"] or ()) for row in rows}
