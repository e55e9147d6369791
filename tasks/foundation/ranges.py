"""Numbers within what can be done: a slip of a digit is told, not waited for."""

from tasks.foundation.errors import UsageError, bounded

_LONGEST = 40


def check_range(option: str, given: float, least: float, most: float) -> None:
    """Raise UsageError for a number below ``least`` or above ``most``, or for NaN."""
    shown = bounded(f"{given:g}" if isinstance(given, float) else str(given), _LONGEST)
    if not given >= least:
        raise UsageError(f"{option} {shown}: must be at least {least:,}")
    if given > most:
        raise UsageError(f"{option} {shown}: must be at most {most:,}")
