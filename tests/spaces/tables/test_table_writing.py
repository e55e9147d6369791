"""Catches: a table half written or left beside, one that replaces a file unasked, values changed on the way."""

import os
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from spaces.tables import table_writing
from spaces.tables.table import CandidateTable
from spaces.tables.table_info import TableInfo
from spaces.tables.table_writing import write_table
from tasks.foundation.errors import UsageError

INFO = TableInfo("s", "source", "MIT", {"x": "%"})


def test_other_readers_see_the_same(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_table(path, INFO, ["a", "b"], {"x": np.array([0.1, np.nan])})
    table = parquet.read_table(path)
    assert table.to_pydict() == {"candidate": ["a", "b"], "x": [0.1, None]}
    metadata = {key: table.schema.metadata[key] for key in (b"space", b"source", b"licence", b"units")}
    assert metadata == {b"space": b"s", b"source": b"source", b"licence": b"MIT", b"units": b'{"x": "%"}'}
    assert os.listdir(tmp_path) == ["t.parquet"]


def test_a_name_asks_for_csv(tmp_path: Path) -> None:
    path = tmp_path / "t.CSV"
    write_table(path, INFO, ['a"|,b', "2"], {"x": np.array([0.1, np.nan]), "y": np.array([1e-17, 3.0])})
    assert path.read_text() == '"candidate","x","y"\n"a""|,b",0.1,1e-17\n"2",,3\n'
    table = CandidateTable(path.rename(tmp_path / "t.csv"))
    assert table.candidates() == ['a"|,b', "2"]
    np.testing.assert_array_equal(table.column("x"), [0.1, np.nan])


@pytest.mark.parametrize("error", [OSError("disk full"), KeyboardInterrupt()])
def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    path = tmp_path / "t.parquet"
    path.write_bytes(b"before")
    monkeypatch.setattr(table_writing.os, "fsync", lambda descriptor: (_ for _ in ()).throw(error))
    with pytest.raises(UsageError if isinstance(error, OSError) else KeyboardInterrupt):
        write_table(path, INFO, ["a"], {"x": np.array([1.0])})
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["t.parquet"]
