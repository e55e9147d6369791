"""What searches find with few labels: ``python -m tests.benchmarks.queries --space nasbench201 --table FILE ...``.

Every strategy looks up ``--asked``, say a validation accuracy, of one candidate after the other, each look-up a query,
repeated ones included; told is ``--told``, say a test accuracy, of the best by ``--asked`` after so many queries, and
its rank in the table. ``best told`` is the best of all that were looked up, as NAR (Guo et al., 2022) reports it. A
search is a study in a folder of its own, so the same command goes on where it was stopped.

Letters: Q queries, R rows of the table.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import evo
from evo.commands.messages import run_printed
from evo.display.text_table import Table, to_markdown
from spaces import SPACES, candidate_key
from spaces.tables.table import CandidateTable
from tasks import UsageError
from tasks.foundation.command_line import DONE, OneLineParser, say
from tasks.foundation.plugin_texts import parse_plugin, parse_plugins
from tasks.foundation.ranges import check_range
from tests.benchmarks.task_search import mean_and_interval

PROGRAM = "tests.benchmarks.queries"
STRATEGIES = "tier_ranking,surrogate(model=ridge),surrogate(model=trees),regularized_evolution,random_search"
HEADER = ("strategy", "queries", "told of the best asked", "its rank", "best told", "its rank")
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Labels:
    """A table's labels by key of the candidate; told: all of its column [R], for ranks."""

    space: Any
    of: dict[str, tuple[float, float]]
    told: Array

    def look_up(self, candidate: Any) -> tuple[float, float]:
        """Return what is asked and what is told of a candidate; raises UsageError for one that the table lacks."""
        found = self.of.get(candidate_key(self.space, candidate))
        if found is None:
            raise UsageError(f"the table lacks {self.space.encode(candidate)!r}; give the space its pool=FILE")
        return found

    def rank(self, told: float) -> int:
        """Return the rank in the table, 1 for the best."""
        return 1 + int((self.told > told).sum())


def read_labels(path: Path, space: Any, asked: str, told: str) -> Labels:
    """Return the labels of a table's members; of several texts of one candidate the first counts."""
    table = CandidateTable(path, list(dict.fromkeys([asked, told])))
    of: dict[str, tuple[float, float]] = {}
    for text, *pair in zip(table.candidates(), table.column(asked), table.column(told), strict=True):
        of.setdefault(candidate_key(space, space.decode(text)), (float(pair[0]), float(pair[1])))
    return Labels(space, of, np.array([pair[1] for pair in of.values()]))


def search(labels: Labels, space: str, strategy: str, *, seed: int, queries: int, run_dir: Path) -> Array:
    """Return what was asked and told [Q, 2] of the candidates of a search; those that its folder holds are not asked.

    A search that ends by itself has fewer.
    """
    with evo.Study(space=space, strategy=strategy, seed=seed, run_dir=run_dir) as study:
        asked = study.trials().num_rows
        while asked < queries and (trial := study.ask()) is not None:
            study.tell(trial, labels.look_up(trial.candidate)[0])
            asked += 1
        texts = study.trials().sort_by("trial_id")["candidate"].to_pylist()[:queries]
    return np.array([labels.look_up(labels.space.decode(text)) for text in texts])


def cells(found: Sequence[Array], labels: Labels, queries: int) -> tuple[str, ...]:
    """Return what searches of several seeds had found after so many queries: means and 95 % intervals, median ranks."""
    chosen = [rows[int(rows[:queries, 0].argmax()), 1] for rows in found]
    best = [rows[:queries, 1].max() for rows in found]
    return (*_cell(chosen, labels), *_cell(best, labels))


def _cell(told: Sequence[float], labels: Labels) -> tuple[str, str]:
    return mean_and_interval(told), f"{np.median([labels.rank(one) for one in told]):g}"


def _made(found: Sequence[Array], budget: int) -> str:
    """Return the queries that searches had, which may have ended before."""
    fewest = min(budget, *map(len, found))
    return f"{budget:,}" if fewest == budget else f"{fewest:,} or more of {budget:,}"


def _budgets(text: str) -> list[int]:
    """Return numbers of queries in their order; raises UsageError for what is none."""
    parts = text.split(",")
    if not all(part.strip().isdecimal() and int(part) for part in parts):
        raise UsageError(f"--queries {text[:80]!r}: numbers of 1 or more are needed, with commas between, e.g. 100,300")
    return sorted(int(part) for part in parts)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all options."""
    root = OneLineParser(prog=f"python -m {PROGRAM}")
    root.add_argument("--space", required=True, help="e.g. nasbench201, or nasbench101(pool=FILE)")
    root.add_argument("--table", type=Path, required=True, help="labelled candidates, Parquet or CSV")
    root.add_argument("--asked", required=True, help="column that strategies look up, higher is better")
    root.add_argument("--told", required=True, help="column that is told of what they find")
    root.add_argument("--queries", default="100,300", help="after which it is told (default: %(default)s)")
    root.add_argument("--seeds", type=int, default=10, help="0, 1, ... (default: 10)")
    root.add_argument("--strategies", default=STRATEGIES, help="with commas between (default: %(default)s)")
    root.add_argument("--run-dir", type=Path, required=True, help="folder of a folder for each search")
    return root


def _run(options: argparse.Namespace) -> int:
    check_range("--seeds", options.seeds, 1, 1_000)
    budgets = _budgets(options.queries)
    plugin = parse_plugin(options.space, option="--space", example="'nasbench201'")
    labels = read_labels(options.table, SPACES.build(plugin.name, plugin.given()), options.asked, options.told)
    rows = []
    strategies = parse_plugins(options.strategies, option="--strategies", example="'random_search'")
    for strategy in (one.quoted() for one in strategies):
        found = []
        for seed in range(options.seeds):
            run_dir = options.run_dir / f"{options.table.stem}-{options.asked}" / f"{strategy}-{seed}"
            found.append(search(labels, options.space, strategy, seed=seed, queries=budgets[-1], run_dir=run_dir))
            say(f"{strategy} seed {seed}: {' / '.join(cells(found[-1:], labels, budgets[-1]))}")
        rows += [(strategy, _made(found, budget), *cells(found, labels, budget)) for budget in budgets]
    title = f"{options.space}: asked {options.asked}, told {options.told}, {options.seeds} seeds"
    say(to_markdown(Table(title, HEADER, tuple(rows))))
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Search, print and return the exit code."""
    return run_printed(PROGRAM, lambda: _run(parser().parse_args(arguments)))


if __name__ == "__main__":
    sys.exit(main())
