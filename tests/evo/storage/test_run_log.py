"""Catches: a row that is lost, doubled or unreadable at any moment, a column renamed by accident, a tail rewritten
for ever, and an outcome looked up in the wrong part."""

import os
import shutil
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

from evo.records.config import MOST_AHEAD
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage import parquet_part as log_part
from evo.storage import run_log
from evo.storage.durable_log import DurableLog, part_paths
from evo.storage.kept_outcomes import logged_outcome
from evo.storage.run_log import FOLDER, SCHEMA, SCHEMA_VERSION, RunLog, logged_trials, read_table, to_row
from tasks.foundation.errors import UsageError

COLUMNS = {
    "trial_id": "int64 not null",
    "parent_id": "int64",
    "candidate": "string not null",
    "key": "string not null",
    "status": "string not null",
    "fitness": "double",
    "metrics": "map<string, double>",
    "seed": "int64",
    "params": "int64",
    "macs": "int64",
    "reused": "bool",
    "attempts": "int32",
    "error": "string",
    "worker": "string",
    "node": "string",
    "device": "string",
    "queued_s": "double",
    "build_s": "double",
    "evaluate_s": "double",
    "peak_memory_bytes": "int64",
    "started_at": "timestamp[us, tz=UTC]",
    "cpu_s": "double",
    "processor": "string",
    "gpu": "string",
}


class Clock:
    """Stands in for the ``time`` module."""

    def __init__(self) -> None:
        self.now = 50.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(run_log, "time", clock)
    return clock


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_part, "PART_ROWS", 3)


def finished(number: int, fitness: float | None = None) -> Finished:
    trial = Trial(number, None, (number,), f"c{number}", f"k{number}", seed=2**63 - 1 - number)
    value = float(number) if fitness is None else fitness
    return Finished(trial, Outcome(Status.COMPLETED, fitness=value, metrics={"m": value}, started_at=1.5))


def ids(run_dir: Path) -> list[int]:
    found: list[int] = read_table(run_dir, ["trial_id"])["trial_id"].to_pylist()
    return found


def test_the_columns_are_the_published_ones() -> None:
    assert {f.name: f"{f.type}{'' if f.nullable else ' not null'}" for f in SCHEMA} == COLUMNS
    assert SCHEMA.metadata == {b"selfnas.schema": b"3"}


def test_a_row_holds_everything_that_is_known_of_a_trial(tmp_path: Path) -> None:
    outcome = Outcome(
        Status.COMPLETED, 1.25, {"a": 2.0}, 3, 4, None, "w", "n", "cpu", build_s=0.5, evaluate_s=0.75,
        cpu_s=0.625, processor="Abacus 3", gpu="T4 #1 x0.5", peak_memory_bytes=5, started_at=86_400.25,
    )  # fmt: skip
    log = RunLog(tmp_path)
    log.append(Finished(Trial(7, 2, (1,), "text", "key", 11), outcome, attempts=2, queued_s=0.125, reused=True))
    log.flush()
    (row,) = read_table(tmp_path).to_pylist()
    assert row.pop("started_at").isoformat() == "1970-01-02T00:00:00.250000+00:00"
    assert row == {
        "trial_id": 7, "parent_id": 2, "candidate": "text", "key": "key", "status": "completed", "fitness": 1.25,
        "metrics": [("a", 2.0)], "seed": 11, "params": 3, "macs": 4, "reused": True, "attempts": 2, "error": None,
        "worker": "w", "node": "n", "device": "cpu", "queued_s": 0.125, "build_s": 0.5, "evaluate_s": 0.75,
        "peak_memory_bytes": 5, "cpu_s": 0.625, "processor": "Abacus 3", "gpu": "T4 #1 x0.5",
    }  # fmt: skip


def test_an_outcome_survives_its_row_without_its_circumstances() -> None:
    outcome = Outcome(Status.FAILED, metrics={"a": 2.0}, params=3, macs=4, error="no", worker="w", started_at=1.0)
    assert logged_outcome(to_row(Finished(finished(0).trial, outcome))) == Outcome(
        Status.FAILED, metrics={"a": 2.0}, params=3, macs=4, error="no"
    )


@pytest.mark.usefixtures("short_parts")
def test_every_flushed_row_is_readable_at_once_by_pyarrow_and_duckdb(tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    order = [4, 0, 1, 6, 2, 3, 5, 7]  # as workers finish
    for count, number in enumerate(order, start=1):
        log.append(finished(number))
        log.flush()
        assert ids(tmp_path) == sorted(order[:count])
        query = f"select count(*), max(fitness), max(metrics['m']) from '{tmp_path}/evaluations/*.parquet'"
        assert duckdb.connect().execute(query).fetchall() == [(count, max(order[:count]), max(order[:count]))]
        assert pyarrow.dataset.dataset(tmp_path / "evaluations").count_rows() == count


@pytest.mark.usefixtures("short_parts", "clock")
def test_a_full_part_is_sealed_at_once_and_never_written_again(tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    for number in range(3):
        log.append(finished(number))
    (sealed,) = part_paths(tmp_path / FOLDER)
    before = (sealed.name, sealed.stat().st_ino, sealed.read_bytes())
    for number in range(3, 5):
        log.append(finished(number))
        log.flush()
    assert (sealed.name, sealed.stat().st_ino, sealed.read_bytes()) == before
    assert [(path.name, pq.read_metadata(path).num_rows) for path in part_paths(tmp_path / FOLDER)] == [
        ("part-00000.parquet", 3),
        ("part-00001.parquet", 2),
    ]


def test_a_row_is_on_disk_within_two_seconds_if_the_log_is_asked_every_half(tmp_path: Path, clock: Clock) -> None:
    log = RunLog(tmp_path)
    appended: dict[int, float] = {}
    seen: dict[int, float] = {}
    for step in range(24):  # a row every 1.5 s, among polls every 0.5 s
        clock.now += 0.5
        if step % 3 == 0:
            appended[step] = clock.now
            log.append(finished(step))
        log.flush_if_due()
        for number in set(ids(tmp_path)) - set(seen):
            seen[number] = clock.now
    assert max(seen[number] - appended[number] for number in seen) <= 1.0
    assert set(appended) - set(seen) <= {21}  # appended 1 s before the end


def test_rows_that_come_fast_do_not_put_the_writing_off(tmp_path: Path, clock: Clock) -> None:
    log = RunLog(tmp_path)
    for number in range(25):
        clock.now += 0.1
        log.append(finished(number))
    assert len(ids(tmp_path)) >= 20


def test_nothing_new_is_nothing_written(tmp_path: Path, clock: Clock) -> None:
    log = RunLog(tmp_path)
    log.flush()
    assert part_paths(tmp_path / FOLDER) == []
    log.append(finished(0))
    log.flush()
    before = part_paths(tmp_path / FOLDER)[0].stat().st_mtime_ns
    clock.now += 60
    log.flush_if_due()
    log.flush()
    assert part_paths(tmp_path / FOLDER)[0].stat().st_mtime_ns == before


@pytest.mark.usefixtures("short_parts")
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 6, 7])
def test_a_log_is_taken_up_where_it_ended(tmp_path: Path, count: int) -> None:
    log = RunLog(tmp_path)
    for number in range(count):
        log.append(finished(number))
    log.flush()
    again = RunLog(tmp_path)
    for number in range(count, 8):
        again.append(finished(number))
    again.flush()
    assert ids(tmp_path) == list(range(8))
    assert [pq.read_metadata(path).num_rows for path in part_paths(tmp_path / FOLDER)] == [3, 3, 2]
    assert [again.outcome(number).fitness for number in range(8)] == [float(number) for number in range(8)]
    assert read_table(tmp_path).schema.equals(SCHEMA)


@pytest.mark.usefixtures("short_parts")
def test_an_outcome_is_found_in_sealed_and_open_parts_flushed_or_not(tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    order = [5, 0, 3, 1, 7, 2, 6, 4]
    for number in order:
        log.append(finished(number))
    for number in order:
        assert log.outcome(number) == Outcome(Status.COMPLETED, fitness=float(number), metrics={"m": float(number)})


@pytest.mark.usefixtures("short_parts")
def test_what_was_logged_before_is_found_without_reading_its_part_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = RunLog(tmp_path)
    failure = Outcome(Status.FAILED, error="boom")
    for number in range(7):
        log.append(finished(number) if number != 2 else Finished(finished(2).trial, failure))
    log.flush()
    again, read = RunLog(tmp_path), []
    monkeypatch.setattr(again, "_read", lambda part, trial: read.append(trial) or RunLog._read(again, part, trial))
    assert again.outcome(1) == Outcome(Status.COMPLETED, fitness=1.0, metrics={"m": 1.0})
    assert read == []
    assert [again.outcome(2), again.outcome(2)] == [failure, failure]
    assert read == [2], "what went wrong is read from its part, once"


def test_a_trial_that_is_not_logged_is_a_key_error(tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    log.append(finished(2))
    for missing in (0, 1, 3):
        with pytest.raises(KeyError):
            log.outcome(missing)


def test_what_a_killed_writer_left_aside_is_thrown_away_and_never_read(tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    log.append(finished(0))
    log.flush()
    leftover = tmp_path / "evaluations" / ".part-00000.parquet.tmp"
    leftover.write_bytes(b"PAR1 torn")
    assert ids(tmp_path) == [0]
    query = f"select trial_id from '{tmp_path}/evaluations/*.parquet'"
    assert duckdb.connect().execute(query).fetchall() == [(0,)]
    RunLog(tmp_path)
    assert not leftover.exists()


@pytest.mark.parametrize("doomed", ["fsync", "replace"])
def test_a_writer_that_dies_while_writing_leaves_the_old_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, doomed: str
) -> None:
    def die(*arguments: object) -> None:
        raise KeyboardInterrupt

    log = RunLog(tmp_path)
    log.append(finished(0))
    log.flush()
    log.append(finished(1))
    with monkeypatch.context() as patched:
        patched.setattr(os, doomed, die)
        with pytest.raises(KeyboardInterrupt):
            log.flush()
    assert ids(tmp_path) == [0]
    log.flush()  # the same process may try again, e.g. after Ctrl-C
    assert ids(tmp_path) == [0, 1]


def test_an_empty_log_is_an_empty_table_with_the_same_columns(tmp_path: Path) -> None:
    assert read_table(tmp_path).schema.equals(SCHEMA)
    assert read_table(tmp_path, ["fitness"]).schema == pa.schema([SCHEMA.field("fitness")])


@pytest.mark.usefixtures("short_parts")
@pytest.mark.parametrize("removed", [0, 1, 2])
def test_taking_a_part_away_costs_its_rows_and_no_others(tmp_path: Path, removed: int) -> None:
    log = RunLog(tmp_path)
    for number in range(9):
        log.append(finished(number))
    log.flush()
    part_paths(tmp_path / FOLDER)[removed].unlink()
    kept = [number for number in range(9) if number // 3 != removed]
    again = RunLog(tmp_path)
    assert [again.outcome(number).fitness for number in kept] == [float(number) for number in kept]
    with pytest.raises(KeyError):
        again.outcome(3 * removed)
    again.append(finished(9))
    again.flush()
    assert ids(tmp_path) == [*kept, 9]
    assert [again.outcome(number).fitness for number in (*kept, 9)] == [float(number) for number in (*kept, 9)]


@pytest.mark.usefixtures("short_parts")
def test_a_part_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    log = RunLog(tmp_path)
    for number in range(5):
        log.append(finished(number))
    log.flush()
    first = part_paths(tmp_path / FOLDER)[0]
    shutil.copy(first, first.with_name("part-00002.parquet"))
    for action in (lambda: RunLog(tmp_path), lambda: read_table(tmp_path), lambda: logged_trials(tmp_path)):
        with pytest.raises(UsageError, match="trial 0 is logged 2 times; parts continue each other"):
            action()


@pytest.mark.parametrize("number", [-1, MOST_AHEAD + 1, 2**62])
def test_a_trial_that_no_search_can_have_proposed_is_refused(tmp_path: Path, number: int) -> None:
    log = DurableLog(tmp_path / FOLDER, SCHEMA)
    log.append({**to_row(finished(0)), "trial_id": number})
    log.write()
    with pytest.raises(UsageError, match=f"1 trials are logged, from {number} to {number}, which is no log"):
        RunLog(tmp_path)


def test_notes_are_in_the_metadata_of_every_part_that_is_written(tmp_path: Path) -> None:
    """A log that was begun without them goes on, and has them from its next writing on."""
    for number, notes in enumerate([None, {"selfnas.ahead": "32"}]):
        log = RunLog(tmp_path, notes)
        log.append(finished(number))
        log.flush()
    metadata = pq.read_schema(tmp_path / "evaluations" / "part-00000.parquet").metadata
    assert metadata[b"selfnas.ahead"] == b"32"
    assert metadata[b"selfnas.schema"] == str(SCHEMA_VERSION).encode()
    assert read_table(tmp_path)["trial_id"].to_pylist() == [0, 1]
