"""Evolution beside differentiable search at equal cost: ``python -m tests.benchmarks.comparison --table T --data D``.

Every recipe of a folder, by default those of ``runs/recipes/comparison``, is searched on the same images with the same
seeds, and what it would choose is judged by a table of accuracies. Each seed has as many seconds of the processor as a
supernet of the recipe ``--pace`` takes, the median of its seeds, unless ``--seconds`` says how many; what a fitness
scores for a reference counts. Every search is an ordinary run in a folder of its own: the same command goes on where it
was stopped. At the end ``results.md``, ``curves.parquet``, ``curves.svg`` and ``report.html`` lie beside the folders.

One process and one thread compute unless options of ``evo.run`` say otherwise: seconds are then those of the clock too.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from evo.commands.report import main as report_main
from evo.commands.run import main as run_main
from evo.commands.run_options import read_command
from evo.display.text_table import Table, to_markdown, to_text
from evo.engine.configuring import resolve_request
from evo.plotting.frame import Words
from evo.plotting.line_plot import Series, line_plot
from evo.storage.durable_files import write_text
from evo.storage.run_folder import CONFIG
from evo.storage.run_log import logged_trials
from evo.strategies import STRATEGIES
from evo.strategies.kinds import SearchKind
from spaces.tables.table import CandidateTable
from tasks.foundation.command_line import DONE, OneLineParser, run_command, say
from tasks.foundation.errors import UsageError
from tests.benchmarks.accuracy_curves import Curve, evolution_curve, spent_seconds, supernet_curves
from tests.benchmarks.search_folder import check_folder
from tests.benchmarks.search_results import ACCURACIES, read_accuracies
from tests.benchmarks.seed_spread import spread

PROGRAM = "tests.benchmarks.comparison"
RECIPES = Path(__file__).parents[2] / "runs" / "recipes" / "comparison"
PARTS = 24  # of the time, at whose ends curves are drawn


@dataclass(frozen=True)
class Method:
    """One recipe; name: of its file; supernets: whether it trains one for each seed."""

    name: str
    recipe: Path
    supernets: bool
    evaluations: int


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options; what it does not know is handed to every search."""
    root = OneLineParser(prog=f"python -m {PROGRAM}", epilog="other options are those of python -m evo.run")
    root.add_argument("--table", type=Path, required=True, help="accuracies of all cells, Parquet or CSV")
    root.add_argument("--data", required=True, help="labelled images, as some recipes read labels")
    root.add_argument("--recipes", type=Path, default=RECIPES, help="folder of *.toml (default: %(default)s)")
    root.add_argument("--only", action="append", help="this recipe; may be repeated (default: all)")
    root.add_argument("--pace", default="mae_nas", help="recipe whose supernet sets the time (default: %(default)s)")
    root.add_argument("--seconds", type=float, help="of the processor, for each seed (default: those of --pace)")
    root.add_argument("--seeds", type=int, default=5, help="0, 1, ... of each recipe (default: %(default)s)")
    root.add_argument("--run-dir", type=Path, default=Path("runs/comparison"), help="(default: %(default)s)")
    return root


def methods_of(options: argparse.Namespace, more: Sequence[str]) -> list[Method]:
    """Return the recipes that are asked for, supernets first; raises UsageError for one that is not there or wrong."""
    there = {path.stem: path for path in sorted(options.recipes.glob("*.toml"))}
    for name in options.only or ():
        if name not in there:
            raise UsageError(f"--only {name}: {options.recipes} has {', '.join(there) or 'no recipes'}")
    found = [_method(name, there[name], options, more) for name in options.only or there]
    if not found:
        raise UsageError(f"--recipes {options.recipes}: there is no *.toml in it")
    return sorted(found, key=lambda method: not method.supernets)


def _method(name: str, recipe: Path, options: argparse.Namespace, more: Sequence[str]) -> Method:
    request = read_command([*_asked(recipe, options, more), "--run-dir", str(options.run_dir / name)]).request
    config = resolve_request(request).config
    supernets = STRATEGIES.kind_of(config.strategy.name) is SearchKind.DIFFERENTIABLE
    return Method(name, recipe, supernets, request.evaluations or 0)


def _asked(recipe: Path, options: argparse.Namespace, more: Sequence[str]) -> list[str]:
    return ["--recipe", str(recipe), "--data", options.data, "--workers", "0", *more]


def search_supernets(method: Method, options: argparse.Namespace, more: Sequence[str]) -> int:
    """Train the supernets of all seeds in one folder, or what is missing of them; returns the exit code.

    Of a folder that is complete nothing is trained again, and one of another search is refused by the run itself.
    """
    say(f"\n{method.name}")
    given = [*_asked(method.recipe, options, more), "--seeds", str(options.seeds), "--set", "strategy.threads=1"]
    return run_main([*given, "--run-dir", str(options.run_dir / method.name)])


def search_candidates(
    method: Method, seed: int, seconds: float, options: argparse.Namespace, more: Sequence[str]
) -> int:
    """Search until a seed's seconds are spent or all evaluations are done; returns the exit code."""
    folder = folder_of(method, seed, options)
    given = [*_asked(method.recipe, options, more), "--seed", str(seed), "--run-dir", str(folder)]
    check_folder(folder, read_command(given).request)
    spent, before = spent_seconds(folder), -1.0
    while logged_trials(folder) < method.evaluations and before < spent < seconds:  # until too little is left for one
        say(f"\n{method.name}, seed {seed}, {seconds - spent:.0f} seconds left")
        if (code := run_main([*given, "--max-minutes", f"{(seconds - spent) / 60:.6f}"])) != DONE:
            return code
        before, spent = spent, spent_seconds(folder)
    return DONE


def folder_of(method: Method, seed: int, options: argparse.Namespace) -> Path:
    """Return where a seed of a method that scores candidates is."""
    found: Path = options.run_dir / f"{method.name}-{seed}"
    return found


def paced(curves: Mapping[str, Sequence[Curve]], options: argparse.Namespace) -> float:
    """Return the seconds of each seed; raises UsageError where neither they nor a supernet that takes them is there."""
    if options.seconds is not None:
        if not options.seconds > 0:
            raise UsageError(f"--seconds {options.seconds:g}: must be above 0")
        return float(options.seconds)
    if options.pace not in curves:
        there = ", ".join(curves) or "none"
        raise UsageError(
            f"--pace {options.pace}: of the recipes asked for these train supernets: {there}; or --seconds"
        )
    return float(np.median([curve.seconds[-1] for curve in curves[options.pace]]))


def table_of(curves: Mapping[str, Sequence[Curve]], seconds: float, table: CandidateTable) -> Table:
    """Return what every method would choose when its time is over, the best on the first data set first."""
    rows = {name: _row(name, each, seconds) for name, each in curves.items()}
    at_end = {name: np.nanmean([one.at(seconds)[0] for one in each]) for name, each in curves.items()}
    ordered = [rows[name] for name in sorted(rows, key=lambda one: -at_end[one])]
    random = ("a random cell", "", "", "", *(f"{table.column(name).mean():.2f}" for name in ACCURACIES))
    head = ("", "evaluations or epochs", "s", "GiB", *ACCURACIES.values())
    title = (
        f"test accuracy in % of what is chosen after {seconds:,.0f} s of the processor: mean over seeds, 95 % interval"
    )
    return Table(title, head, (*ordered, random))


def _row(name: str, curves: Sequence[Curve], seconds: float) -> tuple[str, ...]:
    moments = np.mean([curve.moments(seconds) for curve in curves])
    spent = np.mean([min(curve.seconds[-1], seconds) for curve in curves])
    memory = max(curve.memory_bytes for curve in curves) / 2**30
    accuracies = np.array([curve.at(seconds) for curve in curves]).T
    return (name, f"{moments:.0f}", f"{spent:,.0f}", f"{memory:.2f}", *map(spread, accuracies))


def drawn(curves: Mapping[str, Sequence[Curve]], seconds: float) -> str:
    """Return the plot of accuracy on the first data set against seconds, means over seeds."""
    at = seconds * np.arange(1, PARTS + 1) / PARTS
    lines = [
        Series(name, at, np.array([np.mean([curve.at(moment)[0] for curve in each]) for moment in at]), stepped=True)
        for name, each in curves.items()
    ]
    first = next(iter(ACCURACIES.values()))
    words = Words(
        "Accuracy of what is chosen, mean over seeds", "seconds of the processor", f"test accuracy on {first} (%)"
    )
    return line_plot(lines, words)


def rows_of(curves: Mapping[str, Sequence[Curve]]) -> Iterator[dict[str, object]]:
    """Yield every moment of every seed."""
    for curve in (one for each in curves.values() for one in each):
        for moment, (candidate, found) in enumerate(zip(curve.candidates, curve.accuracies.tolist(), strict=True)):
            own = {"method": curve.method, "seed": curve.seed, "moment": moment, "memory_bytes": curve.memory_bytes}
            yield {
                **own,
                "cpu_s": curve.seconds[moment],
                "candidate": candidate,
                **dict(zip(ACCURACIES, found, strict=True)),
            }


def _run(options: argparse.Namespace, more: Sequence[str]) -> int:
    if options.seeds < 1:
        raise UsageError(f"--seeds {options.seeds}: must be at least 1")
    table, methods = read_accuracies(options.table), methods_of(options, more)
    curves: dict[str, Sequence[Curve]] = {}
    for method in (one for one in methods if one.supernets):
        if (code := search_supernets(method, options, more)) != DONE:
            return code
        curves[method.name] = supernet_curves(method.name, options.run_dir / method.name, table)
    seconds, seeds = paced(curves, options), range(options.seeds)
    for method in (one for one in methods if not one.supernets):
        for seed in seeds:
            if (code := search_candidates(method, seed, seconds, options, more)) != DONE:
                return code
        found = [evolution_curve(method.name, seed, folder_of(method, seed, options), table) for seed in seeds]
        curves[method.name] = found
    return _write(curves, seconds, table, options)


def _write(
    curves: Mapping[str, Sequence[Curve]], seconds: float, table: CandidateTable, options: argparse.Namespace
) -> int:
    page = table_of(curves, seconds, table)
    write_text(options.run_dir / "results.md", f"# Comparison on {options.data}\n\n{to_markdown(page)}\n")
    write_text(options.run_dir / "curves.svg", drawn(curves, seconds))
    pq.write_table(pa.Table.from_pylist(list(rows_of(curves))), options.run_dir / "curves.parquet")
    say(f"\n{to_text(page)}\n")
    folders = sorted(path.parent for path in options.run_dir.glob(f"*/{CONFIG}"))
    return report_main([*map(str, folders), "--out", str(options.run_dir / "report.html"), "--force"])


def main(arguments: Sequence[str] | None = None) -> int:
    """Search, print and write; returns the exit code."""
    return run_command(PROGRAM, lambda: _run(*parser().parse_known_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
