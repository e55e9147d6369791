"""Catches: a row that is not on disk when it should be, is there twice or is lost when the log is taken up again or
a search went back; architecture parameters of which nobody knows what they are of."""

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evo.storage.epoch_log import SCHEMA, EpochLog, read_alpha_names, read_epochs
from evo.storage.parquet_part import PART_GROUPS
from tasks.foundation.errors import UsageError

LATEST = {"cpu_s": 2.5, "signal": 1.5, "objective_state": "mean only"}
LATER = {"alphas", "gpu", *LATEST}
"""Columns that the first version had not."""


def row(seed: int, epoch: int, rewinds: int = 0) -> dict[str, Any]:
    return {"seed": seed, "rewinds": rewinds, "epoch": epoch, "weights_loss": seed + epoch / 10, "derived": "x"}


def identities(run_dir: Path) -> list[tuple[int, int]]:
    return [(found["seed"], found["epoch"]) for found in read_epochs(run_dir).to_pylist()]


def test_rows_are_on_disk_at_once_and_in_order(tmp_path: Path) -> None:
    assert read_epochs(tmp_path).num_rows == 0
    log = EpochLog(tmp_path)
    for seed, epoch in ((1, 0), (0, 0), (1, 1)):
        log.append(row(seed, epoch))
    assert identities(tmp_path) == [(0, 0), (1, 0), (1, 1)]
    found = read_epochs(tmp_path)
    assert found.schema.names == SCHEMA.names
    assert found["weights_loss"].to_pylist() == [0.0, 1.0, 1.1]
    assert found["eigenvalue"].to_pylist() == [None] * 3


def test_a_log_that_is_taken_up_goes_on_and_repeats_nothing(tmp_path: Path) -> None:
    EpochLog(tmp_path).append(row(0, 0))
    (tmp_path / "epochs" / ".part-00000.parquet.tmp").write_bytes(b"half")
    log = EpochLog(tmp_path)
    log.append(row(0, 0))
    log.append(row(0, 1))
    assert identities(tmp_path) == [(0, 0), (0, 1)]
    assert [path.name for path in (tmp_path / "epochs").iterdir()] == ["part-00000.parquet"]


def test_an_epoch_that_a_search_went_back_to_is_another_row_and_comes_later(tmp_path: Path) -> None:
    log = EpochLog(tmp_path)
    for epoch, rewinds in ((0, 0), (1, 0), (0, 1), (1, 0), (2, 1)):
        log.append(row(0, epoch, rewinds))
    found = [(each["rewinds"], each["epoch"]) for each in read_epochs(tmp_path).to_pylist()]
    assert found == [(0, 0), (0, 1), (1, 0), (1, 2)]


def test_a_full_part_is_followed_by_another(tmp_path: Path) -> None:
    count = PART_GROUPS + 2
    log = EpochLog(tmp_path)
    for epoch in range(count):
        log.append(row(0, epoch))
    assert identities(tmp_path) == [(0, epoch) for epoch in range(count)]
    assert len(list((tmp_path / "epochs").iterdir())) == 2
    EpochLog(tmp_path).append(row(0, count))
    assert len(identities(tmp_path)) == count + 1


def test_a_part_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    EpochLog(tmp_path).append(row(3, 7))
    shutil.copy(tmp_path / "epochs" / "part-00000.parquet", tmp_path / "epochs" / "part-00001.parquet")
    for action in (lambda: EpochLog(tmp_path), lambda: read_epochs(tmp_path)):
        with pytest.raises(UsageError, match="seed 3, rewinds 0, epoch 7 is logged twice"):
            action()


def test_what_architecture_parameters_are_of_stands_in_the_files(tmp_path: Path) -> None:
    assert read_alpha_names(tmp_path) == ()
    EpochLog(tmp_path).append({**row(0, 0), "alphas": [0.5, None]}, ("cell 0->1 skip", "cell 0->1"))
    EpochLog(tmp_path).append({**row(0, 1), "alphas": [0.25, 1.0]}, ["cell 0->1 skip", "cell 0->1"])
    assert read_alpha_names(tmp_path) == ("cell 0->1 skip", "cell 0->1")
    assert read_epochs(tmp_path)["alphas"].to_pylist() == [[0.5, None], [0.25, 1.0]]
    assert len(list((tmp_path / "epochs").iterdir())) == 1


def test_a_log_of_before_there_were_any_is_read_and_gone_on_with(tmp_path: Path) -> None:
    first = [field for field in SCHEMA if field.name not in LATER]
    old = pa.schema(first, metadata={"selfnas.schema": "1"})
    (tmp_path / "epochs").mkdir()
    path = tmp_path / "epochs" / "part-00000.parquet"
    pq.write_table(pa.Table.from_pylist([row(0, 0)], schema=old), path)
    before = path.read_bytes()
    assert read_alpha_names(tmp_path) == ()
    EpochLog(tmp_path).append({**row(0, 1), "alphas": [1.0], "gpu": "T4 #0 x1", **LATEST}, ["cell 0->1 skip"])
    assert read_epochs(tmp_path)["alphas"].to_pylist() == [None, [1.0]]
    assert read_epochs(tmp_path)["gpu"].to_pylist() == [None, "T4 #0 x1"]
    assert read_epochs(tmp_path)["signal"].to_pylist() == [None, 1.5]
    assert read_epochs(tmp_path)["objective_state"].to_pylist() == [None, "mean only"]
    assert (path.read_bytes(), read_alpha_names(tmp_path)) == (before, ("cell 0->1 skip",))
