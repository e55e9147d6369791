"""What a score costs, and what it may be a stand-in for: reported, and never held against a fitness."""

import resource
from statistics import median

import numpy as np

from fitness.base import network_shape
from fitness.conformance.case import Case
from fitness.rank_correlation.rank_statistics import spearman
from spaces import NetworkSpace, count_complexity
from spaces.conformance.case import NotApplicable


def size(case: Case) -> str:
    """Reports how far scores follow the number of parameters: Spearman's rho over the members."""
    values = [case.attempts[number].value for number in case.scored]
    if not isinstance(case.space, NetworkSpace):
        raise NotApplicable("no networks: the space has no build()")
    shape = network_shape(case.images.source, case.space)
    counted = [count_complexity(case.space, case.candidates[number], *shape).params for number in case.scored]
    rho = spearman(np.array(values), np.array(counted, dtype=float))
    return f"Spearman's rho with parameters {rho:.2f}, {len(values)} members"


def cost(case: Case) -> str:
    """Reports seconds per member, on one thread, and the process's memory at its peak."""
    seconds = [case.attempts[number].seconds for number in case.scored]
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts in KiB
    times = f"{median(seconds):.2g} s at the median, {max(seconds):.2g} s at worst, {seconds[0]:.2g} s the first"
    return f"{times}; peak memory {peak_mib:.0f} MiB"
