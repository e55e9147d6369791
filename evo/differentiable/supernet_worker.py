"""What runs inside a Ray actor of a search by gradient: one supernet, trained epoch by epoch."""

import os
import time
from dataclasses import dataclass
from typing import Any

import torch

from evo.config import SearchConfig
from evo.differentiable.checkpoint import Progress, pack, unpack
from evo.differentiable.collapse import choices_of, measure_collapse
from evo.differentiable.config import GradientPlugins, build_gradient_plugins
from evo.differentiable.course import Course, Halves
from evo.differentiable.early_stop import answer_of
from evo.differentiable.supernet_trainer import Losses, SupernetTrainer
from evo.differentiable.trainer_state import load_tensors, memory_of, recall, tensors_of
from evo.evaluator import peak_memory_bytes, prepare_process


@dataclass(frozen=True)
class EpochDone:
    """What an epoch leaves: its row, where the training stands, and the file to go on from."""

    row: dict[str, Any]
    progress: Progress
    content: bytes


class SupernetWorker:
    """Trains the supernet of one seed, on from a checkpoint where there is one."""

    def __init__(self, config: dict[str, Any], seed: int, *, name: str = "local", content: bytes | None = None) -> None:
        """Build everything; raises UsageError where a plug-in refuses, ValueError for another search's content."""
        search = SearchConfig.from_json(config)
        plugins = build_gradient_plugins(search)
        prepare_process(plugins.search.settings.threads)
        tensors, self._progress = ({}, Progress()) if content is None else unpack(content)
        self._seed, self._name, self._space = seed, name, plugins.space
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._course = _course(plugins, seed, self._device)
        self._relaxation = plugins.search.relaxation()
        if content is not None:
            recall(self._relaxation, self._progress.memory)
        halves, epochs = Halves(self._course), plugins.search.epochs
        self._pictures = halves.steps * self._course.settings.batch
        self._trainer = SupernetTrainer(self._course, halves, self._relaxation, epochs)
        if content is not None:
            load_tensors(self._trainer, tensors)

    def ready(self) -> int:
        """Return the process id once the worker is up."""
        return os.getpid()

    def epoch(self) -> EpochDone:
        """Train for one epoch more; raises DivergedError."""
        number, clock = self._progress.epochs, time.perf_counter()
        losses = self._trainer.epoch(number)
        candidate = self._relaxation.derive(self._trainer.supernet)
        row = self._row(number, losses, candidate, time.perf_counter() - clock)
        row["eigenvalue"] = self._eigenvalue(number)
        rows = (*self._progress.rows, row)
        answer = answer_of(rows, self._course.settings.stop_ratio)
        if answer is not None:
            candidate = self._space.decode(rows[answer]["derived"])
        self._progress = Progress(
            epochs=number + 1,
            rows=rows,
            memory=memory_of(self._relaxation),
            derived=self._space.encode(candidate),
            choices=choices_of(self._trainer.supernet, candidate),
            answer=answer,
        )
        return EpochDone(row, self._progress, pack(tensors_of(self._trainer), self._progress))

    def _eigenvalue(self, epoch: int) -> float | None:
        every = self._course.settings.eigenvalue_every
        return self._trainer.eigenvalue(epoch) if every and (epoch + 1) % every == 0 else None

    def _row(self, epoch: int, losses: Losses, candidate: Any, epoch_s: float) -> dict[str, Any]:
        settings, collapse = self._course.settings, measure_collapse(self._trainer.supernet, candidate)
        levels = 1 if losses.architecture is None else 1 + 1 / settings.architecture_every
        return {
            "seed": self._seed,
            "epoch": epoch,
            "stage": epoch // settings.epochs,
            "learning_rate": settings.rate(epoch % settings.epochs),
            "weights_loss": losses.weights,
            "architecture_loss": losses.architecture,
            "held_out_loss": losses.held_out,
            "held_out_accuracy": losses.accuracy,
            "alpha_entropy": collapse.entropy,
            "skip_share": collapse.skips,
            "parameter_free_share": collapse.parameter_free,
            "derived": self._space.encode(candidate),
            "epoch_s": epoch_s,
            "images_per_s": levels * self._pictures / epoch_s,
            "peak_memory_bytes": peak_memory_bytes(self._device),
            "worker": self._name,
            "node": os.uname().nodename,
            "device": str(self._device),
        }


def _course(plugins: GradientPlugins, seed: int, device: torch.device) -> Course:
    return Course(plugins.space, plugins.images, plugins.objective, plugins.search.settings, seed, device)
