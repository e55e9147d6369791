"""How much memory supernets take, with and without checkpointing: ``python -m tests.benchmarks.supernet_memory``.

First the estimates of the published recipes at their full size, for images of 32 pixels: noise, with labels where the
objective reads them, as many as CIFAR-10 has. Then, at three sizes, the estimate beside the most that a fresh process
of a worker has held in a step of either level, and the seconds of a step with checkpointing by those without, as
medians of pairs of steps that take turns in one process. ``--only estimates``, ``peaks`` or ``times`` leaves out the
rest. It measures CPUs: hide GPUs.
"""

import argparse
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any, ClassVar

import numpy as np
import torch

from evo.cluster.own_process import keep_freed_memory
from evo.differentiable.bilevel.memory import MemoryEstimate, estimate_memory
from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.bilevel.trainer_state import tensors_of
from evo.differentiable.gradient_search import GradientSearch
from evo.engine.evaluator import prepare_process
from evo.engine.pool.memory_limit import GIB
from evo.storage.checkpoint import Progress, pack
from evo.strategies import STRATEGIES
from fitness import OBJECTIVES
from spaces import SPACES
from tasks import ImageBatch, Split
from tasks.images.noise import NoiseImages
from tests.benchmarks.supernet import peak_bytes

RECIPES = Path(__file__).parents[2] / "evo" / "recipes"
CIFAR_IMAGES = 50_000 - 256
"""Training images of CIFAR-10 less those that are held out."""


@dataclass(frozen=True)
class LabelledNoise:
    """Noise of ten classes."""

    size: int = 32
    num_classes: ClassVar[int] = 10
    splits: ClassVar[tuple[Split, ...]] = tuple(Split)

    def draw(self, count: int, rng: np.random.Generator, *, split: Split = Split.TRAIN) -> ImageBatch:
        """Return ``count`` images [B, 3, S, S] and their labels [B]."""
        images = NoiseImages(self.size).draw(count, rng, split=split).images
        return ImageBatch(images, torch.from_numpy(rng.integers(self.num_classes, size=count)))


@dataclass(frozen=True)
class Search:
    """A search in words: names of its parts and options by ``axis.name``."""

    space: str
    fitness: str
    strategy: str
    options: Mapping[str, Any]

    def of(self, axis: str) -> dict[str, Any]:
        """Return the options of an axis."""
        return {name.partition(".")[2]: value for name, value in self.options.items() if name.startswith(f"{axis}.")}

    def parts(self, **training: Any) -> tuple[SupernetSetup, GradientSearch]:
        """Return what is trained and how, with further options of the training."""
        images = LabelledNoise() if self.fitness in ("patch_recovery", "classification") else NoiseImages()
        search = STRATEGIES.build(self.strategy, {**self.of("strategy"), **training})
        assert isinstance(search, GradientSearch)
        objective = OBJECTIVES.build(self.fitness, self.of("fitness"), source=images)
        space = SPACES.build(self.space, self.of("space"))
        return SupernetSetup(space, images, objective, search.settings, 0, torch.device("cpu")), search

    def estimate(self, **training: Any) -> MemoryEstimate:
        """Return what its training takes."""
        setup, search = self.parts(**training)
        return estimate_memory(setup, search.relaxation(), search.epochs)


def published() -> dict[str, Search]:
    """Return the published searches: the shipped recipes, and those that the one of MAE-NAS describes."""
    found = {name: read_recipe(name) for name in ("sswp_nas", "mae_nas", "mim_darts")}
    mae = found["mae_nas"]
    p_darts = {**mae.options, "strategy.epochs": 25, "strategy.batch": 96, "strategy.architecture_from": 10}
    pc_darts = {**mae.options, "strategy.batch": 256, "strategy.architecture_from": 15}
    return found | {
        "p_darts": replace(mae, strategy="p_darts", options=p_darts),
        "pc_darts": replace(mae, strategy="pc_darts", options=pc_darts),
    }


def read_recipe(name: str) -> Search:
    """Return the search of a shipped recipe."""
    content = tomllib.loads((RECIPES / f"{name}.toml").read_text(encoding="utf-8"))
    options = {f"{axis}.{name}": value for axis, own in content["set"].items() for name, value in own.items()}
    return Search(content["space"], content["fitness"], content["strategy"], options)


SIZES = {
    "mae_nas, 8 cells of 16 channels, batch 16": replace(
        read_recipe("mae_nas"), options={"strategy.batch": 16, "strategy.held_out": 16}
    ),
    "sswp_nas, 8 cells of 36 channels, batch 16": replace(
        read_recipe("sswp_nas"), options={"space.cells": 8, "strategy.batch": 16, "strategy.held_out": 16}
    ),
    "p_darts, 17 cells of 16 channels, batch 8": Search(
        "darts", "masked_autoencoding", "darts", {"space.cells": 17, "strategy.batch": 8, "strategy.held_out": 8}
    ),
}
"""Searches whose memory is measured, by what they are called in the table."""


def estimate_lines() -> list[str]:
    """Return the table of estimates in GiB; both: with as many micro-batches as leave at least 16 images each."""
    lines = [f"{'estimate, GiB':<12} {'batch':>6} {'plain':>8} {'checkpointing':>14} {'micro-batches':>14} {'both':>8}"]
    for name, search in published().items():
        found, batch = search.estimate(pictures=CIFAR_IMAGES), search.of("strategy")["batch"]
        count = batch // 16
        divided = (
            "refused" if search.fitness == "contrastive" else f"{count}: {_gib(found.needed(micro_batches=count))}"
        )
        both = "" if divided == "refused" else _gib(found.needed(checkpointing=True, micro_batches=count))
        plain, again = _gib(found.needed()), _gib(found.needed(checkpointing=True))
        lines.append(f"{name:<12} {batch:>6} {plain:>8} {again:>14} {divided:>14} {both:>8}")
    return lines


def _gib(size: float) -> str:
    return f"{size / GIB:.2f}"


def train_steps(search: Search, *, checkpointing: bool) -> None:
    """Make a step of either level, as a worker does, and the file that it leaves."""
    import ray  # noqa: F401 (what a worker holds besides)

    training = {"checkpointing": checkpointing, "pictures": 2 * search.of("strategy")["batch"]}
    setup, made = search.parts(**training, **({"warm_up": 0.0} if search.strategy == "path_binarised" else {}))
    trainer = SupernetTrainer(setup, SupernetData(setup), made.relaxation(), made.epochs)
    trainer.epoch(0)
    pack(tensors_of(trainer), Progress())


def measured_peak(name: str, *, checkpointing: bool) -> int:
    """Return the most that a fresh process holds that trains the search of that name."""
    command = [sys.executable, "-m", "tests.benchmarks.supernet_memory", "--peak-of", name]
    command += ["--checkpointing"] if checkpointing else []
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def print_peaks() -> None:
    """Print a line for each size, with and without checkpointing, as soon as it is known."""
    print(f"{'GiB of a worker':<46} {'checkpointing':>13} {'estimate':>9} {'measured':>9} {'ratio':>6}")
    for name, search in SIZES.items():
        estimate = search.estimate(pictures=2 * search.of("strategy")["batch"])
        for checkpointing in (False, True):
            expected, peak = (
                estimate.needed(checkpointing=checkpointing),
                measured_peak(name, checkpointing=checkpointing),
            )
            cells = f"{_gib(expected):>9} {_gib(peak):>9} {expected / peak:>6.2f}"
            print(f"{name:<46} {'yes' if checkpointing else 'no':>13} {cells}", flush=True)


def print_times(pairs: int) -> None:
    """Print the ratio of seconds of each size at a batch of 4, by the wall and of the CPU."""
    print(f"{'seconds with checkpointing by those without':<46} {'wall':>6} {'CPU':>6} {'lowest':>7} {'highest':>8}")
    for name, search in SIZES.items():
        ratios = step_ratios(search, pairs)
        walls, cpu = zip(*ratios, strict=True)
        print(f"{name:<46} {median(walls):>6.2f} {median(cpu):>6.2f} {min(cpu):>7.2f} {max(cpu):>8.2f}", flush=True)


def step_ratios(search: Search, pairs: int) -> list[tuple[float, float]]:
    """Return how many times as long one step of either level takes, by the wall and of the CPU, by pairs."""
    setup, made = search.parts(batch=4, held_out=4, pictures=8)
    trainer = SupernetTrainer(setup, SupernetData(setup), made.relaxation(), made.epochs)
    trainer._train(0)
    ratios = []
    for pair in range(pairs):
        seconds = {wanted: _seconds(trainer, wanted) for wanted in ((False, True) if pair % 2 else (True, False))}
        ratios.append((seconds[True][0] / seconds[False][0], seconds[True][1] / seconds[False][1]))
    return ratios


def _seconds(trainer: SupernetTrainer, checkpointing: bool) -> tuple[float, float]:
    trainer.supernet.checkpointing = checkpointing
    wall, cpu = time.perf_counter(), time.process_time()
    trainer._train(0)
    return time.perf_counter() - wall, time.process_time() - cpu


def make_parser() -> argparse.ArgumentParser:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.supernet_memory")
    parser.add_argument("--only", choices=["estimates", "peaks", "times"])
    parser.add_argument("--pairs", type=int, default=5, help="pairs of epochs whose seconds are compared")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--peak-of", choices=list(SIZES), help="print the peak memory of training this, in bytes")
    parser.add_argument("--checkpointing", action="store_true", help="of --peak-of")
    return parser


def main(arguments: Sequence[str]) -> None:
    """Estimate and measure, or measure the memory of one training."""
    chosen = make_parser().parse_args(arguments)
    if torch.cuda.is_available():
        raise SystemExit("this measures CPUs; hide the GPUs: CUDA_VISIBLE_DEVICES= python -m ...")
    prepare_process(chosen.threads)
    keep_freed_memory()
    if chosen.peak_of is not None:
        train_steps(SIZES[chosen.peak_of], checkpointing=chosen.checkpointing)
        return print(peak_bytes())
    if chosen.only in (None, "estimates"):
        print(*estimate_lines(), "", sep="\n", flush=True)
    if chosen.only in (None, "peaks"):
        print_peaks()
    if chosen.only in (None, "times"):
        print_times(chosen.pairs)


if __name__ == "__main__":
    main(sys.argv[1:])
