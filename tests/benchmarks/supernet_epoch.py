"""What an epoch of a supernet takes on a GPU, or on a processor: ``python -m tests.benchmarks.supernet_epoch``.

Seconds, images per second, the most memory held, and how busy the device is, of each epoch but the first, which makes
what is made once. A GPU is asked by ``nvidia-smi`` how busy it was, five times a second; a processor is as busy as the
process has taken of its threads. ``--precision float32`` beside ``bfloat16`` shows what the latter saves.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import fmean

import torch

from evo.cluster.own_process import keep_freed_memory
from evo.differentiable.supernet_worker import SupernetWorker
from evo.engine.plugins import resolve_choice
from evo.engine.pool.memory_limit import GIB
from evo.records.config import SearchConfig
from tasks.foundation.plugin_texts import parse_plugins

ASK = ("nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "--loop-ms=200")


@dataclass(frozen=True)
class EpochCost:
    """What one epoch took; busy: share of the device that was at work, 0 to 1, None where it cannot be asked."""

    seconds: float
    images_per_s: float
    peak_bytes: int
    busy: float | None

    def line(self, number: int) -> str:
        """Return it as a row of the table."""
        busy = "-" if self.busy is None else f"{self.busy:.0%}"
        return f"{number:>6} {self.seconds:>10.2f} {self.images_per_s:>10.1f} {self.peak_bytes / GIB:>10.2f} {busy:>6}"


HEADER = f"{'epoch':>6} {'seconds':>10} {'images/s':>10} {'peak GiB':>10} {'busy':>6}"


def make_config(chosen: argparse.Namespace) -> SearchConfig:
    """Return the search that is asked for; raises UsageError."""
    (space,) = parse_plugins(chosen.space, option="--space", example="darts(channels=16,cells=8)")
    (fitness,) = parse_plugins(chosen.objective, option="--objective", example="masked_autoencoding")
    (strategy,) = parse_plugins(chosen.strategy, option="--strategy", example="gdas(order=1)")
    training = {
        "batch": chosen.batch,
        "pictures": chosen.pictures,
        "held_out": chosen.batch,
        "precision": chosen.precision,
        "threads": chosen.threads,
        "epochs": chosen.epochs + 1,
    }
    return SearchConfig(
        resolve_choice("space", space.name, space.given()),
        resolve_choice("fitness", fitness.name, fitness.given(), strategy=strategy.name),
        resolve_choice("strategy", strategy.name, {**training, **strategy.given()}),
        data=chosen.data,
        seed=chosen.seed,
    )


def measure(config: SearchConfig, epochs: int) -> Iterator[EpochCost]:
    """Yield what epochs cost after the first."""
    worker = SupernetWorker(config.to_json(), config.seed)
    worker.epoch()
    for _ in range(epochs):
        with _busy() as busy:
            row = worker.epoch().row
        yield EpochCost(row["epoch_s"], row["images_per_s"], row["peak_memory_bytes"], busy())


@contextmanager
def _busy() -> Iterator[Callable[[], float | None]]:
    """Give what says after the block how busy the device was in it."""
    with _gpu_busy() if torch.cuda.is_available() else _processor_busy() as found:
        yield found


@contextmanager
def _processor_busy() -> Iterator[Callable[[], float | None]]:
    clocks, taken = (time.perf_counter(), time.process_time()), list[float]()
    yield lambda: taken[0]
    wall, cpu = time.perf_counter() - clocks[0], time.process_time() - clocks[1]
    taken.append(cpu / (wall * torch.get_num_threads()))


@contextmanager
def _gpu_busy() -> Iterator[Callable[[], float | None]]:
    asked, said = subprocess.Popen(ASK, stdout=subprocess.PIPE, text=True), list[str]()
    try:
        yield lambda: mean_busy(said)
    finally:  # it would go on for ever
        asked.terminate()
        said += asked.communicate()[0].splitlines()


def mean_busy(lines: Sequence[str]) -> float | None:
    """Return the mean share of what ``nvidia-smi`` said in per cent, line by line; None where it said no number."""
    numbers = [int(line) for line in lines if line.strip().isdecimal()]
    return fmean(numbers) / 100 if numbers else None


def make_parser() -> argparse.ArgumentParser:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.supernet_epoch")
    parser.add_argument("--space", default="nasbench201(stem_channels=16,cells_per_stage=5)")
    parser.add_argument("--objective", default="masked_autoencoding")
    parser.add_argument("--strategy", default="darts", help='with options as "gdas(first_tau=5)"')
    parser.add_argument("--data", default="noise", help="images: noise, photos, cifar10, ...")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--pictures", type=int, default=4096, help="of both levels")
    parser.add_argument("--precision", default="auto", choices=["auto", "float32", "bfloat16"])
    parser.add_argument("--threads", type=int, default=1, help="of the processor")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    return parser


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    chosen = make_parser().parse_args(arguments)
    keep_freed_memory()
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else f"{chosen.threads} threads of a processor"
    print(f"{chosen.strategy} over {chosen.space} by {chosen.objective}, batch {chosen.batch}, on {device}")
    print(HEADER, flush=True)
    for number, cost in enumerate(measure(make_config(chosen), chosen.epochs), 1):
        print(cost.line(number), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
