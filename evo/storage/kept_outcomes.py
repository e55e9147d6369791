"""Outcomes of a run's trials at hand, in arrays: some 40 bytes for each, and eight for each of its metrics."""

import math
from array import array
from collections.abc import Mapping
from typing import Any

from evo.records.trial import Outcome, Status

_STATUSES = tuple(Status)
_UNKNOWN = -1
"""In place of a count that nobody knows, and of a place that is empty."""


class KeptOutcomes:
    """What became of trials, by their numbers; what went wrong in words is not kept."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._place_of = array("i")  # trial -> its place in all that follow
        self._status = array("b")
        self._fitness = array("d")  # not a number for none, as a fitness is finite
        self._params, self._macs = array("q"), array("q")
        self._layout, self._start = array("i"), array("q")
        self._values = array("d")  # of the metrics of all trials, one trial after another
        self._names: list[tuple[str, ...]] = []  # of a layout
        self._layout_of: dict[tuple[str, ...], int] = {}

    def keep(self, trial_id: int, outcome: Outcome) -> None:
        """Keep status, fitness, metrics and size of a trial's outcome, which says of no error."""
        missing = trial_id + 1 - len(self._place_of)
        self._place_of.extend([_UNKNOWN] * missing)
        self._place_of[trial_id] = len(self._status)
        self._status.append(_STATUSES.index(outcome.status))
        self._fitness.append(math.nan if outcome.fitness is None else outcome.fitness)
        self._params.append(_count(outcome.params))
        self._macs.append(_count(outcome.macs))
        self._keep_metrics(outcome.metrics)

    def get(self, trial_id: int) -> Outcome | None:
        """Return what is kept of a trial, None where nothing is."""
        place = self._place_of[trial_id] if trial_id < len(self._place_of) else _UNKNOWN
        if place == _UNKNOWN:
            return None
        names, start, fitness = self._names[self._layout[place]], self._start[place], self._fitness[place]
        return Outcome(
            status=_STATUSES[self._status[place]],
            fitness=None if math.isnan(fitness) else fitness,
            metrics=dict(zip(names, self._values[start : start + len(names)], strict=True)),
            params=_known(self._params[place]),
            macs=_known(self._macs[place]),
        )

    def keep_rows(self, rows: list[dict[str, Any]]) -> None:
        """Keep what logged rows say, but for those that reuse a score, say of an error, or of an unknown status."""
        for row in rows:
            if not row["reused"] and row["error"] is None and row["status"] in _STATUSES:
                self.keep(row["trial_id"], logged_outcome(row))

    def _keep_metrics(self, metrics: Mapping[str, float]) -> None:
        names = tuple(metrics)
        if names not in self._layout_of:
            self._layout_of[names] = len(self._names)
            self._names.append(names)
        self._layout.append(self._layout_of[names])
        self._start.append(len(self._values))
        self._values.extend(metrics.values())


def logged_outcome(row: Mapping[str, Any]) -> Outcome:
    """Return what a logged row says became of its trial, without who computed it and how long it took."""
    return Outcome(
        status=Status(row["status"]),
        fitness=row["fitness"],
        metrics=dict(row["metrics"] or ()),
        params=row["params"],
        macs=row["macs"],
        error=row["error"],
    )


def _count(number: int | None) -> int:
    return _UNKNOWN if number is None else number


def _known(number: int) -> int | None:
    return None if number == _UNKNOWN else number
