"""Catches: weights that the panel's labels do not move, a choice that sees the others, constant scores joined."""

import numpy as np
import pytest

from tests.benchmarks.drawn_panels import draw_panels
from tests.benchmarks.label_uses import CHOSEN, scores_of, using
from tests.benchmarks.panel_trials import PanelTrials
from tests.benchmarks.task_pool import TaskPool

A = 60


@pytest.fixture
def trials() -> PanelTrials:
    """One shipped task is nearly right, one wrong; the size is nothing, and one score is the same for all."""
    rng = np.random.default_rng(0)
    label = rng.permutation(A).astype(float)
    right = label + 12 * rng.standard_normal(A)
    published = {"N": right[None], "R": -label[None] + 30 * rng.standard_normal((1, A))}
    others = {"params": rng.standard_normal(A), "zen": np.ones(A)}
    pool = TaskPool(rng.standard_normal((3, 1, A)), published, {"label": label}, others)
    return PanelTrials(pool, draw_panels(A, 3, size=20, count=4, rng=rng))


def test_labels_tell_what_counts(trials: PanelTrials) -> None:
    rows = {row[0]: [float(cell) for cell in row[1:] if cell] for row in using(trials, weighted=4).rows}
    assert list(rows) == ["N", "R", "params", "N + params", "R + params", "N + R", "N + R + params", CHOSEN]
    assert rows["N"] == [rows["N"][0]] * 3
    assert rows["N"][0] > 0.7
    equal, _, learnt = rows["N + R"]
    assert learnt > rows["N"][0] - 0.05 > equal + 0.2
    assert rows[CHOSEN] == [rows["N"][0]]


def test_what_tells_nothing_apart_is_left_out(trials: PanelTrials) -> None:
    assert list(scores_of(trials)) == ["N", "R", "params"]
