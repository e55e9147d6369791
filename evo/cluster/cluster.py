"""Joining a Ray cluster or starting one here, and how many workers it can hold."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Any

import ray

from evo.cluster.command_words import check_command_words
from evo.cluster.control_groups import memory_limit
from evo.cluster.joining import join
from evo.cluster.local_ray import FOLDER, rays_folder, start
from evo.records.config import whole_number
from evo.records.requests import AUTO, Placement, share_of
from evo.records.resources import Cluster, Resources
from tasks.foundation.errors import UsageError, first_line

WORKER_BYTES = 2**30
"""Memory that a worker and its share of Ray take: 612 MiB of libraries, and what a candidate is trained in."""
MOST_SAID = 200
"""Letters of what Ray says that a refusal repeats."""

logger = logging.getLogger(__name__)


@contextmanager
def joined(address: str) -> Iterator[Cluster]:
    """Give the Ray session that this process has, or one of its own for as long as the block lasts.

    The caller's session is used as it is and stays up. Raises UsageError where no cluster can be reached.
    """
    if ray.is_initialized():
        if address not in (Placement.address, AUTO):
            logger.warning("note: --address %s is not used: this process has joined a cluster already", address)
        yield _cluster(None)
        return
    check_command_words()
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    with rays_folder() if address == Placement.address else nullcontext() as folder:
        try:
            memory = memory_limit() if address == Placement.address else None
            yield replace(_cluster(_connect(address, folder).dashboard_url), memory_bytes=memory)
        finally:
            ray.shutdown()


def _connect(address: str, folder: str | None) -> Any:
    """Start Ray on this machine for ``local``, or join a running cluster; raises UsageError where that fails."""
    try:
        return start(folder) if address == Placement.address else join(address)
    except UsageError:
        raise
    except Exception as error:  # Ray raises bare ones, too
        raise _unreachable(address, error) from error


def _unreachable(address: str, error: Exception) -> UsageError:
    said = first_line(error)[:MOST_SAID]
    if address != Placement.address:
        return UsageError(f"--address {address}: no Ray cluster could be reached ({said})")
    return UsageError(
        f"--address {address}: Ray could not be started on this machine ({said}); set {FOLDER} to a short folder that "
        "can be written to, or score in this process by --workers 0"
    )


def _cluster(dashboard_url: str | None) -> Cluster:
    totals: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return Cluster(dashboard_url or None, int(totals.get("CPU", 0)), totals.get("GPU", 0.0))


def plan_resources(cluster: Cluster, *, workers: str, gpus_per_worker: str) -> Resources:
    """Return how many workers to start; ``auto`` is one per GPU share, or per CPU where there is no GPU.

    In a container of little memory ``auto`` is as many as fit. Raises UsageError where a number is out of range or the
    cluster cannot hold a single worker.
    """
    gpus_each = _gpu_share(cluster, gpus_per_worker)
    capacity = min(cluster.cpus, _gpu_places(cluster, gpus_each)) if gpus_each else cluster.cpus
    if workers == AUTO and capacity:
        return Resources(_fitting(cluster, capacity), gpus_each)
    count = whole_number(workers)
    if not 1 <= count <= capacity:
        raise UsageError(
            f"--workers {workers}: must be auto, 0 for this process alone, or 1 to {capacity}, which is what the "
            f"cluster holds at one CPU and {gpus_each:g} GPU each"
        )
    return Resources(count, gpus_each)


def _fitting(cluster: Cluster, capacity: int) -> int:
    """Return how many workers fit into a container's memory, at least one."""
    if cluster.memory_bytes is None or (fitting := max(cluster.memory_bytes // WORKER_BYTES, 1)) >= capacity:
        return capacity
    logger.info(
        "note: %d of %d workers, as this container has %.1f GiB of memory; --workers %d starts more",
        *(fitting, capacity, cluster.memory_bytes / 2**30, capacity),
    )
    return fitting


def _gpu_places(cluster: Cluster, share: float) -> int:
    """Return how many workers find room; a share never spans two GPUs."""
    return int(cluster.gpus / share) if share > 1 else int(cluster.gpus) * int(1 / share + 1e-6)


def _gpu_share(cluster: Cluster, text: str) -> float:
    share = share_of(text)
    if share is None:
        return 1.0 if cluster.gpus >= 1 else 0.0
    if share > cluster.gpus:
        raise UsageError(f"--gpus-per-worker {text}: the cluster has {cluster.gpus:g} GPUs; ask for at most that, or 0")
    return share
