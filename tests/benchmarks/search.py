"""What searches find on NAS-Bench-201: ``python -m tests.benchmarks.search --table nasbench201.parquet``.

Regularized evolution by regression, by LogSynflow, by the consensus of these two, by counting parameters and by NASWOT,
random search by regression and by the consensus, and tier ranking by the consensus, each with several seeds and from
images alone; then the
benchmark's accuracies of each run's best candidate, beside published figures. Every run is an ordinary one in a folder
of its own: the same command goes on where it was stopped, and runs only what is missing. At the end ``results.md`` and
``evaluations.parquet``, every trial with its accuracies, lie beside the folders.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evo.commands.messages import ENGINE, run_printed
from evo.commands.options import add_cluster
from evo.display.text_table import to_markdown, to_text
from evo.engine.configuring import resolve_request
from evo.engine.places import opened
from evo.engine.plugins import build_plugins, build_strategy
from evo.engine.watching import INTERRUPTED
from evo.records.config import SearchConfig
from evo.records.requests import Placement, SearchRequest
from evo.searching import run_request
from evo.storage.durable_files import write_text
from spaces.tables.table import CandidateTable
from tasks.foundation.command_line import (
    DONE,
    OneLineParser,
    add_assignments,
    add_data,
    parse_assignments,
    say,
)
from tasks.foundation.command_line import INTERRUPTED as STOPPED
from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import PluginText, parse_plugins
from tests.benchmarks.search_folder import check_folder
from tests.benchmarks.search_results import Run, comparison, find_best, is_complete, read_accuracies, write_evaluations

PROGRAM = "tests.benchmarks.search"
SEARCHES = {
    "evolution-params": ("regularized_evolution", "params"),
    "evolution-naswot": ("regularized_evolution", "naswot"),
    "evolution-logsynflow": ("regularized_evolution", "logsynflow"),
    "evolution-regression": ("regularized_evolution", "regression"),
    "evolution-consensus": ("regularized_evolution", "consensus"),
    "random-regression": ("random_search", "regression"),
    "random-consensus": ("random_search", "consensus"),
    "tiers-consensus": ("tier_ranking", "consensus"),
}
"""Strategy and fitness by name, the quick ones first."""


@dataclass(frozen=True)
class Planned:
    """A run, and the search that it is."""

    run: Run
    request: SearchRequest
    config: SearchConfig


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
    root.add_argument("--members", help="of the consensus, e.g. meco,logsynflow (default: that regression, logsynflow)")
    root.add_argument("--ahead", help="look-ahead of each run (default: that of its folder, or auto)")
    root.add_argument("--tell-order", help="order of telling (default: that of its folder, or auto)")
    add_assignments(root, "option of the space, or of the fitness regression")
    add_data(root.add_argument_group("images"))
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
    request = _request(run, options)
    config = resolve_request(request).config
    build_strategy(config, build_plugins(config, download=options.download).space)
    check_folder(run.folder, request, download=options.download)
    return Planned(run, request, config)


def _request(run: Run, options: argparse.Namespace) -> SearchRequest:
    """Return the search of a run; its look-ahead and order of telling are those of its folder unless they are said."""
    strategy, fitness = SEARCHES[run.search]
    evolution = strategy == "regularized_evolution"
    given = parse_assignments(options.assignments, ["space", "fitness"])
    return SearchRequest(
        space="nasbench201",
        fitness=_consensus(options) if fitness == "consensus" else fitness,
        strategy=strategy,
        data=options.data,
        data_root=options.data_root,
        options={"space": given["space"], "fitness": _regression(options) if fitness == "regression" else {}},
        population=options.population if evolution else None,
        tournament=options.tournament if evolution else None,
        seed=run.seed,
        ahead=options.ahead,
        tell_order=options.tell_order,
        evaluations=options.evaluations,
        run_dir=run.folder,
        download=options.download,
        placement=_placement(options),
    )


def _placement(options: argparse.Namespace) -> Placement:
    return Placement(workers=options.workers, gpus_per_worker=options.gpus_per_worker, address=options.address)


def _regression(options: argparse.Namespace) -> dict[str, object]:
    """Return the options given to the regression; ``--set`` has the last word."""
    return {
        "task": options.task,
        "steps": options.steps,
        **parse_assignments(options.assignments, ["space", "fitness"])["fitness"],
    }


def _consensus(options: argparse.Namespace) -> str:
    """Return the consensus of its members, or of that regression and LogSynflow, at equal weights."""
    if options.members:
        given = parse_plugins(options.members, option="--members", example="'meco,logsynflow'")
        return PluginText("consensus", {"weights": "equal"}, tuple(given)).quoted()
    regression = PluginText("regression", {name: str(value) for name, value in _regression(options).items()})
    return PluginText("consensus", {"weights": "equal"}, (regression, PluginText("logsynflow"))).quoted()


def search_all(planned: Sequence[Planned], options: argparse.Namespace, table: CandidateTable) -> int:
    """Run one after the other on one Ray, with a line for each; returns the exit code."""
    with opened(_placement(options)) as (_, resources):
        say(f"{len(planned)} runs of {options.evaluations} evaluations on {resources.workers} workers")
        for one in planned:
            searched = run_request(one.request, progress=not options.quiet)
            if searched.state == INTERRUPTED:
                say(f"stopped in {searched.path}; the same command goes on")
                return STOPPED
            say(line(one.run, options, table))
    return DONE


def line(run: Run, options: argparse.Namespace, table: CandidateTable) -> str:
    """Return what a run found."""
    return str(find_best(run, options.evaluations, table) or f"{run.folder}: no trial has a score")


def report(runs: Sequence[Run], options: argparse.Namespace, table: CandidateTable) -> None:
    """Print the table of complete runs; write it and their trials beside the folders."""
    bests = [find_best(run, options.evaluations, table) for run in runs]
    page = comparison([best for best in bests if best], table)
    regression = _regression(options)
    settings = (
        f"{options.evaluations} evaluations; population {options.population}, tournament {options.tournament}; "
        f"regression task {regression['task']}, {regression['steps']} steps; data {options.data}"
    )
    more = "; ".join(["", *([f"members {options.members}"] if options.members else []), *options.assignments])
    write_text(options.run_dir / "results.md", f"# NAS-Bench-201: {settings}{more}\n\n{to_markdown(page)}\n")
    write_evaluations(options.run_dir / "evaluations.parquet", runs, options.evaluations, table)
    say(f"\n{settings}{more}\n{to_text(page)}\n\n{options.run_dir / 'results.md'}")


def _run(options: argparse.Namespace) -> int:
    if options.quiet:
        logging.getLogger(ENGINE).setLevel(logging.WARNING)
    table, planned, missing = read_accuracies(options.table), plan(options), []
    for one in planned:
        if is_complete(one.run, options.evaluations):
            say(line(one.run, options, table))
        elif one.run.search in (options.only or SEARCHES):
            missing.append(one)
    code = search_all(missing, options, table) if missing else DONE
    if code == DONE:
        complete = [one.run for one in planned if is_complete(one.run, options.evaluations)]
        report(sorted(complete, key=lambda run: list(SEARCHES).index(run.search)), options, table)
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Search, print and write; returns the exit code."""
    return run_printed(PROGRAM, lambda: _run(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
