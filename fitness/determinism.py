"""What makes a network compute the same again: the seed of its dropout, and the precision of its sums."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import Literal

import torch

from fitness.base import EvalContext

Precision = Literal["auto", "float32", "bfloat16"]


CPU = torch.device("cpu")


@contextmanager
def computing_alone(seed: int) -> Iterator[None]:
    """Compute on the CPU as a worker does, whatever the process has set, and leave it as it was.

    That is in one thread, in float32, tiny numbers taken for 0, without autocast or a default device; what draws from
    torch's global generators depends on ``seed`` alone.
    """
    threads, dtype, flushes = torch.get_num_threads(), torch.get_default_dtype(), _flushes_denormals()
    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float32)
    torch.set_flush_denormal(True)
    try:
        with seeded(seed), torch.device(CPU), torch.autocast("cpu", enabled=False), torch.inference_mode(False):
            yield
    finally:
        torch.set_num_threads(threads)
        torch.set_default_dtype(dtype)
        torch.set_flush_denormal(flushes)


def _flushes_denormals() -> bool:
    return not bool((torch.full((1,), 1e-40, dtype=torch.float32, device=CPU) * 1.0).item())


@contextmanager
def seeded(seed: int, device: torch.device = CPU) -> Iterator[None]:
    """Let what draws from torch's global generators depend on ``seed`` alone, and leave them as they were.

    That is what layers draw: their initial weights, which are always drawn on the CPU, and their dropout on ``device``.
    """
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        yield


def seeded_dropout(context: EvalContext) -> AbstractContextManager[None]:
    """Return what lets dropout depend on the next draw of the context's ``rng`` alone."""
    return seeded(int(context.rng.integers(2**63)), context.device)


def computing_in(precision: Precision, device: torch.device) -> torch.autocast:
    """Return the context in which networks compute on a device; ``auto`` is that of ``precision_on``.

    It keeps no copies of weights: in an autocast block around a whole training they would outlive the steps.
    """
    halved = (precision_on(device.type) if precision == "auto" else precision) == "bfloat16"
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=halved, cache_enabled=False)


def precision_on(device_type: str) -> Precision:
    """Return what ``auto`` is: bfloat16 on processors that have units for it, float32 on all others and on GPUs."""
    return "bfloat16" if device_type == "cpu" and _has_matrix_units() else "float32"


@cache
def _has_matrix_units() -> bool:
    capabilities: Callable[[], dict[str, object]] = getattr(torch.cpu, "get_capabilities", dict)  # newer torch only
    return bool(capabilities().get("amx_bf16", False))
