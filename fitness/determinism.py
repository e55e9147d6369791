"""What makes a network compute the same again: the seed of its dropout, and the precision of its sums."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Literal

import torch

from fitness.base import EvalContext

Precision = Literal["auto", "float32", "bfloat16"]


@contextmanager
def seeded_dropout(context: EvalContext) -> Iterator[None]:
    """Let what networks drop depend on the context's ``rng`` alone, and leave torch's generators as they were."""
    devices = [context.device] if context.device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(int(context.rng.integers(2**63)))
        yield


def computing_in(precision: Precision, device: torch.device) -> torch.autocast:
    """Return the context in which networks compute on a device; ``auto`` is float32 on GPUs."""
    halved = precision == "bfloat16" or (precision == "auto" and device.type == "cpu" and _has_matrix_units())
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=halved)


@cache
def _has_matrix_units() -> bool:
    capabilities: Callable[[], dict[str, object]] = getattr(torch.cpu, "get_capabilities", dict)  # newer torch only
    return bool(capabilities().get("amx_bf16", False))
