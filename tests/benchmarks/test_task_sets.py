"""Catches: sets of other tasks than the best, a set that grows by what lowers it, weights that labels do not move."""

import numpy as np
import pytest

from tests.benchmarks.drawn_panels import draw_panels
from tests.benchmarks.drawn_pool import LABEL, Drawing, draw_pool
from tests.benchmarks.panel_statistics import spearman
from tests.benchmarks.panel_trials import PanelTrials
from tests.benchmarks.task_sets import greedy, join_first, joining, log_positions, weighed


def test_the_first_of_an_order_are_joined() -> None:
    logs = np.array([[0.0, 6], [3, 0], [6, 3]])
    assert join_first(logs, np.array([2, 0, 1]), [1, 2, 3]).tolist() == [[6, 3], [3, 4.5], [3, 3]]


def test_positions_are_ranks_over_one_more_than_there_are() -> None:
    assert np.exp(log_positions(np.array([5.0, -np.inf, 7]))) == pytest.approx([0.5, 0.25, 0.75])


def test_a_set_grows_while_it_gains() -> None:
    labels = np.arange(6.0)
    first, second = np.array([1.0, 0, 2, 3, 4, 5]), np.array([0.0, 1, 2, 3, 5, 4])
    logs = np.stack([-labels, second, np.array([0.0, 2, 1, 3, 5, 4]), first])
    assert greedy(logs, labels, 10).tolist() in ([1, 3], [3, 1])
    assert greedy(np.stack([-labels, labels]), labels, 10).tolist() == [1]
    assert len(greedy(logs, labels, 1)) == 1


def test_labels_move_weight_to_what_follows_them() -> None:
    label = np.random.default_rng(0).permutation(40).astype(float)
    scores = {"set": np.random.default_rng(1).standard_normal(40), "params": label**3}
    members = np.arange(20)
    rho = [float(spearman(weighed(scores, members, way * label[members], {"params": label}), label)) for way in (1, -1)]
    assert rho[0] > 0.7 > 0.5 > rho[1]


def test_joining_pays_where_errors_are_the_tasks_own_and_not_where_they_are_shared() -> None:
    for shared, pays in ((0.0, True), (1.0, False)):
        pool = draw_pool(Drawing(20, 1, 100, worth=0.5, spread=0.0, shared=shared), np.random.default_rng(0))
        panels = draw_panels(100, 20, size=20, count=6, rng=np.random.default_rng(1))
        rows = {
            row[0]: [float(cell) for cell in row[1:]] for row in joining(PanelTrials(pool, panels), 10, weighted=5).rows
        }
        ahead = rows["any K tasks"][-1] - rows["any K tasks"][0]
        assert (ahead > 0.2) == pays
        assert rows["all 10"] == [rows["any K tasks"][-1]] * 5
        assert list(rows)[4:] == [
            f"best K and {name}, weighed" for name in ("N", "params", "one_batch", "all that need no task")
        ]
    assert list(pool.labels) == [LABEL]
