"""Catches: an estimate that forgets the batch, the weights or what a pass keeps; one that counts weights as kept maps;
free memory that is misread.
"""

from pathlib import Path

import torch
from torch import nn

from evo.differentiable.course import Halves
from evo.differentiable.memory import COPIES, PROCESS_BYTES, available_bytes, training_bytes
from tests.evo.differentiable.tiny_course import make_course, make_trainer


def estimate(**options: int) -> int:
    course = make_course(**options)
    return training_bytes(make_trainer(course), course, Halves(course))


def test_what_a_pass_keeps_grows_with_the_batch_and_nothing_else_does() -> None:
    small, large = estimate(batch=2, held_out=8), estimate(batch=6, held_out=6)
    pictures = 2 * 3 * 8 * 8 * 4  # two held-out pictures fewer
    kept_by_two = (large + pictures - small) / 2
    trainer = make_trainer(make_course())
    weights = [*trainer.weights(), *trainer.supernet.architecture_parameters()]
    fixed = PROCESS_BYTES + COPIES * 4 * sum(each.numel() for each in weights) + (24 + 8) * 3 * 8 * 8 * 4
    assert small == fixed + int(kept_by_two)


def test_maps_that_are_kept_are_counted_once_and_weights_are_not() -> None:
    class Body(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x.square() * x

    x = torch.zeros(2, 3, requires_grad=True)
    kept: set[int] = set()
    with torch.autograd.graph.saved_tensors_hooks(lambda t: kept.add(t.untyped_storage().data_ptr()), lambda t: t):
        Body()(x)
    assert len(kept) == 2  # x, met three times, and its square: what the estimate relies on


def test_free_memory_is_what_the_kernel_says() -> None:
    total = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    assert 0 < available_bytes() <= int(total.split()[1]) * 1024
