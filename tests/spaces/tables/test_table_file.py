"""Catches: a file that is no table taken for one, an error without the cause, missing values that turn into numbers,
a column read although another was asked for."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from spaces.tables.table_file import read_table_file
from tasks.foundation.errors import UsageError
from tests.dense_parquet import write_dense


def written(folder: Path, columns: dict[str, object], name: str = "t.parquet") -> Path:
    parquet.write_table(pa.table(columns), folder / name)
    return folder / name


def csv(folder: Path, text: str) -> Path:
    (folder / "t.csv").write_text(text)
    return folder / "t.csv"


def test_numbers_of_every_kind_are_read_as_floats(tmp_path: Path) -> None:
    columns = {
        "candidate": ["a", "b"],
        "float": pa.array([1.5, None], pa.float32()),
        "whole": pa.array([2**62, None], pa.int64()),
        "ok": pa.array([True, False]),
        "ops": ["x", "y"],
    }
    contents = read_table_file(written(tmp_path, columns), None)
    assert contents.candidates == ["a", "b"]
    assert list(contents.columns) == ["float", "whole", "ok"]
    np.testing.assert_array_equal(contents.columns["float"], [1.5, np.nan])
    np.testing.assert_array_equal(contents.columns["whole"], [2.0**62, np.nan])
    np.testing.assert_array_equal(contents.columns["ok"], [1.0, 0.0])
    assert contents.others == ("ops",)


def test_only_the_columns_asked_for_are_read(tmp_path: Path) -> None:
    path = written(tmp_path, {"candidate": ["a"], "x": [1.0], "y": [2.0], "z": [3.0]})
    assert list(read_table_file(path, ["z", "x", "z"]).columns) == ["z", "x"]


def test_arch_is_another_name_and_candidate_the_first(tmp_path: Path) -> None:
    assert read_table_file(written(tmp_path, {"x": [1.0], "arch": ["a"]}), None).candidates == ["a"]
    both = read_table_file(written(tmp_path, {"arch": ["a"], "candidate": ["b"], "x": [1.0]}), None)
    assert both.candidates == ["b"]
    assert both.others == ("arch",)


def test_csv_keeps_candidates_as_text(tmp_path: Path) -> None:
    path = csv(tmp_path, 'arch,test,params\n"ds=1,2",93.5,7\n007,,8\n')
    contents = read_table_file(path, None)
    assert contents.candidates == ["ds=1,2", "007"]
    np.testing.assert_array_equal(contents.columns["test"], [93.5, np.nan])
    np.testing.assert_array_equal(contents.columns["params"], [7.0, 8.0])


@pytest.mark.parametrize(
    ("columns", "asked", "said"),
    [
        ({"name": ["a"], "x": [1.0]}, None, "no column 'candidate' or 'arch'; there are name, x"),
        ({"candidate": [1, 2], "x": [1.0, 2.0]}, None, "column 'candidate' holds int64, not the texts"),
        ({"candidate": ["a"], "ops": ["x"]}, None, "no column of numbers beside 'candidate', only ops"),
        ({"candidate": ["a"]}, None, "only nothing"),
        ({"candidate": pa.array([], pa.string()), "x": pa.array([], pa.float64())}, None, "holds no candidate"),
        ({"candidate": ["a", None], "x": [1.0, 2.0]}, None, "row 2 of 2 names no candidate"),
        ({"candidate": ["", "a"], "x": [1.0, 2.0]}, None, "row 1 of 2 names no candidate"),
        ({"candidate": ["a"], "c10_test": [1.0]}, ["c10_tset"], "unknown column 'c10_tset'; did you mean 'c10_test'?"),
        ({"candidate": ["a"], "x": [1.0], "ops": ["y"]}, ["ops"], "column 'ops' is not numeric; numeric are x"),
        ({"candidate": ["a"], "x": [1.0]}, ["candidate"], "unknown column 'candidate'"),
    ],
)
def test_what_is_no_table_is_said(tmp_path: Path, columns: dict[str, object], asked: list[str], said: str) -> None:
    path = written(tmp_path, columns)
    with pytest.raises(UsageError) as caught:
        read_table_file(path, asked)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array([1.0]), pa.array([2.0])], names=["candidate", "x", "x"])
    parquet.write_table(table, tmp_path / "t.parquet")
    with pytest.raises(UsageError, match="two columns are called 'x'"):
        read_table_file(tmp_path / "t.parquet", None)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("t.txt", b"hello", "neither a Parquet file nor named .csv"),
        ("t.parquet", b"", "neither a Parquet file nor named .csv"),
        ("t.parquet", b"PAR1 and no more", "cannot be read as a table"),
        ("t.csv", b"", "cannot be read as a table"),
        ("t.csv", b"candidate,x\na,1\nb\n", "cannot be read as a table"),
        ("t.csv", b"candidate,x\n\xff\xfe,1\n", "cannot be read as a table"),
        ("t.csv", b"candidate,x\n", "no column of numbers"),
    ],
)
def test_foreign_and_damaged_files_are_said(tmp_path: Path, name: str, data: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UsageError, match=said) as caught:
        read_table_file(tmp_path / name, None)
    assert "\n" not in str(caught.value)


def test_a_small_file_that_stands_for_gigabytes_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be read as a table: stands for [0-9,]{13} bytes or more"):
        read_table_file(write_dense(tmp_path / "t.parquet", "candidate"), None)


def test_missing_files_and_folders_are_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_table_file(tmp_path / "absent.parquet", None)
    with pytest.raises(UsageError, match="is no file"):
        read_table_file(tmp_path, None)
