"""Catches: a rung that drops what it should keep, a threshold of another panel, scores that agree more than is said."""

import numpy as np
import pytest

from evo.records.trial import Evaluation, Status
from evo.strategies.regularized_evolution import RegularizedEvolution
from tests.benchmarks.drawn_panels import draw_panels
from tests.benchmarks.drawn_pool import Drawing, draw_pool
from tests.benchmarks.panel_trials import PLAIN, PanelTrials
from tests.benchmarks.task_rungs import COST, MARGINS, TOURNAMENTS, assumed_rungs, drop, dropping, early_scores
from tests.toy import BitStrings


@pytest.fixture(scope="module")
def trials() -> PanelTrials:
    pool = draw_pool(Drawing(tasks=12, draws=1, archs=60), np.random.default_rng(0))
    return PanelTrials(pool, draw_panels(60, 12, size=20, count=20, rng=np.random.default_rng(1)))


def test_a_rung_that_is_as_good_as_the_end_drops_nothing_wrongly(trials: PanelTrials) -> None:
    final = trials.statistics[PLAIN]
    found = drop(trials, final, 12, quantile=0.75, margin=0.0)
    assert (found.wrongly, found.lost) == (0.0, 0.0)
    assert found.dropped == pytest.approx(0.75, abs=0.01)  # some are equal
    assert found.saved == found.dropped - COST


def test_what_is_upside_down_drops_the_best_and_a_wide_margin_keeps_all(trials: PanelTrials) -> None:
    final = trials.statistics[PLAIN]
    assert drop(trials, -final, 12, quantile=0.75, margin=0.0).wrongly == 1.0
    kept = drop(trials, -final, 12, quantile=0.75, margin=2.0)
    assert (kept.dropped, kept.wrongly, kept.lost) == (0.0, 0.0, 0.0)


def test_the_choice_loses_what_the_best_task_was_ahead(trials: PanelTrials) -> None:
    final = trials.statistics[PLAIN].copy()
    best = trials.best(PLAIN, 12)
    rung = final.copy()
    np.put_along_axis(rung, best[:, None], -1.0, 1)
    np.put_along_axis(final, best[:, None], -2.0, 1)
    second = final.argmax(1)
    found = drop(trials, rung, 12, quantile=0.5, margin=0.1)
    assert found.lost == pytest.approx(float(np.mean(trials.worth_of(best) - trials.worth_of(second))))


def test_early_scores_agree_as_far_as_is_said() -> None:
    rng = np.random.default_rng(0)
    final = rng.standard_normal(20_000) ** 3
    early = early_scores(final, 0.7, rng)
    assert np.corrcoef(early, np.cbrt(final))[0, 1] == pytest.approx(0.7, abs=0.01)


def test_a_row_for_each_rung_and_margin(trials: PanelTrials) -> None:
    rows = dropping(trials, assumed_rungs(trials, np.random.default_rng(0)), 12, among=(4, 12)).rows
    assert len(rows) == 3 * len(MARGINS)
    assert rows[-1][:2] == ("assumed agreement 0.9", "0.5")
    assert float(rows[0][3]) > float(rows[-1][3])


@pytest.mark.parametrize("among", TOURNAMENTS)
def test_the_threshold_is_that_of_a_tournament(trials: PanelTrials, among: tuple[int, int]) -> None:
    """The share of tasks that a perfect rung drops is that of members below what the strategy asks for."""
    tournament, population = among
    strategy = RegularizedEvolution(population=population, tournament=tournament)
    strategy.begin(BitStrings())
    for number in range(population):
        strategy.tell(Evaluation(number, None, str(number), Status.COMPLETED, number / (population - 1)))
    table = dropping(trials, {"end": trials.pool.scores[:, 0]}, 12, among=among)
    below = strategy._threshold()
    assert below == pytest.approx((tournament - 1) / (population - 1))
    assert float(table.rows[0][2]) == pytest.approx(below, abs=0.1)
    assert f"the {tournament / population:.2g} quantile" in table.title
