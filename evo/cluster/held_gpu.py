"""Which GPU this process computes on: its number on its node, and the share of it that Ray has given."""

import os
import sys
from collections.abc import Mapping

WHOLE = 1.0
"""Share of a process that Ray has not started: nobody else is known to use its GPU."""


def gpu_label(model: str, index: str, share: float) -> str:
    """Return a GPU in words, e.g. ``NVIDIA H200 #1 x0.25``; share: 0 to 1, or a number of whole ones."""
    return f"{model} #{index} x{share:g}"


def held_share() -> float:
    """Return how much of GPUs Ray has given to this process: 0 where that is nothing, or it is no worker of Ray's."""
    ray = sys.modules.get("ray")  # whoever is a worker of Ray's has it: a process alone need not wait for its import
    if ray is None or not ray.is_initialized() or ray.get_runtime_context().get_actor_id() is None:
        return 0.0
    return float(ray.get_runtime_context().get_assigned_resources().get("GPU", 0.0))


def index_of(number: int, environment: Mapping[str, str] = os.environ) -> str:
    """Return the number on its node, or the name, of the GPU that CUDA calls ``number`` in this process."""
    visible = [each.strip() for each in environment.get("CUDA_VISIBLE_DEVICES", "").split(",") if each.strip()]
    return visible[number] if number < len(visible) else str(number)


def held_gpu(model: str) -> str:
    """Return the GPU that this process computes on, which is always the first that it sees, in words."""
    return gpu_label(model, index_of(0), held_share() or WHOLE)
