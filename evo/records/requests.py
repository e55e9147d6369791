"""What is asked for, as a command line or a caller says it: None where nothing was said.

A plug-in is said by its name, ``name(option=value, ...)``, ``module:attribute``, a class, or an object.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from evo.records.checked_request import CheckedRequest
from evo.records.config import whole_number
from evo.records.worker_care import OVERDUE, WorkerCare, bytes_of
from tasks.foundation.errors import UsageError

PluginLike = Any  # str | type | an object that keeps the contract of its kind

AUTO = "auto"
DEFAULT_SEEDS = 1
"""Supernets of a differentiable search unless more are asked for."""
LEAST_SHARE = 0.0001
"""Of a GPU: Ray's own resolution."""
HERE = 0
"""Number of workers for scoring in this process, without Ray."""

PUBLISHED: Literal["published"] = "published"
"""What is said in place of candidates to begin with for the shipped proxy tasks and mutants of them."""
NOWHERE = "none"
"""What is said in place of a folder of scores where there is to be none."""


@dataclass(frozen=True, kw_only=True)
class Placement(CheckedRequest):
    """Where trials are scored.

    workers: processes, ``HERE`` for none but this one, or ``auto``: one per GPU share or CPU
    gpus_per_worker: share of a GPU that each holds, or ``auto``: one where there is any
    address: ``local``, ``auto``, or that of a running cluster
    overdue: times the seconds that trials like it take, from which on one is run once more elsewhere; 0 for never
    worker_memory: that a worker may hold between trials before it is replaced, e.g. ``4G``; None for any
    ship_images: whether a folder of images, of 512 MiB at most, is sent to machines of a cluster that lack it
    """

    workers: int | str = AUTO
    gpus_per_worker: float | str = AUTO
    address: str = "local"
    overdue: float = OVERDUE
    worker_memory: str | None = None
    ship_images: bool = False

    def __post_init__(self) -> None:
        """Check the fields; raises UsageError, too, for what is no number of workers and no share, on any cluster."""
        super().__post_init__()
        text = str(self.workers)
        if text not in (AUTO, str(HERE)) and whole_number(text) < 1:
            raise UsageError(f"--workers {text}: must be auto, 0 for this process alone, or a number of workers")
        share_of(str(self.gpus_per_worker))
        if not 0 <= self.overdue < math.inf:
            raise UsageError(f"--overdue {self.overdue:g}: must be 0, for never, or more, and finite")
        if self.worker_memory is not None:
            bytes_of("--worker-memory", self.worker_memory)

    @property
    def care(self) -> WorkerCare:
        """How workers are looked after; raises UsageError for a text that is no amount of memory."""
        memory = None if self.worker_memory is None else bytes_of("--worker-memory", self.worker_memory)
        return WorkerCare(self.overdue, memory)

    @property
    def here(self) -> bool:
        """Whether this process scores, without Ray."""
        return str(self.workers) == str(HERE)


def share_of(text: str) -> float | None:
    """Return the share of a GPU that a text spells, None for ``auto``; raises UsageError for what is none."""
    if text == AUTO:
        return None
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not (share == 0 or LEAST_SHARE <= share < math.inf) or (share > 1 and share != int(share)):
        raise UsageError(
            f"--gpus-per-worker {text}: must be auto, 0, a share from {LEAST_SHARE:g} to 1, or a whole number"
        )
    return share


@dataclass(frozen=True, kw_only=True)
class SearchRequest(CheckedRequest):
    """A search as it is asked for.

    image_size, channels: of the images: pixels of a side, 32 unless said, and 3, or 1 or 4 where the source has them
    options: options of the plug-ins beside those in their texts, by axis, as ``--set`` gives them
    panel, panel_size, panel_held_out, population, tournament: short for options of the fitness and the strategy
    seeds: supernets of a differentiable search
    ahead: trials proposed and not told at a time, or ``auto``
    tell_order: in which the strategy is told of trials: ``trial``, ``expected``, ``completion``, or ``auto``
    reuse: whether equal candidates are scored once
    objectives: what is maximised, as a text with commas or a list: the fitness first, then params, macs, latency or
    metrics of the fitness, each with a minus where lower is better; None for the fitness alone
    initial: candidates to score first, or their texts, or ``PUBLISHED``
    constraints: bounds on the size of networks, e.g. ``params<1e6``; constraint_size: options of the space at which
    networks are counted for that, by name or as ``space.cells=20,space.channels=36``, None for those of the search
    evaluations: trials in all; max_minutes: minutes after which nothing new is proposed
    trial_timeout: seconds that one trial may take; target: fitness at which to stop, infinity for none
    run_dir: the run's folder; resume: whether it must hold a run already, whose settings are kept
    references: folder of what was scored for references, ``none`` for no such folder, None for ``references`` beside
    the run's
    download: whether an archive of images may be fetched
    trust: whether what files name, e.g. the run's folder or a panel, may be imported
    """

    space: PluginLike | None = None
    fitness: PluginLike | None = None
    strategy: PluginLike | None = None
    data: PluginLike | None = None
    image_size: int | None = None
    channels: int | None = None
    data_root: str | None = None
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    panel: str | None = None
    panel_size: int | None = None
    panel_held_out: int | None = None
    population: int | None = None
    tournament: int | None = None
    seed: int | None = None
    seeds: int | None = None
    ahead: int | str | None = None
    tell_order: str | None = None
    reuse: bool | None = None
    objectives: str | tuple[str, ...] | list[str] | None = None
    initial: tuple[Any, ...] | Literal["published"] | None = None
    constraints: str | Sequence[str] | None = None
    constraint_size: Mapping[str, object] | str | None = None
    evaluations: int | None = None
    max_minutes: float | None = None
    trial_timeout: float | None = None
    target: float | None = None
    run_dir: Path | None = None
    resume: bool = False
    references: Path | None = None
    download: bool = False
    trust: bool = False
    placement: Placement = field(default_factory=Placement)

    def __post_init__(self) -> None:
        """Check the fields; raises UsageError, too, where a run is to be gone on with and not named."""
        super().__post_init__()
        if self.resume and self.run_dir is None:
            raise UsageError("resume=True: name the run by run_dir=...")
