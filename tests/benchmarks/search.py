"""What searches find on NAS-Bench-201: ``python -m tests.benchmarks.search --table nasbench201.parquet``.

Regularized evolution by regression, by counting parameters and by NASWOT, and random search by regression, each with
several seeds and from pictures alone; then the benchmark's accuracies of each run's best candidate, beside published
figures. Every run is an ordinary one in a folder of its own: the same command goes on where it was stopped, and runs
only what is missing. At the end ``results.md`` and ``evaluations.parquet``, every trial with its accuracies, lie beside
the folders.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evo.commands.run_options import add_cluster, add_data
from evo.engine.cluster import Resources, connect, disconnect, plan_resources, settle_ahead
from evo.engine.plugins import Plugins, build_plugins, build_strategy, resolve_choice
from evo.engine.session import Session, terminated_like_interrupted
from evo.engine.text_table import to_markdown, to_text
from evo.records.config import Limits, SearchConfig
from evo.storage.locked_folder import CONFIG, write_text
from evo.storage.run_folder import RunFolder, read_config
from spaces.tables.table import Table
from tasks.foundation.command_line import DONE, OneLineParser, add_assignments, parse_assignments, run_command, say
from tasks.foundation.errors import UsageError
from tasks.images.sources import settle_spec
from tests.benchmarks.search_results import Run, comparison, find_best, is_complete, read_accuracies, write_evaluations

PROGRAM = "tests.benchmarks.search"
SEARCHES = {
    "evolution-params": ("regularized_evolution", "params"),
    "evolution-naswot": ("regularized_evolution", "naswot"),
    "evolution-regression": ("regularized_evolution", "regression"),
    "random-regression": ("random_search", "regression"),
}
"""Strategy and fitness by name, the quick ones first."""


@dataclass(frozen=True)
class Planned:
    """A run, and the search that it is."""

    run: Run
    config: SearchConfig
    plugins: Plugins


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    root.add_argument("--table", type=Path, required=True, help="accuracies of all cells, Parquet or CSV")
    root.add_argument("--run-dir", type=Path, default=Path("runs/benchmark-search"), help="(default: %(default)s)")
    root.add_argument("--only", action="append", choices=SEARCHES, help="run this search; may be repeated")
    root.add_argument("--seeds", type=int, default=3, help="0, 1, ... for each search (default: 3)")
    root.add_argument("--evaluations", type=int, default=150, help="of each run (default: 150)")
    root.add_argument("--population", type=int, default=50, help="of evolution (default: 50)")
    root.add_argument("--tournament", type=int, default=10, help="of evolution (default: 10)")
    root.add_argument("--task", default="N", help="of the regression: N, combo, ... (default: N)")
    root.add_argument("--steps", type=int, default=100, help="of the regression (default: 100)")
    add_assignments(root, "option of the space, or of the fitness regression")
    add_data(root.add_argument_group("pictures"))
    add_cluster(root.add_argument_group("workers"))
    root.add_argument("--quiet", action="store_true", help="no progress, only a line per run and the table")
    root.set_defaults(data="photos")
    return root


def plan(options: argparse.Namespace) -> list[Planned]:
    """Return all runs, seed by seed; raises UsageError for an option that is wrong or a folder of other settings."""
    if options.seeds < 1:
        raise UsageError(f"--seeds {options.seeds}: must be at least 1")
    return [_planned(search, seed, options) for seed in range(options.seeds) for search in SEARCHES]


def _planned(search: str, seed: int, options: argparse.Namespace) -> Planned:
    run = Run(search, seed, options.run_dir / f"{search}-{seed}")
    config = _config(run, options)
    plugins = build_plugins(config, download=options.download)
    build_strategy(config, plugins.space)
    RunFolder(run.folder).check(config)
    return Planned(run, config, plugins)


def _config(run: Run, options: argparse.Namespace) -> SearchConfig:
    """Return the search of a run, with the look-ahead that its folder has already."""
    strategy, fitness = SEARCHES[run.search]
    given = parse_assignments(options.assignments, ["space", "fitness"])
    evolution = {"population": options.population, "tournament": options.tournament}
    config = SearchConfig(
        space=resolve_choice("space", "nasbench201", given["space"]),
        fitness=resolve_choice("fitness", fitness, _regression(options) if fitness == "regression" else {}),
        strategy=resolve_choice("strategy", strategy, evolution if strategy == "regularized_evolution" else {}),
        data=settle_spec(options.data),
        data_root=options.data_root and str(Path(options.data_root).absolute()),
        seed=run.seed,
    )
    started = (run.folder / CONFIG).is_file()
    return replace(config, ahead=read_config(run.folder).ahead) if started else config


def _regression(options: argparse.Namespace) -> dict[str, object]:
    """Return the options given to the regression; ``--set`` has the last word."""
    return {
        "task": options.task,
        "steps": options.steps,
        **parse_assignments(options.assignments, ["space", "fitness"])["fitness"],
    }


def search_all(planned: Sequence[Planned], limits: Limits, options: argparse.Namespace, table: Table) -> int:
    """Run one after the other on one Ray, with a line for each; returns the exit code of the first that fails."""
    cluster = connect(options.address)
    try:
        resources = plan_resources(cluster, workers=options.workers, gpus_per_worker=options.gpus_per_worker)
        say(f"{len(planned)} runs of {limits.evaluations} evaluations on {resources.workers} workers")
        with terminated_like_interrupted():
            for one in planned:
                code = search(one, limits, resources, quiet=options.quiet)
                if code != DONE:
                    say(f"stopped in {one.run.folder}; the same command goes on")
                    return code
                say(str(find_best(one.run, limits.evaluations, table) or f"{one.run.folder}: no trial has a score"))
        return DONE
    finally:
        disconnect()


def search(planned: Planned, limits: Limits, resources: Resources, *, quiet: bool) -> int:
    """Run or resume one search; returns its exit code."""
    config = replace(planned.config, ahead=settle_ahead(planned.config.ahead, resources))
    with RunFolder(planned.run.folder) as folder:
        folder.claim(config, limits)
        return Session(folder, config, limits, planned.plugins, program=PROGRAM).search(resources, quiet=quiet)[1]


def report(runs: Sequence[Run], options: argparse.Namespace, table: Table) -> None:
    """Print the table of complete runs; write it and their trials beside the folders."""
    bests = [find_best(run, options.evaluations, table) for run in runs]
    page = comparison([best for best in bests if best], table)
    regression = _regression(options)
    settings = (
        f"{options.evaluations} evaluations; population {options.population}, tournament {options.tournament}; "
        f"regression task {regression['task']}, {regression['steps']} steps; data {options.data}"
    )
    more = f"; {' '.join(options.assignments)}" if options.assignments else ""
    write_text(options.run_dir / "results.md", f"# NAS-Bench-201: {settings}{more}\n\n{to_markdown(page)}\n")
    write_evaluations(options.run_dir / "evaluations.parquet", runs, options.evaluations, table)
    say(f"\n{settings}{more}\n{to_text(page)}\n\n{options.run_dir / 'results.md'}")


def _run(options: argparse.Namespace) -> int:
    table, limits = read_accuracies(options.table), Limits(evaluations=options.evaluations)
    planned = plan(options)
    missing = []
    for one in planned:
        if is_complete(one.run, options.evaluations):
            say(str(find_best(one.run, options.evaluations, table) or f"{one.run.folder}: no trial has a score"))
        elif one.run.search in (options.only or SEARCHES):
            missing.append(one)
    code = search_all(missing, limits, options, table) if missing else DONE
    if code == DONE:
        complete = [one.run for one in planned if is_complete(one.run, options.evaluations)]
        report(sorted(complete, key=lambda run: list(SEARCHES).index(run.search)), options, table)
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Search, print and write; returns the exit code."""
    return run_command(PROGRAM, lambda: _run(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
