"""Catches: sizes of other networks, labels in another order, a statistic that is not the one asked for."""

import numpy as np
import pytest

from fitness.rank_correlation.judging_panel import JudgingPanel
from fitness.rank_correlation.panel_members import PanelMembers
from fitness.rank_correlation.statistic_of_each import spearman_of_each
from spaces import InputSpec, count_complexity
from tasks.images.noise import NoiseImages
from tasks.panel import Panel
from tests.tiny import TinyNetworks, TinySequences

WIDTHS, LABELS = (4, 1, 7, 2, 9, 5), (0.3, 0.1, 0.7, 0.2, 0.9, 0.5)


def judging(space: TinyNetworks | None = None) -> JudgingPanel:
    return JudgingPanel(PanelMembers(Panel("p", tuple(map(str, WIDTHS)), LABELS), space or TinyNetworks()))


def test_sizes_are_those_of_each_members_network() -> None:
    sizes = judging().sizes(NoiseImages(16))
    counted = [count_complexity(TinyNetworks(), width, InputSpec(3, 16), 10) for width in WIDTHS]
    assert sizes["params"].tolist() == [size.params for size in counted]
    assert sizes["macs"].tolist() == [size.macs for size in counted]


def test_presets_are_those_that_suit_the_networks() -> None:
    assert judging().presets == ("combo", "N")
    assert judging(TinySequences()).presets == ("nlp_combo", "nlp_search")


def test_members_are_judged_by_rho_unless_another_statistic_is_asked_for() -> None:
    panel = judging()
    assert (len(panel), panel.labels.tolist()) == (6, list(LABELS))
    assert panel.statistic is spearman_of_each
    ours = JudgingPanel(panel._members, lambda scores, labels: np.array([0.25]))
    assert ours.statistic(np.ones((1, 6)), panel.labels) == pytest.approx([0.25])
