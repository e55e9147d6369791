"""An evolution from its check to its summary."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from evo.cluster.cuda_check import idle_gpu_notes
from evo.display.readable_numbers import counted
from evo.engine import summary as summaries
from evo.engine.asked_sizes import constraint_lines, on_images, size_limits
from evo.engine.configuring import Asked, asked_order, limits_of
from evo.engine.data_options import identified
from evo.engine.ending import Ending
from evo.engine.evolution import Evolution
from evo.engine.next_steps import placed, using_it
from evo.engine.objective_values import check_objectives, objective_lines
from evo.engine.observer import LiveRun, Observer
from evo.engine.places import check_sendable, settle_ahead
from evo.engine.plugins import build_plugins, build_strategy, screening_plugins
from evo.engine.proposing import started_with
from evo.engine.reference_members import check_reference, made_in
from evo.engine.reference_request import settled_size
from evo.engine.reference_stage import say, search_with_reference
from evo.engine.session import Session, dashboard_line
from evo.engine.telling_orders import usual_order
from evo.engine.trust import trust_flag
from evo.records.resources import Cluster, Resources
from evo.records.tell_order import TellOrder
from evo.storage.run_log import logged_trials
from evo.storage.score_store import named_store
from evo.strategies.screening import screen_name
from spaces import SearchSpace
from tasks import described, remarks_of
from tasks.foundation.errors import UsageError

REFERENCES = "references"
"""Folder beside a run's that keeps what was scored for references."""


class Sequel(Protocol):
    """What a kind of space has to say, and to do, about an evolution that is complete."""

    def lines(self, run_dir: Path) -> list[str]:
        """Return what else there is to report, line by line."""
        ...

    def run(self, evolution: Evolution, resources: Resources, observers: Sequence[Observer], *, late: bool) -> None:
        """Do what is left to do, on the same workers, or say that it is left as the time is over."""
        ...


class EvolutionSession(Session):
    """An evolution from its check to its summary."""

    unit = "trial"

    def __init__(self, asked: Asked, observers: Sequence[Observer], *, sequel: Sequel | None = None) -> None:
        """Check everything but folder and cluster; raises UsageError."""
        super().__init__(asked, limits_of(asked), observers)
        if asked.request.seeds is not None:
            raise UsageError(f"--seeds {asked.request.seeds}: only a differentiable search has several; give --seed")
        self._plugins = build_plugins(self.config, objects=self.objects, download=asked.request.download)
        if asked.stored is None and asked_order(asked.request.tell_order) is None:
            self.config = replace(self.config, tell_order=usual_order(self.space, self._plugins.fitness))
        self.config = started_with(identified(self.config, self._plugins.images), self.space, asked.request.initial)
        check_objectives(self.config, self.space)
        self._sizes = size_limits(self.config, self.space, on_images(self._plugins.images))
        strategy = build_strategy(self.config, self.space, objects=self.objects, sizes=self._sizes)
        if (screen := screen_name(strategy)) is not None:
            screening_plugins(self.config, self._plugins, screen)
        request = check_reference(self.config, self._plugins, self.objects)
        check_sendable(made_in(request), self.placement)
        size = self.config.reference_size or settled_size(request, self.limits.evaluations)
        self.config = replace(self.config, reference_size=size if request else 0)
        self._references = named_store(asked.request.references, self.run_dir.parent / REFERENCES)
        self._sequel, self._late = sequel, False
        self._before, self._clock = 0, time.monotonic()
        self._of_reference: list[str] = []
        self._of_strategy: list[str] = []

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
        loose = "note: rows depend on how long trials take, so other workers give others; --resume goes on exactly"
        soft = "note: only a worker can be ended by a time-out; here a trial has to look at the clock itself"
        return [
            f"{config.strategy.name} over {config.space.name} by {config.fitness.name} on {config.data}, seed "
            f"{config.seed}, {self.limits.evaluations} evaluations -> {self.run_dir}",
            f"{where}, look-ahead {ahead}, told {config.tell_order.said}",
            *objective_lines(config),
            *constraint_lines(config),
            *remarks_of(self._plugins.images),
            *([idle] if workers > ahead else []),
            *([loose] if config.tell_order is TellOrder.COMPLETION else []),
            *([soft] if not workers and self.limits.trial_timeout_s is not None else []),
            *self._plugins.notes(config.fitness.name),
            *idle_gpu_notes(cluster, resources, self._plugins.gaining(config.fitness.name)),
            *dashboard_line(cluster),
        ]

    def search(self, resources: Resources, live: LiveRun, observers: Sequence[Observer]) -> str:
        """Search to the end; returns how it ended, raises FailedRunError and KeyboardInterrupt."""
        self._before, self._clock = logged_trials(self.run_dir), time.monotonic()
        evolution, references = self._evolution(), self._references
        state = search_with_reference(
            evolution, resources, live, observers, references=references, told=self._tell_reference
        )
        self._late = state == Ending.OUT_OF_TIME
        return state

    def _tell_reference(self, lines: Sequence[str]) -> None:
        """Say what there is to say of the reference, now and in the summary."""
        self._of_reference = list(lines)
        say(lines)

    def report(self, found: summaries.Summary, state: str) -> list[str]:
        """Return what was found, line by line."""
        flag, where = trust_flag(self.run_dir, self.config), placed(self.placement)
        commands = summaries.next_commands(self.run_dir, found, self.limits.evaluations, flag=flag, where=where)
        return [
            f"\n{state} after {_rate(found.trials - self._before, time.monotonic() - self._clock)}",
            *described(self._plugins.images),
            *summaries.describe_failures(found),
            *(self._sequel.lines(self.run_dir) if self._sequel else []),
            *self._of_reference,
            *self._of_strategy,
            "",
            *summaries.describe(found),
            "",
            "next:",
            *(f"  {line}" for line in (*commands, *using_it(self.run_dir, self.config, self.space))),
        ]

    def continue_after(self, resources: Resources) -> None:
        """Judge the winners where the kind of space has a way to."""
        if self._sequel is not None:
            self._sequel.run(self._evolution(), resources, self._observers, late=self._late)

    def _evolution(self) -> Evolution:
        given = (self.run_dir, self.config, self.limits, self._plugins, self.objects)
        return Evolution(*given, sizes=self._sizes, hear=self._hear_strategy)

    def _hear_strategy(self, lines: Sequence[str]) -> None:
        """Keep what the strategy says for the summary."""
        self._of_strategy = list(lines)


def _rate(evaluations: int, wall_s: float) -> str:
    return f"{wall_s:.0f} s, {evaluations / max(wall_s, 1e-9):.2f} evaluations/s"
