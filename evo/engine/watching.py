"""Searching while observers are told: the caller's, a heartbeat file, and the metrics of Ray's dashboard."""

from collections.abc import Callable, Sequence

from evo.engine.monitor import Heartbeat
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

    What one raises at the end is raised once the others have heard, or becomes a note of the search's own error.

    folder: the search's, claimed
    """
    everybody = [Heartbeat(folder, workers=resources.workers), *_metrics(folder, resources), *observers]
    try:
        state = search(resources, live, everybody)
    except KeyboardInterrupt:
        state = INTERRUPTED
    except BaseException as error:
        for other in _tell_the_end(everybody, live, FAILED):
            error.add_note(f"and then an observer failed: {other!r}")
        raise
    if errors := _tell_the_end(everybody, live, state):
        raise errors[0]
    return state


def _metrics(folder: RunFolder, resources: Resources) -> list[Observer]:
    """Return what shows the run's metrics, nothing where it is scored in this process, without Ray."""
    if not resources.workers:
        return []
    from evo.engine.ray_metrics import RayMetrics

    return [RayMetrics(folder.path)]


def _tell_the_end(observers: Sequence[Observer], live: LiveRun, state: str) -> list[Exception]:
    """Tell every observer how the search ended; returns what some of them raised."""
    errors = []
    for observer in observers:
        try:
            observer.ended(live, state)
        except Exception as error:  # the next one is to hear of it all the same
            errors.append(error)
    return errors
