"""Does it pay to search proxy tasks on 20 labels? ``python -m tests.benchmarks.task_search``.

Regularized evolution and random search, each with several seeds and as many evaluations, by a recipe, the shipped small
one unless another is named. A seed draws which members of the panel are searched on and which are held out. Of each
search, the task that its last round chose is held against the members held out, beside published tasks and the
networks' size on the same members, and against what the search stated it to be worth. Every run is an ordinary one in a
folder of its own: the same command goes on where it was stopped.
"""

import argparse
import itertools
import json
import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from scipy import stats

from evo.commands.run import main as run_main
from evo.commands.run_options import read_command
from evo.display.text_table import Table, to_markdown, to_text
from evo.proxy_search.abandoned import training_saved
from evo.reporting.comparison_section import student_interval
from evo.storage.durable_files import write_text
from evo.storage.run_folder import HELD_OUT, LAST_ROUND
from evo.storage.run_log import logged_trials
from tasks.foundation.command_line import DONE, OneLineParser, run_command, say
from tasks.foundation.errors import UsageError
from tests.benchmarks.search_folder import check_folder

PROGRAM = "tests.benchmarks.task_search"
EVOLUTION, RANDOM = "evolution", "random"
SEARCHES: Mapping[str, Sequence[str]] = {EVOLUTION: (), RANDOM: ("--strategy", "random_search")}
BESIDE = ("combo", "N", "params", "macs")


@dataclass(frozen=True)
class Found:
    """What one search found, in Spearman's rho of the members held out.

    best: of the task that the last round chose; reached: by that task on the members searched on, the mean of both
    draws; expected: what the search stated it to be; beside: of published tasks and sizes, by name; saved: share of the
    trainings that abandoning spared.
    """

    best: float
    reached: float
    expected: float
    beside: Mapping[str, float]
    saved: float


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options; what it does not know is handed to every search."""
    root = OneLineParser(prog=f"python -m {PROGRAM}", epilog="other options are those of python -m evo.run")
    root.add_argument("--recipe", default="proxy_tasks_small", help="of every search (default: %(default)s)")
    root.add_argument("--run-dir", type=Path, default=Path("runs/benchmark-tasks"), help="(default: %(default)s)")
    root.add_argument("--seeds", type=int, default=5, help="0, 1, ... for each search (default: %(default)s)")
    return root


def find(run_dir: Path) -> Found:
    """Return what a run that was judged found."""
    found = json.loads((run_dir / HELD_OUT).read_text("utf-8"))
    rho = {task["name"]: math.nan if task["rho"][0] is None else task["rho"][0] for task in found["tasks"]}
    last = json.loads((run_dir / LAST_ROUND).read_text("utf-8"))
    beside = {name: rho[name] for name in BESIDE if name in rho}
    expected, reached = last["expected"]["value"], last["expected"]["reached"]
    return Found(rho[found["chosen"]], reached, expected, beside, training_saved(run_dir) or 0.0)


def mean_and_interval(values: Sequence[float]) -> str:
    """Return the mean of values and its 95 % interval by Student's t."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return f"{mean:.3f}"
    found = student_interval(mean, float(stats.sem(values)), len(values) - 1)
    return f"{mean:.3f} [{found.low:.3f}, {found.high:.3f}]"


def comparison(found: Mapping[str, Sequence[Found]]) -> Table:
    """Return the table of both searches, what stands beside them, and how far evolution is ahead seed by seed."""
    bests = {name: [one.best for one in each] for name, each in found.items()}
    rows = [_row(name, values) for name, values in bests.items()]
    rows += [_row(f"{name}, on the members searched on", [one.reached for one in found[name]]) for name in found]
    rows += [_row(f"{name}, expected less found", [one.expected - one.best for one in found[name]]) for name in found]
    rows += [_row(name, [one.beside[name] for one in found[EVOLUTION]]) for name in found[EVOLUTION][0].beside]
    for name in (RANDOM, *found[EVOLUTION][0].beside):
        others = bests.get(name) or [one.beside[name] for one in found[EVOLUTION]]
        pairs = zip(bests[EVOLUTION], others, strict=True)
        rows.append(_row(f"evolution less {name}", [ours - theirs for ours, theirs in pairs]))
    rows.append(_row("trainings that abandoning saved", [one.saved for one in found[EVOLUTION]]))
    title = (
        "Spearman's rho on the members held out: mean with its 95 % interval over draws from one panel, then each draw"
    )
    seeds = tuple(f"seed {seed}" for seed in range(len(found[EVOLUTION])))
    return Table(title, ("", "mean", *seeds), tuple(rows))


def rows_of(found: Mapping[str, Sequence[Found]]) -> list[dict[str, object]]:
    """Return what every search found, a row for each: ``rho_combo`` and others of what stands beside it."""
    return [
        {
            "search": name,
            "seed": seed,
            **{key: getattr(one, key) for key in ("best", "reached", "expected", "saved")},
            **{f"rho_{other}": value for other, value in one.beside.items()},
        }
        for name, each in found.items()
        for seed, one in enumerate(each)
    ]


def _row(name: str, values: Sequence[float]) -> tuple[str, ...]:
    return (name, mean_and_interval(values), *(f"{value:.3f}" for value in values))


def _search(folder: Path, arguments: Sequence[str]) -> int:
    """Run, resume or leave one search; returns its exit code, raises UsageError where the folder is another's."""
    whole = [*arguments, "--run-dir", str(folder)]
    request = read_command(whole).request
    check_folder(folder, request)
    if (folder / HELD_OUT).is_file() and logged_trials(folder) == request.evaluations:
        return DONE
    return run_main(whole)


def _run(options: argparse.Namespace, more: Sequence[str]) -> int:
    if options.seeds < 1:
        raise UsageError(f"--seeds {options.seeds}: must be at least 1")
    folders: dict[str, list[Path]] = {name: [] for name in SEARCHES}
    for seed, name in itertools.product(range(options.seeds), SEARCHES):
        folders[name].append(options.run_dir / f"{name}-{seed}")
        say(f"\n{name}, seed {seed}")
        code = _search(folders[name][-1], ["--recipe", options.recipe, "--seed", str(seed), *SEARCHES[name], *more])
        if code != DONE:
            return code
    found = {name: [find(folder) for folder in each] for name, each in folders.items()}
    page = comparison(found)
    asked = " ".join([options.recipe, *more])
    write_text(options.run_dir / "results.md", f"# Proxy tasks: {asked}\n\n{to_markdown(page)}\n")
    pq.write_table(pa.Table.from_pylist(rows_of(found)), options.run_dir / "found.parquet")
    say(f"\n{asked}\n{to_text(page)}\n\n{options.run_dir / 'results.md'}")
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Search, print and write; returns the exit code."""
    return run_command(PROGRAM, lambda: _run(*parser().parse_known_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
