"""Steps on batches that are too large for one pass: several passes over parts of a batch, whose losses' mean counts.

Each micro-batch is normalised by itself, as a batch of its size is, and hides, turns or doubles its images by itself;
all of a step run under the same gates. So the mean is not the loss of the whole batch where batch norms see it.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from evo.differentiable.bilevel.settings import GradientSettings
from evo.differentiable.bilevel.supernet_data import SupernetSetup
from spaces import Gates
from tasks import Batch, ImageBatch


def prepared_parts(setup: SupernetSetup, images: ImageBatch, generator: torch.Generator) -> list[Batch]:
    """Return the micro-batches of images [B, C, H, W] in order, each prepared by the objective."""
    count = setup.settings.micro_batches
    labels = [None] * count if images.labels is None else images.labels.chunk(count)
    parts = zip(images.images.chunk(count), labels, strict=True)
    return [setup.objective.prepare(ImageBatch(*part), generator) for part in parts]


def sum_of(parts: Sequence[Tensor]) -> Tensor:
    """Return the sum of losses."""
    return torch.stack(list(parts)).sum()


def repeated_gates(draw: Callable[[], Gates], generator: torch.Generator, count: int) -> Iterator[Gates]:
    """Yield the same gates so many times, each time with a graph of their own.

    draw: makes gates by draws of the generator. What passes draw themselves, e.g. which paths they drop, goes on from
    one to the next, also where gates come with a generator that is seeded for them.
    """
    drawn = generator.get_state()
    gates = draw()
    dropping = gates.dropping
    yield gates
    for _ in range(count - 1):
        gone_on = generator.get_state()
        generator.set_state(drawn)
        gates = draw()
        generator.set_state(gone_on)
        yield replace(gates, dropping=dropping)


def describe_micro_batches(settings: GradientSettings) -> list[str]:
    """Return what a step is where it has several passes, in one line; nothing otherwise."""
    count = settings.micro_batches
    if count == 1:
        return []
    return [
        f"micro-batches: a step on {settings.batch} images is the mean of {count} passes over {settings.batch // count}"
        ", each normalised by itself, which moves running statistics at every pass"
    ]
