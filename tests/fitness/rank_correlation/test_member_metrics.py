"""Catches: a score under another member's name, a failure that is lost, a score that is made up where none is known."""

import math

import numpy as np

from fitness.rank_correlation.member_metrics import (
    counts_of_members,
    metrics_of_members,
    scores_of_members,
    without_members,
)

SCORES = np.array([0.5, math.nan, -math.inf, -2.0])


def test_members_that_are_known_are_counted_and_fail_by_all_tasks_or_not_at_all() -> None:
    assert counts_of_members(SCORES[None]) == {"scored": 3.0, "members": 4.0, "failed": 1.0}
    other = np.array([-math.inf, math.nan, -math.inf, -1.0])
    assert counts_of_members(np.array([SCORES, other])) == {"scored": 3.0, "members": 4.0, "failed": 1.0}
    partly = np.array([1.0, 2.0, math.nan, -1.0])
    assert counts_of_members(np.array([SCORES, partly])) == {"scored": 2.0, "members": 4.0, "failed": 0.0}


def test_known_scores_are_named_by_their_place() -> None:
    assert metrics_of_members(SCORES) == {"member 0": 0.5, "member 2": -math.inf, "member 3": -2.0}


def test_scores_come_back_as_they_were() -> None:
    metrics = {**metrics_of_members(SCORES), "params": 3.0}
    np.testing.assert_array_equal(scores_of_members(metrics, 4), SCORES)
    assert scores_of_members(metrics, 5, absent=7.0).tolist() == [0.5, 7.0, -math.inf, -2.0, 7.0]


def test_what_shows_each_metric_shows_all_but_the_members() -> None:
    metrics = {**counts_of_members(SCORES[None]), **metrics_of_members(SCORES), "member 12": 1.0}
    others = {"member": 2.0, "member 1 loss": 3.0, "my member 1": 4.0}
    assert without_members({**metrics, **others}) == {"scored": 3.0, "members": 4.0, "failed": 1.0, **others}
