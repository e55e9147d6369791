"""How many CPUs this process may keep busy."""

import os
from pathlib import Path


def usable_cpus() -> int:
    """Return how many CPUs this process may keep busy: those it may run on, or a container's quota if that is less."""
    allowed = len(os.sched_getaffinity(0))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return max(1, min(allowed, int(quota) // int(period)))
    except (OSError, ValueError):  # no control group, or the quota is "max"
        return allowed
