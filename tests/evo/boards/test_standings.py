"""Catches: a number that differs from that of ``evo.correlate``, a part of other rows, a difference that is not paired,
an order that is not that of rho."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from evo.boards.board import BoardLabels
from evo.boards.standings import (
    BEST_LABEL,
    GAIN,
    HALF,
    HALF_LESS,
    KENDALL,
    LESS,
    RETRIEVED,
    SPEARMAN,
    STATISTICS,
    TENTH,
    Standing,
    Standings,
    standings_of,
)
from evo.correlation.findings import ALL, BETTER, find
from fitness import best_statistics, interval
from tests.evo.boards.small_boards import BOARD, FAIR, LABELS

FOUND = standings_of(BOARD, BOARD.labels[0])


def of(label: str, found: Standings = FOUND) -> Standing:
    standing = found.of(label)
    assert standing is not None
    return standing


def test_every_number_is_that_of_a_correlation() -> None:
    columns = [column.scored for column in BOARD.columns]
    for finding in find(columns, LABELS):
        standing = of(finding.label)
        names = (SPEARMAN, KENDALL, RETRIEVED) if finding.part == ALL else (HALF,)
        for name in names:
            assert standing.of(name) == finding.intervals[SPEARMAN if name == HALF else name]
        if finding.label != "params":
            less = LESS if finding.part == ALL else HALF_LESS
            assert standing.of(less) == finding.differences["params"][SPEARMAN]
    assert {finding.part for finding in find(columns, LABELS)} == {ALL, BETTER}


def test_all_statistics_are_there_and_ordered_by_rho() -> None:
    assert all(set(each.intervals) == set(STATISTICS) for each in FOUND.standings)
    values = [each.of(SPEARMAN).value for each in FOUND.standings]
    assert values == sorted(values, reverse=True)
    assert FOUND.standings[0].label == "good<b>"


def test_the_top_tenth_are_the_four_best_of_forty_by_label() -> None:
    assert FOUND.tenth == 4
    assert of("fair").of(TENTH).value == pytest.approx(spearmanr(FAIR[-4:], LABELS[-4:]).statistic)


def test_statistics_of_the_best_rows() -> None:
    expected = best_statistics(FAIR, LABELS)
    assert of("fair").of(BEST_LABEL).value == expected["best ten"]
    assert of("fair").of(GAIN).value == expected["nDCG"]


def test_a_candidate_without_a_score_ranks_below_all_others() -> None:
    assert of("holed").failed == 10
    scores = next(column.scored.scores for column in BOARD.columns if column.label == "holed")
    filled = np.where(np.isnan(scores), -1e9, scores)
    assert of("holed").of(SPEARMAN).value == pytest.approx(spearmanr(filled, LABELS).statistic)


def test_counting_has_no_difference_to_itself_and_a_board_without_it_has_none() -> None:
    assert np.isnan(of("params").of(LESS).value)
    bare = replace(BOARD, columns=tuple(column for column in BOARD.columns if column.label != "params"))
    assert np.isnan(of("fair", standings_of(bare, bare.labels[0])).of(LESS).value)


def test_two_fitnesses_are_compared_on_the_same_resamples() -> None:
    good, fair = of("good<b>"), of("fair")
    found = good.ahead_of(fair, HALF)
    assert found.value == pytest.approx(good.of(HALF).value - fair.of(HALF).value)
    assert found == interval(found.value, good.draws[HALF] - fair.draws[HALF])
    assert good.ahead_of(good, HALF).high == 0


def test_cost_and_processor_come_along() -> None:
    assert (of("good<b>").seconds, of("good<b>").processor) == (8.0, "Abacus 3")
    assert (of("random").seconds, of("random").counts, of("fair").counts) == (None, True, False)


def test_a_constant_score_stands_last_and_a_single_best_row_has_no_rank() -> None:
    constant = replace(BOARD.columns[1], scored=replace(BOARD.columns[1].scored, label="same", scores=0 * LABELS))
    found = standings_of(BOARD.joined([constant]), BOARD.labels[0])
    assert found.standings[-1].label == "same"
    few = replace(BOARD, columns=tuple(BOARD.columns_for(BOARD.texts[:8])), texts=BOARD.texts[:8])
    assert np.isnan(standings_of(few, BoardLabels("acc", LABELS[:8])).standings[0].of(TENTH).value)


def test_the_headline_says_what_was_held_against_what() -> None:
    assert FOUND.headline == "nasbench201, acc: 40 rows B of t.parquet, rows seed 7, data noise, seed 3"
