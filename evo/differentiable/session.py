"""One search by gradient from the command line: check everything, start Ray, train, say what was derived.

Nothing is written and no worker started before every option has been checked.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from evo.commands.run_options import config_from
from evo.differentiable.bilevel.memory import available_bytes, training_bytes
from evo.differentiable.bilevel.supernet_data import Course
from evo.differentiable.config import GradientPlugins, build_gradient_plugins, threads_of
from evo.differentiable.epoch_listeners import EpochLines, EpochMetrics, Listener
from evo.differentiable.gradient_run import GradientRun
from evo.differentiable.report import describe_search
from evo.differentiable.supernet_pool import SupernetPool
from evo.engine import summary as summaries
from evo.engine.cluster import Cluster, Resources, connect, disconnect, plan_resources
from evo.engine.monitor import Heartbeat, RayMetrics
from evo.engine.search import Observer
from evo.engine.session import locate, new_run_dir, terminated_like_interrupted
from evo.engine.workers import WorkerStartError
from evo.records.config import Choice, Limits, SearchConfig
from evo.storage.run_folder import RunFolder, read_limits
from evo.storage.run_log import logged_trials
from tasks.foundation.command_line import DONE, FAILED, INTERRUPTED, say
from tasks.foundation.errors import UsageError

ONLY_EVOLUTION = ("evaluations", "trial_timeout", "ahead", "candidate", "panel")
"""Options that mean nothing to a search by gradient."""
GIB = 2**30


def run_gradient_session(options: argparse.Namespace) -> int:
    """Run or resume the search that the options describe; returns the exit code, raises UsageError."""
    _check_options(options)
    run_dir, stored = locate(options)
    config = config_from(options, stored if options.resume else None)
    kept = 0 if stored is None else stored.strategy.options.get("threads", 0)
    config = _with_threads(config, kept) if kept else config
    limits = _limits(options, run_dir if stored else None)
    plugins = build_gradient_plugins(config, download=options.download)
    needed = _needed_bytes(plugins, config)
    run_dir = run_dir or new_run_dir(config)
    folder = RunFolder(run_dir)
    folder.check(config)
    cluster = connect(options.address)
    try:
        resources = plan_resources(cluster, workers=options.workers, gpus_per_worker=options.gpus_per_worker)
        resources = _fitting(resources, limits.evaluations, needed, local=options.address == "local")
        config = _with_threads(config, max(cluster.cpus // limits.evaluations, 1))
        resources = _placed(resources, threads_of(config), cluster)
        with terminated_like_interrupted(), folder:
            folder.claim(config, limits)
            _announce(run_dir, config, plugins.search.epochs, limits, cluster)
            return _search(folder, config, plugins, limits, resources, quiet=options.quiet)
    except OSError as error:
        print(f"evo.run: error: {error}; finished epochs are in {run_dir}: --resume takes it up again", file=sys.stderr)
        return FAILED
    finally:
        disconnect()


def _search(
    folder: RunFolder,
    config: SearchConfig,
    plugins: GradientPlugins,
    limits: Limits,
    resources: Resources,
    *,
    quiet: bool,
) -> int:
    run, state, code = GradientRun(folder.path, config, plugins, limits), "failed", FAILED
    observers: list[Observer] = [Heartbeat(folder), RayMetrics(folder.path.name)]
    listeners: list[Listener] = [EpochMetrics(folder.path.name)]
    if not quiet:
        listeners.append(EpochLines(plugins.search.epochs))
    pool = SupernetPool(config, folder.path.name, resources, run.restore)
    try:
        state = run.run(pool, observers, listeners)
        code = DONE
    except KeyboardInterrupt:
        state, code = "interrupted", INTERRUPTED
    except WorkerStartError as error:
        print(f"evo.run: error: {error}", file=sys.stderr)
    finally:
        pool.close()
        for observer in observers:
            observer.ended(state)
    found = summaries.summarise(folder.path)
    summaries.write_best(folder.path, found, config, plugins.space)
    say(
        "\n".join(
            [f"\n{state}", *summaries.describe_failures(found), *describe_search(folder.path, plugins.search.epochs)]
        )
    )
    return FAILED if code == DONE and found.trials and not found.best else code


def _check_options(options: argparse.Namespace) -> None:
    for name in ONLY_EVOLUTION:
        if getattr(options, name) is not None:
            flag = name.replace("_", "-")
            raise UsageError(
                f"--{flag} {getattr(options, name)}: a search by gradient has none; it takes --seeds, --max-minutes "
                "and --set strategy.epochs=N"
            )
    if options.seed is not None and options.seed < 0:
        raise UsageError(f"--seed {options.seed}: must be at least 0, as it names the files of a supernet")


def _limits(options: argparse.Namespace, run_dir: Path | None) -> Limits:
    seeds = options.seeds
    if seeds is None:
        seeds = read_limits(run_dir).evaluations if run_dir else 1
    if seeds < 1:
        raise UsageError(f"--seeds {seeds}: must be at least 1")
    if run_dir and seeds < (logged := logged_trials(run_dir)):
        raise UsageError(f"--seeds {seeds}: {run_dir} has {logged} already; ask for at least that many")
    return Limits(evaluations=seeds, max_minutes=options.max_minutes)


def _with_threads(config: SearchConfig, threads: Any) -> SearchConfig:
    """Return the configuration with a number of threads in place of 0."""
    options = dict(config.strategy.options)
    options["threads"] = options["threads"] or threads
    return replace(config, strategy=Choice(config.strategy.name, options))


def _needed_bytes(plugins: GradientPlugins, config: SearchConfig) -> int:
    """Return what one supernet's training takes; raises UsageError where it cannot even be built."""
    import torch

    search, cpu = plugins.search, torch.device("cpu")
    course = Course(plugins.space, plugins.images, plugins.objective, search.settings, config.seed, cpu)
    try:
        return training_bytes(course, search.relaxation(), search.epochs)
    except ValueError as error:
        raise UsageError(f"strategy {config.strategy.name!r} cannot search this space: {error}") from error


def _fitting(resources: Resources, seeds: int, needed: int, *, local: bool) -> Resources:
    """Return as many workers as there are seeds and, on this machine, memory for; raises UsageError for none."""
    places = min(resources.workers, seeds)
    if not local or resources.gpus_each:
        return replace(resources, workers=places)
    free = available_bytes()
    if needed > free:
        raise UsageError(
            f"one supernet needs about {needed / GIB:.1f} GiB of memory in training, and {free / GIB:.1f} GiB are "
            "free; take a smaller strategy.batch, or a narrower or shallower space"
        )
    fitting = min(places, free // needed)
    if fitting < places:
        say(f"note: memory for {fitting} supernets side by side, at about {needed / GIB:.1f} GiB each; the rest wait")
    return replace(resources, workers=fitting)


def _placed(resources: Resources, threads: int, cluster: Cluster) -> Resources:
    """Return as many workers as there are processors for, each with its threads; raises UsageError for none."""
    if threads > cluster.cpus:
        raise UsageError(
            f"strategy.threads={threads}: the cluster has {cluster.cpus} processors; ask for at most that, or, where a "
            "run was begun with more, go on with it where it began"
        )
    return replace(resources, workers=min(resources.workers, cluster.cpus // threads))


def _announce(run_dir: Path, config: SearchConfig, epochs: int, limits: Limits, cluster: Cluster) -> None:
    say(
        f"{config.strategy.name} over {config.space.name} by {config.fitness.name} on {config.data}, seeds "
        f"{config.seed} to {config.seed + limits.evaluations - 1}, {epochs} epochs each, {threads_of(config)} "
        f"threads each -> {run_dir}"
    )
    if cluster.dashboard_url:
        say(f"dashboard: http://{cluster.dashboard_url} (its token: ray get-auth-token)")
