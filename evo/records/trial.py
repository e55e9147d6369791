"""Trials and what became of them: the records that travel between strategy, workers and log.

Times are seconds; memory is bytes; fitness is higher-better.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from tasks.foundation.randomness import derive_seed

TAKEN = 0
"""Attempts at a candidate whose score was found in a folder of scores."""


class Status(StrEnum):
    """How a trial ended."""

    COMPLETED = "completed"
    """It has a finite fitness."""
    FAILED = "failed"
    """The candidate raised an exception or its fitness is not finite."""
    OUT_OF_MEMORY = "out_of_memory"
    """The candidate does not fit the worker's memory."""
    TIMED_OUT = "timed_out"
    """The candidate ran past the trial's time-out."""
    LOST = "lost"
    """Its worker died every time it was tried. A search whose trials depend on each other keeps such a row when it is
    resumed; candidates of a list, and supernets, are tried again."""
    ABANDONED = "abandoned"
    """Its fitness is below its threshold; ``bound`` among its metrics is the most that it could have been. Without that
    metric it is not certain: a short training had fallen too far behind."""


class AboutCandidate:
    """What is known of one candidate; candidate: its text."""

    candidate: str


@dataclass(frozen=True)
class Proposal:
    """What a strategy wants tried: a candidate, and the trial it descends from, if any.

    threshold: fitness below which a candidate is of no use to the strategy, which then need not be told how far; a
    function of what the strategy was told. None: every fitness is of use.
    notes: metrics of the trial that the strategy knows, such as what it was chosen by
    """

    candidate: Hashable
    parent_id: int | None = None
    threshold: float | None = None
    notes: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Trial:
    """One candidate on its way: ``text`` to build from, ``key`` for its identity, ``seed`` for its weights.

    threshold, notes: as in Proposal. screen: the cheap fitness that scores it in place of the run's, None for a trial.
    """

    trial_id: int
    parent_id: int | None
    candidate: Any
    text: str
    key: str
    seed: int
    threshold: float | None = None
    notes: tuple[tuple[str, float], ...] = ()
    screen: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What a worker says of a trial; ``fitness`` is None unless the status is COMPLETED.

    params: trainable weights; macs: multiply-adds of one input; both None where the space builds no network.
    processor: name of the processor or GPU that computed; gpu: that GPU with its number on its node and the share that
    was held, None where a processor computed. evaluate_s: by the clock; cpu_s: of the processor, with all
    threads, None where a GPU computes, as the clock tells its time alone. started_at: seconds since 1970.
    """

    status: Status
    fitness: float | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    params: int | None = None
    macs: int | None = None
    error: str | None = None
    worker: str | None = None
    node: str | None = None
    device: str | None = None
    processor: str | None = None
    gpu: str | None = None
    build_s: float | None = None
    evaluate_s: float | None = None
    cpu_s: float | None = None
    peak_memory_bytes: int | None = None
    started_at: float | None = None


@dataclass(frozen=True)
class Finished:
    """A trial and its outcome, as the worker pool hands them back.

    attempts: workers that tried it; queued_s: seconds from proposal to the start of the last attempt.
    """

    trial: Trial
    outcome: Outcome
    attempts: int = 1
    queued_s: float | None = None
    reused: bool = False


@dataclass(frozen=True)
class Evaluation:
    """What a strategy is told of one of its trials; failures too."""

    trial_id: int
    parent_id: int | None
    candidate: Any
    status: Status
    fitness: float | None
    metrics: Mapping[str, float] = field(default_factory=dict)

    def __deepcopy__(self, memo: object) -> "Evaluation":
        """Return itself: nothing of it changes, and a strategy that is copied may hold thousands."""
        return self


def evaluation_seed(run_seed: int, key: str) -> int:
    """Return the seed of a candidate's initial weights: a function of the run's seed and the candidate alone."""
    return derive_seed(run_seed, "evaluation", key)
