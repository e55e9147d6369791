"""Are cells that supernets derive better than chance? ``python -m tests.benchmarks.supernet_cells --table T RUN...``.

For each run over NAS-Bench-201, of several seeds: the accuracy of the derived cells beside that of as many random ones,
and on how many edges two seeds agree, beside random cells and beside the same operations on other edges of their cells.
How alike the architecture parameters of two seeds are is told by the cosine, which is 0 for noise.
Agreement that the latter have, too, is a liking for an operation, e.g. a collapse, and none for an architecture.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

from evo.differentiable.bilevel.collapse import agreement
from evo.differentiable.noise import likeness, run_signal
from evo.display.text_table import Table, to_markdown, to_text
from evo.records.trial import Status
from evo.storage.epoch_log import read_epochs
from evo.storage.run_log import read_table
from spaces.nasbench201.space import NasBench201
from spaces.tables.table import CandidateTable
from tasks.foundation.command_line import DONE, OneLineParser, named_path, run_command, say
from tasks.foundation.errors import UsageError
from tests.benchmarks.search_results import ACCURACIES, read_accuracies
from tests.benchmarks.seed_spread import spread

PROGRAM = "tests.benchmarks.supernet_cells"
DRAWS = 10_000
FIRST = next(iter(ACCURACIES))
"""The accuracy that cells are judged by."""

Cells = NDArray[np.str_]
"""[N, 6]: the operations of N cells."""


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    root.add_argument("runs", nargs="+", type=named_path, metavar="RUN", help="folder of a differentiable search")
    root.add_argument("--table", type=Path, required=True, help="accuracies of all cells: Parquet or CSV")
    root.add_argument("--seed", type=int, default=0, help="of what is drawn (default: %(default)s)")
    return root


def operations_of(texts: Sequence[str]) -> Cells:
    """Return the operations [N, 6] of cells in the benchmark's own writing."""
    space = NasBench201()
    return np.array([space.decode(text).operations for text in texts])


def agreement_of(cells: Cells) -> float:
    """Return the share of edges on which two of at least two cells [N, 6] agree, the mean over all pairs."""
    found = agreement([{"cell": cell} for cell in cells.tolist()])
    assert found is not None
    return found


def chance_of(found: float, drawn: Sequence[float]) -> float:
    """Return how often chance reaches what was found, that itself being one of its cases."""
    return (1 + sum(value >= found - 1e-12 for value in drawn)) / (1 + len(drawn))


def shuffled(cells: Cells, rng: np.random.Generator) -> Cells:
    """Return cells [N, 6] with the operations of each on edges drawn anew."""
    return rng.permuted(cells, axis=1)


def row_of(folder: Path, table: CandidateTable, seed: int) -> tuple[str, ...]:
    """Return the row of a run; raises UsageError for one of fewer than two seeds."""
    trials = read_table(folder, ["candidate", "status"]).to_pylist()
    texts = [trial["candidate"] for trial in trials if trial["status"] == Status.COMPLETED]
    if len(texts) < 2:
        raise UsageError(f"{folder}: {len(texts)} supernets are trained to their end; at least 2 are needed to compare")
    accuracy, cells, rng = table.column(FIRST), operations_of(texts), np.random.default_rng(seed)
    found = accuracy[[table.row(text) for text in texts]]
    every, drawn = operations_of(table.candidates()), rng.integers(len(table), size=(DRAWS, len(texts)))
    better = chance_of(float(found.mean()), accuracy[drawn].mean(axis=1).tolist())
    by_chance = [agreement_of(every[rows]) for rows in drawn]
    elsewhere = [agreement_of(shuffled(cells, rng)) for _ in range(DRAWS)]
    shared, counts = agreement_of(cells), Counter(cells.ravel().tolist()).most_common(1)[0]
    return (
        folder.name,
        str(len(texts)),
        *_followed(folder),
        spread(found),
        f"{accuracy.mean():.2f}, p {better:.4f}",
        f"{shared:.0%}",
        f"{np.mean(by_chance):.0%}, p {chance_of(shared, by_chance):.4f}",
        f"{np.mean(elsewhere):.0%}, p {chance_of(shared, elsewhere):.4f}",
        f"{counts[0]} {counts[1] / cells.size:.0%}",
    )


def _followed(folder: Path) -> tuple[str, str]:
    """Return the signal in the middle of its seeds, and how alike their parameters are, where these are logged."""
    rows = read_epochs(folder).to_pylist()
    seeds = [[row for row in rows if row["seed"] == seed] for seed in sorted({row["seed"] for row in rows})]
    known = [signal for own in seeds if (signal := run_signal(own)) is not None]
    alike = likeness([own[-1].get("alphas") for own in seeds])
    noise = "" if alike is None else f"{alike.cosine:.2f} (noise: 0 +- {alike.by_noise:.2f})"
    return f"{median(known):.2f}" if known else "", noise


def _run(options: argparse.Namespace) -> int:
    table = read_accuracies(options.table)
    judged = (ACCURACIES[FIRST], "random cells", "agree", "random cells", "on other edges", "most")
    head = ("", "seeds", "signal", "parameters alike", *judged)
    rows = tuple(row_of(folder, table, options.seed) for folder in options.runs)
    page = Table("derived cells, 95 % interval over seeds, and chance (p: how often it reaches them)", head, rows)
    say(f"{to_text(page)}\n\n{to_markdown(page)}")
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; returns the exit code."""
    return run_command(PROGRAM, lambda: _run(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
