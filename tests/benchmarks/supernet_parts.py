"""Where the time of a supernet's epoch goes: a worker's own epoch, with clocks around its parts."""

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import torch

import evo.differentiable.supernet_worker as supernet_worker
from evo.differentiable.bilevel.supernet_data import SupernetData
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.supernet_worker import EpochDone, SupernetWorker
from evo.records.config import SearchConfig
from evo.storage import checkpoint
from evo.storage.epoch_log import EpochLog

JUDGING, PACKING, WRITING, ELSE = "judging", "packing the checkpoint", "writing checkpoint and row", "everything else"
OF_STEPS = (
    "images and masks",
    "forward, architecture",
    "backward, architecture",
    "forward, weights",
    "backward, weights",
    "clipping",
    "optimisers",
    ELSE,
)
OF_EPOCHS = (JUDGING, PACKING, WRITING)


class Clocks:
    """Seconds by part; a part that runs inside another one belongs to that one."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self.seconds: Counter[str] = Counter()
        self._inside = False

    @contextmanager
    def counting(self, part: str) -> Iterator[None]:
        """Count the CPU seconds inside the block."""
        if self._inside:
            yield
            return
        self._inside, clock = True, time.process_time()
        try:
            yield
        finally:
            self.seconds[part] += time.process_time() - clock
            self._inside = False

    def around(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``function``, counted."""

        def counted(*arguments: Any, **options: Any) -> Any:
            with self.counting(part):
                return function(*arguments, **options)

        return counted

    def around_losses(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return ``SupernetTrainer.loss``, counted by what a pass is for."""

        def counted(trainer: SupernetTrainer, batch: Any, step: Any, alphas: Any) -> Any:
            with self.counting(f"forward, {step.level}"):
                return function(trainer, batch, step, alphas)

        return counted


@contextmanager
def watched(clocks: Clocks, worker: SupernetWorker) -> Iterator[None]:
    """Let the parts of the worker's epochs be counted inside the block."""
    trainer = worker._trainer
    drawn = SupernetData.batches
    parts: list[tuple[Any, str, Callable[..., Any]]] = [
        (SupernetData, "batches", clocks.around(OF_STEPS[0], lambda *asked: list(drawn(*asked)))),
        (SupernetTrainer, "loss", clocks.around_losses(SupernetTrainer.loss)),
        *(
            (owner, name, clocks.around(part, getattr(owner, name)))
            for owner, name, part in (
                (type(worker._setup.objective), "prepare", "images and masks"),
                (torch.autograd, "grad", "backward, architecture"),
                (torch.Tensor, "backward", "backward, weights"),
                (torch.nn.utils, "clip_grad_norm_", "clipping"),
                (trainer.weights_optimizer, "step", "optimisers"),
                (trainer.architecture_optimizer, "step", "optimisers"),
                (trainer, "_judge", JUDGING),
                (supernet_worker, "tensors_of", PACKING),
                (supernet_worker, "pack", PACKING),
            )
        ),
    ]
    with ExitStack() as patches:
        for owner, name, function in parts:
            patches.enter_context(mock.patch.object(owner, name, function))
        yield


@dataclass(frozen=True)
class Parts:
    """Seconds of the parts of one pair of steps, and of what every epoch does once."""

    step: Mapping[str, float]
    epoch: Mapping[str, float]

    @classmethod
    def of(cls, counted: Mapping[str, float], total: float, writing: float, steps: int) -> "Parts":
        """Divide what an epoch of ``steps`` pairs took; total: with what no part counted, but without writing."""
        rest = {ELSE: total - sum(counted.values()), WRITING: writing}
        found = {**dict.fromkeys((*OF_STEPS, *OF_EPOCHS), 0.0), **counted, **rest}
        return cls({part: found[part] / steps for part in OF_STEPS}, {part: found[part] for part in OF_EPOCHS})

    def lines(self, steps: int) -> Iterator[str]:
        """Yield the table, with shares of an epoch of ``steps`` pairs."""
        total = steps * sum(self.step.values()) + sum(self.epoch.values())
        yield f"{'seconds':<28} {'each step pair':>14} {'each epoch':>12} {'share':>8}"
        for part, seconds in self.step.items():
            yield f"{part:<28} {seconds:>14.4f} {steps * seconds:>12.3f} {steps * seconds / total:>8.2%}"
        for part, seconds in self.epoch.items():
            yield f"{part:<28} {'':>14} {seconds:>12.3f} {seconds / total:>8.2%}"
        yield f"{f'an epoch of {steps} step pairs':<28} {'':>14} {total:>12.3f}"


def measure_parts(config: SearchConfig, steps: int) -> Parts:
    """Return the parts of the second epoch of a worker whose images make ``steps`` pairs, logging included.

    In CPU seconds; of writing, in seconds by the wall, for that waits for the disk.
    """
    worker, clocks = SupernetWorker(config.to_json(), config.seed), Clocks()
    worker.epoch()
    with watched(clocks, worker):
        clock = time.process_time()
        done = worker.epoch()
        total = time.process_time() - clock
    return Parts.of(clocks.seconds, total, _writing_seconds(done, config.seed), steps)


def _writing_seconds(done: EpochDone, seed: int) -> float:
    with tempfile.TemporaryDirectory(prefix="selfnas-supernet-") as name:
        log, clock = EpochLog(Path(name)), time.perf_counter()
        checkpoint.write(Path(name), seed, done.content)
        log.append(done.row)
        return time.perf_counter() - clock
