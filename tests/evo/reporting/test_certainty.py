"""Catches: a rank correlation of another fitness, space or options than the run's; noise of equal seeds or of reused
scores; a lead that is no multiple of the noise; a spread that is not the seeds'."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evo.boards.board import Board, BoardColumn, BoardLabels, BoardRows
from evo.records.config import Choice
from evo.records.trial import Finished
from evo.reporting.certainty import (
    RepeatNoise,
    best_scores,
    in_noise,
    lead_lines,
    lead_of,
    measured,
    measured_line,
    noise_line,
    repeat_noise,
    spread_lines,
)
from evo.scoring.scores import Column
from tests.run_folders import CELLS, config_of, done, epoch_row, files_of

CONFIG = config_of()
LABELS = np.arange(12.0)


def board(fitness: Choice = CONFIG.fitness, space: Choice = CONFIG.space) -> Board:
    """Return twelve candidates that the fitness ranks as their labels do, and parameters the other way round."""
    rows = BoardRows(space, "table.parquet", None, 0, "photos", "", 0)
    columns = (
        BoardColumn(Column("mine", LABELS * 2, None, None), fitness),
        BoardColumn(Column("params", -LABELS, None, None), Choice("params")),
    )
    return Board("b", rows, tuple(CELLS), (BoardLabels("accuracy", LABELS),), columns)


def test_a_board_of_this_space_and_fitness_says_how_well_it_ranks() -> None:
    (found,) = measured(CONFIG, [board()])
    assert (found.label, found.rho.value, found.counting and found.counting.value) == ("accuracy", 1.0, -1.0)
    assert found.cells() == ("accuracy", "1.000 [1.000, 1.000]", "1.000 [1.000, 1.000]", "-1.000 [-1.000, -1.000]")
    line = measured_line(CONFIG, [board()], [found])
    assert "12 labelled candidates of table.parquet, on images of photos, is" in line
    assert "this run scores on digits" in measured_line(replace(CONFIG, data="digits"), [board()], [found])


def test_other_options_and_other_spaces_are_no_measurement() -> None:
    other = Choice("naswot", {"batch": 3})
    assert measured(CONFIG, [board(fitness=other), board(space=Choice("nasbench101"))]) == []
    assert "was never measured (on this space with other options it was: mine);" in measured_line(
        CONFIG, [board(fitness=other)], []
    )
    assert "was never measured; python -m evo.correlate" in measured_line(CONFIG, [], [])


def test_the_score_of_a_task_is_a_rank_correlation_itself() -> None:
    tasks = replace(CONFIG, fitness=Choice("rank_correlation", {"panel_size": 20}))
    assert "of 20 members of a panel" in measured_line(tasks, [], [])


def repeated(values: list[tuple[float, float]], seed: int) -> list[Finished]:
    return [done(n, pair[seed], seed=100 * seed + n) for n, pair in enumerate(values)]


def test_noise_is_the_pooled_deviation_of_scores_of_equal_candidates(tmp_path: Path) -> None:
    values = [(1.0, 3.0), (5.0, 5.0), (0.0, -2.0)]  # sums of squares 2, 0, 2 with one degree of freedom each
    runs = [files_of(tmp_path / str(seed), repeated(values, seed)) for seed in (0, 1)]
    found = repeat_noise(runs)
    assert found == RepeatNoise(pytest.approx((4 / 3) ** 0.5), 3)
    assert noise_line(found).startswith("The score's repeat noise is 1.1547: standard deviation of")
    assert repeat_noise(runs[:1]) is None
    assert "not known" in noise_line(None)


def test_scores_under_one_seed_and_reused_ones_are_no_repetition(tmp_path: Path) -> None:
    same = [done(n, float(n), text=CELLS[n % 3], seed=n % 3) for n in range(6)]
    reused = [replace(one, reused=True) for one in (done(n + 6, 9.0, text=CELLS[n], seed=50 + n) for n in range(3))]
    assert repeat_noise([files_of(tmp_path, [*same, *reused])]) is None


def test_the_lead_is_told_in_units_of_the_noise(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(n, float(n)) for n in range(12)])
    assert lead_of(run) == 9.0
    assert lead_lines(run, RepeatNoise(2.0, 5))[0].startswith("The first is 9 ahead of the tenth, 4.5 times")
    assert "cannot be told apart" in lead_lines(run, RepeatNoise(5.0, 5))[0]
    assert "no repeat noise" in lead_lines(run, RepeatNoise(0.0, 5))[0]
    assert "not known" in lead_lines(run, None)[0]
    assert (in_noise(9.0, RepeatNoise(2.0, 5)), in_noise(9.0, None), in_noise(None, None)) == ("4.5", "-", "-")


def test_too_few_candidates_have_no_tenth(tmp_path: Path) -> None:
    run = files_of(tmp_path, [done(n, 1.0) for n in range(9)])
    assert lead_of(run) is None
    assert "Fewer than 10" in lead_lines(run, None)[0]


def test_the_spread_is_that_of_the_best_scores() -> None:
    (line,) = spread_lines({"a": 1.0, "b": 3.0})
    assert line == "Best scores of 2 seeds: mean 2, standard deviation 1.41421, the lowest 1, the highest 3."
    assert spread_lines({"a": 1.0})[0].startswith("One seed")


def test_a_supernet_is_a_seed_and_any_other_run_is_one(tmp_path: Path) -> None:
    trials = [done(0, 1.0, seed=7), done(1, None, seed=8), done(2, 3.0, seed=9)]
    assert best_scores(files_of(tmp_path / "a", trials)) == {"a": 3.0}
    assert best_scores(files_of(tmp_path / "b", trials, epochs=[epoch_row(7, 0)])) == {"seed 7": 1.0, "seed 9": 3.0}
    assert best_scores(files_of(tmp_path / "c", trials[1:2])) == {}
