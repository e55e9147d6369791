"""Catches: a sign or an interval that is wrong, a difference of other resamples, a failure that is not counted."""

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from fitness.rank_correlation.held_out_panel import HeldOutPanel
from fitness.rank_correlation.panel_members import PanelMembers
from fitness.rank_correlation.statistic_of_each import statistic_of_each
from tasks.panel import Panel
from tests.tiny import TinyNetworks

WIDTHS, LABELS = (4, 1, 7, 2, 9, 5), (0.3, 0.1, 0.7, 0.2, 0.9, 0.5)
PANEL = Panel("p", tuple(map(str, WIDTHS)), LABELS)


def held_out() -> HeldOutPanel:
    return HeldOutPanel(PanelMembers(PANEL, TinyNetworks()))


def test_a_ranking_is_spearmans_with_an_interval_that_holds_it() -> None:
    scores = np.array([1.0, 2.0, 9.0, -np.inf, 8.0, -np.inf])
    ranking = held_out().rank("some", scores)
    assert ranking.rho.value == pytest.approx(spearmanr([1, 2, 9, 0, 8, 0], LABELS).statistic)
    assert ranking.rho.low < ranking.rho.value < ranking.rho.high
    assert (ranking.name, ranking.failed) == ("some", 2)


@pytest.mark.parametrize("absolute", [False, True])
def test_members_are_judged_by_the_statistic_of_the_search(absolute: bool) -> None:
    statistic = statistic_of_each("pairs", absolute=absolute)
    panel = HeldOutPanel(PanelMembers(PANEL, TinyNetworks()), statistic, absolute=absolute)
    scores = -np.array([1.0, 2.0, 9.0, 3.0, 8.0, 0.0])
    ranking = panel.rank("turned", scores)
    tau = kendalltau(scores, LABELS).statistic
    assert ranking.rho.value == pytest.approx(abs(tau) if absolute else tau)
    assert ranking.rho.low < ranking.rho.value < ranking.rho.high
    assert panel.rank("again", 2 * scores).draws.tolist() == ranking.draws.tolist()


def test_rankings_differ_on_the_same_resamples() -> None:
    scores = np.array([1.0, 2.0, 9.0, 3.0, 8.0, 0.0])
    first, second = held_out().rank("first", scores), held_out().rank("second", 2 * scores)
    assert (first.less(second).low, first.less(second).value, first.less(second).high) == (0, 0, 0)
    turned = first.less(held_out().rank("turned", -scores))
    assert turned.value == pytest.approx(2 * first.rho.value)
    assert (turned.low, turned.high) == pytest.approx((2 * first.rho.low, 2 * first.rho.high))
