"""The metrics of a run on Ray's metrics endpoint and dashboard, all prefixed ``selfnas_``, for as long as it lives.

Every one is a gauge, also those that only grow: they say what the log adds up to, so that a process that takes the run
up again goes on with them, and two that overlap say the same. Times are seconds; memory is bytes.
"""

import time
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from evo.cluster.own_process import resident_bytes
from evo.engine.held_metrics import HeldMetrics
from evo.engine.logged_counts import LoggedCounts
from evo.engine.metrics_holder import SILENCE, Series, Tags
from evo.engine.observer import LiveRun, Observer
from evo.engine.recent_rate import RecentRate
from evo.records.trial import Finished
from evo.storage.epoch_log import read_epochs
from evo.storage.run_folder import CONFIG

EVERY_S = 1.0
"""How often the driver hands its values over."""

DESCRIPTIONS = {
    "best_fitness": "Best fitness so far; higher is better.",
    "evaluations": "Logged trials by how they ended, of all processes of the run.",
    "evaluations_wanted": "Trials asked for.",
    "evaluations_per_second": "Finished trials per second, of the last minute or the last ten.",
    "reused": "Logged trials that reuse the score of an equal candidate.",
    "retries": "Attempts at logged trials after their first.",
    "begun_again": "Trials begun once more since the run was last begun, those beside an overdue run among them.",
    "queued": "Trials that wait for a worker.",
    "in_flight": "Trials that a worker is at.",
    "workers": "Workers by state: up, idle (up without a trial), starting, waiting for room, wanted.",
    "oldest_trial_seconds": "How long the oldest trial in flight has been running.",
    "nodes_lost": "Machines that went away since the run was last begun.",
    "seconds": "Seconds spent in logged trials (build, evaluate), and by this driver in writing its log (log).",
    "memory_bytes": "Memory of the driver, and the most that a logged trial took (trial).",
    SILENCE: "Seconds since the driver last said anything.",
    "supernet_epoch": "Epochs done of a supernet.",
    "supernet_epochs_wanted": "Epochs asked for of each supernet.",
    "supernet_weights_loss": "Mean training loss of a supernet's last epoch.",
    "supernet_held_out_loss": "Loss of a supernet on held-out images.",
    "supernet_alpha_entropy": "Entropy of the architecture parameters, nats.",
    "supernet_skip_share": "Share of skips in the architecture derived, 0 to 1.",
    "supernet_images_per_s": "Images of both levels per second.",
    "supernet_epoch_s": "Seconds of a supernet's last epoch.",
}
_OF_EPOCHS = "supernet_"


class RayMetrics(Observer):
    """Hands the run's numbers to the actor that shows them, at most every ``EVERY_S``; Ray must be up."""

    def __init__(self, run_dir: Path) -> None:
        """Start the actor; the run's folder holds its configuration."""
        self._run = ("run", run_tag(run_dir))
        self._shown = HeldMetrics(run_dir.name, DESCRIPTIONS, (self._run,))
        self._counts, self._rate = LoggedCounts(), RecentRate(time.monotonic())
        self._epochs: dict[int, Mapping[str, Any]] = {}
        self._last = 0.0

    def started(self, run: LiveRun) -> None:
        """Go on where the log stands."""
        self._counts, self._rate = LoggedCounts.of(run.path), RecentRate(time.monotonic())
        if run.epochs:
            self._epochs = {row["seed"]: row for row in read_epochs(run.path).to_pylist()}
        self._show(run)

    def finished(self, run: LiveRun, finished: Finished) -> None:
        """Count a trial."""
        self._counts.add(finished)
        self._rate.note(time.monotonic())
        self.tick(run)

    def epoch(self, run: LiveRun, row: Mapping[str, Any]) -> None:
        """Take what the row says of its supernet."""
        self._epochs[row["seed"]] = row
        self.tick(run)

    def tick(self, run: LiveRun) -> None:
        """Hand the values over where that is due."""
        if time.monotonic() - self._last >= EVERY_S:
            self._show(run)

    def ended(self, run: LiveRun, state: str) -> None:
        """Hand the last values over, and end the actor."""
        self._shown.close(self._series(run))

    def during_reference(self, run: LiveRun, member: str) -> Observer:
        """Return who shows what the workers do meanwhile, beside the search's own counts."""
        self.started(run)
        return ReferenceMetrics(self, run)

    def _show(self, run: LiveRun) -> None:
        self._last = time.monotonic()
        self._shown.show(self._series(run))

    def _series(self, run: LiveRun) -> Series:
        return {(name, (self._run, *tags)): value for name, tags, value in self._values(run)}

    def _values(self, run: LiveRun) -> Iterator[tuple[str, Tags, float]]:
        """Yield each metric's name, the tags it has beside the run's, and its value."""
        counts, pool = self._counts, run.pool
        if run.best is not None:
            yield "best_fitness", (), run.best
        for status, count in counts.by_status.items():
            yield "evaluations", (("status", status),), count
        yield "evaluations_wanted", (), run.total
        yield "evaluations_per_second", (), self._rate.per_s(time.monotonic())
        yield "reused", (), counts.reused
        yield "retries", (), counts.retries
        yield "begun_again", (), pool.begun_again
        yield "queued", (), pool.queued
        yield "in_flight", (), pool.in_flight
        yield "nodes_lost", (), pool.nodes_lost
        states = {"up": pool.up, "idle": pool.idle, "starting": pool.starting, "waiting": pool.waiting}
        for state, count in {**states, "wanted": pool.wanted}.items():
            yield "workers", (("state", state),), count
        yield "oldest_trial_seconds", (), pool.oldest_s
        for part, spent_s in (("build", counts.build_s), ("evaluate", counts.evaluate_s), ("log", run.log_s)):
            yield "seconds", (("part", part),), spent_s
        for owner, taken in (("driver", resident_bytes() or 0), ("trial", counts.peak_memory_bytes)):
            yield "memory_bytes", (("of", owner),), taken
        for seed in self._epochs:
            yield from self._of_supernet(run, seed)

    def _of_supernet(self, run: LiveRun, seed: int) -> Iterator[tuple[str, Tags, float]]:
        tags, row = (("seed", str(seed)),), self._epochs[seed]
        own = {"epoch": row["epoch"] + 1, "epochs_wanted": run.epochs}
        names = (name.removeprefix(_OF_EPOCHS) for name in DESCRIPTIONS if name.startswith(_OF_EPOCHS))
        for name in names:
            value = own[name] if name in own else row[name]
            if value is not None:
                yield f"{_OF_EPOCHS}{name}", tags, value


class ReferenceMetrics(Observer):
    """Shows what the workers of a search do while a member of its fitness scores the reference."""

    def __init__(self, metrics: RayMetrics, search: LiveRun) -> None:
        """Show it among the metrics of ``search``."""
        self._metrics, self._search = metrics, search

    def finished(self, run: LiveRun, finished: Finished) -> None:
        """Hand the values over where that is due."""
        self.tick(run)

    def tick(self, run: LiveRun) -> None:
        """Hand the values over where that is due."""
        self._search.pool = run.pool
        self._metrics.tick(self._search)

    def during_reference(self, run: LiveRun, member: str) -> Observer:
        """Return itself for a member of the member."""
        return self


def run_tag(run_dir: Path) -> str:
    """Return what a run is called among the metrics of a cluster: its name, and what no other run of that name has.

    It stays for as long as the folder's configuration is the file that was written first.
    """
    written = (run_dir / CONFIG).read_bytes(), (run_dir / CONFIG).stat().st_mtime_ns
    name = run_dir.name.encode("ascii", "backslashreplace").decode()  # Ray takes nothing else
    return f"{name}-{blake2b(repr(written).encode(), digest_size=4).hexdigest()}"
