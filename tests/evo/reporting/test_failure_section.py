"""Catches: a failure that is not counted, counted twice, or under another reason; a reason per number in it."""

from pathlib import Path

from evo.records.trial import Status
from evo.reporting.failure_section import failure_section, reasons_of
from tests.run_folders import done, files_of


def test_reasons_that_differ_in_numbers_alone_are_one(tmp_path: Path) -> None:
    trials = [
        done(0, 1.0),
        done(1, None, error="Traceback\nValueError: 3 channels of 0x7f2a"),
        done(2, None, error="ValueError: 17 channels of 0x1"),
        done(3, None, status=Status.TIMED_OUT, error=None),
    ]
    run = files_of(tmp_path, trials)
    assert reasons_of(run) == {("failed", "ValueError: # channels of #"): 2, ("timed_out", "no reason given"): 1}
    lines, figure, table = failure_section(run).blocks
    assert list(lines.lines) == ["3 trials of 4 without a score."]
    assert "timed_out" in figure.svgs[0]
    assert table.tables[0].rows[0] == ("failed", "2", "ValueError: # channels of #")


def test_many_reasons_are_summed_up(tmp_path: Path) -> None:
    names = "abcdefghijklmnop"
    section = failure_section(files_of(tmp_path, [done(n, None, error=name) for n, name in enumerate(names)]))
    assert "other reasons" in section.blocks[1].svgs[0]


def test_a_run_without_failures_says_so(tmp_path: Path) -> None:
    assert failure_section(files_of(tmp_path / "a", [done(0, 1.0)])).absent == "No trial is without a score."
    assert failure_section(files_of(tmp_path / "b")).absent == "No trial is logged yet."
