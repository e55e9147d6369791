"""What the seeds of a search have in common: their mean, and how sure it is."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import sem

from evo.reporting.comparison_section import student_interval


def spread(values: NDArray[np.float64]) -> str:
    """Return the mean of a method's seeds with its 95 % interval by Student's t, and how many had chosen nothing."""
    known = values[~np.isnan(values)]
    if not len(known):
        return "nothing yet"
    missing = f" ({len(values) - len(known)} seeds: nothing yet)" if len(known) < len(values) else ""
    if len(known) < 2:
        return f"{known.mean():.2f}{missing}"
    found = student_interval(float(known.mean()), float(sem(known)), len(known) - 1)
    return f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]{missing}"
