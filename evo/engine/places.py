"""Where a search computes: on workers of a Ray cluster, or in this process alone."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

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
    from evo.cluster.cluster import joined, plan_resources

    with joined(placement.address) as cluster:
        yield (
            cluster,
            plan_resources(cluster, workers=str(placement.workers), gpus_per_worker=str(placement.gpus_per_worker)),
        )


def check_sendable(objects: Mapping[str, object], placement: Placement) -> None:
    """Raise UsageError where workers could not be handed the caller's own plug-ins, by axis; none is started."""
    if objects and not placement.here:
        from evo.engine.resilient_actors import check_serialisable

        check_serialisable(objects)


def settle_ahead(ahead: int, resources: Resources) -> int:
    """Return the look-ahead of a run: as asked for, or twice the workers that it first starts with, at least 16."""
    return max(LEAST_AHEAD, 2 * resources.workers) if ahead == AUTO_AHEAD else ahead
