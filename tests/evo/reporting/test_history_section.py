"""Catches: a best score that falls, that comes too early, or is another seed's; a band that is no range of the seeds; a
time that is not when a trial was done."""

from pathlib import Path

import numpy as np
import pytest

from evo.reporting.arms import Arm, arms_of
from evo.reporting.history_section import Rise, band_of, by_evaluations, by_minutes, finished_at, history_section
from tests.run_folders import config_of, done, epoch_row, files_of

NAN = float("nan")


def test_the_best_score_rises_with_evaluations_and_with_minutes(tmp_path: Path) -> None:
    trials = [
        done(0, None, started_at=0.0, evaluate_s=1.0),
        done(1, 1.0, started_at=60.0, build_s=30.0, evaluate_s=120.0),
        done(2, 3.0, started_at=60.0, evaluate_s=60.0),
        done(3, 2.0),
    ]
    run = files_of(tmp_path, trials)
    assert finished_at(run.rows).tolist() == pytest.approx([1, 180, 120, NAN], nan_ok=True)
    rise = by_evaluations(run)
    assert (rise.at.tolist(), rise.best.tolist()) == ([2, 3, 4], [1, 3, 3])
    timed = by_minutes(run)
    assert (timed.at.tolist(), timed.best.tolist()) == ([2, 3], [3, 3])


def test_what_was_reached_holds_until_the_next_rise() -> None:
    found = Rise(np.array([1.0, 4.0]), np.array([5.0, 6.0])).on(np.array([0.0, 1.0, 3.9, 4.0, 9.0]))
    assert found.tolist() == pytest.approx([NAN, 5, 5, 6, 6], nan_ok=True)


def test_a_band_is_the_range_of_few_seeds_and_the_quartiles_of_many() -> None:
    rises = [Rise(np.array([1.0, 2.0]), np.array([score, score + 1])) for score in (0.0, 1.0, 5.0)]
    (band,) = band_of("x", rises)
    assert band.label == "x (3 seeds)"
    assert band.low is not None
    assert band.high is not None
    assert (band.y[0], band.low[0], band.high[0], band.y[-1]) == (1, 0, 5, 2)
    (band,) = band_of("x", [*rises, *rises[1:]])
    assert band.low is not None
    assert band.high is not None
    assert (band.low[0], band.high[0]) == (1, 5)
    assert band_of("x", []) == []
    assert band_of("x", rises[:1])[0].low is None


def test_a_band_ends_with_the_seed_that_ends_first() -> None:
    (band,) = band_of("x", [Rise(np.array([1.0, 9.0]), np.ones(2)), Rise(np.array([2.0, 5.0]), np.ones(2))])
    assert (band.x[0], band.x[-1]) == (2, 5)


def test_one_run_is_drawn_with_its_trials(tmp_path: Path) -> None:
    run = files_of(
        tmp_path, [done(n, -1e6 if n == 1 else float(n), started_at=float(n), evaluate_s=1.0) for n in range(9)]
    )
    (figures,) = history_section(arms_of([run])).blocks
    assert ["by rank" in svg for svg in figures.svgs] == [False, True, False]
    assert "trial 1" in figures.svgs[0]


def test_several_runs_are_drawn_arm_by_arm(tmp_path: Path) -> None:
    runs = [
        files_of(
            tmp_path / f"{strategy}{seed}",
            [done(n, float(n)) for n in range(6)],
            config=config_of(strategy=strategy, seed=seed),
        )
        for strategy in ("regularized_evolution", "random_search")
        for seed in (0, 1)
    ]
    (figures,) = history_section(arms_of(runs)).blocks
    assert "random_search (2 seeds)" in figures.svgs[0]
    assert len(figures.svgs) == 1  # no trial says when


def test_what_has_no_history_says_so(tmp_path: Path) -> None:
    assert "No trial has a score" in history_section([Arm("x", (files_of(tmp_path / "a", [done(0, None)]),))]).absent
    supernets = files_of(tmp_path / "b", [done(0, 1.0)], epochs=[epoch_row(0, 0)])
    assert "epoch by epoch" in history_section(arms_of([supernets])).absent
