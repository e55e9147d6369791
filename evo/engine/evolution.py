"""Search by evolution: candidates are proposed, scored on workers, told, and logged; ask and tell over trials."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from evo.constraints.size_limits import SizeLimits
from evo.engine import worker_output
from evo.engine.evaluator import describe
from evo.engine.fits import Fits, FitWorker
from evo.engine.history import History
from evo.engine.lazy_workers import LazyWorkers
from evo.engine.objective_values import key_in
from evo.engine.observer import LiveRun, Observer
from evo.engine.plugins import Plugins, build_strategy
from evo.engine.screens import Screens
from evo.engine.search import Search, SearchParts, as_they_are
from evo.engine.worker_pool import WorkerPool
from evo.records.config import Limits, SearchConfig
from evo.records.resources import Resources
from evo.records.trial import Outcome
from evo.storage.durable_files import write_text
from evo.storage.run_log import RunLog
from evo.storage.score_store import NO_SCORES, Key, ScoreStore
from evo.strategies.base import SearchStrategy, summary_of
from fitness.reference import Reference
from spaces import Complexity, NetworkSpace, PreparedSpace

logger = logging.getLogger(__name__)

AHEAD, TELL_ORDER = "selfnas.ahead", "selfnas.tell_order"
"""Metadata of a log: the look-ahead in force, and the order of telling."""
SIZES = 10_000
"""Candidates whose sizes are kept: counting one takes up to 70 ms where the space does not know its costs."""
FITTED_BY = ("space", "strategy")
"""The axes whose plug-ins a fit is made with."""
SAID = "strategy.txt"
"""File in a run's folder of what its strategy had to say of how the search went."""


def unheard(lines: Sequence[str]) -> None:
    """Take what a strategy says, and do nothing with it."""


@dataclass(frozen=True)
class Evolution:
    """An evolution whose plug-ins are made: its folder, its settings, and the caller's own objects by axis.

    reference: what the fitness has asked for, None where it asks for nothing
    known: outcomes that need no scoring, by text and seed
    sizes: the limits to the size of networks within which it proposes, None for none
    members: where scores of a reference's members are, from which those of candidates may follow; None: none do
    hear: takes what the strategy says at the end of how the search went
    """

    run_dir: Path
    config: SearchConfig
    limits: Limits
    plugins: Plugins
    objects: Mapping[str, object] = field(default_factory=dict)
    reference: Reference | None = None
    known: Mapping[Key, Outcome] = field(default_factory=lambda: NO_SCORES)
    sizes: SizeLimits | None = None
    members: ScoreStore | None = None
    hear: Callable[[Sequence[str]], None] = unheard

    def search(self, resources: Resources, live: LiveRun, observers: Sequence[Observer]) -> str:
        """Search to the end in a folder that is claimed; returns how it ended, raises FailedRunError."""
        strategy = build_strategy(self.config, self.plugins.space, objects=self.objects, sizes=self.sizes)
        if strategy.draws_from_space if isinstance(strategy, SearchStrategy) else True:
            self.prepare()
        log = RunLog(self.run_dir, {AHEAD: str(self.config.ahead), TELL_ORDER: str(self.config.tell_order)})
        fits = Fits(self.run_dir, self.config.space, self._fit_worker(resources))
        screens = Screens(self.run_dir, self.plugins.space, self._key_of(), self.config.seed)
        try:
            with self._workers(resources) as workers:
                parts = self._wire(strategy, log, (workers, fits, screens), live, observers)
                return str(Search(parts, self.config, self.limits).run())
        finally:
            fits.cancel()
            log.flush()
            self._say([*summary_of(strategy), *fits.lines(), *screens.lines()])

    def _say(self, lines: Sequence[str]) -> None:
        """Keep what there is to say of the search, and pass it on."""
        if lines:
            write_text(self.run_dir / SAID, "\n".join(lines) + "\n")
        self.hear(lines)

    def prepare(self) -> None:
        """Make what the space needs before it draws candidates, or read it from the folder; mostly nothing."""
        space = self.plugins.space
        if isinstance(space, PreparedSpace):
            logger.info("preparing %s", self.config.space.name)
            space.prepare(self.run_dir)

    def key(self, text: str) -> str:
        """Return the identity of the candidate ``text``: equal ones are scored once."""
        space = self.plugins.space
        return key_in(self.config, space, self.plugins.fitness, space.decode(text))

    def _key_of(self) -> Callable[[Any], str]:
        return partial(key_in, self.config, self.plugins.space, self.plugins.fitness)

    def _wire(
        self,
        strategy: SearchStrategy,
        log: RunLog,
        made: tuple[WorkerPool, Fits, Screens],
        live: LiveRun,
        observers: Sequence[Observer],
    ) -> SearchParts:
        """Return the parts of a search; made: what scores its trials, and what answers for its fits and screens."""
        return SearchParts(
            live=live,
            space=self.plugins.space,
            key_of=self._key_of(),
            strategy=strategy,
            log=log,
            history=History(self.run_dir),
            describe=self._describe(),
            observers=observers,
            known=self.known,
            noted=self.sizes.noted if self.sizes else as_they_are,
            workers=made[0],
            fits=made[1],
            screens=made[2],
        )

    def _describe(self) -> Callable[[str], Complexity | None]:
        """Return what says the size of a candidate's network, which takes no time where the space builds none."""
        space = self.plugins.space
        if not isinstance(space, NetworkSpace):
            return _no_size
        return lru_cache(SIZES)(partial(describe, space, self.plugins.images))

    @contextmanager
    def _workers(self, resources: Resources) -> Iterator[WorkerPool]:
        """Give the pool that scores: of Ray actors, or this process alone."""
        start = self._starter(resources)
        workers = LazyWorkers(start) if self.known else start()
        try:
            yield workers
        finally:
            workers.close()

    def _fit_worker(self, resources: Resources) -> FitWorker:
        """Return what makes the strategy's fits, in tasks of Ray or in this process."""
        if not resources.workers:
            from evo.engine.inline_fits import InlineFits

            return InlineFits(self.plugins.space)
        from evo.engine.pool.driver_side import code_env
        from evo.engine.ray_fits import RayFits

        output = self.run_dir.absolute() / worker_output.NAME
        env = partial(code_env, self.config, self.objects, resources, axes=FITTED_BY)
        return RayFits(self.config, objects=self.objects, output=output, runtime_env=env)

    def _starter(self, resources: Resources) -> Callable[[], WorkerPool]:
        """Return what starts the pool."""
        given: dict[str, Any] = {
            "timeout_s": self.limits.trial_timeout_s,
            "objects": self.objects,
            "reference": self.reference,
        }
        if not resources.workers:
            from evo.engine.inline_workers import InlineWorkers

            return partial(InlineWorkers, self.config, **given)
        from evo.engine.pool.driver_side import driver_side
        from evo.engine.pool.workers import RayWorkers

        output = self.run_dir.absolute() / worker_output.NAME

        def start() -> WorkerPool:
            driver = driver_side(self.config, self.objects, self.plugins.images, resources)
            return RayWorkers(self.config, self.run_dir.name, resources, output=output, driver=driver, **given)

        return start


def _no_size(text: str) -> None:
    """Say of a candidate that it has no network."""
