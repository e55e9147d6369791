"""Catches: an estimate that forgets the batch, the weights or what a pass keeps; one that counts weights as kept maps;
free memory that is misread.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import torch

from evo.differentiable.base import Level
from evo.differentiable.darts import Darts
from evo.differentiable.memory import COPIES, PROCESS_BYTES, available_bytes, kept_bytes, training_bytes
from tasks import ImageBatch
from tests.evo.differentiable.tiny_course import make_course, make_trainer


def estimate(**options: int) -> int:
    return training_bytes(make_course(**options), Darts(), epochs=4)


def test_what_a_pass_keeps_grows_with_the_batch_and_nothing_else_does() -> None:
    small, large = estimate(batch=2, held_out=8), estimate(batch=6, held_out=6)
    pictures = 2 * 3 * 8 * 8 * 4  # two held-out pictures fewer
    kept_by_two = (large + pictures - small) / 2
    trainer = make_trainer(make_course())
    weights = [*trainer.weights(), *trainer.supernet.architecture_parameters()]
    fixed = PROCESS_BYTES + COPIES * 4 * sum(each.numel() for each in weights) + (24 + 8) * 3 * 8 * 8 * 4
    assert small == fixed + int(kept_by_two)


def test_maps_that_are_kept_are_counted_once_and_weights_are_not() -> None:
    weight = torch.ones(3, requires_grad=True)

    def loss(pictures: torch.Tensor, *_: Any) -> torch.Tensor:
        scaled = pictures * weight  # keeps the pictures, 24 bytes, and the weight, which a worker has anyway
        return (scaled.exp() * scaled).sum()  # keeps the product, met in two places, and its exponential: 24 bytes each

    trainer = SimpleNamespace(weights=lambda: [weight], loss=loss, supernet=SimpleNamespace(alphas={}))
    objective = SimpleNamespace(prepare=lambda batch, generator: batch.images)
    course = SimpleNamespace(objective=objective, generator=lambda *names: torch.Generator())
    tried = ImageBatch(torch.zeros(2, 3), None)
    assert kept_bytes(cast(Any, trainer), cast(Any, course), tried, Level.WEIGHTS) == 3 * 24


def test_free_memory_is_what_the_kernel_says() -> None:
    total = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    assert 0 < available_bytes() <= int(total.split()[1]) * 1024
