"""How fast the spaces are: ``python -m tests.benchmarks.spaces [--spaces a,b] [--networks N] [--steps S]``.

Prints a line per space as soon as it is measured: median microseconds of the small methods, median seconds of building
a network, and with ``--steps`` the seconds of one training step of the regression fitness and the share of building in
an evaluation of 100 steps.
"""

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import torch

from fitness import EvalContext
from fitness.regression.fitness import RegressionFitness
from spaces import SPACES, NetworkSpace, PreparedSpace
from spaces.conformance.case import SpaceCase
from spaces.conformance.mutations import measure
from spaces.conformance.networks import OUTPUTS, input_of
from tasks import derive_rng, open_images

METHODS = ("sample", "mutate", "encode", "decode", "key")
EVALUATION_STEPS = 100


def open_case(name: str, options: Mapping[str, str] | None = None, **numbers: int) -> SpaceCase:
    """Return the case of a space with some options, prepared where it asks for that."""
    space = SPACES.build(name, options or {})
    case = SpaceCase(space, space, **numbers)
    if isinstance(space, PreparedSpace):
        with TemporaryDirectory() as folder:
            case.prepare(Path(folder))
    return case


def build_seconds(case: SpaceCase, candidate: Any) -> float:
    """Return the seconds that building a network takes."""
    clock = time.perf_counter()
    case.space.build(candidate, input_of(case.space), OUTPUTS)
    return time.perf_counter() - clock


def step_seconds(case: SpaceCase, candidates: list[Any], steps: int) -> float | None:
    """Return the median seconds of a training step, or None where the fitness cannot score the space."""
    short, long = RegressionFitness(steps=1), RegressionFitness(steps=1 + steps)
    if long.accepts(case.space) is not None:
        return None
    context = EvalContext(case.space, open_images("photos"), 0, derive_rng(case.seed), torch.device("cpu"))

    def seconds(fitness: RegressionFitness, candidate: Any) -> float:
        clock = time.perf_counter()
        score = fitness(candidate, context)
        return time.perf_counter() - clock - score.build_s

    for fitness in (short, long):  # each draws the batch that its evaluations share
        seconds(fitness, candidates[0])
    return median((seconds(long, one) - seconds(short, one)) / steps for one in candidates)


def line(name: str, case: SpaceCase, steps: int) -> str:
    """Measure a space and return its line of the table."""
    medians = measure(case)
    cells = [f"{medians[method] * 1e6:8.0f}" for method in METHODS]
    if isinstance(case.space, NetworkSpace):
        candidates = case.to_build()
        building = median(build_seconds(case, candidate) for candidate in candidates)
        cells.append(f"{building:8.3f}")
        step = step_seconds(case, candidates, steps) if steps else None
        if step is not None:
            cells.append(f"{step:8.3f} {building / (building + EVALUATION_STEPS * step):8.1%}")
    return f"{name:<24} {' '.join(cells)}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.spaces")
    parser.add_argument("--spaces", default=",".join(SPACES.builtin), help="names, separated by commas")
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--networks", type=int, default=5)
    parser.add_argument("--steps", type=int, default=0, help="training steps to measure (default: none)")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    heads = [*(f"{method} us" for method in METHODS), "build s", *(["step s", "build %"] if chosen.steps else [])]
    print(f"{'':<24} {' '.join(f'{head:>8}' for head in heads)}   ({torch.get_num_threads()} threads)", flush=True)
    for name in chosen.spaces.split(","):
        case = open_case(name, members=chosen.members, networks=chosen.networks, seed=chosen.seed)
        print(line(name, case, chosen.steps), flush=True)


if __name__ == "__main__":
    main()
