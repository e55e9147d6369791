"""Catches: the metrics of another moment of training or another budget, repeats that are not averaged, damage that
goes unnoticed, a
sample that is known by its name or loses a row."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from spaces import InputSpec, count_parameters
from spaces.nasbench101.space import NasBench101
from spaces.tables.command_line import main
from spaces.tables.table import CandidateTable
from tests.published_files import SPACE, flip, import_of_damaged, nasbench101_record, tfrecord

OneLine = Callable[..., str]
ADJACENCY, OPERATIONS = "011001000", "input,conv3x3-bn-relu,output"
TEXT = f"011/001/000:{OPERATIONS}"
OTHER = ("0100", "input,output")
RUNS = [(ADJACENCY, OPERATIONS, 108, 0.90), (*OTHER, 108, 0.5), (ADJACENCY, OPERATIONS, 108, 0.94)]
FILE = b"".join(tfrecord(nasbench101_record(*run)) for run in RUNS)


def imported(folder: Path, data: bytes) -> CandidateTable:
    (folder / "nasbench.tfrecord").write_bytes(data)
    out = folder / "t.parquet"
    assert main(["import", "nasbench101", str(folder / "nasbench.tfrecord"), "--out", str(out), "--space", SPACE]) == 0
    return CandidateTable(out)


def test_repeats_are_averaged(tmp_path: Path) -> None:
    table = imported(tmp_path, FILE)
    assert table.candidates() == [TEXT, "01/00:input,output"]
    assert table.columns == ("test_e108", "valid_e108", "train_e108", "seconds_e108", "params")
    assert table.measurements(TEXT) == pytest.approx(
        {"test_e108": 0.92, "valid_e108": 0.93, "train_e108": 0.94, "seconds_e108": 100.0, "params": 8_555_530.0}
    )
    assert table.info.licence == "Apache-2.0"


def test_budgets_have_columns_of_their_own(tmp_path: Path) -> None:
    runs = [nasbench101_record(*OTHER, epochs, epochs / 200, seconds=epochs) for epochs in (4, 12, 36, 108)]
    table = imported(tmp_path, b"".join(map(tfrecord, runs)))
    for epochs in (4, 12, 36, 108):
        np.testing.assert_array_equal(table.column(f"test_e{epochs}"), [epochs / 200])
        np.testing.assert_array_equal(table.column(f"seconds_e{epochs}"), [epochs])


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (b"no json", "record 2 is none of NAS-Bench-101"),
        (b"[1, 2]", "a list of hash, epochs, adjacency, operations and metrics was expected"),
        (b"[" * 60_000, "record 2 is none of NAS-Bench-101"),
        (nasbench101_record(*OTHER, 5, 0.5), "trained for 5 epochs; expected 108, 36, 12, 4"),
        (json.dumps(["", 108, *OTHER, ""]).encode(), "0 evaluations; expected start, halfway and end"),
        (json.dumps(["", 108, *OTHER, "x"]).encode(), "record 2 is none of NAS-Bench-101"),
        (nasbench101_record("012", "x", 108, 0.5), "is not a square of 0 and 1"),
    ],
)
def test_a_foreign_record_is_named(tmp_path: Path, ends_in_one_line: OneLine, record: bytes, said: str) -> None:
    path, out = tmp_path / "x.tfrecord", tmp_path / "t.parquet"
    path.write_bytes(tfrecord(nasbench101_record(*OTHER, 108, 0.5)) + tfrecord(record))
    assert said in ends_in_one_line("import", "nasbench101", path, "--out", out, "--space", SPACE)
    assert not out.exists()


def test_an_empty_file_holds_nothing(tmp_path: Path, ends_in_one_line: OneLine) -> None:
    (tmp_path / "x").write_bytes(b"")
    command = ("import", "nasbench101", tmp_path / "x", "--out", tmp_path / "t.parquet", "--space", SPACE)
    assert "holds no measurement of any candidate" in ends_in_one_line(*command)


def written(path: Path, rows: list[tuple[str, str, int, float]]) -> Path:
    columns = dict(zip(("matrix", "ops", "params", "test_accuracy"), zip(*rows, strict=True), strict=True))
    parquet.write_table(pa.table(columns), path)
    return path


def test_a_sample_in_parquet_becomes_a_table_of_its_columns(tmp_path: Path) -> None:
    diamond = "[[0,1,1,0],[0,0,0,1],[0,0,0,1],[0,0,0,0]]"
    rows = [
        (diamond, '["input","conv1x1-bn-relu","maxpool3x3","output"]', 10, 0.75),
        ("[[0,1],[0,0]]", '["input","output"]', 3, 0.5),
        (diamond, '["input","maxpool3x3","conv1x1-bn-relu","output"]', 12, 0.25),  # the first with vertices swapped
    ]
    out = tmp_path / "t.parquet"
    assert main(["import", "nasbench101", str(written(tmp_path / "x.tfrecord", rows)), "--out", str(out)]) == 0
    table = CandidateTable(out)
    assert table.candidates() == ["conv1x1~0+maxpool3x3~0+output~12", "output~0"]
    assert table.columns == ("params", "test_accuracy")
    space = NasBench101(stem_channels=128)  # the copies' sizes disagree: that of the network is taken
    parameters = count_parameters(space.build(space.decode(table.candidates()[0]), InputSpec(), 10))
    np.testing.assert_array_equal(table.column("params"), [parameters, 3.0])
    np.testing.assert_array_equal(table.column("test_accuracy"), [0.5, 0.5])
    assert (table.info.space, table.info.licence) == ("nasbench101", "Apache-2.0")


def test_a_row_outside_the_space_is_named(tmp_path: Path, ends_in_one_line: OneLine) -> None:
    rows = [("[[0,1],[0,0]]", '["input","output"]', 3, 0.5), ("[[0,0],[0,0]]", '["input","output"]', 3, 0.5)]
    command = ("import", "nasbench101", written(tmp_path / "x", rows), "--out", tmp_path / "t.parquet")
    assert "row 2 is not in space 'nasbench101': no path leads from input to output" in ends_in_one_line(*command)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, len(FILE) - 1), bit=st.integers(0, len(FILE) * 8 - 1))
def test_cut_or_flipped_files_are_noticed(tmp_path: Path, cut: int, bit: int) -> None:
    borders = [sum(len(tfrecord(nasbench101_record(*run))) for run in RUNS[:count]) for count in (1, 2)]
    made = import_of_damaged(tmp_path, FILE[:cut], "x", "nasbench101", "--space", SPACE)
    assert made == (cut in borders)  # a TFRecord file does not say where it ends
    assert not import_of_damaged(tmp_path, flip(FILE, bit), "x", "nasbench101", "--space", SPACE)
