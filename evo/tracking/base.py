"""What all trackers do alike: each trial once and in order, however often a run is gone on with, and no failure of
theirs ends a search."""

import hashlib
import logging
import math
import re
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from evo.engine.observer import LiveRun, Observer
from evo.records.trial import Finished, Status
from evo.storage.epoch_log import read_epochs
from evo.storage.run_folder import read_config
from evo.storage.run_log import read_table, to_row
from evo.tracking.mark import Mark, read_mark
from fitness.rank_correlation.member_metrics import without_members
from tasks.foundation.errors import UsageError, first_line

Row = Mapping[str, Any]
EXTRA = 'pip install "selfnas[trackers]"'
SIZES = ("fitness", "params", "macs", "queued_s", "build_s", "evaluate_s", "cpu_s", "peak_memory_bytes")
"""Columns of a trial that are numbers, each under its own name."""
BEST, FAILURES, METRIC = "best_fitness", "failures", "metrics/"
_COLUMNS = ["trial_id", "candidate", "status", "metrics", *SIZES]
_LONGEST_CANDIDATE, _LONGEST_NAME = 1_000, 200
_ODD = re.compile("[^A-Za-z0-9_./-]")

logger = logging.getLogger(__name__)


class Tracker(Observer):
    """Hands numbers to a library, step by step.

    A trial's step is its number: what is scored out of turn waits for those before it. An epoch's step is its place
    among the epochs of its supernet, those before a return to an earlier one included. Where a run is gone on with,
    what its logs hold and the tracker does not have comes first, and nothing comes twice. A failure is one warning;
    nothing is tracked from there on, and what is missing comes when the run is gone on with.
    """

    marked: str
    """What its mark in the run's folder is called."""
    name: str
    """What it is called in messages."""
    library: str
    """What must be installed."""

    def __init__(self, *places: str) -> None:
        """Raise UsageError where its library is not installed; nothing is imported yet.

        places: where it writes to, empty where that is its usual place; another place has another mark
        """
        if find_spec(self.library) is None:
            raise UsageError(f"--track {self.name}: needs {self.library}, which is not installed: {EXTRA}")
        self.marked = "-".join((self.name, *([_digest(places)] if any(places) else [])))
        self._on = False
        self._mark = Mark()
        self._waiting: dict[int, Row] = {}
        self._best: Row | None = None
        self._failures = 0
        self._epochs_read = False

    def started(self, run: LiveRun) -> None:
        """Begin a tracker's run, or take up the one of a former process, and hand over what the logs hold."""
        self._on = True
        self._guarded(lambda: self._begin(run.path))

    def finished(self, run: LiveRun, finished: Finished) -> None:
        """Hand a trial over, once all before it were."""
        self._waiting[finished.trial.trial_id] = to_row(finished)
        self._guarded(lambda: self._hand_trials(run.path))

    def epoch(self, run: LiveRun, row: Row) -> None:
        """Hand an epoch over."""
        self._guarded(lambda: self._hand_epochs(run.path, row))

    def ended(self, run: LiveRun, state: str) -> None:
        """Say how the search ended, and which candidate is the best."""
        self._guarded(lambda: self._end(state))
        self._on = False

    @abstractmethod
    def open(self, folder: Path, known: str, about: Mapping[str, str]) -> str:
        """Begin a run, or take up the one that is ``known``; returns what it is known by.

        folder: the search's; about: its settings
        """

    @abstractmethod
    def write(self, step: int, numbers: Mapping[str, float]) -> None:
        """Take finite numbers of a step, so that they are there when this returns."""

    @abstractmethod
    def close(self, state: str, texts: Mapping[str, str]) -> None:
        """End the run; texts: what is to be said of it at its end."""

    def _guarded(self, act: Callable[[], None]) -> None:
        """Do something, unless the tracker failed before; an error becomes a warning."""
        if not self._on:
            return
        try:
            act()
        except Exception as error:  # any library, any disk: the search is worth more
            self._on = False
            logger.warning("%s: %s; no longer tracked, the search goes on", self.name, first_line(error))

    def _begin(self, path: Path) -> None:
        self._mark = read_mark(path, self.marked)
        self._waiting, self._best, self._failures, self._epochs_read = {}, None, 0, False
        known = self.open(path, self._mark.run, settings_of(path))
        self._mark = self._mark.named(known)
        self._mark.save(path, self.marked)
        for row in read_table(path, _COLUMNS).to_pylist():
            self._waiting[row["trial_id"]] = row
        for done in range(self._mark.trials):
            self._count(self._waiting.pop(done, {}))
        self._hand_trials(path)

    def _hand_trials(self, path: Path) -> None:
        while (row := self._waiting.pop(self._mark.trials, None)) is not None:
            self._count(row)
            best = {} if self._best is None else {BEST: self._best["fitness"]}
            self.write(self._mark.trials, finite({**numbers_of(row), **best, FAILURES: self._failures}))
            self._mark = self._mark.with_trial()
            self._mark.save(path, self.marked)

    def _count(self, row: Row) -> None:
        """Keep the best trial and the number of those without a score."""
        fitness = row.get("fitness")
        self._failures += bool(row) and row["status"] != Status.COMPLETED
        if fitness is not None and (self._best is None or fitness > self._best["fitness"]):
            self._best = row

    def _hand_epochs(self, path: Path, row: Row) -> None:
        if self._epochs_read:
            self._hand_epoch(path, row)
            return
        self._epochs_read = True
        seen: Counter[int] = Counter()
        for each in read_epochs(path).to_pylist():  # those of former processes, and this one, which is logged already
            seen[each["seed"]] += 1
            if seen[each["seed"]] > self._mark.epochs_of(each["seed"]):
                self._hand_epoch(path, each)

    def _hand_epoch(self, path: Path, row: Row) -> None:
        seed = row["seed"]
        own = {f"seed_{seed}/{name}": value for name, value in row.items() if name != "seed"}
        self.write(self._mark.epochs_of(seed), finite(own))
        self._mark = self._mark.with_epoch(seed)
        self._mark.save(path, self.marked)

    def _end(self, state: str) -> None:
        best = {} if self._best is None else {"best_candidate": self._best["candidate"][:_LONGEST_CANDIDATE]}
        self.close(state, {"state": state, **best})


def _digest(places: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(places).encode()).hexdigest()[:8]


def numbers_of(row: Row) -> dict[str, Any]:
    """Return the numbers of a trial's row by their names; what it lacks is None."""
    return {**{name: row.get(name) for name in SIZES}, **metrics_of(row)}


def metrics_of(row: Row) -> dict[str, float]:
    """Return the metrics of a trial's row by the names that trackers show, without one for each member of a panel."""
    return {f"{METRIC}{name}": value for name, value in without_members(dict(row["metrics"] or ())).items()}


def finite(values: Mapping[str, Any]) -> dict[str, float]:
    """Return what is a finite number, under a name that every tracker takes."""
    numbers = {name: value for name, value in values.items() if isinstance(value, int | float)}
    return {plain_name(name): float(value) for name, value in numbers.items() if math.isfinite(value)}


def plain_name(name: str) -> str:
    """Return a name of letters, digits and ``_-./`` alone, of at most 200 of them."""
    return _ODD.sub("_", name)[:_LONGEST_NAME]


def settings_of(path: Path) -> dict[str, str]:
    """Return the settings of a run's configuration as texts, options under ``space.``, ``fitness.`` and so on."""
    return dict(_flat("", read_config(path).to_json()))


def _flat(prefix: str, values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}{'' if name == 'options' else f'{name}.'}", value)
        else:
            yield f"{prefix}{name}", str(value)
