"""Where a search computes: on workers of a Ray cluster, or in this process alone."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from evo.cluster.caller_process import left_as_it_was
from evo.cluster.usable_cpus import usable_cpus
from evo.records.config import AUTO_AHEAD, LEAST_AHEAD
from evo.records.requests import AUTO, Placement
from evo.records.resources import Cluster, Resources
from tasks.foundation.errors import UsageError

logger = logging.getLogger(__name__)


@contextmanager
def opened(placement: Placement) -> Iterator[tuple[Cluster, Resources]]:
    """Give what there is to compute on for as long as the block lasts; raises UsageError where that is not to be had.

    Without workers nothing of Ray is imported, and the process is afterwards as it was.
    """
    if placement.here:
        if placement.gpus_per_worker != AUTO:
            raise UsageError(f"--gpus-per-worker {placement.gpus_per_worker}: --workers 0 has none to give a share to")
        if placement.address != Placement.address:
            logger.warning("note: --address %s is not used: --workers 0 scores in this process", placement.address)
        with left_as_it_was():
            yield Cluster(None, usable_cpus(), 0.0), Resources(0, 0.0)
        return
    from evo.cluster.capacity import plan_resources
    from evo.cluster.cluster import joined

    with joined(placement.address) as cluster:
        share = str(placement.gpus_per_worker)
        planned = plan_resources(cluster, workers=str(placement.workers), gpus_per_worker=share)
        yield cluster, replace(planned, care=placement.care, joined=cluster.grows, ship_images=placement.ship_images)


def check_sendable(objects: Mapping[str, object], placement: Placement) -> None:
    """Raise UsageError where workers could not be handed the caller's own plug-ins, by axis; none is started."""
    if objects and not placement.here:
        from evo.engine.pool.shared_objects import check_serialisable

        check_serialisable(objects)


def settle_ahead(ahead: int, resources: Resources) -> int:
    """Return a run's look-ahead: as asked for, or twice the workers it first starts with, at least ``LEAST_AHEAD``."""
    return max(LEAST_AHEAD, 2 * resources.workers) if ahead == AUTO_AHEAD else ahead
