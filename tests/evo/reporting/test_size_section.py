"""Catches: a front with a candidate that a smaller one beats, or without one that none does; a front that sampling
loses; sizes of candidates without a score."""

from pathlib import Path

import numpy as np

from evo.reporting.size_section import pareto_front, size_section
from tests.drawn_figures import parsed
from tests.run_folders import done, files_of


def test_the_front_holds_what_nothing_as_small_beats() -> None:
    sizes = np.array([3.0, 1.0, 2.0, 2.0, 4.0, 5.0])
    scores = np.array([5.0, 1.0, 3.0, 4.0, 5.0, 6.0])
    assert pareto_front(sizes, scores).tolist() == [1, 3, 0, 5]
    assert pareto_front(np.array([2.0, 1.0, 2.0, 1.0]), np.array([7.0, 3.0, 7.0, 3.0])).tolist() == [1, 0]
    assert pareto_front(np.array([]), np.array([])).tolist() == []


def circles(svg: str) -> int:
    return len(list(parsed(svg).iter("circle")))


def test_both_sizes_are_drawn_with_the_candidates_that_have_a_score(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(n, None if n == 3 else float(n)) for n in range(6)])
    (figures,) = size_section(run).blocks
    assert [circles(svg) for svg in figures.svgs] == [5, 5]
    assert "parameters" in figures.svgs[0]
    assert "multiply-adds" in figures.svgs[1]


def test_a_long_run_is_sampled_and_keeps_its_front(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(n, float(-n % 7), params=100 - n) for n in range(40)])
    (figures,) = size_section(run, 10).blocks
    assert "of 40 trials one in 4 is drawn" in " ".join(figures.svgs[0].split())
    front = pareto_front(100.0 - np.arange(40), np.array([float(-n % 7) for n in range(40)]))
    assert 10 <= circles(figures.svgs[0]) <= 10 + len(front) + 2


def test_a_few_bad_scores_are_shown_by_rank_too(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(n, -1e6 if n == 0 else float(n)) for n in range(9)])
    (figures,) = size_section(run).blocks
    assert ["by rank" in svg for svg in figures.svgs] == [False, True, False, True]


def test_a_run_without_sizes_says_so(tmp_path: Path) -> None:
    assert (
        "No scored candidate has a size"
        in size_section(files_of(tmp_path, [done(0, 1.0, params=None, macs=None)])).absent
    )
