"""Catches: a front of the wrong side of a cost, a reference that is no corner of the table, a search that is made
again, seeds that are not paired, a share that is not of the front."""

from pathlib import Path
from typing import Any

import pytest

from spaces import SPACES
from tasks import derive_rng
from tests.benchmarks.objectives import Found, cells, main, search, tabulated


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Return a table of 40 cells: each is better than the one before it, and costs more; the last costs most."""
    space = SPACES.build("nasbench201", {})
    texts = list(dict.fromkeys(space.encode(space.sample(derive_rng(number))) for number in range(60)))[:40]
    rows = [f"{text},{number},{2 * number}" for number, text in enumerate(texts)]
    rows[20] = f"{texts[20]},20,99"  # beaten by the next
    (tmp_path / "t.csv").write_text("\n".join(["candidate,valid,flops", *rows]))
    return tmp_path / "t.csv"


def test_front_and_corner_are_those_of_the_table(table: Path) -> None:
    found = tabulated(table, SPACES.build("nasbench201", {}), "valid", "flops")
    assert found.front.tolist() == [[number, -2 * number] for number in range(40) if number != 20]
    assert found.reference == (0.0, 99.0)
    # Steps of one: of 1 to 39, each as high as its cost is below 99; 20 is dominated by 21, whose step is then wide.
    steps = [99 - 2 * (number if number != 20 else 21) for number in range(1, 40)]
    assert found.whole == pytest.approx(sum(steps))


def test_a_search_finds_a_share_of_both_and_goes_on_where_it_stopped(table: Path) -> None:
    space = f"nasbench201(pool={table})"
    found = tabulated(table, SPACES.build("nasbench201", {}), "valid", "flops")
    given: dict[str, Any] = {"seed": 0, "run_dir": table.parent / "run"}
    few = search(found, space, "nsga2(population=5)", evaluations=6, **given)
    many = search(found, space, "nsga2(population=5)", evaluations=14, **given)
    assert 0 < few.volume <= many.volume <= 1
    assert 0 < few.points <= many.points <= 1
    assert search(found, space, "nsga2(population=5)", evaluations=6, **given) == many


def test_searches_are_held_against_those_of_the_same_seeds() -> None:
    found, beside = [Found(0.9, 0.5), Found(0.8, 0.1)], [Found(0.7, 0.1), Found(0.9, 0.1)]
    volume, ahead, better, points = cells(found, beside)
    assert [cell.split()[0] for cell in (volume, ahead, points)] == ["85.000", "5.000", "30.000"]
    assert better == "1 of 2"
    assert ahead == "5.000 [-185.593, 195.593]"  # 12.706 (t of one degree) x 21.213 / sqrt(2) on either side


def test_the_table_has_a_row_for_each_strategy(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--space", f"nasbench201(pool={table})", "--table", str(table), "--quality", "valid", "--cost", "flops"]
    more = ["--strategies", "nsga2(population=4),random_search", "--evaluations", "6", "--seeds", "2"]
    assert main([*asked, *more, "--first-seed", "5", "--run-dir", str(table.parent / "runs")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "seeds 5 to 6, front of 39 points" in lines[2]
    rows = [line.split("|") for line in lines if line.startswith("|")]
    assert rows[0][3] == "above random_search"
    assert [row[1] for row in rows[2:]] == ["nsga2(population=4)", "random_search"]
    assert (rows[3][3].split()[0], rows[3][4]) == ("0.000", "0 of 2")
    assert main([*asked, "--seeds", "0", "--run-dir", str(table.parent / "runs")]) == 2
