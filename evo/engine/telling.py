"""What the caller of a study tells of a trial: numbers as plain ones, errors as words."""

import math
from collections.abc import Mapping
from numbers import Real

from tasks.foundation.errors import UsageError


def told_numbers(metrics: Mapping[str, float] | None) -> dict[str, float]:
    """Return metrics as plain numbers; raises UsageError for what is none."""
    if metrics is not None and not isinstance(metrics, Mapping):
        raise UsageError(f"metrics={metrics!r}: numbers by their names are needed")
    return {str(name): told_number(f"metrics[{name!r}]", value) for name, value in (metrics or {}).items()}


def told_number(name: str, value: object) -> float:
    """Return a number as a plain one; raises UsageError for anything else."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise UsageError(f"{name}={value!r}: a number is needed")
    try:
        return float(value)
    except OverflowError as error:
        raise UsageError(f"{name}: is a number too large for 64 bits") from error


def not_finite(fitness: float | None) -> str | None:
    """Return why a fitness counts as a failure, None where it does not."""
    return None if fitness is None or math.isfinite(fitness) else f"the fitness is not finite ({fitness})"


def error_words(error: str | BaseException) -> str:
    """Return what an error says, with what UTF-8 cannot hold spelled out."""
    text = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    return text.encode("utf-8", "backslashreplace").decode()
