"""What searches by two objectives find in a table: ``python -m tests.benchmarks.objectives --table FILE ...``.

Every strategy looks up ``--quality``, say an accuracy, and ``--cost``, say multiply-adds, of one candidate after the
other. Told are the hypervolume above the lowest quality and the highest cost of the table, as a share of that of the
table's own front, how far it is above that of the last strategy seed by seed, and how many points of the table's front
were found. A search is a study in a folder of its own, so the same command goes on where it was stopped.

Letters: N members of the table.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import evo
from evo.commands.messages import run_printed
from evo.display.text_table import Table, to_markdown
from evo.fronts.dominance import Points, on_front
from evo.fronts.hypervolume import hypervolume
from spaces import SPACES, candidate_key
from spaces.tables.table import CandidateTable
from tasks.foundation.command_line import DONE, OneLineParser, say
from tasks.foundation.plugin_texts import parse_plugin, parse_plugins
from tasks.foundation.ranges import check_range
from tests.benchmarks.task_search import mean_and_interval

PROGRAM = "tests.benchmarks.objectives"
STRATEGIES = "nsga2,regularized_evolution,random_search"
HEADER = ("strategy", "hypervolume", "above {}", "better seeds", "found of the front")


@dataclass(frozen=True)
class Tabulated:
    """A table's quality and cost by key of the candidate, and its front [F, 2]; costs are negated.

    reference: the lowest quality and the highest cost, the latter as it is in the table
    whole: hypervolume of the front
    """

    space: Any
    of: Mapping[str, tuple[float, float]]
    front: Points
    reference: tuple[float, float]
    whole: float


@dataclass(frozen=True)
class Found:
    """What one search found: its share of the hypervolume, and of the points of the front."""

    volume: float
    points: float


def tabulated(path: Path, space: Any, quality: str, cost: str) -> Tabulated:
    """Return a table's members; of several texts of one candidate the first counts."""
    table = CandidateTable(path, [quality, cost])
    of: dict[str, tuple[float, float]] = {}
    for text, *pair in zip(table.candidates(), table.column(quality), table.column(cost), strict=True):
        of.setdefault(candidate_key(space, space.decode(text)), (float(pair[0]), float(pair[1])))
    points = np.array([(best, -least) for best, least in of.values()])
    front = np.unique(points[on_front(points)], axis=0)
    worst = points.min(axis=0)
    return Tabulated(space, of, front, (float(worst[0]), float(-worst[1])), hypervolume(front, worst.tolist()))


def search(table: Tabulated, space: str, strategy: str, *, seed: int, evaluations: int, run_dir: Path) -> Found:
    """Return what a search found; what its folder holds is not looked up again."""
    named: dict[str, Any] = {"space": space, "strategy": strategy, "objectives": "fitness,-cost"}
    with evo.Study(**named, seed=seed, run_dir=run_dir) as study:
        for _ in range(evaluations - study.trials().num_rows):
            trial = study.ask()
            assert trial is not None
            quality, cost = table.of[candidate_key(table.space, trial.candidate)]
            study.tell(trial, quality, metrics={"cost": cost})
        volume = study.run.hypervolume(table.reference)
        found = {(one.fitness, one.metrics["objective.cost"]) for one in study.run.front()}
    points = sum((quality, cost) in found for quality, cost in table.front.tolist())
    return Found(volume / table.whole, points / len(table.front))


def cells(found: Sequence[Found], beside: Sequence[Found]) -> tuple[str, ...]:
    """Return what searches found beside others of the same seeds: means and 95 % intervals, in percent."""
    ahead = [100 * (one.volume - other.volume) for one, other in zip(found, beside, strict=True)]
    return (
        mean_and_interval([100 * one.volume for one in found]),
        mean_and_interval(ahead),
        f"{sum(one > 0 for one in ahead)} of {len(ahead)}",
        mean_and_interval([100 * one.points for one in found]),
    )


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    root.add_argument("--space", default="nasbench201", help="(default: %(default)s)")
    root.add_argument("--table", type=Path, required=True, help="its candidates, Parquet or CSV")
    root.add_argument("--quality", default="c10v_valid", help="column of which more is better (default: %(default)s)")
    root.add_argument("--cost", default="flops_c10_m", help="column of which less is better (default: %(default)s)")
    root.add_argument("--evaluations", type=int, default=450, help="of each search (default: %(default)s)")
    root.add_argument("--seeds", type=int, default=10, help="of each strategy (default: %(default)s)")
    root.add_argument("--first-seed", type=int, default=0, help="(default: %(default)s)")
    root.add_argument("--strategies", default=STRATEGIES, help="the last is what others are held against (%(default)s)")
    root.add_argument("--run-dir", type=Path, required=True, help="folder of a folder for each search")
    return root


def _run(options: argparse.Namespace) -> int:
    check_range("--seeds", options.seeds, 1, 1_000)
    check_range("--evaluations", options.evaluations, 1, 1_000_000)
    plugin = parse_plugin(options.space, option="--space", example="'nasbench201'")
    space = SPACES.build(plugin.name, plugin.given())
    table = tabulated(options.table, space, options.quality, options.cost)
    strategies = parse_plugins(options.strategies, option="--strategies", example="'nsga2,random_search'")
    found: dict[str, list[Found]] = {strategy.quoted(): [] for strategy in strategies}
    for strategy, each in found.items():
        for seed in range(options.first_seed, options.first_seed + options.seeds):
            run_dir = options.run_dir / f"{options.table.stem}-{options.quality}-{options.cost}" / f"{strategy}-{seed}"
            given: dict[str, Any] = {"seed": seed, "evaluations": options.evaluations, "run_dir": run_dir}
            each.append(search(table, options.space, strategy, **given))
        say(f"{strategy}: {' / '.join(mean_and_interval([100 * one.volume]) for one in each)}")
    last = list(found)[-1]
    header = tuple(head.format(last) for head in HEADER)
    title = (
        f"{options.space}: {options.quality} against {options.cost}, {options.evaluations} evaluations, seeds "
        f"{options.first_seed} to {options.first_seed + options.seeds - 1}, front of {len(table.front)} points; percent"
    )
    say(to_markdown(Table(title, header, tuple((name, *cells(each, found[last])) for name, each in found.items()))))
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Search, print and return the exit code."""
    return run_printed(PROGRAM, lambda: _run(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
