"""Catches: a statistic of the wrong column or over missing values, a unit or origin left out."""

from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import parquet

from spaces.tables.table import CandidateTable
from spaces.tables.table_info import TableInfo
from spaces.tables.table_text import describe_table
from spaces.tables.table_writing import write_table


def test_everything_is_said(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    acc, params = np.array([90.25, np.nan, 88.0, 89.0]), np.array([1_234_567.0, 2.0, 1.0, 4.0])
    info = TableInfo("nds_resnet", "NDS", "MIT", {"acc": "% top 1"}, {"data": "digits", "seeds": [0, 1]})
    write_table(path, info, ["ds=1", "ds=2", "ds=3", "ds=4"], {"acc": acc, "params": params})
    assert describe_table(CandidateTable(path)) == [
        f"{path}: 4 candidates",
        "space: nds_resnet",
        "source: NDS",
        "licence: MIT",
        "data: digits",
        "seeds: [0, 1]",
        "first candidate: ds=1",
        "column  unit     min  median        max  missing",
        "acc     % top 1   88      89      90.25        1",
        "params  -          1       3  1,234,567        0",
    ]


def test_what_is_not_stated_and_not_numeric_is_said(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    parquet.write_table(pa.table({"arch": ["a"], "ops": ["x"], "empty": pa.array([None], pa.float64())}), path)
    lines = describe_table(CandidateTable(path))
    assert lines[1:4] == ["space: not stated", "source: not stated", "licence: not stated"]
    assert lines[-2].split() == ["empty", "-", "-", "-", "-", "1"]
    assert lines[-1] == "not numeric: ops"


def test_infinite_values_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    parquet.write_table(pa.table({"arch": ["a", "b"], "x": [np.inf, 1.0]}), path)
    assert describe_table(CandidateTable(path))[-1].split() == ["x", "-", "1", "inf", "inf", "0"]


def test_no_column_is_wider_than_a_terminal_and_no_text_without_end(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    name = "accuracy_of_the_best_of_many_trainings_on_validation_images"
    info = TableInfo("s", "x" * 100_000, units={name: "nats, minus the loss", "short": "nats, minus the loss on test"})
    write_table(path, info, ["y" * 100_000, "b"], {name: np.array([0.123456, 2.5]), "short": np.array([1e-9, 3.25])})
    lines = describe_table(CandidateTable(path))
    assert max(map(len, lines)) < 500
    table = lines[-3:]
    assert max(map(len, table)) <= 80
    assert table[1].startswith("accuracy_of_the")
    assert len({len(line) for line in table}) == 1
