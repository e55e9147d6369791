"""Catches: accuracies of other cells, agreement by chance taken for agreement, a collapse taken for signal, a run of
one seed that is compared with itself.
"""

from itertools import product
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from evo.records.trial import Status
from spaces.tables.table import CandidateTable
from tests.benchmarks import supernet_cells
from tests.benchmarks.search_results import ACCURACIES
from tests.benchmarks.supernet_cells import agreement_of, chance_of, main, operations_of, row_of

OPERATIONS = ("none", "skip_connect", "nor_conv_3x3")


def text_of(operations: tuple[str, ...]) -> str:
    a, b, c, d, e, f = operations
    return f"|{a}~0|+|{b}~0|{c}~1|+|{d}~0|{e}~1|{f}~2|"


ALL = [text_of(operations) for operations in product(OPERATIONS, repeat=6)]
MIXED = text_of(("nor_conv_3x3", "none", "skip_connect", "nor_conv_3x3", "none", "skip_connect"))


@pytest.fixture
def table(tmp_path: Path) -> CandidateTable:
    """Accuracies that grow with the number of convolutions: 50, and 5 for each."""
    rows = [f"{text},{50 + 5 * text.count('conv')},0,0" for text in ALL]
    (tmp_path / "t.csv").write_text("\n".join([f"candidate,{','.join(ACCURACIES)}", *rows]) + "\n")
    return CandidateTable(tmp_path / "t.csv", list(ACCURACIES))


def log_trials(monkeypatch: pytest.MonkeyPatch, texts: list[str]) -> None:
    """Let a run have trained these cells, and one more that failed."""
    status = [Status.COMPLETED.value] * len(texts) + [Status.FAILED.value]
    rows = pa.table({"candidate": [*texts, None], "status": status})
    monkeypatch.setattr(supernet_cells, "read_table", lambda folder, names: rows.select(names))


def found(monkeypatch: pytest.MonkeyPatch, table: CandidateTable, texts: list[str]) -> tuple[str, ...]:
    log_trials(monkeypatch, texts)
    monkeypatch.setattr(supernet_cells, "_followed", lambda folder: ("2.00", "0.50"))
    monkeypatch.setattr(supernet_cells, "DRAWS", 400)
    name, seeds, signal, alike, *judged = row_of(Path("some"), table, 0)
    assert alike == "0.50"
    return name, seeds, signal, *judged


def test_operations_and_agreement_by_hand() -> None:
    cells = operations_of([MIXED, text_of(("none",) * 6), text_of(("none",) * 5 + ("skip_connect",))])
    assert cells[0].tolist() == ["nor_conv_3x3", "none", "skip_connect", "nor_conv_3x3", "none", "skip_connect"]
    # 2, 3 and 5 of six edges
    assert agreement_of(cells[[0, 1]]) == pytest.approx(2 / 6)
    assert agreement_of(cells) == pytest.approx((2 + 3 + 5) / 18)
    assert chance_of(0.5, [0.1, 0.5, 0.9]) == 3 / 4


def test_one_architecture_of_all_seeds_is_more_than_chance(
    monkeypatch: pytest.MonkeyPatch, table: CandidateTable
) -> None:
    row = found(monkeypatch, table, [MIXED] * 4)
    assert row[:4] == ("some", "4", "2.00", "60.00 [60.00, 60.00]")
    assert row[4].startswith("60.00, p 0.")  # a third of all operations is a convolution
    assert row[5] == "100%"
    assert row[6].startswith("33%, p 0.0025")
    assert float(row[7].split("p ")[1]) < 0.01
    assert row[8].endswith("33%")


def test_a_collapse_agrees_no_more_than_its_operations_on_other_edges(
    monkeypatch: pytest.MonkeyPatch, table: CandidateTable
) -> None:
    row = found(monkeypatch, table, [text_of(("nor_conv_3x3",) * 6)] * 4)
    assert row[3] == "80.00 [80.00, 80.00]"
    assert row[4] == "60.00, p 0.0025"
    assert row[6] == "33%, p 0.0025"
    assert row[7:] == ("100%, p 1.0000", "nor_conv_3x3 100%")


def test_random_cells_are_no_more_than_chance(monkeypatch: pytest.MonkeyPatch, table: CandidateTable) -> None:
    texts = [ALL[number] for number in np.random.default_rng(0).integers(len(ALL), size=5)]
    row = found(monkeypatch, table, texts)
    assert all(float(row[at].split("p ")[1]) > 0.05 for at in (4, 6, 7))


def test_signals_and_likeness_are_of_what_each_seed_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        {"seed": 1, "signal": 2.0, "alphas": [9.0, 0.0]},
        {"seed": 0, "signal": 1.0, "alphas": [3.0, 4.0]},
        {"seed": 1, "signal": 2.0, "alphas": [0.0, 1.0]},
    ]
    monkeypatch.setattr(supernet_cells, "read_epochs", lambda folder: pa.Table.from_pylist(rows))
    # signals 1 and 2; (.6, .8) by (0, 1)
    assert supernet_cells._followed(Path("some")) == ("1.50", "0.80 (noise: 0 +- 0.80)")
    old = [{"seed": 0, "signal": None}, {"seed": 1, "signal": None}]
    monkeypatch.setattr(supernet_cells, "read_epochs", lambda folder: pa.Table.from_pylist(old))
    assert supernet_cells._followed(Path("some")) == ("", "")


def test_a_single_seed_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch, table: CandidateTable, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log_trials(monkeypatch, [MIXED])
    monkeypatch.setattr(supernet_cells, "read_accuracies", lambda path: table)
    assert main(["some", "--table", str(tmp_path / "t.csv")]) == 2
    assert "some: 1 supernets are trained to their end" in capsys.readouterr().err
