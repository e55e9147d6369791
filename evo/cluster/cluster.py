"""Joining a Ray cluster or starting one here."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import ray

from evo.cluster.command_words import check_command_words
from evo.cluster.control_groups import memory_limit
from evo.cluster.head_watch import HeadWatch
from evo.cluster.joining import join
from evo.cluster.local_ray import FOLDER, rays_folder, start
from evo.cluster.metric_readers import readers_awaited
from evo.cluster.rays_token import mode_put_back
from evo.cluster.view import look
from evo.records.failures import LostClusterError
from evo.records.requests import AUTO, Placement
from evo.records.resources import Cluster
from tasks.foundation.errors import UsageError, first_line

MOST_SAID = 200
"""Letters of what Ray says that a refusal repeats."""

logger = logging.getLogger(__name__)


@contextmanager
def joined(address: str) -> Iterator[Cluster]:
    """Give the Ray session that this process has, or one of its own for as long as the block lasts.

    The caller's session is used as it is and stays up. Raises UsageError where no cluster can be reached, and
    LostClusterError where the block ends as a client has lost it.
    """
    if ray.is_initialized():
        if address not in (Placement.address, AUTO):
            logger.warning("note: --address %s is not used: this process has joined a cluster already", address)
        yield _cluster(None, grows=len(ray.nodes()) > 1)  # type: ignore[no-untyped-call]
        return
    check_command_words()
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    with rays_folder() if address == Placement.address else mode_put_back() as folder, HeadWatch() as watch:
        try:
            here = address == Placement.address
            found, reached = _connect(address, folder)
            watch.begin(reached)
            there = readers_awaited(Path(found.address_info["session_dir"]).parent) if here else nullcontext()
            with there, _lost_as_such(reached):
                seen = _cluster(found.dashboard_url, grows=not here)
                yield replace(seen, memory_bytes=memory_limit() if here else None)
        finally:
            ray.shutdown()


@contextmanager
def _lost_as_such(address: str) -> Iterator[None]:
    """Say of the error in which Ray's client ends that the cluster is lost."""
    try:
        yield
    except ConnectionError as error:
        if ray.is_initialized():  # it is of something else
            raise
        raise LostClusterError(
            f"the connection to the Ray cluster at {address} is lost ({first_line(error)})"
        ) from error


def _connect(address: str, folder: str | None) -> tuple[Any, str]:
    """Start Ray on this machine for ``local``, or join a running cluster; raises UsageError where that fails.

    Returns what Ray says of it, and its address.
    """
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


def _cluster(dashboard_url: str | None, *, grows: bool) -> Cluster:
    totals: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    seen = look()
    cpus, gpus = int(totals.get("CPU", 0)), totals.get("GPU", 0.0)
    return Cluster(dashboard_url or None, cpus, gpus, nodes=seen.nodes, grows=grows, searches=len(seen.others("")))
