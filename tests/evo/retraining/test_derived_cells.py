"""Catches: a cell of a supernet that failed or is not done, a loss of the wrong sign, a choice that is not said, or
said where there is none.
"""

from pathlib import Path

import pytest

from evo.retraining.derived_cells import DerivedCell, choice_lines, derived_by, failures_of, finished_cells
from evo.storage import checkpoint
from tasks.foundation.errors import UsageError
from tests.evo.retraining.small_runs import BEST, SEEDS, gradient_config, write_evolution_run, write_failed_run

CELLS = [DerivedCell(3, "a", 0.5), DerivedCell(4, "b", 0.25)]


def test_cells_are_those_of_finished_supernets_by_their_seeds(searched: Path) -> None:
    found = finished_cells(searched)
    assert [cell.seed for cell in found] == list(SEEDS)
    assert [cell.candidate for cell in found] == [checkpoint.read_progress(searched, seed).derived for seed in SEEDS]
    assert [cell.held_out_loss for cell in found] == [0, -1]  # scores are made up: 0 and 1
    assert derived_by(searched, BEST) == found[-1].candidate
    assert failures_of(searched) == []


def test_a_search_without_supernets_has_no_cells(tmp_path: Path) -> None:
    assert finished_cells(write_evolution_run(tmp_path / "run", ["ds=1,1,1,1:ws=16,16,16,16"])) == []


def test_a_seed_without_a_cell_is_told_with_the_reason(searched: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^--seed-of 7: .* has no supernet of that seed; there: 10, 11$"):
        derived_by(searched, 7)
    run = write_failed_run(tmp_path / "run", gradient_config(), ["ValueError: too small"])
    with pytest.raises(UsageError, match=r"^--seed-of 10: its training in .* failed before its end: ValueError: too"):
        derived_by(run, 10)
    assert [failure.seed for failure in failures_of(run)] == [10]


def test_it_is_said_why_a_cell_is_taken_where_there_are_several() -> None:
    said = "cell of seed 4: of seeds 3, 4 the best held-out loss, 0.2500; --seed-of N takes another"
    assert choice_lines(CELLS, 4) == [said]
    assert choice_lines(CELLS[:1], 3) == []
    assert choice_lines([], None) == []
