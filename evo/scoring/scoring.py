"""Scores the candidates of a folder: every member in turn, so that what was scored survives whatever happens."""

import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evo.cluster.caller_process import terminated_like_interrupted
from evo.cluster.cuda_check import idle_gpu_notes
from evo.display.readable_numbers import counted
from evo.engine.monitor import progress_for
from evo.engine.observer import Observer
from evo.engine.places import check_sendable, opened
from evo.engine.session import dashboard_line
from evo.engine.watching import FAILED, INTERRUPTED
from evo.records.config import Limits
from evo.records.failures import FailedRunError, FutileRunError, LostClusterError
from evo.records.requests import Placement
from evo.records.resources import Cluster, Resources
from evo.scoring.folder import ScoringFolder
from evo.scoring.member import Member
from evo.storage.kept_work import kept_in
from evo.storage.run_log import logged_trials
from tasks import remarks_of
from tasks.foundation.errors import first_line

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wording:
    """What there is to say of a scoring.

    headline: what is about to be scored; scored: what to say of a member that has all its scores
    expected: what to say of the time that so many workers will take
    run_dir: what ``--run-dir`` names, where that is not the folder of the scoring
    """

    headline: str
    scored: Callable[[Member], str]
    expected: Callable[[int], Sequence[str]] = lambda workers: ()
    run_dir: Path | None = None


@dataclass(frozen=True)
class Watching:
    """Who watches: observers, which see every member's search, and whether progress is shown on standard error."""

    observers: Sequence[Observer] = ()
    progress: bool = False

    def of_member(self) -> list[Observer]:
        """Return the observers of one member's search."""
        return [*self.observers, *([progress_for(sys.stderr)] if self.progress else [])]


class Scoring:
    """Several searches over the same candidates, given by their texts, in one folder."""

    def __init__(
        self, folder: ScoringFolder, texts: Sequence[str], members: Sequence[Member], wording: Wording
    ) -> None:
        """Take what is needed; nothing runs yet."""
        self._folder = folder
        self._texts = texts
        self._members = members
        self._wording = wording

    def run(
        self, placement: Placement, *, trial_timeout: float | None = None, watching: Watching | None = None
    ) -> None:
        """Score what has not been scored, or was lost; ``trial_timeout``: seconds that one score may take.

        Raises UsageError before anything starts, FailedRunError where it cannot go on, and KeyboardInterrupt, each with
        every score saved.
        """
        limits = Limits(evaluations=len(self._texts), trial_timeout_s=trial_timeout)
        self._folder.check(self._texts)
        for member in self._members:
            member.check()
        with self.saved():
            self._score(limits, placement, watching or Watching())

    @contextmanager
    def saved(self) -> Iterator[None]:
        """Let a fault of a place, e.g. a full disk, end in a FailedRunError that says what is left there."""
        try:
            yield
        except (OSError, LostClusterError) as error:
            again = "the same command goes on"
            kept = kept_in(self._folder.path, self._folder.marker, self._scores, unit="score", again=again)
            raise FailedRunError(f"{first_line(error)}; {kept}") from error

    def _scores(self) -> int:
        return sum(logged_trials(member.folder) for member in self._members)

    def _score(self, limits: Limits, placement: Placement, watching: Watching) -> None:
        if not any(member.is_open(limits) for member in self._members):
            with self._folder:
                self._folder.claim(self._texts)
            return
        for member in self._members:
            check_sendable(member.objects, placement)
        with terminated_like_interrupted() as take_over, opened(placement) as (cluster, resources):
            take_over()
            with self._folder:
                self._folder.claim(self._texts)
                self._announce(cluster, resources)
                self._score_all(limits, resources, watching)

    def _score_all(self, limits: Limits, resources: Resources, watching: Watching) -> None:
        for member in self._members:
            if member.is_open(limits):
                self._score_by(member, limits, resources, watching)
            logger.info("%s", self._wording.scored(member))

    def _score_by(self, member: Member, limits: Limits, resources: Resources, watching: Watching) -> None:
        try:
            state = member.search(limits, resources, watching.of_member())
        except FutileRunError:  # the same command would not go on
            raise
        except FailedRunError:
            logger.info("%s", self._how_far(member, FAILED))
            raise
        if state == INTERRUPTED:
            logger.info("%s", self._how_far(member, state))
            raise KeyboardInterrupt
        if member.lacks(limits):
            raise FailedRunError(self._how_far(member, state))

    def _how_far(self, member: Member, state: str) -> str:
        done = f"{logged_trials(member.folder)} of {len(self._texts)} scores of {member.label}"
        folder = self._wording.run_dir or self._folder.path
        return f"{state} after {done}; the same command with --run-dir {folder} goes on"

    def _announce(self, cluster: Cluster, resources: Resources) -> None:
        workers = resources.workers
        where = f"{counted(workers, 'worker')}, {resources.gpus_each:g} GPU each" if workers else "in this process"
        notes = [note for member in self._members for note in member.plugins.notes(member.label)]
        gaining = [each for member in self._members for each in member.plugins.gaining(member.config.fitness.name)]
        notes += idle_gpu_notes(cluster, resources, gaining)
        told = [*remarks_of(self._members[0].plugins.images), *notes, *dashboard_line(cluster)]
        lines = [f"{self._wording.headline} -> {self._folder.path}", where, *told, *self._wording.expected(workers)]
        logger.info("%s", "\n".join(lines))
