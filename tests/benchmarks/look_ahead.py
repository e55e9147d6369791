"""What look-ahead costs a search, and what it is for: ``python -m tests.benchmarks.look_ahead --table FILE``.

``quality``: regularized evolution over tabulated NAS-Bench-201 at several look-aheads; the fitness is a test accuracy,
told is the best found. Searches of one seed draw alike, so that differences are paired. ``busy``: the same searches on
16 workers of a clock, in every order of telling and at the automatic look-ahead: the share of time in which workers are
busy until the last proposal, and what is found beside telling by number. ``python -m tests.benchmarks.sleeping`` has
the seconds slept, on Ray workers.

Letters: N members of the space, S seeds.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from evo.commands.messages import run_printed
from evo.display.text_table import Table, to_markdown
from evo.engine.places import settle_ahead
from evo.engine.telling_orders import ByExpectedFinish, ByNumber, TellingOrder
from evo.records.config import AUTO_AHEAD
from evo.records.resources import Resources
from evo.records.tell_order import TellOrder
from spaces import Complexity
from tasks.foundation.command_line import DONE, OneLineParser, say
from tasks.foundation.ranges import check_range
from tests.benchmarks.clocked_search import ACCURACIES, Array, Cells, Clocked, Completed, Draws, evolve, read_cells

PROGRAM = "tests.benchmarks.look_ahead"
BOUNDS = {"CIFAR-10": 0.02, "ImageNet-16": 0.05}
LOOK_AHEADS = (1, 2, 4, 6, 8, 12, 16, 32, 64)
BUDGETS = (150, 450)
WORKERS, SHORT_S, LONG, SHARE = 16, 0.05, 20, 0.05
ONE_SIDED, TWO_SIDED = 1.645, 1.96
Best = dict[tuple[str, int, int], list[float]]
"""Best accuracies found, seed by seed, by data set, look-ahead and budget."""


def qualities(
    cells: Cells, seeds: int, aheads: Sequence[int], budgets: Sequence[int] = BUDGETS, *, free: bool = True
) -> Best:
    """Return what searches find that are told by number; budgets: evaluations, rising."""
    best: Best = {}
    for seed in range(seeds):
        draws = Draws(seed, BUDGETS[-1])
        for name, accuracy in cells.accuracies.items():
            fitness = accuracy.tolist()
            for ahead in aheads:
                found = accuracy[evolve(draws, fitness, budgets[-1], ahead, ByNumber(), free=free)]
                for budget in budgets:
                    best.setdefault((name, ahead, budget), []).append(float(found[:budget].max()))
    return best


def difference(one: Sequence[float], other: Sequence[float], *, quantile: float) -> tuple[float, float]:
    """Return the mean of paired differences, and so many standard errors of it."""
    differences = np.subtract(one, other)
    return float(differences.mean()), quantile * float(differences.std(ddof=1)) / len(differences) ** 0.5


def largest_harmless(best: Best) -> int:
    """Return the largest look-ahead whose losses against 1 have 95 % upper bounds below those of the data sets."""
    harmless = {ahead for _, ahead, _ in best}
    for (name, ahead, budget), values in best.items():
        mean, half = difference(best[name, 1, budget], values, quantile=ONE_SIDED)
        if mean + half >= BOUNDS[name]:
            harmless.discard(ahead)
    return max(harmless)


def quality_table(best: Best, seeds: int) -> Table:
    """Return mean and standard error of what is found, and the loss against the first look-ahead."""
    rows, first = [], min(ahead for _, ahead, _ in best)
    for (name, ahead, budget), values in sorted(best.items(), key=lambda each: (each[0][0], each[0][2], each[0][1])):
        loss, half = difference(best[name, first, budget], values, quantile=TWO_SIDED)
        upper = loss + half * ONE_SIDED / TWO_SIDED
        found = f"{np.mean(values):.3f} ({np.std(values, ddof=1) / len(values) ** 0.5:.3f})"
        rows.append((name, f"{budget}", f"{ahead}", found, _around(loss, half), f"{upper:.3f}"))
    header = ("accuracy", "evaluations", "look-ahead", "best (s.e.)", f"loss against {first}", "upper bound")
    return Table(f"told by number, {seeds} paired seeds, 95 % intervals", header, tuple(rows))


def _around(mean: float, half: float) -> str:
    return f"{mean:.3f} [{mean - half:.3f}, {mean + half:.3f}]"


@dataclass(frozen=True)
class World:
    """What trials take: seconds [N] by cell, and what is drawn of a trial beside; macs [N]: what the order hears.

    spread: of the factor exp(spread * normal) on each trial's seconds; tail: the share of trials that take ``LONG``
    times as long, whatever they are
    """

    name: str
    seconds: Array
    macs: Array
    spread: float = 0.0
    tail: float = 0.0

    def clocked(self, seed: int, trials: int, driver_s: float) -> Clocked:
        """Return the workers of a search."""
        rng = np.random.default_rng((seed, trials))
        factors = np.exp(self.spread * rng.standard_normal(trials)) * np.where(rng.random(trials) < self.tail, LONG, 1)
        return Clocked(
            lambda trial, cell: float(self.seconds[cell] * factors[trial]), workers=WORKERS, driver_s=driver_s
        )


def worlds(cells: Cells) -> list[World]:
    """Return the worlds: alike, two tails that follow multiply-adds, seconds that do so loosely, a tail by chance.

    The tail is made of the cells of most multiply-adds, of which a search makes ``SHARE`` of its trials.
    """
    fitness = cells.accuracies["CIFAR-10"].tolist()
    made = [cell for seed in range(30) for cell in evolve(Draws(seed, 450), fitness, 450, 2 * WORKERS, ByNumber())]
    macs, alike = cells.macs, np.full(len(cells.macs), SHORT_S)
    largest = macs >= np.quantile(macs[made], 1 - SHARE)
    long = np.where(largest, LONG, 1.0)
    return [
        World("50 ms", alike, macs),
        World("tail, MACs say how long", SHORT_S * long, long),
        World("tail, MACs say only which", SHORT_S * long, macs),
        World("seconds follow MACs loosely", 20 * SHORT_S * (0.6 + 0.4 * macs / macs[made].mean()), macs, spread=0.6),
        World("tail by chance", alike, macs, tail=SHARE),
    ]


def orders(world: World, ahead: int) -> Mapping[str, TellingOrder]:
    """Return a fresh order of every kind."""
    expected = ByExpectedFinish(ahead, lambda text: Complexity(0, int(1e6 * world.macs[int(text)])))
    return {TellOrder.TRIAL: ByNumber(), TellOrder.EXPECTED: expected, TellOrder.COMPLETION: Completed()}


@dataclass(frozen=True)
class Asked:
    """How much is simulated: seeds searched for what they find, and of these timed for how busy workers are.

    budgets: evaluations after which it is told; driver_s: what the engine takes for a trial
    """

    seeds: int
    timed: int
    budgets: Sequence[int]
    driver_s: float


def busy_table(cells: Cells, chosen: Sequence[World], asked: Asked) -> Table:
    """Return the share of busy time of searches by CIFAR-10's accuracy, and what searches by each accuracy find."""
    default, rows = settle_ahead(AUTO_AHEAD, Resources(WORKERS, 0.0)), []
    keys = [(name, budget) for name in ACCURACIES for budget in asked.budgets]
    for world in chosen:
        by_number = Found({})
        for ahead, order in [*((default, order) for order in TellOrder), (WORKERS, TellOrder.COMPLETION)]:
            found = searched(cells, world, ahead, order, asked)
            by_number = by_number if by_number.best else found
            losses = (difference(by_number.best[key], found.best[key], quantile=TWO_SIDED) for key in keys)
            rows.append((world.name, str(order), f"{ahead}", found.busy(), *(_around(*loss) for loss in losses)))
        for ahead in (4 * WORKERS, 8 * WORKERS):
            found = searched(cells, world, ahead, TellOrder.TRIAL, replace(asked, seeds=asked.timed))
            rows.append((world.name, str(TellOrder.TRIAL), f"{ahead}", found.busy(), *[""] * len(keys)))
    header = ("trials", "told", "look-ahead", "busy", *(f"loss, {name}, {budget}" for name, budget in keys))
    title = f"{WORKERS} workers; losses against the first row of a kind, {asked.seeds} paired seeds"
    return Table(title, header, tuple(rows))


@dataclass(frozen=True)
class Found:
    """What searches of one kind found, seed by seed, by data set and budget; shares of time that workers were busy."""

    best: dict[tuple[str, int], list[float]]
    shares: list[float] = field(default_factory=list)

    def busy(self) -> str:
        """Return the mean share."""
        return f"{np.mean(self.shares):.2f}"


def searched(cells: Cells, world: World, ahead: int, order: TellOrder, asked: Asked) -> Found:
    """Return what searches found, and how busy workers were."""
    found, most = Found({}), max(asked.budgets)
    for seed in range(asked.seeds):
        draws = Draws(seed, most)
        for name, accuracy in cells.accuracies.items():
            clocked = world.clocked(seed, most, asked.driver_s)
            made = accuracy[evolve(draws, accuracy.tolist(), most, ahead, orders(world, ahead)[order], clocked)]
            for budget in asked.budgets:
                found.best.setdefault((name, budget), []).append(float(made[:budget].max()))
            if seed < asked.timed and name == next(iter(ACCURACIES)):
                found.shares.append(clocked.busy())
    return found


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    root.add_argument("--table", type=Path, required=True, help="NAS-Bench-201, as spaces.tables writes it")
    root.add_argument("--part", choices=("quality", "busy"), default="quality", help="(default: %(default)s)")
    root.add_argument(
        "--look-aheads",
        type=_numbers,
        default=LOOK_AHEADS,
        metavar="N,N",
        help="of the part quality (default: 1 to 64)",
    )
    root.add_argument(
        "--evaluations", type=_numbers, default=BUDGETS, metavar="N,N", help="after which it is told (default: 150,450)"
    )
    root.add_argument("--seeds", type=int, default=2_000, help="0, 1, ... (default: %(default)s)")
    root.add_argument("--timed", type=int, default=20, help="searches whose busy time is taken (default: %(default)s)")
    root.add_argument("--trials", default="", metavar="TEXT", help="of busy: those alone whose name contains this")
    root.add_argument(
        "--driver-ms", type=float, default=1.2, help="that the engine takes for a trial (default: %(default)s)"
    )
    return root


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted(map(int, text.split(","))))


def _run(options: argparse.Namespace) -> int:
    check_range("--seeds", options.seeds, 2, 100_000)
    check_range("--timed", options.timed, 1, options.seeds)
    cells = read_cells(options.table)
    if options.part == "busy":
        chosen = [world for world in worlds(cells) if options.trials in world.name]
        how = Asked(options.seeds, options.timed, options.evaluations, options.driver_ms / 1e3)
        say(to_markdown(busy_table(cells, chosen, how)))
        return DONE
    asked = (options.look_aheads, options.evaluations)
    best = qualities(cells, options.seeds, *asked)
    same = qualities(cells, options.timed, *asked, free=False)
    say(to_markdown(quality_table(best, options.seeds)))
    if min(options.look_aheads) == 1:
        say(f"largest look-ahead without a loss: {largest_harmless(best)}")
    equal = all(values == best[key][: options.timed] for key, values in same.items())
    say(f"without a first population that runs ahead: {'the same' if equal else 'others'} ({options.timed} seeds)")
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate, print and return the exit code."""
    return run_printed(PROGRAM, lambda: _run(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
