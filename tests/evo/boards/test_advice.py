"""Catches: advice that the intervals do not bear out: a score that beats nothing recommended, a cheaper one that is
worse, counting forgotten."""

from dataclasses import replace

import numpy as np
import pytest

from evo.boards import advice as module
from evo.boards.advice import advice
from evo.boards.board import Board
from evo.boards.standings import standings_of
from evo.display.text_table import show
from tests.evo.boards.small_boards import BOARD, COUNT, FAIR, GOOD, GOOD_COLUMN, LABELS, POOR, SIZES, column


def said(board: Board) -> list[str]:
    return advice(standings_of(board, board.labels[0]))


def with_columns(**scores: tuple[np.ndarray, float | None]) -> Board:
    return replace(BOARD, columns=tuple(column(label, *each) for label, each in scores.items()))


def test_the_best_in_the_better_half_is_taken_with_its_difference_to_counting() -> None:
    found = standings_of(BOARD, BOARD.labels[0])
    good = found.of("good<b>")
    assert good is not None
    search, *_ = advice(found)
    assert search == (
        f"Take good<b> to search (in the better half): {show(good.of('better half'))}, "
        f"+{show(good.of('better half less params'))} to counting params, 8 s a candidate."
    )


def test_a_cheaper_score_is_named_where_it_cannot_be_told_from_the_best() -> None:
    near = GOOD + 0.1 * POOR
    cheaper = [line for line in said(with_columns(good=(GOOD, 8.0), near=(near, 1.0), params=(SIZES, None)))]
    assert any(line.startswith("Cheaper, and not to be told from it: near ") for line in cheaper)
    same_price = said(with_columns(good=(GOOD, 8.0), near=(near, 7.0), params=(SIZES, None)))
    assert not any("Cheaper" in line for line in same_price)
    worse = said(with_columns(good=(LABELS, 8.0), fair=(FAIR, 1.0), params=(SIZES, None)))
    assert not any("Cheaper" in line for line in worse)


def test_where_nothing_beats_counting_it_says_so_first() -> None:
    lines = said(with_columns(fair=(FAIR, 1.0), params=(LABELS, None), random=(POOR, None)))
    assert lines[0] == "Nothing here beats counting params, which costs nothing."
    assert lines[1].startswith("Nothing beats counting to search (in the better half): 1.000 [1.000, 1.000] by params;")
    assert "the highest is fair, " in lines[1]
    assert not any(line.startswith("Take") for line in lines)


def test_a_score_may_sort_all_candidates_and_not_the_better_half() -> None:
    halves = np.where(LABELS >= COUNT / 2, 50 + POOR, LABELS)
    lines = said(with_columns(halves=(halves, 1.0), params=(POOR, None)))
    assert lines[0].startswith("Nothing beats counting to search")
    assert lines[1].startswith("Take halves to sort (on all rows): ")


def test_without_parameters_scores_are_held_against_chance() -> None:
    lines = said(with_columns(good=(GOOD, None)))
    assert lines[0].startswith("Take good to search (in the better half): ")
    assert "counting" not in " ".join(lines)
    assert not any("same rows" in line for line in lines)  # of one, none is the best
    poor = said(with_columns(poor=(np.sin(LABELS), None)))
    assert poor[0].startswith("Nothing is told from chance to search (in the better half); the highest is poor, ")


def test_a_top_tenth_of_few_rows_has_no_verdict() -> None:
    assert "The true top tenth has 4 rows, too few for a verdict." in said(BOARD)


def test_the_top_tenth_has_a_sentence_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEWEST", 4)
    perfect = said(with_columns(best=(LABELS, 1.0), params=(SIZES, None)))
    assert "The true top tenth (4 rows) is ranked best by best, 1.000 [1.000, 1.000]." in perfect
    wrong = said(with_columns(worst=(-LABELS, 1.0), params=(SIZES, None)))
    assert any(line.startswith("Nothing ranks the true top tenth (4 rows) better than chance") for line in wrong)


def test_counting_may_rank_the_top_tenth_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEWEST", 4)
    exchanged = LABELS.copy()
    exchanged[[-1, -2]] = exchanged[[-2, -1]]  # rho .8 among the best four
    counted = said(with_columns(close=(exchanged, 1.0), params=(LABELS, None)))
    words = "Nothing ranks the true top tenth (4 rows) better than counting: 1.000 [1.000, 1.000] by params; the "
    assert any(line.startswith(f"{words}highest is close, .800 ") for line in counted)
    level = said(with_columns(close=(LABELS, 1.0), params=(LABELS, None)))
    assert any(line.startswith(words) for line in level)


def test_that_the_best_of_several_looks_too_good_is_said() -> None:
    assert said(BOARD)[-1].startswith("The best of 3 fitnesses is chosen and reported on the same rows")


def test_a_board_of_counting_alone_gives_none() -> None:
    assert said(with_columns(params=(SIZES, None))) == ["No fitness ranks anything here yet."]
    constant = replace(GOOD_COLUMN, scored=replace(GOOD_COLUMN.scored, scores=0 * GOOD))
    assert said(replace(BOARD, columns=(constant,))) == ["No fitness ranks anything here yet."]
