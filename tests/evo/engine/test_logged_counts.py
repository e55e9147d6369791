"""Catches: counts of one process alone, doubled ones, attempts at reused trials counted below zero."""

from pathlib import Path

from evo.engine.logged_counts import LoggedCounts
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_log import RunLog


def finished(number: int, status: Status, *, attempts: int = 1, reused: bool = False, peak: int | None = 5) -> Finished:
    outcome = Outcome(status, build_s=0.25, evaluate_s=None if reused else 2.0, peak_memory_bytes=peak)
    return Finished(Trial(number, None, "a", "a", "a", 0), outcome, attempts=attempts, reused=reused)


ALL = (
    finished(0, Status.COMPLETED, attempts=3, peak=7),
    finished(1, Status.FAILED, peak=None),
    finished(2, Status.COMPLETED, attempts=0, reused=True),
    finished(3, Status.LOST, attempts=4),
)


def test_what_is_logged_and_what_is_added_come_to_the_same(tmp_path: Path) -> None:
    log, added = RunLog(tmp_path), LoggedCounts()
    for each in ALL:
        log.append(each)
        added.add(each)
    log.flush()
    assert LoggedCounts.of(tmp_path) == added
    assert added.by_status == {
        "completed": 2,
        "failed": 1,
        "lost": 1,
        "out_of_memory": 0,
        "timed_out": 0,
        "abandoned": 0,
    }
    assert (added.reused, added.retries, added.build_s, added.evaluate_s) == (1, 5, 1.0, 6.0)
    assert added.peak_memory_bytes == 7


def test_an_empty_log_counts_nothing(tmp_path: Path) -> None:
    assert LoggedCounts.of(tmp_path) == LoggedCounts()
    assert set(LoggedCounts().by_status.values()) == {0}
