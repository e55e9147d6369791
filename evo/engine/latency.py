"""How long a candidate's network takes for one batch of inputs: one candidate at a time on each device of a machine.

Times are seconds.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from evo.cluster.device_lock import alone_on
from evo.records.search_objectives import LATENCY, SPREAD
from fitness import EvalContext, seeded
from fitness.base import network_shape
from spaces import NetworkSpace

WARM_UP, RUNS, FEWEST = 5, 50, 5
"""Forward passes before those that are timed, those that are timed, and how many of them at least."""
LONGEST_S = 2.0
"""After which no further pass is timed."""


@dataclass(frozen=True)
class Latency:
    """Median of the timed passes, and their interquartile range."""

    median_s: float
    spread_s: float

    def metrics(self) -> dict[str, float]:
        """Return it as metrics of a row."""
        return {LATENCY: self.median_s, SPREAD: self.spread_s}


def measured_latency(candidate: Any, context: EvalContext, batch: int) -> Latency:
    """Return how long the network of a candidate takes for ``batch`` inputs on the context's device.

    Its weights are random, it is in evaluation mode, in float32 and channels last, as it is trained. No other process
    of this user measures on the device meanwhile; what else computes there does so on.

    Raises what ``space.build`` raises, DeadlineExceededError, and OSError where there is no place for the lock.
    """
    assert isinstance(context.space, NetworkSpace)  # as objectives were checked for
    spec, outputs = network_shape(context.images, context.space)
    with seeded(0, context.device), torch.inference_mode():
        network = context.space.build(candidate, spec, outputs).eval()
        inputs = torch.rand(spec.shape(batch)).to(context.device)
        network.to(context.device)
        if inputs.ndim == 4:
            network.to(memory_format=torch.channels_last)
            inputs = inputs.contiguous(memory_format=torch.channels_last)
        with alone_on(device_name(context.device)):
            context.check_deadline()
            return timed(lambda: _passed(network, inputs), context.check_deadline)


def _passed(network: torch.nn.Module, inputs: torch.Tensor) -> None:
    network(inputs)
    if inputs.device.type == "cuda":
        torch.cuda.synchronize(inputs.device)


def timed(
    call: Callable[[], object], check: Callable[[], None], clock: Callable[[], float] = time.perf_counter
) -> Latency:
    """Return how long a call takes; check: is called between calls, and may raise to end it."""
    for _ in range(WARM_UP):
        call()
        check()
    taken: list[float] = []
    while len(taken) < RUNS and (len(taken) < FEWEST or sum(taken) < LONGEST_S):
        began = clock()
        call()
        taken.append(clock() - began)
        check()
    low, median, high = np.quantile(taken, (0.25, 0.5, 0.75)).tolist()
    return Latency(median, high - low)


def device_name(device: torch.device) -> str:
    """Return what a device is called by every process of this machine: of a GPU its own unique name."""
    return f"cuda-{torch.cuda.get_device_properties(device).uuid}" if device.type == "cuda" else device.type
