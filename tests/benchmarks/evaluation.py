"""This engine against the straightforward evaluator: ``python -m tests.benchmarks.evaluation``.

The same NAS-Bench-201 candidates, images, targets and initial weights for both, in turns on the same cores: half of
the candidates one after the other with all threads, all of them on one engine worker per core, the other half one
after the other. The engine gets them at once, as from a search that proposes ahead. Prints seconds per candidate, the
ratio of candidates per minute, and how far the two agree on the ranking.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch

from evo.cluster.cluster import joined
from evo.engine.plugins import resolve_choice
from evo.engine.pool.workers import RayWorkers
from evo.records.config import Choice, SearchConfig
from evo.records.resources import Resources
from evo.records.trial import Trial, evaluation_seed
from fitness.rank_correlation.rank_statistics import kendall, spearman
from fitness.regression.fitness import StageHeads
from spaces import InputSpec
from spaces.nasbench201.cell import NasBench201Cell
from spaces.nasbench201.space import NasBench201
from tasks import Batch, derive_rng, load_task, open_images
from tests.benchmarks.straightforward import make_plain, train_plainly


def configuration(steps: int, precision: str, seed: int) -> SearchConfig:
    """Return the run that the engine's workers belong to."""
    options = {"steps": str(steps), "precision": precision}
    regression = resolve_choice("fitness", "regression", options)
    return SearchConfig(resolve_choice("space", "nasbench201", {}), regression, Choice("random_search"), seed=seed)


class Straightforward:
    """Scores candidates the plain way, on the engine's images and targets, from the engine's initial weights."""

    def __init__(self, steps: int, seed: int) -> None:
        """Draw the batch that every candidate sees, as the engine does."""
        task, rng = load_task("combo"), derive_rng(seed, "regression", "batch")
        images = open_images("photos").draw(task.batch_size, rng).images
        self._batch = Batch(images.contiguous(), tuple(t.contiguous() for t in task.build_targets(images, rng)))
        self._steps, self.seed = steps, seed

    def score(self, cell: NasBench201Cell) -> float:
        """Return minus the loss of one candidate."""
        rng = derive_rng(evaluation_seed(self.seed, NasBench201().encode(cell)))
        torch.manual_seed(int(rng.integers(2**63)))
        network = NasBench201().build(cell, InputSpec(), 10)
        head = StageHeads(network.feature_info, [t.shape[1] for t in self._batch.targets], 8)
        return -train_plainly(make_plain(network, cell.operations), head, self._batch, self._steps)


def score_on_workers(workers: RayWorkers, cells: list[NasBench201Cell], seed: int) -> list[float]:
    """Return the fitness of each candidate, scored by the engine's workers."""
    for i, cell in enumerate(cells):
        text = NasBench201().encode(cell)
        workers.submit(Trial(i, None, cell, text, text, evaluation_seed(seed, text)))
    found: dict[int, float] = {}
    while len(found) < len(cells):
        for finished in workers.wait(1.0):
            assert finished.outcome.fitness is not None, finished.outcome.error
            found[finished.trial.trial_id] = finished.outcome.fitness
    return [found[i] for i in range(len(cells))]


@dataclass
class Measured:
    """What one evaluator took and gave: seconds each of every turn's candidates, and the fitness of them all."""

    seconds: float = 0.0
    turns: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)

    def run(self, score: Callable[[list[NasBench201Cell]], list[float]], cells: list[NasBench201Cell]) -> None:
        """Score some candidates and note how long it took."""
        clock = time.perf_counter()
        self.scores += score(cells)
        taken = time.perf_counter() - clock
        self.seconds += taken
        self.turns.append(taken / len(cells))

    def line(self, name: str) -> str:
        """Return it as a line of the table."""
        each = self.seconds / len(self.scores)
        turns = ", ".join(f"{seconds:.2f}" for seconds in self.turns)
        return f"{name:<16} {60 / each:>10.2f} {each:>12.2f}   ({turns})"


def compare(cells: list[NasBench201Cell], plain: Straightforward, workers: RayWorkers) -> tuple[Measured, Measured]:
    """Return what the straightforward evaluator, before and after, and the engine in between measured."""
    theirs, ours, half = Measured(), Measured(), len(cells) // 2
    theirs.run(lambda some: [plain.score(cell) for cell in some], cells[:half])
    ours.run(lambda some: score_on_workers(workers, some, plain.seed), cells)
    theirs.run(lambda some: [plain.score(cell) for cell in some], cells[half:])
    return theirs, ours


def print_table(theirs: Measured, ours: Measured) -> None:
    """Print speed, ratio and agreement."""
    print(f"{'':<16} {'per minute':>10} {'seconds each':>12}   (by turn)")
    print(theirs.line("straightforward"))
    print(ours.line("engine"))
    print(f"ratio {theirs.seconds / ours.seconds:.2f}")
    first, second = np.array(ours.scores), np.array(theirs.scores)
    print(f"rank agreement: spearman {spearman(first, second):.3f}, kendall {kendall(first, second):.3f}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.evaluation")
    parser.add_argument("--candidates", type=int, default=12)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--precision", default="auto", choices=["auto", "float32", "bfloat16"])
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    if chosen.candidates < 2:
        parser.error(f"--candidates {chosen.candidates}: must be at least 2")
    rng, space = derive_rng(chosen.seed, "benchmark", "candidates"), NasBench201()
    cells = [space.sample(rng) for _ in range(chosen.candidates)]
    config = configuration(chosen.steps, chosen.precision, chosen.seed)
    with joined("local") as cluster:
        workers = RayWorkers(config, "benchmark", Resources(cluster.cpus, 0.0))
        score_on_workers(workers, cells[: cluster.cpus], chosen.seed)  # imports and first-call costs, on both sides
        Straightforward(1, chosen.seed).score(cells[0])
        amount = f"{len(cells)} candidates, {chosen.steps} steps"
        print(f"{amount}, {torch.get_num_threads()} threads or {cluster.cpus} workers")
        print_table(*compare(cells, Straightforward(chosen.steps, chosen.seed), workers))
        workers.close()


if __name__ == "__main__":
    main()
