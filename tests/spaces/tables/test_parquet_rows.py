"""Catches: a file known by its name instead of its contents, a measurement lost, renamed or taken from a neighbour, a
missing value that turns into a number, a greatest or last loss for the least, damage or a foreign column not named."""

from collections.abc import Mapping
from math import inf, isnan, nan
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from spaces.tables.parquet_rows import UNIT, RowForm, is_parquet, least_number, read_parquet_rows
from spaces.tables.published import ImportRequest, Published
from spaces.tables.table_info import TableInfo
from tasks.foundation.errors import UsageError
from tests.dense_parquet import write_dense
from tests.published_files import SPACE, flip, import_of_damaged

FORM = RowForm(("first", "second"), {"losses": "loss"})
INFO = TableInfo("s", "a source", "a licence", {"loss": "nats", "absent": "m"})


def written(folder: Path, columns: Mapping[str, object]) -> Path:
    parquet.write_table(pa.table(dict(columns)), folder / "rows")
    return folder / "rows"


def read(path: Path) -> Published:
    return read_parquet_rows(ImportRequest(path), INFO, lambda first, second: first + second, FORM)


def test_a_row_is_an_architecture_and_its_numbers(tmp_path: Path) -> None:
    columns = {
        "second": ["c", "d"],
        "whole": pa.array([2**40, None], pa.int64()),
        "ok": [True, False],
        "losses": pa.array([[3.0, 1.5, nan, 2.0], None], pa.list_(pa.float32())),
        "name": ["x", "y"],
        "other": [[1.0], [2.0]],
        "first": ["a", "b"],
        "half": pa.array([0.25, nan], pa.float32()),
    }
    published = read(written(tmp_path, columns))
    assert published.info == TableInfo(
        "s", "a source", "a licence", {"whole": UNIT, "ok": UNIT, "loss": "nats", "half": UNIT}
    )
    one, two = published.records
    assert (one.place, one.architecture) == ("row 1", ("a", "c"))
    assert list(one.values.items()) == [("whole", 2.0**40), ("ok", 1.0), ("loss", 1.5), ("half", 0.25)]
    assert (two.place, two.architecture) == ("row 2", ("b", "d"))
    np.testing.assert_array_equal(list(two.values.values()), [nan, 0.0, nan, nan])
    assert published.encode(*two.architecture) == "bd"


def test_rows_of_many_batches_keep_their_numbers_and_are_watched(tmp_path: Path) -> None:
    count = 2_500
    texts = [str(number) for number in range(count)]
    path = written(tmp_path, {"first": texts, "second": texts, "x": np.arange(count)})
    seen: list[float] = []
    records = list(read_parquet_rows(ImportRequest(path, watch=seen.append), INFO, str, FORM).records)
    assert [record.place for record in records] == [f"row {number}" for number in range(1, count + 1)]
    assert [record.architecture[1] for record in records] == texts
    assert [record.values["x"] for record in records] == list(range(count))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_column_that_is_there_wins_over_a_list_of_its_name(tmp_path: Path) -> None:
    path = written(tmp_path, {"first": ["a"], "second": ["b"], "losses": [[1.0]], "loss": [7.0]})
    assert [dict(record.values) for record in read(path).records] == [{"loss": 7.0}]


def test_one_number_a_row_is_a_measurement_where_a_list_might_be(tmp_path: Path) -> None:
    path = written(tmp_path, {"first": ["a"], "second": ["b"], "losses": [7.0]})
    assert [dict(record.values) for record in read(path).records] == [{"losses": 7.0}]


@pytest.mark.parametrize("name", ["candidate", "arch"])
def test_numbers_do_not_become_the_names_of_candidates(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, {"first": ["a"], "second": ["b"], name: [1], "x": [7.0]})
    assert [dict(record.values) for record in read(path).records] == [{"x": 7.0}]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"first": ["a"], "x": [1.0]}, "a Parquet file without column 'second'; there are first, x"),
        ({"first": ["a"], "second": [[1]], "x": [1.0]}, "column 'second' holds list<element: int64>, not JSON texts"),
        ({"first": ["a"], "second": ["b"], "third": ["c"]}, "no column of numbers, only first, second, third"),
        (
            {"first": ["a"], "second": ["b"], "losses": [["c"]]},
            "column 'losses' holds list<element: string>, not lists of numbers",
        ),
        ({"first": ["a"], "second": ["b"], "losses": ["[1.0]"]}, "column 'losses' holds string, not lists of numbers"),
        ({"first": ["a", "a"], "second": ["b", None], "x": [1.0, 2.0]}, "row 2 has no 'second'"),
    ],
)
def test_what_is_not_of_the_form_is_said(tmp_path: Path, columns: dict[str, object], said: str) -> None:
    path = written(tmp_path, columns)
    with pytest.raises(UsageError) as caught:
        list(read(path).records)
    assert str(caught.value) == f"{path}: {said}"


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    values = [pa.array(["a"]), pa.array(["b"]), pa.array([1.0]), pa.array([2.0])]
    parquet.write_table(pa.Table.from_arrays(values, names=["first", "second", "x", "x"]), tmp_path / "rows")
    with pytest.raises(UsageError, match="two columns are called 'x'"):
        read(tmp_path / "rows")


def test_rows_that_stand_for_gigabytes_are_said(tmp_path: Path) -> None:
    path = write_dense(tmp_path / "rows", "first", "second")
    with pytest.raises(UsageError, match="cannot be read as a table: stands for 4,096,"):  # of the rows held at once
        list(read(path).records)


def test_a_file_is_known_by_its_first_bytes(tmp_path: Path) -> None:
    assert is_parquet(written(tmp_path, {"x": [1]}))
    (tmp_path / "t.parquet").write_bytes(b"PARx")
    (tmp_path / "empty").write_bytes(b"")
    for name in ("t.parquet", "empty", "."):
        assert not is_parquet(tmp_path / name)


@pytest.mark.parametrize(
    ("numbers", "least"), [([2.0, 1.0, 3.0], 1.0), ([nan, 2.0, None], 2.0), ([inf], inf), ([3.0, -inf, nan], -inf)]
)
def test_the_least_of_what_is_there(numbers: list[float | None], least: float) -> None:
    assert least_number(numbers) == least


def test_nothing_has_no_least() -> None:
    assert isnan(least_number([]))
    assert isnan(least_number([nan, None]))


def sample() -> bytes:
    stream = pa.BufferOutputStream()
    recipes = ['{"f": 1}', '{"g": 2}', '{"f": 3}']
    parquet.write_table(pa.table({"recepie": recipes, "val_losses": [[1.0], [2.0, 3.0], []], "x": [1, 2, 3]}), stream)
    return bytes(stream.getvalue())


SAMPLE = sample()


def test_every_cut_is_noticed(tmp_path: Path) -> None:
    for length in range(0, len(SAMPLE), 31):
        assert not import_of_damaged(tmp_path, SAMPLE[:length], "x", "nasbench_nlp", "--space", SPACE)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bit=st.integers(0, len(SAMPLE) * 8 - 1))
def test_flipped_bits_end_in_one_line_or_a_table(tmp_path: Path, bit: int) -> None:
    import_of_damaged(tmp_path, flip(SAMPLE, bit), "x", "nasbench_nlp", "--space", SPACE)
