"""What searches of NAS-Bench-201 found, in the benchmark's own accuracies: rows of all trials, and one table.

Accuracies are percentages of test images after 200 epochs of training.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from evo.display.text_table import Table as Page
from evo.engine.final_choice import read_final
from evo.engine.summary import best_rows
from evo.storage.run_log import read_table
from spaces.nasbench201.space import NasBench201
from spaces.tables.table import CandidateTable
from tasks.foundation.errors import UsageError
from tasks.foundation.whole_files import replacing

ACCURACIES = {"c10_test": "CIFAR-10", "c100_test": "CIFAR-100", "in16_test": "ImageNet16-120"}
TITLE = (
    "test accuracy in % of each run's best candidate by fitness, mean +- standard deviation over seeds, then each seed"
)
PUBLISHED = {
    "published: GenNAS-N, 450 evaluations": ((94.18, 0.10), (72.56, 0.74), (45.59, 0.54)),
    "published: NASWOT": ((92.96, 0.80), (70.03, 1.16), (44.43, 2.07)),
}
"""Mean and deviation of each accuracy, Li et al., Generic Neural Architecture Search via Regression, 2021, table 3."""
ALL_3X3 = "|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|nor_conv_3x3~0|nor_conv_3x3~1|nor_conv_3x3~2|"
_LOGGED = ["trial_id", "candidate", "key", "status", "fitness", "metrics", "reused", "evaluate_s"]


@dataclass(frozen=True)
class Run:
    """One search with one seed, and its folder."""

    search: str
    seed: int
    folder: Path


@dataclass(frozen=True)
class Found:
    """A run's best candidate: the trial, its fitness, its three accuracies; seconds: of all evaluations together."""

    run: Run
    trial_id: int
    fitness: float
    accuracies: tuple[float, ...]
    seconds: float

    def __str__(self) -> str:
        """Return the line of a finished run."""
        shown = " / ".join(f"{accuracy:.2f}" for accuracy in self.accuracies)
        best = f"trial {self.trial_id}, fitness {self.fitness:.6g}"
        return f"{self.run.search} seed {self.run.seed}: {shown} ({best}; {self.seconds:,.0f} s of evaluations)"


def read_accuracies(path: Path) -> CandidateTable:
    """Return the table of a file; raises UsageError unless it has all three accuracies of all cells."""
    table, space = CandidateTable(path, list(ACCURACIES)), NasBench201()
    for text in map(space.encode, space.candidates()):
        if text not in table or np.isnan(list(table.measurements(text).values())).any():
            raise UsageError(f"--table {path}: not all of {', '.join(ACCURACIES)} are there for cell {text!r}")
    return table


def is_complete(run: Run, evaluations: int) -> bool:
    """Return whether the first so many trials of a run are logged."""
    return len(_trials(run, evaluations)) == evaluations


def find_best(run: Run, evaluations: int, table: CandidateTable) -> Found | None:
    """Return the best of a run's first trials, as the run itself would choose it; None where no trial has a score."""
    rows = _trials(run, evaluations)
    seconds = float(pc.sum(rows["evaluate_s"]).as_py() or 0.0)
    found = best_rows(rows, 1, read_final(run.folder))
    if not found:
        return None
    best = found[0]
    accuracies = tuple(table.measurements(best["candidate"]).values())
    return Found(run, best["trial_id"], best["fitness"], accuracies, seconds)


def write_evaluations(path: Path, runs: Sequence[Run], evaluations: int, table: CandidateTable) -> None:
    """Write the first trials of all runs with their candidates' accuracies to one Parquet file, whole or not at all."""
    with replacing(path) as aside:
        pq.write_table(pa.concat_tables(_labelled(run, evaluations, table) for run in runs), aside)


def comparison(found: Sequence[Found], table: CandidateTable) -> Page:
    """Return the table of the searches, each with its seeds, beside published figures and what the space holds."""
    searches = dict.fromkeys(one.run.search for one in found)
    rows = [row for search in searches for row in _search_rows([one for one in found if one.run.search == search])]
    published = [(name, "", *(f"{mean:.2f} +- {spread:.2f}" for mean, spread in PUBLISHED[name])) for name in PUBLISHED]
    return Page(TITLE, ("", "seeds", *ACCURACIES.values()), (*rows, *published, *_space_rows(table)))


def _search_rows(found: Sequence[Found]) -> list[tuple[str, ...]]:
    columns = np.array([one.accuracies for one in found]).T
    head = (found[0].run.search, str(len(found)), *(_spread(column) for column in columns))
    return [head, *((f"- seed {one.run.seed}", "", *(f"{a:.2f}" for a in one.accuracies)) for one in found)]


def _space_rows(table: CandidateTable) -> list[tuple[str, ...]]:
    columns = [table.column(name) for name in ACCURACIES]
    all_3x3 = table.measurements(ALL_3X3)
    return [
        ("best of all cells, each data set's own", "", *(f"{column.max():.2f}" for column in columns)),
        ("all-3x3 cell: most parameters", "", *(f"{all_3x3[name]:.2f}" for name in ACCURACIES)),
        (f"a random pick: all {len(table):,} cells", "", *(_spread(column) for column in columns)),
    ]


def _spread(values: np.ndarray) -> str:
    """Return the mean and, of two or more, the standard deviation of a sample: divided by one less than they are."""
    mean = f"{values.mean():.2f}"
    return mean if len(values) < 2 else f"{mean} +- {values.std(ddof=1):.2f}"


def _trials(run: Run, evaluations: int) -> pa.Table:
    rows = read_table(run.folder, _LOGGED)
    return rows.filter(pc.less(rows["trial_id"], evaluations))


def _labelled(run: Run, evaluations: int, table: CandidateTable) -> pa.Table:
    rows = _trials(run, evaluations).select(["trial_id", "candidate", "status", "fitness"])
    of_run = {"search": pa.array([run.search] * len(rows)), "seed": pa.array([run.seed] * len(rows), pa.int64())}
    places = [table.row(text) for text in rows["candidate"].to_pylist()]
    accuracies = {name: pa.array(table.column(name)[places]) for name in ACCURACIES}
    return pa.table({**of_run, **dict(zip(rows.column_names, rows.columns, strict=True)), **accuracies})
