"""How many CPUs this process may keep busy."""

import os

from evo.cluster.control_groups import cpu_quota


def usable_cpus() -> int:
    """Return how many CPUs this process may keep busy: those it may run on, or a container's quota if that is less."""
    allowed, quota = len(os.sched_getaffinity(0)), cpu_quota()
    return allowed if quota is None else max(1, min(allowed, int(quota)))
