"""Catches: a child that is held against a stranger, an improvement that is none, a window of other trials, equal
candidates that count as different ones."""

from pathlib import Path

import numpy as np
import pytest

from evo.reporting.population_section import (
    Windows,
    children_of,
    diversity,
    improved,
    population_section,
    width_of,
)
from tests.run_folders import CELLS, config_of, done, epoch_row, files_of

TRIALS = [
    done(0, 1.0),
    done(1, None),
    done(2, 2.0, parent=0),
    done(3, 1.0, parent=2),
    done(4, 5.0, parent=1),
    done(5, 5.0, parent=99),
]


def test_children_are_held_against_their_own_parents(tmp_path: Path) -> None:
    run = files_of(tmp_path, TRIALS)
    children = children_of(run)
    assert (children.child.tolist(), children.parent.tolist()) == ([2, 3, 4], [0, 2, 1])
    assert improved(run, children).tolist() == [1.0, 0.0, pytest.approx(float("nan"), nan_ok=True)]


def test_windows_hold_the_last_trials_before_their_ends() -> None:
    windows = Windows.over(6, 4)
    assert windows.ends.tolist() == [4, 5, 6]
    assert len(Windows.over(100_000, 50).ends) == 200
    assert Windows.over(100_000, 50).ends[[0, -1]].tolist() == [50, 100_000]


def test_statistics_are_of_the_children_within_a_window(tmp_path: Path) -> None:
    run = files_of(tmp_path, TRIALS)
    children, windows = children_of(run), Windows(np.array([2, 4, 6]), 2)
    found = windows.over_children(children, improved(run, children), np.mean)
    assert found.tolist() == pytest.approx([float("nan"), 0.5, float("nan")], nan_ok=True)


def test_equal_candidates_count_once(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(n, 1.0, text=CELLS[n // 2]) for n in range(6)])
    assert diversity(run, Windows(np.array([2, 4, 5]), 2)).tolist() == [0.5, 0.5, 1.0]
    assert diversity(run, Windows(np.array([3]), 2)).tolist() == [1.0]


def test_all_three_are_drawn_for_evolution(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(n, float(n), parent=n - 3 if n > 3 else None) for n in range(12)])
    lines, figures = population_section(run).blocks
    assert list(lines.lines) == ["8 of 12 trials have a parent; 100% of these children are better than their parent."]
    assert [name in svg for name, svg in zip(("Age", "Diversity", "Children"), figures.svgs, strict=True)] == [True] * 3


def test_without_parents_diversity_is_left(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(n, 1.0) for n in range(120)], config=config_of(strategy="random_search"))
    assert width_of(run) == 50
    lines, figures = population_section(run).blocks
    assert "No trial has a parent" in lines.lines[0]
    assert len(figures.svgs) == 1


def test_what_has_no_population_says_so(tmp_path: Path) -> None:
    assert "Fewer than 8 trials" in population_section(files_of(tmp_path / "a", TRIALS)).absent
    assert "no population" in population_section(files_of(tmp_path / "b", epochs=[epoch_row(0, 0)])).absent
