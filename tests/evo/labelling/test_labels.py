"""Catches: a mean over other trainings, an architecture that failed once and keeps a label, and numbers beside another
architecture."""

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import spearmanr

from evo.engine.plugins import build_plugins
from evo.labelling.labels import Labels, gather
from evo.records.trial import Outcome, Status
from evo.scoring.member import Member
from tests.runs import log_outcomes, scored, toy_config

FAILED = Outcome(Status.FAILED, error="Traceback\nRuntimeError: why", params=40)
TEXTS = ["a", "b", "c", "d"]
LOSSES = [[0.5, 0.25, 2.0, 1.0], [0.25, 0.75, None, 1.5]]
"""By training and architecture."""


@pytest.fixture
def labels(tmp_path: Path) -> Labels:
    """Two trainings with seeds 7 and 8 of four architectures, of which the third failed once; and one beyond."""
    members = []
    for seed, losses in zip((7, 8), LOSSES, strict=True):
        outcomes = [
            FAILED if loss is None else scored(-loss, metrics={"accuracy": 1 - loss / 4, "loss": loss}, params=n * 10)
            for n, loss in enumerate([*losses, 9.0], 1)
        ]
        config = toy_config(seed=seed)
        members.append(Member(f"seed {seed}", tmp_path / str(seed), config, build_plugins(config)))
        log_outcomes(members[-1].folder, outcomes)
    return gather(members, TEXTS)


def test_the_label_is_the_mean_over_trainings(labels: Labels) -> None:
    np.testing.assert_allclose(labels.values, [-0.375, -0.5, np.nan, -1.25])
    found = labels.measurements()
    assert list(found) == ["value", "value_seed_7", "value_seed_8", "validation_accuracy", "params"]
    np.testing.assert_allclose(found["value_seed_7"], [-0.5, -0.25, -2.0, -1.0])
    np.testing.assert_allclose(found["value_seed_8"], [-0.25, -0.75, np.nan, -1.5])
    np.testing.assert_allclose(found["validation_accuracy"][[0, 1, 3]], [1 - 0.375 / 4, 1 - 0.5 / 4, 1 - 1.25 / 4])
    np.testing.assert_allclose(found["params"], [10, 20, 30, 40])
    assert labels.units() == {
        "value": "nats, minus the validation loss",
        "value_seed_7": "nats, minus the validation loss",
        "value_seed_8": "nats, minus the validation loss",
        "validation_accuracy": "0 to 1",
        "params": "count",
    }


def test_one_failure_is_enough_to_have_no_label(labels: Labels) -> None:
    assert labels.whole.tolist() == [True, True, False, True]
    assert (labels.without, labels.reason) == (1, "RuntimeError: why")


def test_agreement_is_of_the_architectures_that_have_a_label(labels: Labels) -> None:
    expected = spearmanr([-0.5, -0.25, -1.0], [-0.25, -0.75, -1.5]).statistic
    assert labels.agreement.value == pytest.approx(expected)


def test_with_one_label_nothing_agrees(labels: Labels) -> None:
    alone = Labels(TEXTS[1:3], labels.seeds, [_cut(c) for c in labels.columns], labels.accuracies[:, 1:3], np.ones(2))
    assert alone.without == 1
    assert np.isnan(alone.agreement.value)


def _cut(column: object) -> object:
    from dataclasses import replace

    return replace(column, scores=column.scores[1:3])  # type: ignore[attr-defined,type-var]
