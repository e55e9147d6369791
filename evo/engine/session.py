"""One search from its check to its summary: what evolution and differentiable search share.

Nothing is written and no worker started before every option has been checked. What there is to say is logged; a
command prints it.
"""

import errno
import logging
import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evo.cluster.caller_process import terminated_like_interrupted
from evo.engine import summary as summaries
from evo.engine.configuring import Asked
from evo.engine.observer import LiveRun, Observer
from evo.engine.places import check_sendable, opened
from evo.engine.watching import FAILED, INTERRUPTED, watched
from evo.engine.worker_output import printed_lines
from evo.records.config import Limits, SearchConfig
from evo.records.failures import FailedRunError, FutileRunError, LostClusterError
from evo.records.resources import Cluster, Resources
from evo.storage.kept_work import kept_in
from evo.storage.run_folder import CONFIG, RunFolder, is_run
from evo.storage.run_log import logged_trials
from spaces import SearchSpace
from tasks.foundation.errors import UsageError, first_line

logger = logging.getLogger(__name__)


class Session(ABC):
    """A search that is about to run; made with everything checked but the folder and the cluster.

    config: with whatever the cluster settles once ``settle`` was called
    limits: when it ends
    run_dir: its folder
    """

    unit: str
    """What a finished part is called, for an error that ends the search."""

    def __init__(self, asked: Asked, limits: Limits, observers: Sequence[Observer]) -> None:
        """Take what was asked for; nothing is touched yet."""
        self.config: SearchConfig = asked.config
        self.objects = asked.objects
        self.limits = limits
        self.run_dir: Path = asked.run_dir or new_run_dir(asked.config)
        self.placement = asked.request.placement
        self._observers = observers

    @property
    @abstractmethod
    def space(self) -> SearchSpace[Any]:
        """The space that is searched."""

    @abstractmethod
    def live(self) -> LiveRun:
        """Return what observers see of the search."""

    @abstractmethod
    def settle(self, cluster: Cluster, resources: Resources) -> Resources:
        """Complete the configuration by what there is to compute on; returns the workers, raises UsageError."""

    @abstractmethod
    def announce(self, cluster: Cluster, resources: Resources) -> list[str]:
        """Return what is about to run, line by line."""

    @abstractmethod
    def search(self, resources: Resources, live: LiveRun, observers: Sequence[Observer]) -> str:
        """Search to the end; returns how it ended, raises FailedRunError and KeyboardInterrupt."""

    @abstractmethod
    def report(self, found: summaries.Summary, state: str) -> list[str]:
        """Return what was found, line by line."""

    def finished(self) -> int:
        """Return how many parts are on disk; raises OSError and UsageError where that cannot be read."""
        return logged_trials(self.run_dir)

    def continue_after(self, resources: Resources) -> None:  # noqa: B027 - few kinds have something left to do
        """Do what is left to do on the same workers once the search is complete."""

    def run(self) -> str:
        """Search, say what was found, and return how it ended; raises UsageError and FailedRunError."""
        folder = RunFolder(self.run_dir)
        folder.check(self.config)
        check_sendable(self.objects, self.placement)
        try:
            with terminated_like_interrupted() as take_over, opened(self.placement) as (cluster, resources):
                take_over()
                settled = self.settle(cluster, resources)
                with folder:
                    folder.claim(self.config, self.limits)
                    _say(self.announce(cluster, settled))
                    return self._run(folder, settled)
        except (OSError, LostClusterError) as error:  # e.g. a full disk, or a head node that is gone
            again = "--resume takes it up again"
            kept = kept_in(self.run_dir, CONFIG, self.finished, unit=self.unit, again=again)
            raise FailedRunError(f"{first_line(error)}; {kept}") from error

    def _run(self, folder: RunFolder, resources: Resources) -> str:
        try:
            state = watched(self.search, folder, self.live(), resources, self._observers)
        except FutileRunError:  # nothing was searched, and nothing is to be gone on with
            raise
        except Exception:
            with suppress(OSError, UsageError):  # e.g. a full disk; the error that ended the search says more
                self._conclude(FAILED)
            raise
        found = self._conclude(state)
        if state == INTERRUPTED or not found.best:
            return state
        try:
            self.continue_after(resources)
        except KeyboardInterrupt:
            return INTERRUPTED
        return state

    def _conclude(self, state: str) -> summaries.Summary:
        """Write the winner and say what was found, also where it cannot be written; returns it.

        Raises OSError where it cannot, and where the folder is gone, of which nothing is said.
        """
        found = summaries.summarise(self.run_dir)
        if not is_run(self.run_dir):  # and no new one is begun
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.run_dir))
        try:
            summaries.write_best(self.run_dir, found, self.config, self.space)
        finally:
            _say([*printed_lines(self.run_dir), *self.report(found, state)])
        return found


def dashboard_line(cluster: Cluster) -> list[str]:
    """Return where the dashboard is, no line where there is none."""
    if not cluster.dashboard_url:
        return []
    return [f"dashboard: http://{cluster.dashboard_url} (its token: ray get-auth-token)"]


def new_run_dir(config: SearchConfig) -> Path:
    """Return where a run goes that is told no folder: a new one under ``runs``."""
    names = (choice.name.partition(":")[2] or choice.name for choice in (config.space, config.fitness))
    return Path("runs") / "-".join((*names, str(config.seed), datetime.now(UTC).strftime("%Y%m%d-%H%M%S")))


def _say(lines: Sequence[str]) -> None:
    if lines:
        logger.info("%s", "\n".join(lines))
