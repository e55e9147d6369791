"""Catches: a file whose rows move while somebody reads it, whose groups are lost when it is taken up again, or which
grows without end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

from evo.storage import parquet_part as log_part
from evo.storage.parquet_part import MOST_ROWS, LogPart, read_groups, read_part
from tasks.foundation.errors import UsageError
from tests.dense_parquet import write_dense

SCHEMA = pa.schema([("number", pa.int64()), ("text", pa.string()), ("map", pa.map_(pa.string(), pa.float64()))])


def row(number: int) -> dict[str, Any]:
    return {"number": number, "text": f"candidate {number % 3}", "map": [("m", number / 7)]}


def written(path: Path, numbers: range) -> LogPart:
    part = LogPart(path, SCHEMA, read_groups(path) if path.exists() else ())
    for number in numbers:
        part.append(row(number))
        part.write()
    return part


def column_starts(path: Path) -> Iterator[tuple[int, int]]:
    metadata = pq.read_metadata(path)
    for group in range(metadata.num_row_groups):
        for column in range(metadata.num_columns):
            chunk = metadata.row_group(group).column(column)
            start = chunk.dictionary_page_offset or chunk.data_page_offset
            yield start, start + chunk.total_compressed_size


def test_the_rows_of_one_writing_keep_their_bytes_in_all_later_ones(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    written(path, range(5))
    places, before = list(column_starts(path)), path.read_bytes()
    written(path, range(5, 9))
    after = path.read_bytes()
    assert list(column_starts(path))[: len(places)] == places
    assert max(end for _, end in places) < len(before)
    assert all(after[start:end] == before[start:end] for start, end in places)


def test_a_reader_that_looks_twice_finds_the_rows_that_it_saw_first(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    written(path, range(40))
    (fragment,) = pyarrow.dataset.dataset(tmp_path, format="parquet").get_fragments()
    fragment.ensure_complete_metadata()
    written(path, range(40, 50))
    assert fragment.to_table()["number"].to_pylist() == list(range(40))


def test_a_part_holds_its_rows_in_the_order_they_came(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    part = written(path, range(3))
    part.append(row(9))
    part.append(row(3))
    assert [r["number"] for r in part.rows] == [0, 1, 2, 9, 3]
    assert read_part(path).num_rows == 3
    part.write()
    assert read_part(path)["number"].to_pylist() == [0, 1, 2, 9, 3]
    assert [group.num_rows for group in read_groups(path)] == [1, 1, 1, 2]
    assert read_part(path).to_pylist() == [row(number) for number in (0, 1, 2, 9, 3)]


def test_a_part_taken_up_again_grows_by_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    written(path, range(2))
    again = written(path, range(0))
    assert [r["number"] for r in again.rows] == [0, 1]
    before = path.stat().st_ino
    again.write()  # nothing new, nothing written
    assert path.stat().st_ino == before
    assert [group.num_rows for group in read_groups(path)] == [1, 1]
    again.append(row(2))
    again.write()
    assert [group.num_rows for group in read_groups(path)] == [1, 1, 1]


@pytest.mark.parametrize(("rows", "groups"), [(3, 100), (100, 3)])
def test_a_part_is_full_by_rows_and_by_writings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, groups: int
) -> None:
    monkeypatch.setattr(log_part, "PART_ROWS", rows)
    monkeypatch.setattr(log_part, "PART_GROUPS", groups)
    path = tmp_path / "part.parquet"
    assert not written(path, range(2)).full
    assert written(path, range(2, 3)).full


@pytest.mark.parametrize("damage", ["cut", "empty", "garbage", "folder"])
def test_a_damaged_part_is_one_line_that_names_it(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "part.parquet"
    written(path, range(3))
    whole = path.read_bytes()
    path.unlink()
    if damage == "folder":
        path.mkdir()
    else:
        path.write_bytes({"cut": whole[:-40], "empty": b"", "garbage": b"x" * 400}[damage])
    for read in (read_part, read_groups):
        with pytest.raises(UsageError) as caught:
            read(path)
        assert str(caught.value).startswith(f"{path}: cannot be read (")
        assert "\n" not in str(caught.value)


def test_a_part_without_a_column_that_is_asked_for_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "part.parquet"
    written(path, range(1))
    with pytest.raises(UsageError, match="it has no column fitness"):
        read_part(path, ["number", "fitness"])
    assert read_part(path, ["number", "fitness"], later={"fitness"}).column_names == ["number"]


def test_a_part_of_far_too_many_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "part-00000.parquet"
    pq.write_table(pa.table({"trial_id": pa.array([0], pa.int64()).take(pa.array([0] * (MOST_ROWS + 1)))}), path)
    with pytest.raises(UsageError, match=r"cannot be read \(has 100,001 rows; at most 100,000 are read"):
        read_part(path)


def test_a_part_of_a_few_kilobytes_that_stands_for_gigabytes_is_refused(tmp_path: Path) -> None:
    path = write_dense(tmp_path / "part-00000.parquet", "candidate")
    for reading in (read_part, read_groups):
        with pytest.raises(UsageError, match=r"cannot be read \(stands for [0-9,]{13} bytes or more; at most"):
            reading(path)
