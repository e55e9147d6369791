"""The contract of every built-in predictor, on published accuracies of NAS-Bench-201. Catches: a fit that its seed does
not determine or that draws from the global generators, a state that predicts otherwise once it was on disk, scores with
the sign turned or that say nothing of members not learnt from, an input that nothing can be learnt from taken on."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from fitness.predictors.base import Fitted, FittedState, Labelled, Predictor, TieredFitted
from fitness.predictors.predictor_table import PREDICTORS
from fitness.predictors.state_file import pack_state, read_state, write_state
from fitness.rank_correlation.rank_statistics import kendall
from spaces import SPACES
from tasks import UsageError
from tasks.conformance.global_states import global_states, seeded_globally
from tests.fitness.predictors.mean_predictor import MeanPredictor
from tests.toy import BitStrings

SCORES = Path(__file__).parents[3] / "evo/leaderboard_scores/nasbench201.parquet"
LEARNT = 120
LEAST_TAU = 0.3
"""Four deviations of what chance gives on 80 members."""
QUICK: Mapping[str, Mapping[str, object]] = {"ranker": {"epochs": 15}, "trees": {"trees": 40}}


@dataclass(frozen=True)
class Learnt:
    """A predictor that has learnt from the first rows, and the others."""

    predictor: Predictor
    space: Any
    rows: Labelled
    state: FittedState
    fitted: Fitted
    texts: tuple[str, ...]
    labels: tuple[float, ...]


@pytest.fixture(scope="module", params=sorted(PREDICTORS.builtin))
def learnt(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Learnt:
    table = pq.read_table(SCORES, columns=["candidate", "label c10_test"])
    texts, labels = (tuple(table.column(name).to_pylist()) for name in (0, 1))
    predictor, space = PREDICTORS.build(request.param, QUICK.get(request.param, {})), SPACES.build("nasbench201", {})
    rows = Labelled(texts[:LEARNT], labels[:LEARNT])
    state = predictor.fit(space, rows, 3)
    path = tmp_path_factory.mktemp("state") / "state.safetensors"
    write_state(path, state)
    fitted = predictor.restore(space, read_state(path))
    return Learnt(predictor, space, rows, state, fitted, texts[LEARNT:], labels[LEARNT:])


def test_its_seed_determines_a_fit_and_nothing_global_has_a_say_or_is_used(learnt: Learnt) -> None:
    with seeded_globally(5):
        before = global_states()
        again = learnt.predictor.fit(learnt.space, learnt.rows, 3)
        learnt.predictor.restore(learnt.space, again).scores(learnt.texts[:2])
        assert global_states() == before
    assert pack_state(again) == pack_state(learnt.state)


def test_a_state_that_was_on_disk_predicts_the_same(learnt: Learnt) -> None:
    fresh = learnt.predictor.restore(learnt.space, learnt.state)
    assert fresh.scores(learnt.texts).tolist() == learnt.fitted.scores(learnt.texts).tolist()


def test_members_not_learnt_from_are_ranked_better_than_by_chance(learnt: Learnt) -> None:
    assert kendall(learnt.fitted.scores(learnt.texts), np.array(learnt.labels)) > LEAST_TAU


def test_a_score_is_of_the_candidate_alone(learnt: Learnt) -> None:
    scores = learnt.fitted.scores(learnt.texts)
    assert (scores.shape, scores.dtype, learnt.fitted.scores([]).shape) == ((len(learnt.texts),), np.float64, (0,))
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(learnt.fitted.scores(learnt.texts[:3][::-1]), scores[:3][::-1], atol=1e-4)
    with pytest.raises(ValueError, match=r"node|edge|form"):
        learnt.fitted.scores([learnt.texts[0], "|no cell|"])


def test_tiers_are_probabilities(learnt: Learnt) -> None:
    if not isinstance(learnt.fitted, TieredFitted):
        pytest.skip("it knows no tiers")
    tiers = learnt.fitted.tiers(learnt.texts)
    assert tiers.shape == (len(learnt.texts), 5)
    np.testing.assert_allclose(tiers.sum(axis=1), 1, atol=1e-5)
    assert (tiers >= 0).all()


def test_it_is_sent_to_where_it_is_fitted(learnt: Learnt) -> None:
    assert pickle.loads(pickle.dumps(learnt.predictor)) == learnt.predictor


def refusal(learnt: Learnt, labelled: Labelled, space: object = None) -> str:
    with pytest.raises(UsageError) as caught:
        learnt.predictor.fit(space or learnt.space, labelled, 0)
    assert ("\n" in str(caught.value), len(str(caught.value)) < 500) == (False, True)
    return str(caught.value)


def test_a_space_that_it_does_not_accept_is_refused(learnt: Learnt) -> None:
    reason = learnt.predictor.accepts(BitStrings())
    assert reason
    assert learnt.predictor.accepts(learnt.space) is None
    assert reason in refusal(learnt, Labelled(("0101010101", "0101010111"), (1.0, 2.0)), BitStrings())


def test_labels_that_teach_nothing_are_refused(learnt: Learnt) -> None:
    fewest = learnt.predictor.fewest()
    too_few = refusal(learnt, learnt.rows.of(range(fewest - 1)))
    assert too_few == f"{fewest - 1} labelled candidates: at least {fewest} are needed to learn from"
    assert "labels are 7: nothing can be learnt" in refusal(learnt, Labelled(learnt.texts, (7.0,) * len(learnt.texts)))


def test_a_state_of_another_model_is_refused(learnt: Learnt) -> None:
    other = MeanPredictor().fit(learnt.space, learnt.rows, 0)
    with pytest.raises(UsageError, match="was fitted as model"):
        learnt.predictor.restore(learnt.space, other)
