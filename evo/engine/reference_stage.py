"""What comes before the first trial where a fitness asks for it: a sample of the space is scored by each member.

Every member is an ordinary search of listed candidates in a folder of its own below the run's, so that what was scored
survives whatever happens, and is found again by other runs. Times are seconds.
"""

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from evo.constraints.narrowed_space import narrowed
from evo.constraints.size_limits import Refused
from evo.display.readable_numbers import counted
from evo.engine.evolution import Evolution
from evo.engine.final_choice import keep_final
from evo.engine.joined_outcomes import joined_outcomes
from evo.engine.listed_search import as_stored, found_lines, search_listed
from evo.engine.observer import LiveRun, Observer
from evo.engine.reference_cost import ExpectedReference, missing_scores
from evo.engine.reference_members import CANDIDATES, Scorer, folders_of, scorers_of
from evo.engine.reference_request import checked_request, settled_size
from evo.engine.reference_sample import draw_sample, logged_rows, scored_sample
from evo.engine.watching import INTERRUPTED
from evo.records.config import Limits
from evo.records.failures import FutileRunError
from evo.records.resources import Resources
from evo.records.trial import Status
from evo.storage.durable_files import write_text
from evo.storage.run_folder import REFERENCE
from evo.storage.run_log import logged_trials, read_table
from evo.storage.score_store import ScoreStore
from fitness.reference import Reference, ReferenceRequest
from spaces import PreparedSpace
from tasks.foundation.errors import UsageError, bounded, last_line
from tasks.foundation.plain_files import read_plain_text

logger = logging.getLogger(__name__)

_LEAST_MINUTES = 1e-6
_OF_THE_MACHINE = frozenset({Status.OUT_OF_MEMORY, Status.LOST, Status.TIMED_OUT})
"""Ends of a trial that are not its candidate's; older versions let a time-out be one of a reference's."""


def say(lines: Sequence[str]) -> None:
    """Log lines as one text."""
    if lines:
        logger.info("%s", "\n".join(lines))


def search_with_reference(
    evolution: Evolution,
    resources: Resources,
    live: LiveRun,
    observers: Sequence[Observer],
    *,
    references: ScoreStore | None,
    told: Callable[[Sequence[str]], None] = say,
) -> str:
    """Score what the fitness asks for, then search, in a folder that is claimed; returns how that ended.

    references: where scores of former references are, and new ones go
    told: takes what the fitness says of the reference before the search begins

    Raises FailedRunError, that is FutileRunError where the fitness refuses its reference, and KeyboardInterrupt with
    every score saved. Minutes count from here.
    """
    began = time.monotonic()
    request = checked_request(evolution.plugins.fitness, evolution.plugins.space)
    if request is None:
        return evolution.search(resources, live, observers)
    stage = ReferenceStage(evolution, request, references)
    unfinished = stage.score(resources, live, observers)
    if unfinished is not None:
        return unfinished
    reference = read_reference(evolution.run_dir, request)
    fitness = evolution.plugins.fitness
    try:
        fitness.take_reference(reference)
    except UsageError as error:
        raise stage.futile(error) from error
    keep_final(evolution.run_dir, fitness.final_weights(), reference.drawn, evolution.key)
    told(fitness.reference_lines())
    known = evolution.known
    if evolution.members is not None:
        members = evolution.members.computed_on(resources)
        known = {**joined_outcomes(evolution, request, members), **known}
    limits = _left(evolution.limits, since=began)
    return replace(evolution, reference=reference, limits=limits, known=known).search(resources, live, observers)


def read_reference(run_dir: Path, request: ReferenceRequest) -> Reference:
    """Return the reference that a run has scored; raises UsageError where it is incomplete or damaged."""
    folder = run_dir / REFERENCE
    try:
        texts = read_plain_text(folder / CANDIDATES).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise _incomplete(run_dir) from error
    folders = folders_of(request)
    by_label = {label: logged_rows(folder / name, texts) for label, name in folders.items()}
    logged = {label: rows for label, rows in by_label.items() if rows is not None}
    drawn = len(texts) - len(request.given)
    if len(logged) < len(by_label) or drawn < 0:
        raise _incomplete(run_dir)
    return Reference(
        drawn=scored_sample(texts[:drawn], logged, slice(drawn)),
        given=scored_sample(request.given, logged, slice(drawn, None)),
    )


def _incomplete(run_dir: Path) -> UsageError:
    return UsageError(f"{run_dir}: its reference has not been scored whole; --resume goes on with it")


@dataclass(frozen=True)
class ReferenceStage:
    """A reference on its way.

    evolution: the search that it is for, in a folder that is claimed
    references: where scores of former references are, None for nowhere
    purpose: what there is to say of it at the start; level: at which all is said
    """

    evolution: Evolution
    request: ReferenceRequest
    references: ScoreStore | None
    purpose: str = "before the first trial and outside --evaluations"
    level: int = logging.INFO

    def score(self, resources: Resources, live: LiveRun, observers: Sequence[Observer]) -> str | None:
        """Score what has not been scored; returns how that ended where it is not complete, else None."""
        began, evolution = time.monotonic(), self.evolution
        scorers = scorers_of(self.request, evolution.run_dir, evolution.config, evolution.plugins, evolution.objects)
        texts = self._list_candidates()
        count, expected = len(texts), self._expected(scorers, texts, resources)
        told = [self._headline(count), *self._untimed_line(), *expected.lines(resources.workers)]
        logger.log(self.level, "%s", "\n".join(told))
        for scorer in scorers:
            left = _left(evolution.limits, since=began)
            limits = replace(left, evaluations=count, target=None, trial_timeout_s=None)
            watchers = [*_watchers(observers, live, scorer.label), expected.time]
            state = self._score_by(scorer, limits, resources, watchers)
            if state is not None:
                return state
            logger.log(self.level, "%s", self._scored(scorer))
        return None

    def work(self) -> int:
        """Return how many trials' work it is to score what has not been scored; touches no file.

        As much as where nothing is known, where the space has to be prepared before it draws candidates.
        """
        evolution = self.evolution
        if isinstance(evolution.plugins.space, PreparedSpace):
            return self._size() + len(self.request.given)
        scorers = scorers_of(self.request, evolution.run_dir, evolution.config, evolution.plugins, evolution.objects)
        texts = self._candidates()
        missing = [missing_scores(self._search_of(each), each.label, texts, self.references) for each in scorers]
        return math.ceil(sum(one.candidates for one in missing) / len(missing))

    def futile(self, error: UsageError) -> FutileRunError:
        """Return the end of a run whose fitness refuses its reference, with what members failed by."""
        evolution = self.evolution
        scorers = scorers_of(self.request, evolution.run_dir, evolution.config, evolution.plugins, evolution.objects)
        failed = "".join(map(self._failed, scorers))
        again = f"going on with {evolution.run_dir} would end the same way"
        return FutileRunError(f"{bounded(str(error), 220)}{bounded(failed, 150)}; {again}")

    def _failed(self, scorer: Scorer) -> str:
        """Return on how many candidates a member failed, and by what; nothing where on none."""
        errors = read_table(self._search_of(scorer).run_dir, ["trial_id", "error"])["error"].to_pylist()
        known = [error for error in errors if error]
        return f"; {scorer.label} fails on {len(known)} of {len(errors)} by {last_line(known[0])}" if known else ""

    def _expected(self, scorers: Sequence[Scorer], texts: Sequence[str], resources: Resources) -> ExpectedReference:
        """Return what is left to score, and what that is going to take."""
        kept = self.references.computed_on(resources) if self.references else None
        left = [missing_scores(self._search_of(scorer), scorer.label, texts, kept) for scorer in scorers]
        return ExpectedReference(left, len(texts) * len(scorers), level=self.level)

    def _list_candidates(self) -> list[str]:
        """Write the candidates, one per line, and return their texts."""
        self.evolution.prepare()
        texts = self._candidates()
        write_text(self.evolution.run_dir / REFERENCE / CANDIDATES, "\n".join(texts) + "\n")
        return texts

    def _candidates(self) -> list[str]:
        """Return what is drawn of the space, and what the fitness gives.

        What is drawn is within the constraints of the search: nothing outside is ever trained, and positions among what
        may be found tell its candidates apart better than those at one end of all sizes. What is given has labels of
        the user's own, and is scored whatever its size. The best of a run is one of its own rows, never one of these.
        """
        space, sizes = self.evolution.plugins.space, self.evolution.sizes
        drawn_from = space if sizes is None else narrowed(space, Refused(sizes))
        given = [space.encode(space.decode(text)) for text in self.request.given]
        return [*draw_sample(drawn_from, self._size(), seed=self.request.seed), *given]

    def _size(self) -> int:
        evolution = self.evolution
        return evolution.config.reference_size or settled_size(self.request, evolution.limits.evaluations)

    def _search_of(self, scorer: Scorer) -> Evolution:
        """Return the search that scores by one member, of no limits yet."""
        folder = self.evolution.run_dir / REFERENCE / scorer.folder
        config = replace(scorer.config, reference_size=as_stored(folder, scorer.config).reference_size)
        return Evolution(folder, config, self.evolution.limits, scorer.plugins, scorer.objects)

    def _score_by(
        self, scorer: Scorer, limits: Limits, resources: Resources, observers: Sequence[Observer]
    ) -> str | None:
        """Score by one member; returns how that ended where it lacks scores, else None; raises KeyboardInterrupt."""
        member = replace(self._search_of(scorer), limits=limits)
        if logged_trials(member.run_dir) >= limits.evaluations:
            return None
        search = partial(search_with_reference, references=self.references)
        state = search_listed(member, search, resources, observers, scores=self.references)
        if state == INTERRUPTED:
            raise KeyboardInterrupt
        return None if logged_trials(member.run_dir) >= limits.evaluations else state

    def _headline(self, count: int) -> str:
        labels = [member.label for member in self.request.members]
        named = " and ".join(filter(None, (", ".join(labels[:-1]), labels[-1])))
        return f"reference: {counted(count, 'candidate')} by {named}, seed {self.request.seed}, {self.purpose}"

    def _untimed_line(self) -> list[str]:
        """Return that a time-out is none here, where there is one: it would shift the positions of all candidates."""
        seconds = self.evolution.limits.trial_timeout_s
        return [] if seconds is None else [f"reference: without --trial-timeout {seconds:g}, which is for trials alone"]

    def _scored(self, scorer: Scorer) -> str:
        """Return where a member's scores come from and what they have cost, in a line."""
        folder = self._search_of(scorer).run_dir
        table = read_table(folder, ["trial_id", "status", "reused", "attempts", "evaluate_s"])
        rows = [row for row in table.to_pylist() if not row["reused"]]
        seconds = [row["evaluate_s"] or 0.0 for row in rows if row["attempts"]]
        failed = sum(row["status"] != Status.COMPLETED for row in rows)
        machines = sum(row["status"] in _OF_THE_MACHINE for row in rows)
        parts = [
            *([f"{len(seconds)} scored, {sum(seconds):.3g} s of work"] if seconds else []),
            *found_lines(folder, self.references),
            *([f"{failed} without a score"] if failed else []),
            *([f"{machines} of these by the machine, so that another may rank otherwise"] if machines else []),
        ]
        return f"reference: {scorer.label}: {', '.join(parts)}"


def _watchers(observers: Sequence[Observer], live: LiveRun, member: str) -> list[Observer]:
    """Return who of a search's observers watches a member score the reference, and as what."""
    watchers = (observer.during_reference(live, member) for observer in observers)
    return [watcher for watcher in watchers if watcher is not None]


def _left(limits: Limits, *, since: float) -> Limits:
    """Return the limits with the minutes that are left of them."""
    if limits.max_minutes is None:
        return limits
    gone = (time.monotonic() - since) / 60
    return replace(limits, max_minutes=max(limits.max_minutes - gone, _LEAST_MINUTES))
