"""Catches: a row lost or repeated where one part follows another; a file that is no part, or is half-written, taken for
one; parts in the wrong order."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evo.storage import parquet_part
from evo.storage.durable_log import DurableLog, part_paths, read_log, read_readable
from tasks.foundation.errors import UsageError

SCHEMA = pa.schema([("number", pa.int64()), ("text", pa.string())])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a log whose parts take three rows."""
    monkeypatch.setattr(parquet_part, "PART_ROWS", 3)
    return tmp_path / "log"


def write(log: DurableLog, numbers: range) -> None:
    for number in numbers:
        log.append({"number": number, "text": "x"})
        log.write()


def numbers(folder: Path) -> list[int]:
    found: list[int] = read_log(folder, SCHEMA, ["number"])["number"].to_pylist()
    return found


@pytest.mark.parametrize("count", [0, 2, 3, 7])
def test_a_log_is_taken_up_where_it_ended(folder: Path, count: int) -> None:
    write(DurableLog(folder, SCHEMA), range(count))
    again = DurableLog(folder, SCHEMA)
    assert again.number == count // 3
    assert [row["number"] for row in again.rows] == list(range(3 * (count // 3), count))
    write(again, range(count, 8))
    assert numbers(folder) == list(range(8))
    assert [path.name for path in part_paths(folder)] == [f"part-{number:05d}.parquet" for number in range(3)]


def test_a_part_is_full_before_it_is_written(folder: Path) -> None:
    log = DurableLog(folder, SCHEMA)
    for number in range(3):
        assert not log.full
        log.append({"number": number})
    assert log.full
    assert numbers(folder) == []
    log.write()
    assert (log.number, log.full, log.rows) == (1, False, [])


def test_an_empty_log_has_the_columns_asked_for(folder: Path) -> None:
    assert read_log(folder, SCHEMA).schema.equals(SCHEMA)
    assert read_log(folder, SCHEMA, ["text"]).schema.names == ["text"]


def test_what_a_killed_writer_left_aside_is_thrown_away_and_never_read(folder: Path) -> None:
    write(DurableLog(folder, SCHEMA), range(1))
    leftover = folder / ".part-00000.parquet.tmp"
    leftover.write_bytes(b"PAR1 torn")
    assert numbers(folder) == [0]
    DurableLog(folder, SCHEMA)
    assert not leftover.exists()


@pytest.mark.parametrize("name", ["part-copy.parquet", "part-00001x.parquet", "part-1.parquet"])
def test_a_file_of_somebody_else_in_the_folder_is_no_part(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"mine")
    assert part_paths(tmp_path) == []


def test_parts_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (100_000, 99_999):
        (tmp_path / f"part-{number}.parquet").touch()
    assert [path.name for path in part_paths(tmp_path)] == ["part-99999.parquet", "part-100000.parquet"]


def test_a_damaged_part_is_one_line(folder: Path) -> None:
    write(DurableLog(folder, SCHEMA), range(1))
    part_paths(folder)[0].write_bytes(b"PAR1 torn")
    with pytest.raises(UsageError, match="cannot be read"):
        DurableLog(folder, SCHEMA)


def test_a_part_of_another_schema_is_one_line(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    pq.write_table(pa.table({"number": ["a"]}), folder / "part-00000.parquet")
    for columns in (None, ["number"]):
        with pytest.raises(UsageError, match=r"part-00000\.parquet: column number holds string, not int64; put a good"):
            read_log(folder, SCHEMA, columns)


def test_a_part_without_a_column_is_one_line(folder: Path) -> None:
    write(DurableLog(folder, SCHEMA), range(2))
    pq.write_table(read_log(folder, SCHEMA).drop_columns(["text"]), folder / "part-00000.parquet")
    assert numbers(folder) == [0, 1]  # nobody asks for what is missing
    with pytest.raises(UsageError, match=r"part-00000\.parquet: it has no column text; put a good copy back"):
        read_log(folder, SCHEMA)
    with pytest.raises(UsageError, match="it has no column text"):
        DurableLog(folder, SCHEMA)
    table, faults = read_readable(folder, SCHEMA)
    assert (len(table), len(faults)) == (0, 1)


def test_a_file_in_the_folders_place_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("x")
    with pytest.raises(UsageError, match="log: is no folder and cannot be made"):
        DurableLog(tmp_path / "log", SCHEMA)


def test_the_seconds_of_all_writings_are_added_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter((10.0, 10.5, 20.0, 22.0))
    monkeypatch.setattr("evo.storage.durable_log.time.monotonic", lambda: next(times))
    log = DurableLog(folder, SCHEMA)
    assert log.written_s == 0.0
    write(log, range(2))
    assert log.written_s == 2.5
