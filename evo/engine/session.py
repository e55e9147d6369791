"""One search from the command line: check everything, start Ray, search, say what was found.

Nothing is written and no worker started before every option has been checked.
"""

import argparse
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Protocol

from evo.commands.run_options import config_from
from evo.engine import summary as summaries
from evo.engine.cluster import Cluster, Resources, connect, disconnect, plan_resources, settle_ahead
from evo.engine.evaluator import describe
from evo.engine.history import History, ReplayError
from evo.engine.monitor import Heartbeat, RayMetrics, progress_for
from evo.engine.plugins import Plugins, build_plugins, build_strategy
from evo.engine.search import ContractError, Observer, Search, SearchParts
from evo.engine.workers import RayWorkers, WorkerStartError
from evo.proxy_search.abandoned import describe_saving
from evo.records.config import AUTO_AHEAD, Limits, SearchConfig
from evo.records.trial import Status
from evo.storage.locked_folder import CONFIG
from evo.storage.run_folder import RunFolder, read_config, read_limits
from evo.storage.run_log import RunLog, logged_trials
from evo.strategies import STRATEGIES
from fitness.base import scored_key
from spaces import PreparedSpace
from tasks.foundation.command_line import DONE, FAILED, INTERRUPTED, say
from tasks.foundation.errors import UsageError


class Afterwards(Protocol):
    """What is still to be done with a search that is over, on the same workers."""

    def __call__(
        self, run_dir: Path, config: SearchConfig, plugins: Plugins, resources: Resources, *, quiet: bool
    ) -> int:
        """Do it; returns the exit code."""
        ...


def run_session(options: argparse.Namespace, *, then: Afterwards | None = None) -> int:
    """Run or resume the search that the options describe; returns the exit code, raises UsageError."""
    run_dir, stored = locate(options)
    config = configured(options, stored)
    limits = _limits(options, run_dir if stored else None)
    plugins = build_plugins(config, download=options.download)
    build_strategy(config, plugins.space)
    run_dir = run_dir or new_run_dir(config)
    folder = RunFolder(run_dir)
    folder.check(config)
    _check_log(run_dir, options.evaluations)
    cluster = connect(options.address)
    try:
        resources = plan_resources(cluster, workers=options.workers, gpus_per_worker=options.gpus_per_worker)
        config = replace(config, ahead=settle_ahead(config.ahead, resources))
        with terminated_like_interrupted(), folder:  # after Ray has set handlers of its own
            folder.claim(config, limits)
            code = Session(folder, config, limits, plugins).run(cluster, resources, quiet=options.quiet)
            if code != DONE or then is None:
                return code
            return then(run_dir, config, plugins, resources, quiet=options.quiet)
    except OSError as error:  # e.g. a full disk
        print(f"evo.run: error: {error}; finished trials are in {run_dir}: --resume takes it up again", file=sys.stderr)
        return FAILED
    finally:
        disconnect()


class Session:
    """A search whose folder is claimed and whose cluster is up."""

    def __init__(
        self, folder: RunFolder, config: SearchConfig, limits: Limits, plugins: Plugins, *, program: str = "evo.run"
    ) -> None:
        """Take what is needed; nothing runs yet. ``program`` is the command that complains."""
        self._folder = folder
        self._config = config
        self._limits = limits
        self._plugins = plugins
        self._program = program

    def run(self, cluster: Cluster, resources: Resources, *, quiet: bool) -> int:
        """Search, and print what was found; returns the exit code."""
        before, clock = logged_trials(self._folder.path), time.monotonic()
        self._announce(cluster, resources)
        state, code = self.search(resources, quiet=quiet)
        found = summaries.summarise(self._folder.path)
        self._report(found, f"{state} after {_rate(found.trials - before, time.monotonic() - clock)}")
        return FAILED if code == DONE and found.trials and not found.best else code

    def search(self, resources: Resources, *, quiet: bool) -> tuple[str, int]:
        """Search, and note the winner in the folder; returns how it ended, and the exit code of that."""
        progress = progress_for(sys.stderr, quiet=quiet)
        observers: list[Observer] = [Heartbeat(self._folder), RayMetrics(self._folder.path.name)]
        ended = self._search(resources, [*observers, *([progress] if progress else [])])
        best = summaries.summarise(self._folder.path, limit=1)
        summaries.write_best(self._folder.path, best, self._config, self._plugins.space)
        return ended

    def _search(self, resources: Resources, observers: Sequence[Observer]) -> tuple[str, int]:
        """Return how the search ended, and the exit code of that."""
        self._prepare()
        log, state = RunLog(self._folder.path), "failed"
        try:
            with self._workers(resources) as workers:
                state = str(self._wire(log, workers, observers).run())
            return state, DONE
        except KeyboardInterrupt:
            state = "interrupted"
            return state, INTERRUPTED
        except (ReplayError, ContractError, WorkerStartError) as error:
            print(f"{self._program}: error: {error}", file=sys.stderr)
            return state, FAILED
        finally:
            log.flush()
            for observer in observers:
                observer.ended(state)

    def _wire(self, log: RunLog, workers: RayWorkers, observers: Sequence[Observer]) -> Search:
        space, fitness = self._plugins.space, self._plugins.fitness
        parts = SearchParts(
            space=space,
            key_of=partial(scored_key, space, fitness),
            strategy=build_strategy(self._config, space),
            workers=workers,
            log=log,
            history=History(self._folder.path),
            describe=partial(describe, space, self._plugins.images),
            observers=observers,
        )
        return Search(parts, self._config, self._limits)

    def _prepare(self) -> None:
        draws = getattr(STRATEGIES.load(self._config.strategy.name), "draws_from_space", True)
        if draws and isinstance(self._plugins.space, PreparedSpace):
            say(f"preparing {self._config.space.name}")
            self._plugins.space.prepare(self._folder.path)

    @contextmanager
    def _workers(self, resources: Resources) -> Iterator[RayWorkers]:
        name, timeout_s = self._folder.path.name, self._limits.trial_timeout_s
        workers = RayWorkers(self._config, name, resources, timeout_s=timeout_s)
        try:
            yield workers
        finally:
            workers.close()

    def _announce(self, cluster: Cluster, resources: Resources) -> None:
        config, path = self._config, self._folder.path
        say(
            f"{config.strategy.name} over {config.space.name} by {config.fitness.name} on {config.data}, seed "
            f"{config.seed}, {self._limits.evaluations} evaluations -> {path}"
        )
        say(f"{resources.workers} workers, {resources.gpus_each:g} GPU each, look-ahead {config.ahead}")
        if resources.workers > config.ahead:
            say(f"note: only {config.ahead} of {resources.workers} workers can be busy at look-ahead {config.ahead}")
        if cluster.dashboard_url:
            say(f"dashboard: http://{cluster.dashboard_url} (its token: ray get-auth-token)")

    def _report(self, found: summaries.Summary, headline: str) -> None:
        say(f"\n{headline}")
        spared = describe_saving(self._folder.path) if found.by_status[Status.ABANDONED] else []
        say("\n".join([*summaries.describe_failures(found), *spared, "", *summaries.describe(found), "", "next:"]))
        say(
            "\n".join(
                f"  {command}"
                for command in summaries.next_commands(self._folder.path, found, self._limits.evaluations)
            )
        )


def _rate(evaluations: int, wall_s: float) -> str:
    return f"{wall_s:.0f} s, {evaluations / max(wall_s, 1e-9):.2f} evaluations/s"


def locate(options: argparse.Namespace) -> tuple[Path | None, SearchConfig | None]:
    """Return the folder asked for, if any, and the configuration it already holds, if any; raises UsageError."""
    if options.resume and options.run_dir:
        raise UsageError("--resume and --run-dir name two folders; give one of them")
    run_dir: Path | None = options.resume or options.run_dir
    if run_dir is None or not (options.resume or _is_run(run_dir)):
        return run_dir, None
    return run_dir, read_config(run_dir)


def configured(options: argparse.Namespace, stored: SearchConfig | None) -> SearchConfig:
    """Return the configuration asked for; where nothing else is, with the look-ahead of the run that is there already.

    Raises UsageError as ``config_from`` does.
    """
    config = config_from(options, stored if options.resume else None)
    if stored is None or config.ahead != AUTO_AHEAD:
        return config
    return replace(config, ahead=stored.ahead)


def _is_run(run_dir: Path) -> bool:
    try:
        return (run_dir / CONFIG).is_file()
    except OSError as error:
        raise UsageError(f"--run-dir {run_dir}: cannot be read ({error.strerror}); name another") from error


def _check_log(run_dir: Path, evaluations: int | None) -> None:
    """Raise UsageError where a part of the log is damaged, or holds more trials than are asked for."""
    logged = logged_trials(run_dir)
    if evaluations is not None and evaluations < logged:
        raise UsageError(f"--evaluations {evaluations}: {run_dir} has {logged} already; ask for at least that many")


def _limits(options: argparse.Namespace, run_dir: Path | None) -> Limits:
    stored = read_limits(run_dir) if run_dir else Limits()
    return Limits(
        evaluations=stored.evaluations if options.evaluations is None else options.evaluations,
        max_minutes=options.max_minutes,
        trial_timeout_s=stored.trial_timeout_s if options.trial_timeout is None else options.trial_timeout,
    )


def new_run_dir(config: SearchConfig) -> Path:
    """Return where a run goes that is told no folder: a new one under ``runs``."""
    names = (choice.name.partition(":")[2] or choice.name for choice in (config.space, config.fitness))
    return Path("runs") / "-".join((*names, str(config.seed), datetime.now(UTC).strftime("%Y%m%d-%H%M%S")))


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM, which schedulers send, end a search as Ctrl-C does."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
