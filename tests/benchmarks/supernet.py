"""What training a supernet costs beside first-order DARTS in plain code: ``python -m tests.benchmarks.supernet``.

Checks that both compute the same loss and gradients at the same weights, in float64. Then pairs of steps, one of the
architecture and one of the weights, on the same images, of this project's trainer and of the plain form in two
layouts, in turns in one process: medians of seconds by the wall and of the CPU, which a busy machine disturbs
less. Then where the trainer's time goes, and the peak memory of a fresh process per form beside the estimate by which
searches are admitted. It measures CPUs: hide GPUs.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

import torch

from evo.cluster.own_process import keep_freed_memory
from evo.differentiable.bilevel.memory import estimate_memory
from evo.differentiable.bilevel.supernet_data import SupernetData, SupernetSetup
from evo.differentiable.bilevel.supernet_trainer import SupernetTrainer
from evo.differentiable.config import build_gradient_plugins
from evo.differentiable.relaxations.base import Level, SupernetPass
from evo.differentiable.relaxations.darts import DartsRelaxation
from evo.engine.evaluator import prepare_process
from evo.engine.plugins import resolve_choice
from evo.records.config import SearchConfig
from fitness import Objective
from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import parse_plugins
from tests.benchmarks.plain_supernet import LAYOUTS, PlainTrainer, compare
from tests.benchmarks.supernet_parts import measure_parts

OURS = "trainer"
FORMS = (OURS, *(f"plain, {layout}" for layout in LAYOUTS))
STRATEGY = "darts"
MIB = 2**20

Train = Callable[[int], object]


@dataclass
class Measured:
    """Seconds of each turn, by the wall and of the CPU."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def run(self, train: Train, epoch: int, steps: int) -> None:
        """Train for an epoch of so many pairs of steps and note the seconds of one."""
        clocks = time.perf_counter(), time.process_time()
        train(epoch)
        self.wall.append((time.perf_counter() - clocks[0]) / steps)
        self.cpu.append((time.process_time() - clocks[1]) / steps)


def make_config(chosen: argparse.Namespace) -> SearchConfig:
    """Return the search that is asked for, whose epochs are a turn; raises UsageError."""
    (space,) = parse_plugins(chosen.space, option="--space", example="darts(channels=8,cells=5)")
    (objective,) = parse_plugins(chosen.objective, option="--objective", example="masked_autoencoding(ratio=0.8)")
    training = {
        "batch": chosen.batch,
        "pictures": 2 * chosen.batch * chosen.steps,
        "held_out": max(256, chosen.batch),
        "precision": chosen.precision,
        "threads": chosen.threads,
    }
    return SearchConfig(
        resolve_choice("space", space.name, space.given()),
        resolve_choice("fitness", objective.name, objective.given(), strategy=STRATEGY),
        resolve_choice("strategy", STRATEGY, training),
        data=chosen.data,
        seed=chosen.seed,
    )


def make_setup(config: SearchConfig) -> SupernetSetup:
    """Return what the supernet is trained on; raises UsageError, also for an objective that the plain form lacks."""
    plugins = build_gradient_plugins(config)
    if type(plugins.objective).after_step is not Objective.after_step:
        raise UsageError(f"--objective {config.fitness.name}: does more than a loss in a step; take another one")
    settings = plugins.search.settings
    return SupernetSetup(plugins.space, plugins.images, plugins.objective, settings, config.seed, torch.device("cpu"))


def make_forms(setup: SupernetSetup) -> dict[str, Train]:
    """Return what trains each of FORMS for an epoch, from the same weights on the same images."""
    data = SupernetData(setup)
    ours = SupernetTrainer(setup, data, DartsRelaxation(), setup.settings.epochs)
    plain = {f"plain, {layout}": PlainTrainer(setup, data, ours, layout).train for layout in LAYOUTS}
    return {OURS: ours._train, **plain}


def agreement_lines(setup: SupernetSetup) -> list[str]:
    """Return how far the plain forms are from the trainer at the same weights on a batch, in float64.

    Float32 would add its own rounding, which at the default size is a few thousandths of the largest gradient.
    """
    setup = replace(setup, settings=replace(setup.settings, precision="float32"))
    data, lines = SupernetData(setup), []
    ours = SupernetTrainer(setup, data, DartsRelaxation(), setup.settings.epochs)
    batch = setup.objective.prepare(data.held_out[0], setup.generator("agreement"))
    batch = replace(batch, inputs=batch.inputs.double())
    for module in (ours.supernet, ours.head):
        module.double()
    for layout in LAYOUTS:
        plain = PlainTrainer(setup, data, ours, layout)
        found = compare(ours, plain, batch, SupernetPass(Level.ARCHITECTURE, setup.generator("agreement")))
        lines.append(f"{f'plain, {layout}':<22} {found.loss:>12.1e} {found.gradients:>12.1e}")
    return [f"{'difference, float64':<22} {'loss':>12} {'gradients':>12}", *lines]


def take_turns(forms: Mapping[str, Train], turns: int, steps: int) -> dict[str, Measured]:
    """Return what every form took in each turn, after one that is not counted; each turn another one begins."""
    names, found = list(forms), {name: Measured() for name in forms}
    for name in names:
        forms[name](0)
    for turn in range(turns):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            found[name].run(forms[name], turn + 1, steps)
    return found


def comparison(measured: Mapping[str, Measured], peaks: Mapping[str, int], batch: int) -> list[str]:
    """Return the table of the forms; ratios: the seconds of a form, by those of the trainer."""
    walls = {name: median(each.wall) for name, each in measured.items()}
    cpu = {name: median(each.cpu) for name, each in measured.items()}
    columns = ("wall s", "ratio", "CPU s", "ratio", "lowest", "highest", "images/s", "peak MiB")
    lines = [f"{'each step pair':<22} " + " ".join(f"{column:>11}" for column in columns)]
    for name, each in measured.items():
        cells = (
            f"{walls[name]:.3f}",
            f"{walls[name] / walls[OURS]:.2f}",
            f"{cpu[name]:.3f}",
            f"{cpu[name] / cpu[OURS]:.2f}",
            f"{min(each.cpu):.3f}",
            f"{max(each.cpu):.3f}",
            f"{2 * batch / cpu[name]:.1f}",
            f"{peaks[name] / MIB:.0f}",
        )
        lines.append(f"{name:<22} " + " ".join(f"{cell:>11}" for cell in cells))
    return lines


def peak_bytes() -> int:
    """Return the most memory that this process has held; unlike ``ru_maxrss`` without what its parent held."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def measure_peak(arguments: Sequence[str], form: str) -> int:
    """Return the peak memory of a fresh process that trains a form."""
    command = [sys.executable, "-m", "tests.benchmarks.supernet", *arguments, "--peak-of", form]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def make_parser() -> argparse.ArgumentParser:
    """Return the options."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.supernet")
    parser.add_argument("--space", default="darts(channels=8,cells=5)")
    parser.add_argument("--objective", default="masked_autoencoding", help='with options as "rotation(option=value)"')
    parser.add_argument("--data", default="noise", help="images: noise, photos, ...")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--precision", default="auto", choices=["auto", "float32", "bfloat16"])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--steps", type=int, default=1, help="step pairs in a turn")
    parser.add_argument("--pictures", type=int, default=4096, help="of both levels, in the epoch that shares are of")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--peak-of", choices=FORMS, help="print the peak memory of training this form, in bytes")
    return parser


def report(chosen: argparse.Namespace, arguments: Sequence[str]) -> None:
    """Measure and print."""
    config = make_config(chosen)
    setup = make_setup(config)
    print(f"{chosen.space}, {chosen.objective}, {chosen.data}, batch {chosen.batch}, {chosen.precision}, ", end="")
    print(f"{chosen.threads} threads, medians of {chosen.turns} turns of {chosen.steps} step pairs", flush=True)
    print(*agreement_lines(setup), "", sep="\n", flush=True)
    peaks = {form: measure_peak(arguments, form) for form in FORMS}
    measured = take_turns(make_forms(setup), chosen.turns, chosen.steps)
    print(*comparison(measured, peaks, chosen.batch), sep="\n")
    estimate = estimate_memory(setup, DartsRelaxation(), setup.settings.epochs).under(setup.settings)
    print(f"estimated peak of a worker {estimate / MIB:.0f} MiB, Ray's own share included\n", flush=True)
    pairs = max(1, chosen.pictures // (2 * chosen.batch))
    print(*measure_parts(config, chosen.steps).lines(pairs), sep="\n")


def main(arguments: Sequence[str]) -> None:
    """Measure all, or the memory of one form."""
    chosen = make_parser().parse_args(arguments)
    if torch.cuda.is_available():
        raise SystemExit("this measures CPUs; hide the GPUs: CUDA_VISIBLE_DEVICES= python -m ...")
    prepare_process(chosen.threads)
    keep_freed_memory()
    if chosen.peak_of is None:
        return report(chosen, arguments)
    train = make_forms(make_setup(make_config(chosen)))[chosen.peak_of]
    train(0)
    print(peak_bytes())


if __name__ == "__main__":
    main(sys.argv[1:])
