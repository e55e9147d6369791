"""Joining a Ray cluster or starting one here, and how many workers it can hold."""

import logging
import math
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ray

from evo.engine.usable_cpus import usable_cpus
from evo.records.config import whole_number
from evo.records.requests import AUTO, Placement
from evo.records.resources import Cluster, Resources
from tasks.foundation.errors import UsageError, first_line

LOCAL_OBJECT_STORE_BYTES = 128 * 2**20  # only texts and scores travel
ANSWER_S = 5.0
LEAST_SHARE = 0.0001  # Ray's own resolution

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
    try:
        yield _cluster(_connect(address).dashboard_url)
    finally:
        ray.shutdown()


def _connect(address: str) -> Any:
    """Start Ray on this machine for ``local``, or join a running cluster; raises UsageError where that fails."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        return _start_local() if address == "local" else _join(address)
    except Exception as error:  # Ray raises bare ones, too
        raise UsageError(f"--address {address}: no Ray cluster could be reached ({first_line(error)})") from error


def _cluster(dashboard_url: str | None) -> Cluster:
    totals: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return Cluster(dashboard_url or None, int(totals.get("CPU", 0)), totals.get("GPU", 0.0))


def plan_resources(cluster: Cluster, *, workers: str, gpus_per_worker: str) -> Resources:
    """Return how many workers to start; ``auto`` is one per GPU share, or per CPU where there is no GPU.

    Raises UsageError where a number is out of range or the cluster cannot hold a single worker.
    """
    gpus_each = _gpu_share(cluster, gpus_per_worker)
    capacity = min(cluster.cpus, _gpu_places(cluster, gpus_each)) if gpus_each else cluster.cpus
    if workers == AUTO and capacity:
        return Resources(capacity, gpus_each)
    count = whole_number(workers)
    if not 1 <= count <= capacity:
        raise UsageError(
            f"--workers {workers}: must be auto, 0 for this process alone, or 1 to {capacity}, which is what the "
            f"cluster holds at one CPU and {gpus_each:g} GPU each"
        )
    return Resources(count, gpus_each)


def _gpu_places(cluster: Cluster, share: float) -> int:
    """Return how many workers find room; a share never spans two GPUs."""
    return int(cluster.gpus / share) if share > 1 else int(cluster.gpus) * int(1 / share + 1e-6)


def _gpu_share(cluster: Cluster, text: str) -> float:
    if text == AUTO:
        return 1.0 if cluster.gpus >= 1 else 0.0
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not (share == 0 or LEAST_SHARE <= share < math.inf) or (share > 1 and share != int(share)):
        raise UsageError(
            f"--gpus-per-worker {text}: must be auto, 0, a share from {LEAST_SHARE:g} to 1, or a whole number"
        )
    if share > cluster.gpus:
        raise UsageError(f"--gpus-per-worker {text}: the cluster has {cluster.gpus:g} GPUs; ask for at most that, or 0")
    return share


def _start_local() -> Any:
    try:
        return _start(dashboard=True)
    except Exception:  # a bare one where the dashboard is not up in time, as on a machine that is busy otherwise
        logger.warning("Ray did not start with its dashboard; going on without one")
        ray.shutdown()
        return _start(dashboard=False)


def _start(*, dashboard: bool) -> Any:
    return ray.init(
        address="local",
        num_cpus=usable_cpus(),
        object_store_memory=LOCAL_OBJECT_STORE_BYTES,
        include_dashboard=dashboard,
        dashboard_host="127.0.0.1",
        log_to_driver=False,
        logging_level=logging.ERROR,
    )


def _join(address: str) -> Any:
    host, colon, port = address.rpartition("://")[2].rpartition(":")
    if colon and port.isdecimal():  # Ray itself would go on trying for minutes
        socket.create_connection((host.strip("[]"), int(port)), timeout=ANSWER_S).close()
    return ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
