"""Catches: a file of kilobytes that fills the memory, and a file that is refused though it fits."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.foundation.bounded_parquet import bounded_parquet
from tasks.foundation.plain_files import NotPlainError
from tests.dense_parquet import repeated, write_dense

FITS = 10_000


def read(path: Path, most: int, columns: list[str] | None = None) -> pa.Table:
    with bounded_parquet(path, most=most) as file:
        return file.read(columns)


def test_a_small_file_of_many_gigabytes_is_refused_before_they_are_read(tmp_path: Path) -> None:
    path = write_dense(tmp_path / "x.parquet", "text")
    assert path.stat().st_size < 30_000
    with bounded_parquet(path) as file:
        for reading in (file.read, file.read_groups, lambda: next(file.batches(16_000, ["text"]))):
            with pytest.raises(NotPlainError, match=r"stands for [0-9,]{13,} bytes or more; at most 8,589,934,592"):
                reading()
        assert file.read(["value"]).num_rows == file.num_rows == 20_000
        (batch,) = [next(file.batches(3, ["text", "value"])).to_pylist()]
        assert (len(batch), batch[0]) == (3, {"text": "x" * 2_000_000, "value": 0.0})


@pytest.mark.parametrize("nested", [False, True])
def test_a_text_counts_wherever_it_stands_and_no_more_than_it_is_long(tmp_path: Path, nested: bool) -> None:
    both = pa.chunked_array([repeated("x" * 98, 50), repeated("y" * 48, 50)])
    texts: pa.Array = both.unify_dictionaries().combine_chunks()
    if nested:
        texts = pa.MapArray.from_arrays(pa.array(np.arange(101, dtype=np.int32)), texts, pa.array(np.zeros(100)))
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"text": texts}), path, store_schema=False)
    exact = 50 * 98 + 50 * 48 + 100 * 4 + nested * 100 * 8  # a number of four bytes stands for each text
    found = read(path, exact + nested * 100)  # of a map, what says which values are there
    assert found["text"].combine_chunks().to_pylist()[50] == ([("y" * 48, 0.0)] if nested else "y" * 48)
    with pytest.raises(NotPlainError, match="stands for"):
        read(path, exact - 1)


def test_numbers_count_wherever_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    lists, halves = pa.array([[0.0] * 9] * 1000), pa.array(np.zeros(1000, np.float16))
    columns = {"list": lists, "a": np.zeros(1000), "a.b": halves, "wide": pa.array([b"x" * 20] * 1000, pa.binary(20))}
    pq.write_table(pa.table(columns), path, row_group_size=600)
    for asked, exact in (["a.b"], 8_000), (["a", "a.b"], 16_000), (["wide"], 20_000):  # eight bytes at least
        assert read(path, exact, asked).num_rows == 1000
        with pytest.raises(NotPlainError, match=f"stands for {exact:,} bytes"):
            read(path, exact - 1, asked)
    assert read(path, 120_000).num_rows == 1000
    with pytest.raises(NotPlainError, match=r"stands for 1[01]\d,\d{3} bytes"):
        read(path, 36_000 + 72_000 - 1)
    with bounded_parquet(path, most=719) as file, pytest.raises(NotPlainError, match=r"stands for 7\d\d bytes"):
        next(file.batches(10, ["list"]))


def test_what_is_said_of_a_column_that_does_not_fit_it_is_an_error_and_not_the_end(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"text": ["a", None], "list": [[1], None]}), path)
    whole = path.read_bytes()
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    for place in range(footer, len(whole), 2):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with suppress(pa.ArrowException, OSError, ValueError), bounded_parquet(path) as file:
            file.read()


def test_a_file_that_fits_is_read_whole_and_in_its_groups(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    table = pa.table({"text": [f"{number:03d}" for number in range(100)], "value": np.arange(100.0)})
    pq.write_table(table, path, row_group_size=30)
    with bounded_parquet(path, most=FITS) as file:
        assert file.schema == table.schema
        assert file.read().equals(table)
        assert [group.num_rows for group in file.read_groups()] == [30, 30, 30, 10]
        rows = [row for batch in file.batches(40, ["text", "value"]) for row in batch.to_pylist()]
        assert rows == table.to_pylist()
    with pytest.raises(NotPlainError, match="has 100 rows; at most 99"), bounded_parquet(path, rows=99):
        pass
