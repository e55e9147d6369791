"""What a search may compute on: a cluster, and the workers that it gives room to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cluster:
    """A connected cluster, or this process alone: its dashboard's address, or None, and what it can run.

    memory_bytes: that a container leaves to it, None where there is no such limit, or nobody knows
    """

    dashboard_url: str | None
    cpus: int
    gpus: float
    memory_bytes: int | None = None


@dataclass(frozen=True)
class Resources:
    """How many workers, 0 for this process alone, and the share of a GPU that each holds."""

    workers: int
    gpus_each: float
