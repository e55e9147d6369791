"""One search of a scoring: the candidates of a file by one fitness and one seed."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from evo.display.readable_numbers import counted
from evo.engine.evolution import Evolution
from evo.engine.listed_search import LOOK_AHEAD as LOOK_AHEAD
from evo.engine.listed_search import as_stored, search_listed
from evo.engine.listed_search import listed as listed
from evo.engine.observer import LiveRun, Observer
from evo.engine.plugins import Plugins
from evo.engine.reference_request import checked_request, settled_size
from evo.engine.reference_stage import ReferenceStage, search_with_reference
from evo.records.config import Limits, SearchConfig
from evo.records.resources import Resources
from evo.records.trial import Status
from evo.storage.run_folder import RunFolder
from evo.storage.run_log import logged_trials, read_table
from evo.storage.score_store import ScoreStore
from evo.storage.withdrawn_rows import withdraw

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Member:
    """A search on its way: what to call it, its folder, its configuration, and what this names.

    objects: the caller's own plug-ins, by axis
    scores: where scores are that need no scoring, and new ones go; None for nowhere
    """

    label: str
    folder: Path
    config: SearchConfig
    plugins: Plugins
    objects: Mapping[str, object] = field(default_factory=dict)
    scores: ScoreStore | None = None

    def check(self) -> None:
        """Raise UsageError where the folder is another search's."""
        RunFolder(self.folder).check(as_stored(self.folder, self.config))

    def lacks(self, limits: Limits) -> bool:
        """Return whether a candidate has not been scored yet."""
        return logged_trials(self.folder) < limits.evaluations

    def is_open(self, limits: Limits) -> bool:
        """Return whether there is something to do: a candidate that was not scored, or was lost with its workers."""
        statuses = read_table(self.folder, ["trial_id", "status"])["status"].to_pylist()
        return len(statuses) < limits.evaluations or Status.LOST in statuses

    def search(self, limits: Limits, resources: Resources, observers: Sequence[Observer]) -> str:
        """Score what has not been scored, or was lost; returns how that ended, raises FailedRunError.

        Where the fitness asks for a reference, that comes first, as large as suits the number of candidates.
        """
        evolution = self._evolution(limits)
        search = partial(_search_with_lost, references=self.scores)
        return search_listed(evolution, search, resources, observers, scores=self.scores)

    def reference_work(self, limits: Limits) -> int:
        """Return how many trials' work the reference is that comes first, 0 where none does; touches no file."""
        request = checked_request(self.plugins.fitness, self.plugins.space)
        return 0 if request is None else ReferenceStage(self._evolution(limits), request, self.scores).work()

    def _evolution(self, limits: Limits) -> Evolution:
        request = checked_request(self.plugins.fitness, self.plugins.space)
        size = as_stored(self.folder, self.config).reference_size or settled_size(request, limits.evaluations)
        config = replace(self.config, reference_size=size)
        return Evolution(self.folder, config, limits, self.plugins, self.objects, members=self.scores)


def _search_with_lost(
    evolution: Evolution,
    resources: Resources,
    live: LiveRun,
    observers: Sequence[Observer],
    *,
    references: ScoreStore | None,
) -> str:
    """Search in a folder that is claimed, as if the trials that were lost with their workers had not been tried."""
    if lost := withdraw(evolution.run_dir, {Status.LOST}):
        logger.info("%s: %s lost before, tried again", evolution.run_dir, counted(len(lost), "trial"))
    return search_with_reference(evolution, resources, live, observers, references=references)
