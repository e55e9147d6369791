"""Catches: a cell of another epoch or seed, parameters averaged in place of shares, epochs before the last part among
those averaged, seeds that chose among those that show, a log without values taken for one.
"""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from spaces.nasbench201.space import NasBench201
from spaces.tables.table import CandidateTable
from tests.benchmarks import supernet_stops
from tests.benchmarks.search_results import ACCURACIES
from tests.benchmarks.supernet_stops import RULES, best_epoch, cells_of, main, mean_shares, row_of, small_supernet

OPERATIONS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
EDGES = 6


def text_of(operation: str) -> str:
    a = operation
    return f"|{a}~0|+|{a}~0|{a}~1|+|{a}~0|{a}~1|{a}~2|"


def epoch(seed: int, operation: str, strength: float, held_out_loss: float = 1.0) -> dict[str, Any]:
    """An epoch in which one operation is the strongest of every edge."""
    alphas = [strength * (name == operation) for _ in range(EDGES) for name in OPERATIONS]
    return {"seed": seed, "held_out_loss": held_out_loss, "derived": text_of(operation), "alphas": alphas}


@pytest.fixture
def table(tmp_path: Path) -> CandidateTable:
    """Accuracies of cells of one operation: 60, 70, 80, 90, 65, less 10 and 20 on the other data sets."""
    found = [(text_of(name), value) for name, value in zip(OPERATIONS, (60, 70, 80, 90, 65), strict=True)]
    rows = [f"{text},{value},{value - 10},{value - 20}" for text, value in found]
    (tmp_path / "t.csv").write_text("\n".join([f"candidate,{','.join(ACCURACIES)}", *rows]) + "\n")
    return CandidateTable(tmp_path / "t.csv", list(ACCURACIES))


ROWS = [
    epoch(0, "nor_conv_3x3", 9.0, 0.9),
    epoch(0, "nor_conv_1x1", 1.0, 0.5),
    epoch(0, "nor_conv_1x1", 2.0, 0.6),
    epoch(0, "skip_connect", 1.5, 0.7),
]


def test_rules_by_hand() -> None:
    found = {name: rule(ROWS, small_supernet()) for name, rule in RULES.items()}
    # a strength of s is a share of e^s / (4 + e^s): 1.00, .40, .65 and .53; the others share the rest evenly.
    # last half: .65 + .12 for nor_conv_1x1 beside .09 + .53; all: 1.35 for nor_conv_3x3 beside 1.17
    assert found == {
        "the end": text_of("skip_connect"),
        "lowest held-out loss": text_of("nor_conv_1x1"),
        "mean of the last quarter": text_of("skip_connect"),
        "mean of the last half": text_of("nor_conv_1x1"),
        "mean of all epochs": text_of("nor_conv_3x3"),
    }


def test_shares_are_averaged_not_parameters() -> None:
    shares = mean_shares([epoch(0, "skip_connect", 100.0), *[epoch(0, "nor_conv_1x1", 3.0)] * 2], EDGES)
    assert shares.shape == (EDGES, len(OPERATIONS))
    # parameters would say skip_connect, 33.3 beside 2; shares are 1/3 and a little beside 2/3 of e^3 / (4 + e^3)
    assert shares[0].argmax() == OPERATIONS.index("nor_conv_1x1")
    assert shares[5, 2] == pytest.approx(2 / 3 * 0.83393, abs=1e-4)


def test_the_supernet_knows_operations_in_the_order_of_the_log() -> None:
    (candidates,) = small_supernet().candidates.values()
    assert [tuple(names) for names in candidates] == [OPERATIONS] * EDGES
    assert NasBench201().encode(NasBench201().decode(text_of("none"))) == text_of("none")


def test_every_seed_has_a_cell_and_the_first_ones_choose(
    table: CandidateTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [*ROWS, epoch(1, "avg_pool_3x3", 2.0), epoch(2, "nor_conv_1x1", 2.0)]
    monkeypatch.setattr(supernet_stops, "read_epochs", lambda folder: pa.Table.from_pylist(rows))
    found = cells_of(Path("some"), table)
    assert found["the end"] == [text_of(name) for name in ("skip_connect", "avg_pool_3x3", "nor_conv_1x1")]
    assert best_epoch(ROWS, table) == text_of("nor_conv_3x3") == found["the best epoch, by the table"][0]
    row = row_of(Path("a/some"), "the end", found["the end"], table, 1)
    # 65 and 80 show: their mean, half of 15 times 12.706 on either side
    assert row == (
        "some",
        "the end",
        "70.00",
        "72.50 [-22.80, 167.80]",
        "62.50 [-32.80, 157.80]",
        "52.50 [-42.80, 147.80]",
        "65.00, 80.00",
        "33%",
    )


def test_a_log_without_values_is_refused_in_one_line(
    table: CandidateTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [{**ROWS[0], "alphas": None}]
    monkeypatch.setattr(supernet_stops, "read_epochs", lambda folder: pa.Table.from_pylist(rows))
    monkeypatch.setattr(supernet_stops, "read_accuracies", lambda path: table)
    assert main(["some", "--table", str(tmp_path / "t.csv")]) == 2
    assert "some: its epochs hold no architecture parameters" in capsys.readouterr().err
