"""How many short trials travel to a worker together: a call costs a millisecond, whatever it asks for.

Times are seconds.
"""

SHORT_S = 0.05
"""A trial that takes longer travels alone."""
MOST_S = 0.5
"""Work that one call may ask for."""
NAMED_S = 1.0
"""A trial that takes longer has its name on Ray's dashboard, where nobody could read that of another."""
_LEAST_S = 1e-3


def batch_size(expected_s: float | None, waiting: int, workers: int) -> int:
    """Return how many of the ``waiting`` trials one of so many workers takes at once, at least one.

    expected_s: seconds that a trial takes, None where that is unknown. No worker takes more than its share, so that
    none holds what others could do.
    """
    if not are_short(expected_s) or expected_s is None:
        return 1
    return max(1, min(int(MOST_S / max(expected_s, _LEAST_S)), waiting // max(1, workers)))


def are_short(expected_s: float | None) -> bool:
    """Return whether trials that take so long travel together."""
    return expected_s is not None and expected_s < SHORT_S


def task_name(expected_s: float | None, trial_id: int) -> str | None:
    """Return what Ray's dashboard calls the task of a trial, None for a short one.

    Ray keeps some 8 KiB of every name for as long as a driver lives, and of each shows a series of metrics.
    """
    return None if expected_s is not None and expected_s < NAMED_S else f"trial {trial_id}"
