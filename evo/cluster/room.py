"""How many actors a machine has room for."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from evo.records.resources import Machine

ROUNDING = 1e-6
"""Of a GPU: what sums of shares may be off by."""


@dataclass(frozen=True)
class Need:
    """What one actor holds: CPUs, and GPUs or a share of one."""

    cpus: float = 1.0
    gpus: float = 0.0


def places(cpus: float, gpus: float, need: Need) -> int:
    """Return how many actors fit into that much of one machine; a share never spans two GPUs."""
    by_cpus = int(cpus / need.cpus + ROUNDING) if need.cpus else None
    by_gpus = _shares(gpus, need.gpus) if need.gpus else None
    return min(fitting for fitting in (by_cpus, by_gpus) if fitting is not None)


def freed(node: Machine, need: Need, count: int) -> Machine:
    """Return a machine on which that many actors hold nothing any more."""
    free_cpus, free_gpus = node.free_cpus + count * need.cpus, node.free_gpus + count * need.gpus
    return replace(node, free_cpus=free_cpus, free_gpus=free_gpus)


def places_in_all(nodes: Iterable[Machine], need: Need) -> int:
    """Return how many fit into whole machines."""
    return sum(places(node.cpus, node.gpus, need) for node in nodes)


def free_places(nodes: Iterable[Machine], need: Need) -> int:
    """Return how many fit into what nobody holds."""
    return sum(places(node.free_cpus, node.free_gpus, need) for node in nodes)


def lacking(nodes: Iterable[Machine], need: Need) -> str:
    """Return what a machine with room would first need more of, ``GPU`` or ``CPU``."""
    by_gpu = any(places(node.free_cpus, node.free_gpus, Need(0.0, need.gpus)) for node in nodes) if need.gpus else True
    return "CPU" if by_gpu else "GPU"


def _shares(gpus: float, share: float) -> int:
    """Return how many shares there are; what is left of a GPU that is shared already counts as in one piece."""
    if share > 1:
        return int(gpus / share + ROUNDING)
    whole = int(gpus + ROUNDING)
    return whole * int(1 / share + ROUNDING) + int((gpus - whole) / share + ROUNDING)
