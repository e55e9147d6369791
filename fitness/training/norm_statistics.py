"""By which statistics batch norms judge: those kept while training, those of the batch, or those measured anew.

What a norm keeps is a moving average that forgets a tenth per step. After a few steps it is still mostly the zeros and
ones that it began with, and of weights that have changed since.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

Statistics = Literal["running", "batch", "fresh"]

PASSES = 4
"""Batches that statistics are measured anew on: the same images under other noise."""


def settle_statistics(statistics: Statistics, modules: Sequence[nn.Module], look: Callable[[], object]) -> None:
    """Let the batch norms of trained ``modules`` normalise in evaluation mode by the statistics that are asked for.

    look: passes a batch through the modules. Norms without running statistics know the batch alone, whatever is asked.
    """
    norms = [part for module in modules for part in module.modules() if isinstance(part, _BatchNorm)]
    kept = [norm for norm in norms if norm.running_mean is not None]
    if statistics == "batch":
        for norm in kept:
            norm.running_mean = norm.running_var = None  # which torch takes for leave to use the batch's
    elif statistics == "fresh":
        _measure(kept, modules, look)


@torch.no_grad()
def _measure(norms: Sequence[_BatchNorm], modules: Sequence[nn.Module], look: Callable[[], object]) -> None:
    for module in modules:
        module.eval()
    for norm in norms:
        norm.reset_running_stats()
    with averaging(norms):
        for _ in range(PASSES):
            look()


@contextmanager
def averaging(norms: Sequence[_BatchNorm]) -> Iterator[None]:
    """Let norms count every batch that passes as much, whatever their momentum; they are in evaluation mode after."""
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.momentum = None  # a plain mean of all batches
        norm.train()
    yield
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
        norm.eval()
