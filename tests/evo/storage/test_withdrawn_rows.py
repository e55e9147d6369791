"""Catches: a lost trial that counts as done for ever, or that is logged twice once it is scored; a row of another
status that goes with it; a log that cannot be gone on with afterwards."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage import parquet_part
from evo.storage.run_log import FOLDER, SCHEMA, RunLog, logged_trials, read_table
from evo.storage.withdrawn_rows import withdraw
from tasks.foundation.errors import UsageError


def finished(number: int, status: Status) -> Finished:
    fitness = float(number) if status is Status.COMPLETED else None
    return Finished(Trial(number, None, None, f"c{number}", f"k{number}", seed=number), Outcome(status, fitness))


def write(run_dir: Path, *statuses: Status, first: int = 0) -> None:
    log = RunLog(run_dir)
    for number, status in enumerate(statuses, start=first):
        log.append(finished(number, status))
        log.flush()


def logged(run_dir: Path) -> list[tuple[int, str]]:
    table = read_table(run_dir)
    return list(zip(table["trial_id"].to_pylist(), table["status"].to_pylist(), strict=True))


def test_rows_of_a_status_are_taken_out_and_their_trials_logged_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_part, "PART_ROWS", 2)  # so that there are a mixed, a whole and a lost part
    kinds = [Status.COMPLETED, Status.LOST, Status.FAILED, Status.COMPLETED, Status.LOST, Status.LOST]
    write(tmp_path, *kinds)
    assert withdraw(tmp_path, {Status.LOST}) == [1, 4, 5]
    assert logged(tmp_path) == [(0, "completed"), (2, "failed"), (3, "completed")]
    assert [path.name for path in sorted((tmp_path / FOLDER).iterdir())] == ["part-00000.parquet", "part-00001.parquet"]
    log = RunLog(tmp_path)
    for number in (1, 4, 5):
        log.append(finished(number, Status.COMPLETED))
    log.flush()
    assert [trial for trial, _ in logged(tmp_path)] == [0, 1, 2, 3, 4, 5]
    assert log.outcome(4).fitness == 4.0


def test_nothing_is_written_where_there_is_nothing_to_take_out(tmp_path: Path) -> None:
    assert withdraw(tmp_path, {Status.LOST}) == []
    write(tmp_path, Status.COMPLETED, Status.OUT_OF_MEMORY)
    part = tmp_path / FOLDER / "part-00000.parquet"
    before = part.stat()
    assert withdraw(tmp_path, {Status.LOST}) == []
    assert part.stat().st_ino == before.st_ino
    assert withdraw(tmp_path, {Status.LOST, Status.OUT_OF_MEMORY}) == [1]
    assert logged(tmp_path) == [(0, "completed")]


def test_rows_of_some_trials_alone_are_taken_out(tmp_path: Path) -> None:
    write(tmp_path, Status.LOST, Status.LOST, Status.COMPLETED)
    assert withdraw(tmp_path, {Status.LOST}, [1, 2]) == [1]
    assert logged(tmp_path) == [(0, "lost"), (2, "completed")]


def test_a_log_with_nothing_but_lost_rows_is_empty_afterwards(tmp_path: Path) -> None:
    write(tmp_path, Status.LOST)
    assert withdraw(tmp_path, {Status.LOST}) == [0]
    assert logged_trials(tmp_path) == 0
    write(tmp_path, Status.COMPLETED)
    assert logged(tmp_path) == [(0, "completed")]


def test_a_part_of_an_older_version_keeps_its_columns(tmp_path: Path) -> None:
    old = pa.schema([field for field in SCHEMA if field.name not in ("cpu_s", "processor", "gpu")])
    rows = [{"trial_id": number, "candidate": "c", "key": "k", "status": "lost"} for number in range(2)]
    rows[1]["status"] = "completed"
    (tmp_path / FOLDER).mkdir()
    pq.write_table(pa.Table.from_pylist(rows, schema=old), tmp_path / FOLDER / "part-00000.parquet")
    assert withdraw(tmp_path, {Status.LOST}) == [0]
    assert logged(tmp_path) == [(1, "completed")]
    assert "gpu" not in pq.read_schema(tmp_path / FOLDER / "part-00000.parquet").names


def test_a_damaged_part_is_refused(tmp_path: Path) -> None:
    write(tmp_path, Status.LOST)
    (tmp_path / FOLDER / "part-00000.parquet").write_bytes(b"PAR1")
    with pytest.raises(UsageError, match="cannot be read"):
        withdraw(tmp_path, {Status.LOST})
