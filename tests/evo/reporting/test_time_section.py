"""Catches: seconds in the wrong part, a part that is counted for one worker alone, a unit that does not fit."""

from pathlib import Path

import pytest

from evo.reporting.time_section import said_seconds, time_section, time_spent
from tests.run_folders import done, epoch_row, files_of


def test_what_remains_is_of_all_workers(tmp_path: Path) -> None:
    # Two workers from second 0 to 10: 20 seconds, of which 15 went into trials, 3 of these into building.
    run = files_of(
        tmp_path,
        [
            done(0, 1.0, started_at=100.0, build_s=1.0, evaluate_s=6.0, worker="a"),
            done(1, 1.0, started_at=101.0, build_s=2.0, evaluate_s=9.0, worker="b"),
            done(2, 1.0),
        ],
    )
    found = time_spent(run)
    assert found is not None
    assert (found.wall, found.workers, found.build, found.evaluate, found.rest) == (10, 2, 3, 12, 5)
    lines, figures, _ = time_section(run).blocks
    assert lines.lines[0].endswith("on 2 workers: build 3.0 s (15%), evaluate 12 s (60%), what remains 5.0 s (25%).")
    assert "what remains" in figures.svgs[0]


def test_supernets_are_told_seed_by_seed(tmp_path: Path) -> None:
    run = files_of(tmp_path, epochs=[epoch_row(seed, epoch, epoch_s=60.0) for seed in (0, 1) for epoch in range(3)])
    lines, figures = time_section(run).blocks
    assert lines.lines[0] == "6.0 min in all for 6 epochs, 60 s each (median)."
    assert "seed 1" in figures.svgs[0]


def test_a_run_that_does_not_say_when_says_so(tmp_path: Path) -> None:
    assert time_section(files_of(tmp_path, [done(0, 1.0)])).absent == "No trial says when it was started."


@pytest.mark.parametrize(
    ("seconds", "said"), [(0.44, "0.4 s"), (12.4, "12 s"), (119, "119 s"), (120, "2.0 min"), (7_200, "2.0 h")]
)
def test_times_have_a_fitting_unit(seconds: float, said: str) -> None:
    assert said_seconds(seconds) == said
