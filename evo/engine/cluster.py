"""Joining a Ray cluster or starting one here, and how many workers it can hold."""

import logging
import math
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray

from evo.records.config import AUTO_AHEAD, LEAST_AHEAD, whole_number
from tasks.foundation.errors import UsageError, first_line

LOCAL_OBJECT_STORE_BYTES = 128 * 2**20  # only texts and scores travel
AUTO = "auto"
ANSWER_S = 5.0
LEAST_SHARE = 0.0001  # Ray's own resolution


@dataclass(frozen=True)
class Cluster:
    """A connected cluster: its dashboard's address, or None, and what it can run."""

    dashboard_url: str | None
    cpus: int
    gpus: float


@dataclass(frozen=True)
class Resources:
    """How many workers, and the share of a GPU that each holds."""

    workers: int
    gpus_each: float


def connect(address: str) -> Cluster:
    """Start Ray on this machine for ``local``, or join a running cluster; raises UsageError where that fails."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        context = _start_local() if address == "local" else _join(address)
    except Exception as error:  # Ray raises bare ones, too
        raise UsageError(f"--address {address}: no Ray cluster could be reached ({first_line(error)})") from error
    totals: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return Cluster(context.dashboard_url or None, int(totals.get("CPU", 0)), totals.get("GPU", 0.0))


def disconnect() -> None:
    """Leave the cluster, ending it where this process started it."""
    ray.shutdown()


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
            f"--workers {workers}: must be auto or 1 to {capacity}, which is what the cluster holds at one CPU and "
            f"{gpus_each:g} GPU each"
        )
    return Resources(count, gpus_each)


def _gpu_places(cluster: Cluster, share: float) -> int:
    """Return how many workers find room; a share never spans two GPUs."""
    return int(cluster.gpus / share) if share > 1 else int(cluster.gpus) * int(1 / share + 1e-6)


def settle_ahead(ahead: int, resources: Resources) -> int:
    """Return the look-ahead of a run: as asked for, or twice the workers that it first starts with, at least 16."""
    return max(LEAST_AHEAD, 2 * resources.workers) if ahead == AUTO_AHEAD else ahead


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


def usable_cpus() -> int:
    """Return how many CPUs this process may keep busy: those it may run on, or a container's quota if that is less."""
    allowed = len(os.sched_getaffinity(0))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return max(1, min(allowed, int(quota) // int(period)))
    except (OSError, ValueError):  # no control group, or the quota is "max"
        return allowed


def _start_local() -> Any:
    try:
        return _start(dashboard=True)
    except Exception:  # a bare one where the dashboard is not up in time, as on a machine that is busy otherwise
        print("Ray did not start with its dashboard; going on without one", file=sys.stderr)
        disconnect()
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
