"""How much memory the training of one supernet takes, before it begins."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import torch
from torch import Tensor

from evo.cluster.control_groups import memory_left
from evo.differentiable.bilevel.kept_maps import KeptMaps
from evo.differentiable.bilevel.settings import GradientSettings
from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup, held_out_count, image_count
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.relaxations.base import Level, Moment, Relaxation, SupernetPass
from evo.engine.pool.memory_limit import GIB
from fitness import Precision
from tasks import ImageBatch, UsageError, channels_of

TRIED = 2  # images of the pass by which the memory of a whole batch is estimated
DRAWS = 4  # passes of a variant that samples operations, which differ in size; the largest counts
PROCESS_BYTES = 2**30
"""What a worker holds besides: torch, Ray and their libraries, 612 MiB, and the working memory of kernels, measured as
260 to 470 MiB in epochs of MAE-NAS and SSWP-NAS, small and large."""
COPIES = 4  # of every weight: itself, gradient, momentum, and a checkpoint on its way


@dataclass(frozen=True)
class StageBytes:
    """What one stage of a training takes.

    weights: one copy of all weights; kept, recomputed: what passes over ``TRIED`` images keep of their maps, as they
    are and where cells are computed again; curved: the same for a Hessian, which keeps all maps, 0 where none is taken
    """

    weights: int
    kept: int
    recomputed: int
    curved: int = 0


@dataclass(frozen=True)
class MemoryEstimate:
    """What the training of one supernet takes; fixed: whatever the stage; batch: images of a step."""

    fixed: int
    batch: int
    stages: tuple[StageBytes, ...]

    def needed(self, *, checkpointing: bool = False, micro_batches: int = 1) -> int:
        """Return about how many bytes a worker needs with these options."""
        most = 0.0
        for stage in self.stages:
            maps = (stage.recomputed if checkpointing else stage.kept) / micro_batches
            most = max(most, COPIES * stage.weights + max(maps, stage.curved) * self.batch / TRIED)
        return int(self.fixed + most)

    def under(self, settings: GradientSettings) -> int:
        """Return about how many bytes a worker needs with the options of these settings."""
        return self.needed(checkpointing=settings.checkpointing, micro_batches=settings.micro_batches)


def estimate_memory(setup: SupernetSetup, relaxation: Relaxation, epochs: int) -> MemoryEstimate:
    """Return what a worker holds: itself, what one pass keeps for its backward pass, weights, and images.

    Counted on ``TRIED`` images, in every stage, and where operations are sampled in ``DRAWS`` passes. Raises
    UsageError for too few images, ValueError where the space, the objective and the variant make no supernet.
    """
    settings, images = setup.settings, image_count(setup)
    data = SupernetData(
        replace(setup, settings=replace(settings, pictures=2 * settings.batch, held_out=settings.batch))
    )
    tried = ImageBatch(data.weights.images[:TRIED], _first(data.weights.labels))
    stages = tuple(
        _stage_bytes(trainer, relaxation, setup, tried) for trainer in _stages(setup, data, relaxation, epochs)
    )
    held = (images + settings.held_out) * _bytes(data.weights.images[0])
    return MemoryEstimate(PROCESS_BYTES + held, settings.batch, stages)


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


def _stage_bytes(
    trainer: SupernetTrainer, relaxation: Relaxation, setup: SupernetSetup, tried: ImageBatch
) -> StageBytes:
    weights = sum(_bytes(tensor) for tensor in [*trainer.weights(), *trainer.supernet.architecture_parameters()])
    passes, curved = list[KeptMaps](), 0
    for level in (Level.WEIGHTS, Level.ARCHITECTURE):
        for drawn in _sizing_passes(trainer, relaxation, setup, level):
            passes.append(kept_maps(trainer, setup, tried, drawn))
    if setup.settings.eigenvalue_every:
        drawn_passes = _sizing_passes(trainer, relaxation, setup, Level.ARCHITECTURE)
        curved = max(kept_maps(trainer, setup, tried, drawn, curved=True).kept for drawn in drawn_passes)
    return StageBytes(
        weights, max(each.kept for each in passes), max(each.recomputed for each in passes), curved=curved
    )


def _sizing_passes(
    trainer: SupernetTrainer, relaxation: Relaxation, setup: SupernetSetup, level: Level
) -> Iterator[SupernetPass]:
    """Yield passes that draw one after the other: several where they sample what they compute, one of a mixture."""
    gates = relaxation.gates(trainer.supernet.alphas, SupernetPass(level, setup.generator("memory", "gates")))
    samples = any(cell.computed is not None for cell in gates.cells.values())
    yield from repeat(SupernetPass(level, setup.generator("memory", "gates")), DRAWS if samples else 1)


def available_bytes() -> int:
    """Return the bytes of memory, this machine's or, if that is less, this container's, that a new process can have."""
    with open("/proc/meminfo", encoding="ascii") as lines:
        free = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    left = memory_left()
    return free if left is None else min(free, left)


def _first(labels: Tensor | None) -> Tensor | None:
    return None if labels is None else labels[:TRIED]


def kept_maps(
    trainer: SupernetTrainer,
    setup: SupernetSetup,
    tried: ImageBatch,
    supernet_pass: SupernetPass,
    *,
    curved: bool = False,
) -> KeptMaps:
    """Return what one pass keeps of its maps for the backward pass, weights left out.

    curved: whether the backward pass is differentiated as well, as for an eigenvalue of the Hessian, in float32
    """
    precision: Precision | None = "float32" if curved else None
    batch = setup.objective.prepare(tried, setup.generator("memory"))
    found = KeptMaps({tensor.untyped_storage().data_ptr() for tensor in trainer.weights()})
    hooks = torch.autograd.graph.saved_tensors_hooks(found.keep, _as_it_is)
    with hooks, trainer.supernet.running_cells_by(found):
        loss = trainer.loss(batch, supernet_pass, trainer.supernet.alphas, precision=precision)
        parameters = trainer.supernet.architecture_parameters() if curved else []
        back = torch.autograd.grad(loss, parameters, create_graph=True, allow_unused=True) if parameters else ()
    del loss, back
    return found


def _bytes(tensor: Tensor) -> int:
    return tensor.numel() * tensor.element_size()


def _as_it_is(tensor: Any) -> Any:
    return tensor
