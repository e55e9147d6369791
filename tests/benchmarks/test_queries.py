"""Catches: what is told of another candidate than the best asked, a query that is not counted, a search that is made
again, a rank that counts from the worst."""

from pathlib import Path

import numpy as np
import pytest

from evo.records.trial import Proposal
from evo.strategies.random_search import RandomSearch
from spaces import SPACES
from tasks import derive_rng
from tests.benchmarks.queries import cells, main, read_labels, search


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a table of 40 cells: asked rises from row to row, told falls."""
    space = SPACES.build("nasbench201", {})
    texts = list(dict.fromkeys(space.encode(space.sample(derive_rng(number))) for number in range(60)))[:40]
    rows = (f"{text},{number},{-number}" for number, text in enumerate(texts))
    (tmp_path / "t.csv").write_text("\n".join(["candidate,valid,test", *rows]))
    return tmp_path / "t.csv"


class Ends(RandomSearch):
    """Random search that has nothing to propose after six trials."""

    asked = 0

    def ask(self, rng: np.random.Generator) -> Proposal | None:
        self.asked += 1
        return super().ask(rng) if self.asked <= 6 else None


def test_what_is_told_is_that_of_the_best_asked_and_ranks_count_from_the_best(table: Path) -> None:
    labels = read_labels(table, SPACES.build("nasbench201", {}), "valid", "test")
    assert len(labels.told) == 40
    assert (labels.rank(0.0), labels.rank(-39.0)) == (1, 40)
    found = [np.array([[3.0, -3.0], [9.0, -9.0], [30.0, -30.0]]), np.array([[1.0, -1.0], [5.0, -5.0], [2.0, -2.0]])]
    assert cells(found[:1], labels, 2) == ("-9.000", "10", "-3.000", "4")
    assert cells(found[:1], labels, 3) == ("-30.000", "31", "-3.000", "4")
    told, rank, *_ = cells(found, labels, 2)
    assert (told.split()[0], rank) == ("-7.000", "8")


def test_a_search_looks_up_as_often_as_it_may_and_goes_on_where_it_stopped(table: Path) -> None:
    space = f"nasbench201(pool={table})"
    labels = read_labels(table, SPACES.build("nasbench201", {}), "valid", "test")
    folder = table.parent / "run"
    first = search(labels, space, "random_search", seed=0, queries=5, run_dir=folder)
    assert first.shape == (5, 2)
    more = search(labels, space, "random_search", seed=0, queries=8, run_dir=folder)
    assert more[:5].tolist() == first.tolist()
    assert more.shape == (8, 2)
    again = search(labels, space, "random_search", seed=0, queries=5, run_dir=folder)
    assert again.tolist() == first.tolist()


def test_the_table_has_a_row_for_each_strategy_and_budget(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--space", f"nasbench201(pool={table})", "--table", str(table), "--asked", "valid", "--told", "test"]
    more = ["--strategies", "random_search,regularized_evolution(population=4,tournament=2)", "--queries", "4,6"]
    assert main([*asked, *more, "--seeds", "2", "--run-dir", str(table.parent / "runs")]) == 0
    rows = [line.split("|")[1:3] for line in capsys.readouterr().out.splitlines() if line.startswith("|")][2:]
    names = ["random_search", "regularized_evolution(population=4,tournament=2)"]
    assert rows == [[name, budget] for name in names for budget in ("4", "6")]
    assert sorted(path.name for path in (table.parent / "runs" / "t-valid").iterdir())[0] == "random_search-0"


def test_a_search_that_ends_before_says_so(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--space", f"nasbench201(pool={table})", "--table", str(table), "--asked", "valid", "--told", "test"]
    given = [*asked, "--strategies", f"{__name__}:Ends", "--seeds", "1", "--run-dir", str(table.parent / "runs")]
    assert main([*given, "--queries", "3,x"]) == 2
    assert "--queries '3,x': numbers of 1 or more" in capsys.readouterr().err
    assert main([*given, "--queries", "4,9"]) == 0
    rows = [line.split("|")[2] for line in capsys.readouterr().out.splitlines() if line.startswith("|")][2:]
    assert rows == ["4", "6 or more of 9"]
