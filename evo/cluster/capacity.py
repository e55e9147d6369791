"""How many workers a cluster can hold."""

import logging

from evo.cluster.room import Need, free_places, places_in_all
from evo.cluster.sharing import fair_part
from evo.records.config import whole_number
from evo.records.requests import AUTO, share_of
from evo.records.resources import Cluster, Machine, Resources
from tasks.foundation.errors import UsageError

WORKER_BYTES = 2**30
"""Memory that a worker and its share of Ray take: 612 MiB of libraries, and what a candidate is trained in."""

logger = logging.getLogger(__name__)


def plan_resources(cluster: Cluster, *, workers: str, gpus_per_worker: str) -> Resources:
    """Return how many workers to start; ``auto`` is one per free GPU share, or per free CPU where there is no GPU.

    In a container of little memory ``auto`` is as many as fit, and where other searches hold everything this one's
    fair part. A cluster that grows may be asked for more than it holds, and may have no machine for workers yet.
    Raises UsageError where a number is out of range or the cluster cannot hold a single worker.
    """
    nodes = _nodes(cluster)
    growing = cluster.grows and (workers != AUTO or not places_in_all(nodes, Need()))
    gpus_each = _gpu_share(cluster, gpus_per_worker, growing=growing)
    need = Need(gpus=gpus_each)
    capacity = places_in_all(nodes, need)
    if workers == AUTO and cluster.grows and not capacity:
        logger.info(
            "note: the cluster has no room for a worker at one CPU and %g GPU yet; one waits for machines that join, "
            "and more are started as there is room",
            gpus_each,
        )
        return Resources(1, gpus_each, grows=True)
    if workers == AUTO and capacity:
        room = max(free_places(nodes, need), fair_part(capacity, cluster.searches), 1)
        return Resources(_fitting(cluster, room), gpus_each, grows=cluster.grows)
    count = whole_number(workers)
    if count > capacity and cluster.grows:
        logger.info(
            "note: the cluster has room for %d of %d workers at one CPU and %g GPU each now; the others wait for "
            "machines that join",
            *(capacity, count, gpus_each),
        )
    elif not 1 <= count <= capacity:
        raise UsageError(f"--workers {workers}: {_allowed(capacity)} at one CPU and {gpus_each:g} GPU each")
    return Resources(count, gpus_each)


def _allowed(capacity: int) -> str:
    if not capacity:
        return "must be 0, for this process alone: the cluster holds no worker"
    return f"must be auto, 0 for this process alone, or 1 to {capacity}, which is what the cluster holds"


def _nodes(cluster: Cluster) -> tuple[Machine, ...]:
    """Return its machines; what is only known in sum counts as one, with nothing held."""
    cpus, gpus = float(cluster.cpus), cluster.gpus
    return cluster.nodes or (Machine("", "", cpus, gpus, free_cpus=cpus, free_gpus=gpus),)


def _fitting(cluster: Cluster, room: int) -> int:
    """Return how many workers fit into a container's memory, at least one."""
    if cluster.memory_bytes is None or (fitting := max(cluster.memory_bytes // WORKER_BYTES, 1)) >= room:
        return room
    logger.info(
        "note: %d of %d workers, as this container has %.1f GiB of memory; --workers %d starts more",
        *(fitting, room, cluster.memory_bytes / 2**30, room),
    )
    return fitting


def _gpu_share(cluster: Cluster, text: str, *, growing: bool) -> float:
    """Return the share that each worker holds; growing: whether it may be more than any machine has today."""
    share = share_of(text)
    most = max((node.gpus for node in _nodes(cluster)), default=0.0)
    if share is None:
        return 1.0 if most >= 1 else 0.0
    if share > most and not growing:
        where = "the largest machine of the cluster" if len(cluster.nodes) > 1 else "the cluster"
        raise UsageError(f"--gpus-per-worker {text}: {where} has {most:g} GPUs; ask for at most that, or 0")
    return share
