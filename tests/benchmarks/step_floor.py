"""What a step of regression costs beside its arithmetic: ``python -m tests.benchmarks.step_floor``.

Three cells of NAS-Bench-201: the heaviest, one of about the mean number of multiply-adds, and one of few. Of each, in
one run and on one thread: milliseconds of the processor for a step of the engine's training and of the straightforward
evaluator's, and the floor of its arithmetic. The floor is three times the multiply-adds of the batch, forward and twice
backward, at the rate of the best large product of two matrices in the same precision. Medians of several turns.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import torch

from evo.display.text_table import Table, to_text
from evo.engine.evaluator import prepare_process
from fitness import EvalContext
from fitness.determinism import Precision, computing_in
from fitness.regression.fitness import RegressionFitness
from spaces import SPACES, InputSpec, network_complexity
from tasks import derive_rng, load_task, open_images
from tasks.foundation.command_line import DONE, OneLineParser, run_command, say
from tasks.foundation.errors import UsageError
from tests.benchmarks.evaluation import Straightforward

PROGRAM = "tests.benchmarks.step_floor"
CELLS = {
    "heavy": "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|",
    "mean": "|nor_conv_3x3~0|+|skip_connect~0|nor_conv_1x1~1|+|avg_pool_3x3~0|none~1|nor_conv_3x3~2|",
    "light": "|skip_connect~0|+|none~0|skip_connect~1|+|nor_conv_1x1~0|none~1|skip_connect~2|",
}
SIDE = 2048
"""Rows and columns of the matrices whose product tells the rate."""
PASSES = 3
"""Passes over a network's multiply-adds in a step: forward, and backward for inputs and for weights."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    root.add_argument("--steps", type=int, default=20, help="of each training (default: %(default)s)")
    root.add_argument("--turns", type=int, default=5, help="whose median is told (default: %(default)s)")
    root.add_argument("--precision", default="auto", choices=["auto", "float32", "bfloat16"])
    return root


def processor_seconds(work: Callable[[], object], turns: int) -> float:
    """Return the median of the processor seconds of several turns, after one that is not counted."""
    work()
    taken = []
    for _ in range(turns):
        clock = time.process_time()
        work()
        taken.append(time.process_time() - clock)
    return median(taken)


def rate_of(precision: Precision, turns: int) -> float:
    """Return the multiply-adds per second of a large product of matrices."""
    one = torch.randn(SIDE, SIDE)
    with computing_in(precision, one.device):
        return SIDE**3 / processor_seconds(lambda: one @ one, turns)


def floor_of(text: str, rate: float) -> float:
    """Return the least seconds of a step of a cell at so many multiply-adds per second."""
    space: Any = SPACES.build("nasbench201", {})
    macs = network_complexity(space, space.decode(text), InputSpec(), 10).macs
    return PASSES * macs * load_task("combo").batch_size / rate


def seconds_of(text: str, options: argparse.Namespace) -> tuple[float, float]:
    """Return the seconds of a step of the engine's training and of the straightforward one, building counted."""
    space, images = SPACES.build("nasbench201", {}), open_images("photos")
    fitness, plain = (
        RegressionFitness(steps=options.steps, precision=options.precision),
        Straightforward(options.steps, 0),
    )
    cell: Any = space.decode(text)

    def engine() -> object:
        return fitness(cell, EvalContext(space, images, 0, derive_rng(0), torch.device("cpu")))

    ours, theirs = (processor_seconds(work, options.turns) for work in (engine, lambda: plain.score(cell)))
    return ours / options.steps, theirs / options.steps


def row_of(name: str, floor: float, ours: float, theirs: float) -> tuple[str, ...]:
    """Return the row of a cell, in milliseconds and ratios."""
    times = (f"{1e3 * seconds:.1f}" for seconds in (floor, ours, theirs))
    return (name, *times, f"{ours / floor:.2f}", f"{theirs / ours:.2f}")


def _main(options: argparse.Namespace) -> int:
    if options.steps < 1 or options.turns < 1:
        raise UsageError(f"--steps {options.steps}, --turns {options.turns}: must be at least 1")
    prepare_process()
    rate = rate_of(options.precision, options.turns)
    rows = tuple(row_of(name, floor_of(text, rate), *seconds_of(text, options)) for name, text in CELLS.items())
    title = f"ms of the processor for a step, one thread; {rate / 1e9:.0f} thousand million multiply-adds per second"
    say(to_text(Table(title, ("", "floor", "engine", "straightforward", "engine / floor", "ratio"), rows)))
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    return run_command(PROGRAM, lambda: _main(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
