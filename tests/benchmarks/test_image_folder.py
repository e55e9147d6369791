"""Catches: an image in another split or class than its row says, or altered; a folder that is written over."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.benchmarks.image_folder import main


def test_every_image_is_written_as_it_is(tmp_path: Path) -> None:
    rows = pa.table({"jpeg": [b"a", b"b", b"c"], "label": [3, 0, 3], "test": [False, True, False]})
    pq.write_table(rows, tmp_path / "some.parquet")
    assert main([str(tmp_path / "some.parquet"), str(tmp_path / "out")]) == 0
    found = {str(path.relative_to(tmp_path / "out")): path.read_bytes() for path in (tmp_path / "out").rglob("*.jpg")}
    assert found == {"train/3/00000.jpg": b"a", "test/0/00001.jpg": b"b", "train/3/00002.jpg": b"c"}
    with pytest.raises(FileExistsError):
        main([str(tmp_path / "some.parquet"), str(tmp_path / "out")])
