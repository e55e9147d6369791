"""Searching under the eyes of observers: the caller's, a heartbeat file, and the metrics of Ray's dashboard."""

from collections.abc import Callable, Sequence

from evo.engine.monitor import Heartbeat, RayMetrics
from evo.engine.observer import LiveRun, Observer
from evo.records.resources import Resources
from evo.storage.run_folder import RunFolder

INTERRUPTED, FAILED = "interrupted", "failed"

Searching = Callable[[Resources, LiveRun, Sequence[Observer]], str]
"""Searches to the end and returns how it ended."""


def watched(
    search: Searching, folder: RunFolder, live: LiveRun, resources: Resources, observers: Sequence[Observer]
) -> str:
    """Return how a search ended, an interrupt among the ways; raises FailedRunError. All observers hear of it.

    folder: the search's, claimed
    """
    metrics = [RayMetrics(folder.path.name)] if resources.workers else []
    everybody, state = [Heartbeat(folder), *metrics, *observers], FAILED
    try:
        state = search(resources, live, everybody)
    except KeyboardInterrupt:
        state = INTERRUPTED
    finally:
        for observer in everybody:
            observer.ended(live, state)
    return state
