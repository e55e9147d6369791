"""What trains one supernet of a differentiable search, epoch by epoch: in a Ray actor, or in the caller's process."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch

from evo.differentiable.bilevel.alpha_row import alpha_names, alpha_values
from evo.differentiable.bilevel.collapse import choices_of, measure_collapse
from evo.differentiable.bilevel.early_stop import epoch_before_rise
from evo.differentiable.bilevel.epoch_notes import Losses
from evo.differentiable.bilevel.objective_state import first_collapse
from evo.differentiable.bilevel.rewinding import Snapshot, Snapshots, decayed, may_rewind
from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.bilevel.trainer_state import load_tensors, tensors_of
from evo.differentiable.config import GradientPlugins, build_gradient_plugins
from evo.differentiable.image_rows import MOST_COLUMNS, image_rows
from evo.differentiable.sized_derivation import SizedDerivation
from evo.engine.asked_sizes import on_images, size_limits
from evo.engine.evaluator import gpu_of, peak_memory_bytes, prepare_process
from evo.engine.worker_output import keep_in_bounds, print_into
from evo.records.config import SearchConfig
from evo.storage.checkpoint import Progress, pack, unpack
from tasks import normalisation_of
from tasks.foundation.trust import trusting


@dataclass(frozen=True)
class EpochDone:
    """What an epoch leaves: its row, where the training stands, and the file to go on from.

    images: after the last epoch, a PNG of what the objective shows of some images; empty where it shows nothing
    warning: a line for a person, where the objective collapsed in this epoch for the first time; else empty
    gpu_bytes: the most that its process has taken of a GPU, 0 where it has none of its own
    """

    row: dict[str, Any]
    progress: Progress
    content: bytes
    images: bytes = b""
    warning: str = ""
    gpu_bytes: int = 0


class SupernetWorker:
    """Trains the supernet of one seed, from a checkpoint where there is one."""

    def __init__(
        self,
        config: dict[str, Any],
        seed: int,
        *,
        name: str = "local",
        content: bytes | None = None,
        objects: Mapping[str, object] | None = None,
        output: Path | None = None,
    ) -> None:
        """Build everything; content: the checkpoint to go on from; objects: the caller's own plug-ins, by axis.

        output: file for what is printed from now on, None to let it go where it goes
        Raises UsageError where a plug-in refuses, ValueError for another search's content.
        """
        print_into(output)
        self._output = output
        search = SearchConfig.from_json(config)
        with trusting():  # whoever starts workers has checked what they make
            plugins = build_gradient_plugins(search, objects=objects or {})
        prepare_process(plugins.search.settings.threads)
        tensors, self._progress = ({}, Progress()) if content is None else unpack(content)
        self._seed, self._name, self._space, self._search = seed, name, plugins.space, plugins.search
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._gpu = gpu_of(self._device)
        sizes = size_limits(search, plugins.space, on_images(plugins.images))
        self._sized = None if sizes is None else SizedDerivation(sizes, plugins.space.encode)
        self._setup = _setup(plugins, seed, self._device)
        self._data, self._past = SupernetData(self._setup), Snapshots(tensors, self._progress.past)
        self._images = self._data.steps * self._setup.settings.batch
        self._build()
        if content is not None:
            load_tensors(self._trainer, tensors)

    def _build(self) -> None:
        """Make the variant and the trainer for the present progress, with new weights and parameters."""
        self._relaxation = self._search.relaxation()
        if self._progress.epochs:
            self._relaxation.recall(self._progress.memory)
        self._settings = decayed(self._setup.settings, len(self._progress.rewinds))
        setup = replace(self._setup, settings=self._settings)
        self._trainer = SupernetTrainer(setup, self._data, self._relaxation, self._search.epochs)

    def epoch(self) -> EpochDone:
        """Train for one epoch more, which may be one that was trained before; raises DivergedError."""
        keep_in_bounds(self._output)
        number, clock, processor = self._progress.epochs, time.perf_counter(), time.process_time()
        names = self._progress.alpha_names or alpha_names(self._trainer.supernet)
        losses = self._trainer.epoch(number)
        candidate = self._derive(number)
        row = self._row(number, losses, candidate, time.perf_counter() - clock)
        row["cpu_s"] = time.process_time() - processor if self._device.type == "cpu" else None
        row["eigenvalue"] = self._eigenvalue(number)
        row["alphas"] = alpha_values(self._trainer.supernet, names)
        warning = first_collapse(row, losses.finding, self._progress.rows)
        self._progress = replace(
            self._progress,
            epochs=number + 1,
            rows=(*self._progress.rows, row),
            memory=self._relaxation.state(),
            alpha_names=names,
        )
        if self._settings.decay_factor and row["eigenvalue"] is not None:
            self._past.keep(number, Snapshot(tensors_of(self._trainer, optimizers=False), self._progress.memory))
        candidate = self._react_to_rise(candidate)
        self._progress = replace(
            self._progress,
            derived=self._space.encode(candidate),
            choices=choices_of(self._trainer.supernet, candidate),
            past=self._past.memories(),
        )
        content = pack(tensors_of(self._trainer) | self._past.tensors(), self._progress)
        over = self._progress.is_over(self._search.epochs)
        return EpochDone(row, self._progress, content, self._images_shown(number) if over else b"", warning)

    def _images_shown(self, epoch: int) -> bytes:
        """Return what the objective shows as a PNG; empty where it shows nothing, or cannot."""
        try:
            rows = self._trainer.shown(epoch, MOST_COLUMNS)
            return image_rows(rows, normalisation_of(self._setup.images)) if rows else b""
        except Exception as error:  # a plug-in may raise anything, and the search is over and good
            print(f"no images are shown: {type(error).__name__}: {error}")
            return b""

    def _react_to_rise(self, candidate: Any) -> Any:
        """End or rewind the search where the eigenvalue has risen; returns what is derived then, or ``candidate``."""
        rows, rewinds = self._progress.rows, self._progress.rewinds
        before = epoch_before_rise(rows, self._settings.stop_ratio, earliest=rewinds[-1] if rewinds else 0)
        if before is None:
            return candidate
        if not self._settings.decay_factor:
            self._progress = replace(self._progress, answer=before)
            return self._space.decode(rows[before]["derived"])
        if not may_rewind(self._setup.settings, len(rewinds)):
            return candidate
        self._rewind(before)
        return self._derive(before)

    def _derive(self, epoch: int) -> Any:
        """Return the architecture under the present parameters, within the constraints of the search if it has any.

        epoch: the one that was trained last, counted from 0
        """
        supernet = self._trainer.supernet
        finalists = [
            one for one in self._relaxation.finalists(supernet) if self._sized is None or self._sized.admits(one)
        ]
        if finalists:
            return self._trainer.best_of(finalists, epoch)
        return (
            self._relaxation.derive(supernet) if self._sized is None else self._sized.derive(self._relaxation, supernet)
        )

    def _rewind(self, epoch: int) -> None:
        snapshot = self._past.rewind(epoch)
        rewinds = (*self._progress.rewinds, epoch)
        self._progress = replace(self._progress, epochs=epoch + 1, memory=snapshot.memory, rewinds=rewinds)
        self._build()
        load_tensors(self._trainer, snapshot.tensors, optimizers=False)

    def _eigenvalue(self, epoch: int) -> float | None:
        every = self._setup.settings.eigenvalue_every
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
            "images_per_s": levels * self._images / epoch_s,
            "peak_memory_bytes": peak_memory_bytes(self._device),
            "worker": self._name,
            "node": os.uname().nodename,
            "device": str(self._device),
            "gpu": self._gpu,
            "signal": losses.signal,
            "objective_state": losses.finding.state.value,
        }


def _setup(plugins: GradientPlugins, seed: int, device: torch.device) -> SupernetSetup:
    return SupernetSetup(plugins.space, plugins.images, plugins.objective, plugins.search.settings, seed, device)
