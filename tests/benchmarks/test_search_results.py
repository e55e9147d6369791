"""Catches: a worse or later candidate taken for the best, accuracies of another candidate or data set, trials beyond
those asked for, a run taken for complete that is not, a deviation over the wrong values, a table without all cells."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_log import RunLog
from spaces.nasbench201.space import NasBench201
from spaces.tables.table import CandidateTable
from tasks.foundation.errors import UsageError
from tests.benchmarks.search_results import (
    ALL_3X3,
    Found,
    Run,
    comparison,
    find_best,
    is_complete,
    read_accuracies,
    write_evaluations,
)

CELLS = ["a", "b", "c", "d", ALL_3X3]
C10, C100, IN16 = [90.0, 91.0, 92.0, 93.0, 89.0], [70.0, 71.0, 72.0, 73.0, 69.0], [40.0, 41.0, 42.0, 39.0, 43.0]


@pytest.fixture
def table(tmp_path: Path) -> CandidateTable:
    columns = {"arch": CELLS, "in16_test": IN16, "c10_test": C10, "c100_test": C100}
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    return CandidateTable(tmp_path / "t.parquet", ["c10_test", "c100_test", "in16_test"])


def logged(folder: Path, *rows: tuple[int, str, float | None]) -> Run:
    """Return a run of trials with a number, a cell and a fitness, or none; each took two seconds."""
    log = RunLog(folder)
    for trial_id, text, fitness in rows:
        status = Status.FAILED if fitness is None else Status.COMPLETED
        outcome = Outcome(status, fitness=fitness, evaluate_s=2.0)
        log.append(Finished(Trial(trial_id, None, text, text, text, 0), outcome))
    log.flush()
    return Run("s", 7, folder)


def found(search: str, seed: int, *accuracies: float) -> Found:
    return Found(Run(search, seed, Path(search)), 0, 1.0, accuracies, 0.0)


def test_the_best_is_the_earliest_of_the_highest_fitness_among_the_trials_asked_for(
    tmp_path: Path, table: CandidateTable
) -> None:
    rows = [(3, "c", 5.0), (0, "a", None), (1, "b", -1.0), (2, "d", 5.0), (4, "a", 9.0)]
    run = logged(tmp_path / "run", *rows)
    best = find_best(run, 4, table)
    assert best == Found(run, 2, 5.0, (93.0, 73.0, 39.0), 8.0)
    assert str(best) == "s seed 7: 93.00 / 73.00 / 39.00 (trial 2, fitness 5; 8 s of evaluations)"
    assert find_best(run, 5, table) == Found(run, 4, 9.0, (90.0, 70.0, 40.0), 10.0)
    assert find_best(run, 1, table) is None


def test_a_run_is_complete_once_its_first_trials_are_there(tmp_path: Path) -> None:
    run = logged(tmp_path / "run", (0, "a", 1.0), (2, "b", 1.0), (3, "b", None))
    assert [is_complete(run, count) for count in (1, 2, 3)] == [True, False, False]
    assert not is_complete(Run("s", 0, tmp_path / "absent"), 1)


def test_every_trial_has_its_own_accuracies(tmp_path: Path, table: CandidateTable) -> None:
    one = logged(tmp_path / "one", (0, "b", 1.0), (1, "a", None), (2, "d", 2.0))
    other = logged(tmp_path / "other", (0, "c", 3.0), (1, "c", 3.0))
    write_evaluations(tmp_path / "e.parquet", [one, Run("t", 8, other.folder)], 2, table)
    assert pq.read_table(tmp_path / "e.parquet").to_pydict() == {
        "search": ["s", "s", "t", "t"],
        "seed": [7, 7, 8, 8],
        "trial_id": [0, 1, 0, 1],
        "candidate": ["b", "a", "c", "c"],
        "status": ["completed", "failed", "completed", "completed"],
        "fitness": [1.0, None, 3.0, 3.0],
        "c10_test": [91.0, 90.0, 92.0, 92.0],
        "c100_test": [71.0, 70.0, 72.0, 72.0],
        "in16_test": [41.0, 40.0, 42.0, 42.0],
    }
    assert sorted(path.name for path in tmp_path.glob("*e.parquet*")) == ["e.parquet"]


def test_a_search_has_its_mean_its_deviation_and_its_seeds(table: CandidateTable) -> None:
    page = comparison(
        [found("x", 0, 90.0, 70.0, 40.0), found("y", 0, 9.0, 8.0, 7.0), found("x", 1, 94.0, 71.0, 40.0)], table
    )
    assert page.header == ("", "seeds", "CIFAR-10", "CIFAR-100", "ImageNet16-120")
    assert page.rows[:5] == (
        ("x", "2", "92.00 +- 2.83", "70.50 +- 0.71", "40.00 +- 0.00"),  # half the difference times the root of two
        ("- seed 0", "", "90.00", "70.00", "40.00"),
        ("- seed 1", "", "94.00", "71.00", "40.00"),
        ("y", "1", "9.00", "8.00", "7.00"),
        ("- seed 0", "", "9.00", "8.00", "7.00"),
    )


def test_published_figures_and_the_limits_of_the_space_stand_below(table: CandidateTable) -> None:
    rows = {name: cells for name, _, *cells in comparison([], table).rows}
    assert rows["published: GenNAS-N, 450 evaluations"] == ["94.18 +- 0.10", "72.56 +- 0.74", "45.59 +- 0.54"]
    assert rows["published: NASWOT"] == ["92.96 +- 0.80", "70.03 +- 1.16", "44.43 +- 2.07"]
    assert rows["best of all cells, each data set's own"] == ["93.00", "73.00", "43.00"]
    assert rows["all-3x3 cell: most parameters"] == ["89.00", "69.00", "43.00"]
    assert rows["a random pick: all 5 cells"][0] == "91.00 +- 1.58"  # 0, 1, 2, 1 and 2 off: the root of 10 / 4


def test_a_table_without_a_cell_or_an_accuracy_is_refused(tmp_path: Path) -> None:
    space, path = NasBench201(), tmp_path / "t.parquet"
    texts = [space.encode(cell) for cell in space.candidates()]
    whole = {"candidate": texts, **dict.fromkeys(("c10_test", "c100_test", "in16_test"), np.arange(15_625.0))}
    pq.write_table(pa.table(whole), path)
    assert read_accuracies(path).measurements(texts[3])["c100_test"] == 3.0
    hole = np.where(np.arange(15_625) == 9, np.nan, 1.0)
    for damaged in (pa.table(whole)[:-1], pa.table({**whole, "c100_test": hole})):
        pq.write_table(damaged, path)
        with pytest.raises(UsageError, match="not all of c10_test, c100_test, in16_test are there for cell"):
            read_accuracies(path)
