"""How much memory the training of one supernet takes, before it begins."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from evo.cluster.control_groups import memory_left
from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup, held_out_count, image_count
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations.base import Level, Moment, Relaxation, SupernetPass
from tasks import ImageBatch, UsageError, channels_of

TRIED = 2  # images of the pass by which the memory of a whole batch is estimated
PROCESS_BYTES = 2**30
"""What a worker holds besides: torch, Ray and their libraries, 612 MiB, and the working memory of kernels, measured as
260 to 470 MiB in epochs of MAE-NAS and SSWP-NAS, small and large."""
GIB = 2**30
COPIES = 4  # of every weight: itself, gradient, momentum, and a checkpoint on its way


def training_bytes(setup: SupernetSetup, relaxation: Relaxation, epochs: int) -> int:
    """Return about how many bytes a worker needs: what one pass keeps for its backward pass, weights, and images.

    Counted on ``TRIED`` images, in the stage that needs most. Raises UsageError for too few images, ValueError
    where the space, the objective and the variant make no supernet.
    """
    settings, images = setup.settings, image_count(setup)
    data = SupernetData(
        replace(setup, settings=replace(settings, pictures=2 * settings.batch, held_out=settings.batch))
    )
    tried = ImageBatch(data.weights.images[:TRIED], _first(data.weights.labels))
    most = max(_stage_bytes(trainer, setup, tried) for trainer in _stages(setup, data, relaxation, epochs))
    held = (images + settings.held_out) * _bytes(data.weights.images[0])
    return int(PROCESS_BYTES + most + held)


def check_images_fit(setup: SupernetSetup) -> None:
    """Raise UsageError where the images of a run alone take more memory than is free here."""
    images, size, free = setup.images, setup.images.size, available_bytes()
    count = image_count(setup) + held_out_count(setup)
    taken = count * channels_of(images) * size**2 * torch.float32.itemsize
    if taken > free:
        raise UsageError(
            f"strategy.pictures={setup.settings.pictures}: {count} images of {size} pixels, with those held out, take "
            f"{taken / GIB:.1f} GiB of memory, and {free / GIB:.1f} GiB are free; ask for fewer, or for smaller images"
        )


def _stages(setup: SupernetSetup, data: SupernetData, relaxation: Relaxation, epochs: int) -> Iterator[SupernetTrainer]:
    """Yield the trainer at the beginning of each stage, untrained."""
    trainer = SupernetTrainer(setup, data, relaxation, epochs)
    yield trainer
    for epoch in range(setup.settings.epochs, epochs, setup.settings.epochs):
        if relaxation.on_epoch(Moment(epoch, epochs), trainer.supernet):
            trainer = SupernetTrainer(setup, data, relaxation, epochs)
            yield trainer


def _stage_bytes(trainer: SupernetTrainer, setup: SupernetSetup, tried: ImageBatch) -> float:
    """Return the bytes of weights, and of what the passes over a batch that keep most keep."""
    weights = sum(_bytes(tensor) for tensor in [*trainer.weights(), *trainer.supernet.architecture_parameters()])
    curved = bool(setup.settings.eigenvalue_every)
    kept = max(
        kept_bytes(trainer, setup, tried, Level.WEIGHTS),
        kept_bytes(trainer, setup, tried, Level.ARCHITECTURE, curved=curved),
    )
    return COPIES * weights + kept * setup.settings.batch / TRIED


def available_bytes() -> int:
    """Return the bytes of memory, this machine's or, if that is less, this container's, that a new process can have."""
    with open("/proc/meminfo", encoding="ascii") as lines:
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    left = memory_left()
    return free if left is None else min(free, left)


def _first(labels: Tensor | None) -> Tensor | None:
    return None if labels is None else labels[:TRIED]


def kept_bytes(
    trainer: SupernetTrainer, setup: SupernetSetup, tried: ImageBatch, level: Level, *, curved: bool = False
) -> int:
    """Return the bytes that one pass keeps of its maps for the backward pass, each counted once, weights left out.

    curved: whether the backward pass is differentiated as well, as for an eigenvalue of the Hessian
    """
    batch = setup.objective.prepare(tried, setup.generator("memory"))
    own = {tensor.untyped_storage().data_ptr() for tensor in trainer.weights()}
    kept: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, _as_it_is):
        loss = trainer.loss(batch, SupernetPass(level, setup.generator("memory", "gates")), trainer.supernet.alphas)
        parameters = trainer.supernet.architecture_parameters() if curved else []
        back = torch.autograd.grad(loss, parameters, create_graph=True, allow_unused=True) if parameters else ()
    del loss, back
    return sum(kept.values())


def _bytes(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()


def _as_it_is(tensor: Any) -> Any:
    return tensor
