"""When should a supernet be asked for its cell? ``python -m tests.benchmarks.supernet_stops --table T RUN...``.

For runs over NAS-Bench-201: the accuracy of what is derived after the last epoch, at the lowest loss on held-out
images, and from the shares of operations averaged over the last epochs. None of these reads a label of the benchmark.
Beside them stands the best epoch of each seed, which nothing without labels can beat but by chance. A rule is chosen on
some seeds and shown on the others.

Letters: T epochs, E edges, K operations.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from evo.display.text_table import Table, to_markdown, to_text
from evo.storage.epoch_log import read_epochs
from spaces import InputSpec, Supernet, SupernetOptions
from spaces.nasbench201.space import NasBench201
from spaces.tables.table import CandidateTable
from tasks.foundation.command_line import DONE, OneLineParser, named_path, run_command, say
from tasks.foundation.errors import UsageError
from tests.benchmarks.search_results import ACCURACIES, read_accuracies
from tests.benchmarks.seed_spread import spread

PROGRAM = "tests.benchmarks.supernet_stops"
FIRST = next(iter(ACCURACIES))
"""The accuracy that cells are judged by."""
SKIP = "skip_connect"

Rows = Sequence[Mapping[str, Any]]
"""The logged epochs of one seed [T]."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    root.add_argument("runs", nargs="+", type=named_path, metavar="RUN", help="folder of a differentiable search")
    root.add_argument("--table", type=Path, required=True, help="accuracies of all cells: Parquet or CSV")
    root.add_argument("--chosen-on", type=int, default=3, help="so many first seeds choose (default: %(default)s)")
    return root


def small_supernet() -> Supernet[Any]:
    """Return a supernet whose operations have the order of all others of this space."""
    return NasBench201(stem_channels=4, cells_per_stage=1).relax(InputSpec(3, 8), 10, SupernetOptions())


def at_end(rows: Rows, supernet: Supernet[Any]) -> str:
    """Return the cell after the last epoch."""
    return str(rows[-1]["derived"])


def at_lowest_loss(rows: Rows, supernet: Supernet[Any]) -> str:
    """Return the cell after the epoch whose loss on held-out images is lowest, the first of equals."""
    return str(min(rows, key=lambda row: row["held_out_loss"])["derived"])


def averaged(share: float) -> Callable[[Rows, Supernet[Any]], str]:
    """Return the rule that derives from the mean shares of this last part of the epochs, at least of one."""

    def derived(rows: Rows, supernet: Supernet[Any]) -> str:
        last = rows[-max(1, round(share * len(rows))) :]
        (cell, candidates), *_ = supernet.candidates.items()
        return NasBench201().encode(supernet.derive({cell: mean_shares(last, len(candidates))}))

    return derived


def mean_shares(rows: Rows, edges: int) -> Tensor:
    """Return the softmax of architecture parameters [E, K], its mean over epochs."""
    values = torch.tensor([row["alphas"] for row in rows], dtype=torch.float64)
    return values.reshape(len(rows), edges, -1).softmax(dim=2).mean(dim=0)


RULES: Mapping[str, Callable[[Rows, Supernet[Any]], str]] = {
    "the end": at_end,
    "lowest held-out loss": at_lowest_loss,
    "mean of the last quarter": averaged(1 / 4),
    "mean of the last half": averaged(1 / 2),
    "mean of all epochs": averaged(1),
}
"""What is derived without a label, by what a reader calls it."""


def best_epoch(rows: Rows, table: CandidateTable) -> str:
    """Return the best cell of all epochs by the table."""
    return max((str(row["derived"]) for row in rows), key=lambda text: table.measurements(text)[FIRST])


def cells_of(folder: Path, table: CandidateTable) -> Mapping[str, Sequence[str]]:
    """Return what each rule derives of each seed, and the best epochs; raises UsageError for a log without values."""
    rows = read_epochs(folder).to_pylist()
    if not rows or any(row.get("alphas") is None for row in rows):
        raise UsageError(f"{folder}: its epochs hold no architecture parameters; runs of today log them")
    seeds = [[row for row in rows if row["seed"] == seed] for seed in sorted({row["seed"] for row in rows})]
    supernet = small_supernet()
    found = {name: [rule(own, supernet) for own in seeds] for name, rule in RULES.items()}
    return {**found, "the best epoch, by the table": [best_epoch(own, table) for own in seeds]}


def row_of(folder: Path, rule: str, cells: Sequence[str], table: CandidateTable, chosen_on: int) -> tuple[str, ...]:
    """Return the row of a rule: accuracy on the seeds that choose, on those that show, each of these, and skips."""
    accuracy = np.array([[*table.measurements(text).values()] for text in cells])
    shown = accuracy[chosen_on:]
    skips = np.mean([text.count(SKIP) / text.count("~") for text in cells])
    return (
        folder.name,
        rule,
        f"{accuracy[:chosen_on, 0].mean():.2f}",
        *(spread(column) for column in shown.T),
        ", ".join(f"{value:.2f}" for value in shown[:, 0]),
        f"{skips:.0%}",
    )


def _run(options: argparse.Namespace) -> int:
    if options.chosen_on < 1:
        raise UsageError(f"--chosen-on {options.chosen_on}: must be at least 1")
    table = read_accuracies(options.table)
    rows = [
        row_of(folder, rule, cells, table, options.chosen_on)
        for folder in options.runs
        for rule, cells in cells_of(folder, table).items()
    ]
    head = ("", "derived at", f"{ACCURACIES[FIRST]}, seeds that choose", *ACCURACIES.values(), "each seed", "skips")
    page = Table("test accuracy in % of derived cells, 95 % interval over the seeds that show", head, tuple(rows))
    say(f"{to_text(page)}\n\n{to_markdown(page)}")
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit code."""
    return run_command(PROGRAM, lambda: _run(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
