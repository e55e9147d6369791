"""Catches: a saving that counts reused rows, or proxy tasks; a line where nothing was saved."""

from pathlib import Path

from evo.engine.cut_short import cut_short_lines
from evo.engine.summary import describe_failures, summarise
from evo.records.trial import Finished, Outcome, Status, Trial
from evo.storage.run_log import RunLog


def log_rows(run_dir: Path, *rows: tuple[dict[str, float], bool]) -> None:
    """Log abandoned trials with these metrics, of which some are reused."""
    log = RunLog(run_dir)
    for number, (metrics, reused) in enumerate(rows):
        trial = Trial(number, None, number, f"c{number}", f"k{number}", seed=number)
        log.append(Finished(trial, Outcome(Status.ABANDONED, metrics=metrics, error="too slow"), reused=reused))
    log.flush()


def test_what_is_saved_is_counted_in_whole_trainings(tmp_path: Path) -> None:
    early, late = ({"rung": float(rung), "loss at rung": 2.0, "steps": 100.0} for rung in (10, 30))
    log_rows(tmp_path, (early, False), (late, False), (early, False), (early, True), ({"bound": 0.5}, False))
    line = "trainings given up: 3 (2 after 10 steps, 1 after 30 steps), which saved the steps of 2.5 whole ones"
    assert cut_short_lines(tmp_path) == [line]
    assert describe_failures(summarise(tmp_path))[-1] == line


def test_nothing_is_told_of_what_was_abandoned_for_other_reasons(tmp_path: Path) -> None:
    log_rows(tmp_path, ({"rung": 10.0, "rho at rung": 0.1}, False))
    assert cut_short_lines(tmp_path) == []
    assert not summarise(tmp_path).cut_short
