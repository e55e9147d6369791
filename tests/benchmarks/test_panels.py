"""Catches: panels drawn from rows that are reported, labels that do not move weights, members mistaken for labels."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.benchmarks.panels import LABELS, Parts, compare, main, panel_of, ranges, read_parts

N = 40


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file whose member ``right`` ranks as the label does, and whose member ``wrong`` the other way round."""
    rng = np.random.default_rng(0)
    label = rng.permutation(3 * N).astype(float)
    rows = {
        "candidate": [f"c{number}" for number in range(3 * N)],
        "part": ["reference"] * N + ["A"] * N + ["B"] * N,
        "right": label**3,
        "wrong": -label,
        "params": rng.permutation(3 * N).astype(float),
        "macs": rng.permutation(3 * N).astype(float),
        "label": label,
        "another": -label,
    }
    path = tmp_path / "scores.parquet"
    pq.write_table(pa.table(rows).replace_schema_metadata({LABELS: b"label,another"}), path)
    return path


def test_columns_of_labels_are_no_members(file: Path) -> None:
    assert read_parts(file).members == ["right", "wrong"]


def test_labels_move_weight_to_the_member_that_follows_them(file: Path) -> None:
    parts = read_parts(file)
    base = parts.base("default")["right"]
    right, other = (panel_of(parts, label, 20, np.random.default_rng(1))["right"] for label in ("label", "another"))
    assert other < base < right


def test_rows_b_are_reported_and_say_nothing_of_the_weights(file: Path) -> None:
    """Labels of rows B are turned round: the weights stay as those of rows A call for, and rho becomes -1."""
    parts = read_parts(file)
    rows = {**parts.columns["B"], "label": -parts.columns["B"]["label"]}
    turned = Parts({**parts.columns, "B": rows}, parts.members)
    last, plain = (compare(one, "label", panels=3, size=20, seed=0) for one in (turned, parts))
    assert min(plain.rho("3 panels of 20 labels")) > 0.5
    assert last.rho("3 panels of 20 labels") == pytest.approx([-rho for rho in plain.rho("3 panels of 20 labels")])
    (*_, row) = ranges(plain, "label").rows
    assert float(row[2]) <= float(row[1]) <= float(row[3])


def test_the_table_is_printed(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(file), "--label", "label", "--panels", "2"]) == 0
    first, second = capsys.readouterr().out.split("\n\n**")
    assert "|right|1.000|||" in first
    assert first.splitlines()[-1].startswith("|2 panels of 20 labels|")
    assert "less default weights" in second
