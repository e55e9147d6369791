"""Catches: members held out that are ranked by other scores than a task gives them, a baseline on other members, a sign
or an interval that is wrong, presets for the wrong kind of networks."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import spearmanr

from fitness import EvalContext
from fitness.held_out_panel import HeldOutPanel
from fitness.panel_members import PanelMembers
from fitness.regression import RegressionFitness
from spaces import InputSpec, count_complexity
from tasks import derive_rng, load_task
from tasks.panel import Panel
from tests.tiny import NanNetworks, TinyNetworks, TinySequences

MakeContext = Callable[..., EvalContext]
WIDTHS, LABELS = (4, 1, 7, 2, 9, 5), (0.3, 0.1, 0.7, 0.2, 0.9, 0.5)
PANEL = Panel("p", tuple(map(str, WIDTHS)), LABELS)
TRAINING = {"steps": 2, "precision": "float32"}
SMALL = replace(load_task("combo"), base_channels=4, batch_size=3).to_json()


def held_out(space: TinyNetworks | None = None) -> HeldOutPanel:
    return HeldOutPanel(PanelMembers(PANEL, space or TinyNetworks()), TRAINING)


def test_scores_are_those_of_the_task_on_each_member(make_context: MakeContext) -> None:
    context, fitness = make_context(), RegressionFitness(task=SMALL, steps=2, precision="float32")
    expected = [
        fitness(width, replace(context, rng=derive_rng(context.data_seed, "panel", str(width)))).value
        for width in WIDTHS
    ]
    assert held_out().score(SMALL, context).tolist() == expected
    assert np.isneginf(held_out(NanNetworks()).score(SMALL, context)).all()


def test_sizes_are_those_of_each_members_network(make_context: MakeContext) -> None:
    sizes = held_out().sizes(make_context(size=16))
    counted = [count_complexity(TinyNetworks(), width, InputSpec(3, 16), 10) for width in WIDTHS]
    assert sizes["params"].tolist() == [size.params for size in counted]
    assert sizes["macs"].tolist() == [size.macs for size in counted]


def test_a_ranking_is_spearmans_with_an_interval_that_holds_it() -> None:
    scores = np.array([1.0, 2.0, 9.0, -np.inf, 8.0, -np.inf])
    ranking = held_out().rank("some", scores)
    assert ranking.rho.value == pytest.approx(spearmanr([1, 2, 9, 0, 8, 0], LABELS).statistic)
    assert ranking.rho.low < ranking.rho.value < ranking.rho.high
    assert (ranking.name, ranking.failed) == ("some", 2)


def test_rankings_differ_on_the_same_resamples() -> None:
    scores = np.array([1.0, 2.0, 9.0, 3.0, 8.0, 0.0])
    first, second = held_out().rank("first", scores), held_out().rank("second", 2 * scores)
    assert (first.less(second).low, first.less(second).value, first.less(second).high) == (0, 0, 0)
    turned = first.less(held_out().rank("turned", -scores))
    assert turned.value == pytest.approx(2 * first.rho.value)
    assert (turned.low, turned.high) == pytest.approx((2 * first.rho.low, 2 * first.rho.high))


def test_tasks_stand_beside_presets_and_sizes_on_the_same_members(make_context: MakeContext) -> None:
    context, panel = make_context(size=32), held_out()
    compared = panel.compare({"mine": SMALL}, context)
    assert [ranking.name for ranking in compared] == ["mine", "combo", "N", "params", "macs"]
    mine, combo, _, params, macs = compared
    assert mine == panel.rank("mine", panel.score(SMALL, context))
    assert combo == panel.rank("combo", panel.score("combo", context))
    assert params.rho.value == macs.rho.value == pytest.approx(spearmanr(WIDTHS, LABELS).statistic)


def test_presets_for_sequences_are_others(make_context: MakeContext) -> None:
    panel = held_out(TinySequences())
    assert panel.presets == ("nlp_combo", "nlp_search")
    assert [ranking.failed for ranking in panel.compare({}, make_context())] == [0, 0, 0, 0]
