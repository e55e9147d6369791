"""Search by evolution: candidates are proposed, scored on workers, told, and logged; ask and tell over trials."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from evo.display.readable_numbers import counted
from evo.engine import summary as summaries
from evo.engine import worker_output
from evo.engine.configuring import Asked, limits_of
from evo.engine.data_options import identified
from evo.engine.evaluator import describe
from evo.engine.history import History
from evo.engine.next_steps import using_it
from evo.engine.observer import LiveRun, Observer
from evo.engine.places import settle_ahead
from evo.engine.plugins import Plugins, build_plugins, build_strategy
from evo.engine.proposing import started_with
from evo.engine.search import Search, SearchParts, WorkerPool
from evo.engine.session import Session, dashboard_line
from evo.engine.trust import trust_flag
from evo.records.config import Limits, SearchConfig
from evo.records.resources import Cluster, Resources
from evo.storage.run_log import RunLog, logged_trials
from evo.strategies.base import SearchStrategy
from fitness.base import scored_key
from spaces import PreparedSpace, SearchSpace
from tasks import described, remarks_of
from tasks.foundation.errors import UsageError

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Evolution:
    """An evolution whose plug-ins are made: its folder, its settings, and the caller's own objects by axis."""

    run_dir: Path
    config: SearchConfig
    limits: Limits
    plugins: Plugins
    objects: Mapping[str, object] = field(default_factory=dict)

    def search(self, resources: Resources, live: LiveRun, observers: Sequence[Observer]) -> str:
        """Search to the end in a folder that is claimed; returns how it ended, raises FailedRunError."""
        strategy = build_strategy(self.config, self.plugins.space, objects=self.objects)
        self._prepare(strategy)
        log = RunLog(self.run_dir)
        try:
            with self._workers(resources) as workers:
                return str(self._wire(strategy, log, workers, live, observers).run())
        finally:
            log.flush()

    def _prepare(self, strategy: SearchStrategy) -> None:
        space = self.plugins.space
        draws = strategy.draws_from_space if isinstance(strategy, SearchStrategy) else True
        if draws and isinstance(space, PreparedSpace):
            logger.info("preparing %s", self.config.space.name)
            space.prepare(self.run_dir)

    def _wire(
        self, strategy: SearchStrategy, log: RunLog, workers: WorkerPool, live: LiveRun, observers: Sequence[Observer]
    ) -> Search:
        space, fitness = self.plugins.space, self.plugins.fitness
        parts = SearchParts(
            live=live,
            space=space,
            key_of=partial(scored_key, space, fitness),
            strategy=strategy,
            workers=workers,
            log=log,
            history=History(self.run_dir),
            describe=partial(describe, space, self.plugins.images),
            observers=observers,
        )
        return Search(parts, self.config, self.limits)

    @contextmanager
    def _workers(self, resources: Resources) -> Iterator[WorkerPool]:
        """Give the pool that scores: of Ray actors, or this process alone."""
        workers: WorkerPool
        if resources.workers:
            from evo.engine.workers import RayWorkers

            workers = RayWorkers(
                self.config,
                self.run_dir.name,
                resources,
                timeout_s=self.limits.trial_timeout_s,
                objects=self.objects,
                output=self.run_dir.absolute() / worker_output.NAME,
            )
        else:
            from evo.engine.inline_workers import InlineWorkers

            workers = InlineWorkers(self.config, timeout_s=self.limits.trial_timeout_s, objects=self.objects)
        try:
            yield workers
        finally:
            workers.close()


class Sequel(Protocol):
    """What a kind of space has to say, and to do, about an evolution that is complete."""

    def lines(self, run_dir: Path) -> list[str]:
        """Return what else there is to report, line by line."""
        ...

    def run(self, evolution: Evolution, resources: Resources, observers: Sequence[Observer]) -> None:
        """Do what is left to do, on the same workers."""
        ...


class EvolutionSession(Session):
    """An evolution from its check to its summary."""

    unit = "trials"

    def __init__(self, asked: Asked, observers: Sequence[Observer], *, sequel: Sequel | None = None) -> None:
        """Check everything but folder and cluster; raises UsageError."""
        super().__init__(asked, limits_of(asked), observers)
        if asked.request.seeds is not None:
            raise UsageError(f"--seeds {asked.request.seeds}: only a differentiable search has several; give --seed")
        self._plugins = build_plugins(self.config, objects=self.objects, download=asked.request.download)
        self.config = started_with(identified(self.config, self._plugins.images), self.space, asked.request.initial)
        build_strategy(self.config, self.space, objects=self.objects)
        self._sequel = sequel
        self._before, self._clock = 0, time.monotonic()

    @property
    def space(self) -> SearchSpace[Any]:
        """The space that is searched."""
        return self._plugins.space

    def live(self) -> LiveRun:
        """Return what observers see of the search."""
        return LiveRun(self.run_dir, self.limits.evaluations)

    def settle(self, cluster: Cluster, resources: Resources) -> Resources:
        """Settle the look-ahead."""
        self.config = replace(self.config, ahead=settle_ahead(self.config.ahead, resources))
        return resources

    def announce(self, cluster: Cluster, resources: Resources) -> list[str]:
        """Return what is about to run, line by line."""
        config = self.config
        ahead, workers = config.ahead, resources.workers
        where = f"{counted(workers, 'worker')}, {resources.gpus_each:g} GPU each" if workers else "in this process"
        idle = f"note: only {ahead} of {workers} workers can be busy at look-ahead {ahead}"
        soft = "note: only a worker can be ended by a time-out; here a trial has to look at the clock itself"
        return [
            f"{config.strategy.name} over {config.space.name} by {config.fitness.name} on {config.data}, seed "
            f"{config.seed}, {self.limits.evaluations} evaluations -> {self.run_dir}",
            f"{where}, look-ahead {ahead}",
            *remarks_of(self._plugins.images),
            *([idle] if workers > ahead else []),
            *([soft] if not workers and self.limits.trial_timeout_s is not None else []),
            *self._plugins.notes(config.fitness.name),
            *dashboard_line(cluster),
        ]

    def search(self, resources: Resources, live: LiveRun, observers: Sequence[Observer]) -> str:
        """Search to the end; returns how it ended, raises FailedRunError and KeyboardInterrupt."""
        self._before, self._clock = logged_trials(self.run_dir), time.monotonic()
        return self._evolution().search(resources, live, observers)

    def report(self, found: summaries.Summary, state: str) -> list[str]:
        """Return what was found, line by line."""
        flag = trust_flag(self.run_dir, self.config)
        commands = summaries.next_commands(self.run_dir, found, self.limits.evaluations, flag=flag)
        return [
            f"\n{state} after {_rate(found.trials - self._before, time.monotonic() - self._clock)}",
            *described(self._plugins.images),
            *summaries.describe_failures(found),
            *(self._sequel.lines(self.run_dir) if self._sequel else []),
            "",
            *summaries.describe(found),
            "",
            "next:",
            *(f"  {line}" for line in (*commands, *using_it(self.run_dir, self.config, self.space))),
        ]

    def continue_after(self, resources: Resources) -> None:
        """Judge the winners where the kind of space has a way to."""
        if self._sequel is not None:
            self._sequel.run(self._evolution(), resources, self._observers)

    def _evolution(self) -> Evolution:
        return Evolution(self.run_dir, self.config, self.limits, self._plugins, self.objects)


def _rate(evaluations: int, wall_s: float) -> str:
    return f"{wall_s:.0f} s, {evaluations / max(wall_s, 1e-9):.2f} evaluations/s"
