"""What runs inside a Ray actor of a search by gradient: one supernet, trained epoch by epoch."""

import os
import time
from dataclasses import dataclass, replace
from typing import Any

import torch

from evo.differentiable.bilevel.collapse import choices_of, measure_collapse
from evo.differentiable.bilevel.early_stop import answer_of
from evo.differentiable.bilevel.rewinding import Snapshot, Snapshots, decayed, may_rewind
from evo.differentiable.bilevel.supernet_data import Course, Halves
from evo.differentiable.bilevel.supernet_trainer import Losses, SupernetTrainer
from evo.differentiable.bilevel.trainer_state import load_tensors, memory_of, recall, tensors_of
from evo.differentiable.config import GradientPlugins, build_gradient_plugins
from evo.engine.evaluator import peak_memory_bytes, prepare_process
from evo.records.config import SearchConfig
from evo.storage.checkpoint import Progress, pack, unpack


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
        self._seed, self._name, self._space, self._search = seed, name, plugins.space, plugins.search
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._course = _course(plugins, seed, self._device)
        self._halves, self._past = Halves(self._course), Snapshots(tensors, self._progress.past)
        self._pictures = self._halves.steps * self._course.settings.batch
        self._build()
        if content is not None:
            load_tensors(self._trainer, tensors)

    def _build(self) -> None:
        """Make the variant and the trainer of where the training stands, weights and parameters anew."""
        self._relaxation = self._search.relaxation()
        if self._progress.epochs:
            recall(self._relaxation, self._progress.memory)
        self._settings = decayed(self._course.settings, len(self._progress.rewinds))
        course = replace(self._course, settings=self._settings)
        self._trainer = SupernetTrainer(course, self._halves, self._relaxation, self._search.epochs)

    def ready(self) -> int:
        """Return the process id once the worker is up."""
        return os.getpid()

    def epoch(self) -> EpochDone:
        """Train for one epoch more, which may be one that was trained before; raises DivergedError."""
        number, clock = self._progress.epochs, time.perf_counter()
        losses = self._trainer.epoch(number)
        candidate = self._relaxation.derive(self._trainer.supernet)
        row = self._row(number, losses, candidate, time.perf_counter() - clock)
        row["eigenvalue"] = self._eigenvalue(number)
        self._progress = replace(
            self._progress, epochs=number + 1, rows=(*self._progress.rows, row), memory=memory_of(self._relaxation)
        )
        if self._settings.decay_factor and row["eigenvalue"] is not None:
            self._past.keep(number, Snapshot(tensors_of(self._trainer, optimizers=False), self._progress.memory))
        candidate = self._heed_rise(candidate)
        self._progress = replace(
            self._progress,
            derived=self._space.encode(candidate),
            choices=choices_of(self._trainer.supernet, candidate),
            past=self._past.memories(),
        )
        content = pack(tensors_of(self._trainer) | self._past.tensors(), self._progress)
        return EpochDone(row, self._progress, content)

    def _heed_rise(self, candidate: Any) -> Any:
        """End the search or go back where the eigenvalue has risen; returns what is derived then, or ``candidate``."""
        rows, rewinds = self._progress.rows, self._progress.rewinds
        before = answer_of(rows, self._settings.stop_ratio, earliest=rewinds[-1] if rewinds else 0)
        if before is None:
            return candidate
        if not self._settings.decay_factor:
            self._progress = replace(self._progress, answer=before)
            return self._space.decode(rows[before]["derived"])
        if not may_rewind(self._course.settings, len(rewinds)):
            return candidate
        self._go_back(before)
        return self._relaxation.derive(self._trainer.supernet)

    def _go_back(self, epoch: int) -> None:
        snapshot = self._past.go_back(epoch)
        rewinds = (*self._progress.rewinds, epoch)
        self._progress = replace(self._progress, epochs=epoch + 1, memory=snapshot.memory, rewinds=rewinds)
        self._build()
        load_tensors(self._trainer, snapshot.tensors, optimizers=False)

    def _eigenvalue(self, epoch: int) -> float | None:
        every = self._course.settings.eigenvalue_every
        return self._trainer.eigenvalue(epoch) if every and (epoch + 1) % every == 0 else None

    def _row(self, epoch: int, losses: Losses, candidate: Any, epoch_s: float) -> dict[str, Any]:
        settings, collapse = self._settings, measure_collapse(self._trainer.supernet, candidate)
        levels = 1 if losses.architecture is None else 1 + 1 / settings.architecture_every
        return {
            "seed": self._seed,
            "rewinds": len(self._progress.rewinds),
            "epoch": epoch,
            "stage": epoch // settings.epochs,
            "learning_rate": settings.rate(epoch % settings.epochs),
            "weight_decay": settings.weight_decay,
            "weights_loss": losses.weights,
            "architecture_loss": losses.architecture,
            "held_out_loss": losses.held_out,
            "held_out_accuracy": losses.accuracy,
            "alpha_entropy": collapse.entropy,
            "skip_share": collapse.skips,
            "parameter_free_share": collapse.parameter_free,
            "normal_skip_share": collapse.normal_skips,
            "normal_parameter_free_share": collapse.normal_parameter_free,
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
