"""Differentiable search: a supernet per seed is trained over epochs, and an architecture is derived from each."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from evo.cluster.caller_process import left_as_it_was
from evo.cluster.cuda_check import idle_gpu_notes
from evo.differentiable.bilevel.memory import MemoryEstimate, available_bytes, check_images_fit, estimate_memory
from evo.differentiable.bilevel.micro_batches import describe_micro_batches
from evo.differentiable.bilevel.supernet_data import SupernetSetup, describe_images
from evo.differentiable.config import GradientPlugins, build_gradient_plugins, threads_of
from evo.differentiable.derivable import check_derivable
from evo.differentiable.gpu_admission import GpuAdmission
from evo.differentiable.gradient_run import GradientRun, Supernets
from evo.differentiable.inline_supernets import InlineSupernets
from evo.differentiable.memory_saving import described_saving, saving_options
from evo.differentiable.report import describe_search
from evo.engine import summary as summaries
from evo.engine.asked_sizes import constraint_lines
from evo.engine.configuring import Asked
from evo.engine.data_options import identified
from evo.engine.next_steps import using_it
from evo.engine.observer import LiveRun, Observer
from evo.engine.pool.memory_limit import GIB
from evo.engine.session import Session, dashboard_line
from evo.records.config import WITH_OPTIONS, Choice, Limits, SearchConfig
from evo.records.requests import DEFAULT_SEEDS, SearchRequest
from evo.records.resources import Cluster, Resources
from evo.storage.epoch_log import read_epochs
from evo.storage.run_folder import read_limits
from evo.storage.run_log import logged_trials
from spaces import SearchSpace
from tasks import UsageError, described, remarks_of
from tasks.foundation.ranges import check_range

ONLY_EVOLUTION = ("evaluations", "trial_timeout", "ahead", "tell_order", "panel", "target", "initial")
"""What means nothing to a differentiable search."""
LARGEST_SEED = 2**63 - 1
"""The largest number that a row of the log of epochs holds."""
MOST_SEEDS = 1_000

logger = logging.getLogger(__name__)


class DifferentiableSession(Session):
    """A differentiable search from its check to its summary."""

    unit = "epoch"

    def __init__(self, asked: Asked, observers: Sequence[Observer]) -> None:
        """Check everything but folder and cluster; raises UsageError."""
        _check_request(asked.request)
        super().__init__(asked, _limits(asked), observers)
        _check_seeds(self.config.seed, self.limits.evaluations)
        kept = 0 if asked.stored is None else asked.stored.strategy.options.get("threads", 0)
        self.config = _with_threads(self.config, kept) if kept else self.config
        self._plugins = build_gradient_plugins(self.config, objects=self.objects, download=asked.request.download)
        self.config = identified(self.config, self._plugins.images)
        setup = _setup(self._plugins, self.config)
        self._images = describe_images(setup)
        if self.placement.address == "local":
            check_images_fit(setup)
        self._estimate = _estimated(self._plugins, self.config, setup)
        self._needed = self._estimate.under(setup.settings)
        check_derivable(self.config, self._plugins)

    @property
    def space(self) -> SearchSpace[Any]:
        """The space that is searched."""
        space: SearchSpace[Any] = self._plugins.space
        return space

    def live(self) -> LiveRun:
        """Return what observers see of the search."""
        return LiveRun(self.run_dir, self.limits.evaluations, epochs=self._plugins.search.epochs)

    def settle(self, cluster: Cluster, resources: Resources) -> Resources:
        """Settle the threads of each supernet, and how many there is room for; raises UsageError for none."""
        seeds = self.limits.evaluations
        local = self.placement.address == "local"
        fitting = _fitting(resources, seeds, self._needed, local=local, saving=self._saving)
        self.config = _with_threads(self.config, max(cluster.cpus // seeds, 1))
        return _placed(fitting, threads_of(self.config), cluster)

    def _saving(self, free: int) -> str:
        """Return which options would need less memory, to begin an advice with."""
        divisible = not self._plugins.objective.compares_images
        return described_saving(
            saving_options(self._estimate, self._plugins.search.settings, free, divisible=divisible)
        )

    def announce(self, cluster: Cluster, resources: Resources) -> list[str]:
        """Return what is about to run, line by line."""
        config = self.config
        return [
            f"{config.strategy.name} over {config.space.name} by {config.fitness.name} on {config.data}, seeds "
            f"{config.seed} to {config.seed + self.limits.evaluations - 1}, {self._plugins.search.epochs} epochs each, "
            f"{threads_of(config)} threads each -> {self.run_dir}",
            f"{resources.workers} at a time" if resources.workers else "in this process, one after the other",
            *constraint_lines(config),
            *self._images,
            *describe_micro_batches(self._plugins.search.settings),
            *remarks_of(self._plugins.images),
            *idle_gpu_notes(cluster, resources, ["a supernet"]),
            *dashboard_line(cluster),
        ]

    def search(self, resources: Resources, live: LiveRun, observers: Sequence[Observer]) -> str:
        """Search to the end; returns how it ended, raises FailedRunError and KeyboardInterrupt."""
        run = GradientRun(self.run_dir, self.config, self._plugins, self.limits)
        supernets = self._supernets(run, resources)
        try:
            return run.run(supernets, live, observers)
        finally:
            supernets.close()

    def finished(self) -> int:
        """Return how many epochs of all seeds are on disk; raises UsageError where that cannot be read."""
        return int(read_epochs(self.run_dir).num_rows)

    def report(self, found: summaries.Summary, state: str) -> list[str]:
        """Return what was derived, line by line."""
        lines = describe_search(self.run_dir, self._plugins.search.epochs)
        steps = using_it(self.run_dir, self.config, self.space, supernets=True)
        after = ["", "next:", *(f"  {line}" for line in steps)] if steps else []
        return [f"\n{state}", *described(self._plugins.images), *summaries.describe_failures(found), *lines, *after]

    def _supernets(self, run: GradientRun, resources: Resources) -> Supernets:
        if not resources.workers:
            return InlineSupernets(self.config, run.restore, objects=self.objects)
        from evo.differentiable.supernet_pool import SupernetPool
        from evo.engine.pool.driver_side import driver_side

        settings = self._plugins.search.settings
        steady = self._plugins.search.stages == 1 and not settings.eigenvalue_every
        given: dict[str, Any] = {
            "admission": GpuAdmission(self._needed, steady=steady),
            "objects": self.objects,
            "driver": driver_side(self.config, self.objects, self._plugins.images, resources, axes=WITH_OPTIONS),
        }
        return SupernetPool(self.config, self.run_dir, resources, run.restore, **given)


def _check_request(request: SearchRequest) -> None:
    for name in ONLY_EVOLUTION:
        if getattr(request, name) is not None:
            raise UsageError(
                f"--{name.replace('_', '-')} {getattr(request, name)}: a differentiable search has none; it takes "
                "--seeds, --max-minutes and --set strategy.epochs=N"
            )
    if request.seed is not None and request.seed < 0:
        raise UsageError(f"--seed {request.seed}: must be at least 0, as it names the files of a supernet")


def _check_seeds(seed: int, seeds: int) -> None:
    """Raise UsageError where the log of epochs cannot hold the last seed."""
    if seed + seeds - 1 > LARGEST_SEED:
        raise UsageError(f"--seed {seed}, --seeds {seeds}: seeds of a differentiable search end at {LARGEST_SEED}")


def _limits(asked: Asked) -> Limits:
    seeds, stored = asked.request.seeds, asked.run_dir if asked.stored else None
    if seeds is None:
        seeds = read_limits(stored).evaluations if stored else DEFAULT_SEEDS
    check_range("--seeds", seeds, 1, MOST_SEEDS)
    if stored and seeds < (logged := logged_trials(stored)):
        raise UsageError(f"--seeds {seeds}: {stored} has {logged} already; ask for at least that many")
    return Limits(evaluations=seeds, max_minutes=asked.request.max_minutes)


def _with_threads(config: SearchConfig, threads: Any) -> SearchConfig:
    """Return the configuration with a number of threads in place of 0."""
    options = dict(config.strategy.options)
    options["threads"] = options["threads"] or threads
    return replace(config, strategy=Choice(config.strategy.name, options))


def _setup(plugins: GradientPlugins, config: SearchConfig) -> SupernetSetup:
    import torch

    settings, cpu = plugins.search.settings, torch.device("cpu")
    return SupernetSetup(plugins.space, plugins.images, plugins.objective, settings, config.seed, cpu)


def _estimated(plugins: GradientPlugins, config: SearchConfig, setup: SupernetSetup) -> MemoryEstimate:
    """Return what one supernet's training takes; raises UsageError where it cannot even be built."""
    search = plugins.search
    try:
        with left_as_it_was():  # building it draws weights
            return estimate_memory(setup, search.relaxation(), search.epochs)
    except ValueError as error:
        raise UsageError(f"strategy {config.strategy.name!r} cannot search this space: {error}") from error


def _fitting(resources: Resources, seeds: int, needed: int, *, local: bool, saving: Callable[[int], str]) -> Resources:
    """Return as many workers as there are seeds and, on this machine, memory for; raises UsageError for none.

    saving: what to advise first where so many bytes are free
    """
    workers = min(resources.workers, seeds)
    if not local or resources.gpus_each:
        return replace(resources, workers=workers)
    free = available_bytes()
    if needed > free:
        raise UsageError(
            f"one supernet needs about {needed / GIB:.1f} GiB of memory in training, and {free / GIB:.1f} GiB are "
            f"free; {saving(free)}take a smaller strategy.batch, or a narrower or shallower space"
        )
    fitting = min(workers, free // needed)
    if fitting < workers:
        logger.info(
            "note: memory for %d supernets side by side, at about %.1f GiB each; the rest wait", fitting, needed / GIB
        )
    return replace(resources, workers=fitting)


def _placed(resources: Resources, threads: int, cluster: Cluster) -> Resources:
    """Return as many workers as there are CPUs for, each with its threads; raises UsageError for none.

    A cluster that grows may have no CPU yet; what waits for one there stays as it is.
    """
    if cluster.grows and not cluster.cpus:
        return resources
    if threads > cluster.cpus:
        raise UsageError(
            f"strategy.threads={threads}: the cluster has {cluster.cpus} CPUs; ask for at most that, or, where a run "
            "was begun with more, go on with it where it began"
        )
    return replace(resources, workers=min(resources.workers, cluster.cpus // threads))
