"""Catches: a log of before that is no longer read, or grows by rows of another shape; a column lost for want of a
value, or taken for a later one that every version wrote."""

from pathlib import Path

import pyarrow as pa

from evo.storage.durable_log import DurableLog, part_paths, read_log
from evo.storage.later_columns import filled, is_older, later_field, later_names

OLD = pa.schema([("number", pa.int64()), ("text", pa.string())])
NEW = pa.schema([*OLD, later_field("seconds", pa.float64(), since=2)])
TABLE = pa.Table.from_pylist([{"number": 1, "text": "x"}], schema=OLD)


def test_only_columns_that_say_so_are_later() -> None:
    assert later_names(NEW) == {"seconds"}
    assert later_names(OLD) == set()
    assert is_older(OLD, NEW)
    assert not is_older(NEW, NEW)
    assert not is_older(OLD.remove(0), NEW)  # damaged, and not old
    assert not is_older(NEW, OLD)


def test_what_is_missing_is_filled_without_a_value_in_the_order_asked_for() -> None:
    assert filled(TABLE, NEW).to_pylist() == [{"number": 1, "text": "x", "seconds": None}]
    assert filled(TABLE, NEW).schema.equals(NEW)
    assert filled(TABLE, NEW, ["seconds", "number"]).column_names == ["seconds", "number"]
    assert filled(TABLE, NEW, ["text"]).column_names == ["text"]
    assert filled(TABLE, OLD).schema.equals(OLD)


def test_an_old_log_goes_on_in_a_part_of_its_own_and_is_read_whole(tmp_path: Path) -> None:
    before = DurableLog(tmp_path, OLD)
    before.append({"number": 1, "text": "x"})
    before.write()
    (old,) = part_paths(tmp_path)
    content = old.read_bytes()
    assert read_log(tmp_path, NEW)["seconds"].to_pylist() == [None]
    after = DurableLog(tmp_path, NEW)
    assert (after.number, after.rows) == (1, [])
    after.append({"number": 2, "text": "y", "seconds": 0.5})
    after.write()
    assert old.read_bytes() == content
    assert read_log(tmp_path, NEW).to_pylist() == [
        {"number": 1, "text": "x", "seconds": None},
        {"number": 2, "text": "y", "seconds": 0.5},
    ]
    assert read_log(tmp_path, NEW, ["number", "seconds"]).to_pydict() == {"number": [1, 2], "seconds": [None, 0.5]}
    assert DurableLog(tmp_path, NEW).number == 1
