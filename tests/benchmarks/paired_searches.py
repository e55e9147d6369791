"""Cheaper searches beside the plain one, seed by seed: ``python -m tests.benchmarks.paired_searches --table T``.

Every recipe of a folder, by default those of ``runs/recipes/cheaper``, is searched to its end with the same seeds; what
it chooses is judged by a table of accuracies. Of each recipe: mean accuracies, the mean of what each seed gains over
the same seed of the plain recipe, and the share of its processor seconds, scores for a reference counted. Every search
is an ordinary run in a folder of its own: the same command goes on where it was stopped.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from evo.commands.run import main as run_main
from evo.display.text_table import Table, to_markdown, to_text
from evo.storage.durable_files import write_text
from tasks.foundation.command_line import DONE, OneLineParser, run_command, say
from tasks.foundation.errors import UsageError
from tests.benchmarks.accuracy_curves import Curve, evolution_curve
from tests.benchmarks.search_results import ACCURACIES, read_accuracies
from tests.benchmarks.seed_spread import spread

PROGRAM = "tests.benchmarks.paired_searches"
RECIPES = Path(__file__).parents[2] / "runs" / "recipes" / "cheaper"
PLAIN = "plain"


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options; what it does not know is handed to every search."""
    root = OneLineParser(prog=f"python -m {PROGRAM}", epilog="other options are those of python -m evo.run")
    root.add_argument("--table", type=Path, required=True, help="accuracies of all cells, Parquet or CSV")
    root.add_argument("--recipes", type=Path, default=RECIPES, help="folder of *.toml (default: %(default)s)")
    root.add_argument("--only", action="append", help="this recipe beside the plain one; may be repeated")
    root.add_argument("--plain", default=PLAIN, help="recipe that others are held against (default: %(default)s)")
    root.add_argument("--seeds", type=int, default=5, help="0, 1, ... of each recipe (default: %(default)s)")
    root.add_argument("--run-dir", type=Path, default=Path("runs/paired"), help="(default: %(default)s)")
    return root


def recipes_of(options: argparse.Namespace) -> dict[str, Path]:
    """Return the recipes that are asked for, the plain one first; raises UsageError for one that is not there."""
    there = {path.stem: path for path in sorted(options.recipes.glob("*.toml"))}
    names = dict.fromkeys([options.plain, *(options.only or there)])
    for name in names:
        if name not in there:
            raise UsageError(f"{name}: {options.recipes} has {', '.join(there) or 'no recipes'}")
    return {name: there[name] for name in names}


def table_of(curves: Mapping[str, Sequence[Curve]], plain: str) -> Table:
    """Return the row of every recipe; its curves are those of the seeds in order."""
    rows = tuple(_row(name, each, curves[plain]) for name, each in curves.items())
    gains = (f"gain on {data}" for data in ACCURACIES.values())
    title = "test accuracy in % of what is chosen, and what each seed gains over the plain one: mean, 95 % interval"
    return Table(title, ("", "evaluations", "s", "share of s", *ACCURACIES.values(), *gains), rows)


def _row(name: str, curves: Sequence[Curve], plain: Sequence[Curve]) -> tuple[str, ...]:
    found, beside = (np.array([curve.accuracies[-1] for curve in each]).T for each in (curves, plain))
    spent, whole = (np.mean([curve.seconds[-1] for curve in each]) for each in (curves, plain))
    evaluations = np.mean([len(curve.seconds) for curve in curves])
    gains = map(spread, found - beside) if curves is not plain else [""] * len(found)
    return (name, f"{evaluations:.0f}", f"{spent:,.0f}", f"{spent / whole:.2f}", *map(spread, found), *gains)


def _run(options: argparse.Namespace, more: Sequence[str]) -> int:
    if options.seeds < 1:
        raise UsageError(f"--seeds {options.seeds}: must be at least 1")
    table, recipes = read_accuracies(options.table), recipes_of(options)
    curves: dict[str, list[Curve]] = {name: [] for name in recipes}
    for seed in range(options.seeds):
        for name, recipe in recipes.items():
            folder = options.run_dir / f"{name}-{seed}"
            say(f"\n{name}, seed {seed}")
            given = ["--recipe", str(recipe), "--workers", "0", "--seed", str(seed), *more]
            if (code := run_main([*given, "--run-dir", str(folder)])) != DONE:
                return code
            curves[name].append(evolution_curve(name, seed, folder, table))
    page = table_of(curves, options.plain)
    write_text(options.run_dir / "results.md", f"{to_markdown(page)}\n")
    say(f"\n{to_text(page)}")
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Search, print and write; returns the exit code."""
    return run_command(PROGRAM, lambda: _run(*parser().parse_known_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
