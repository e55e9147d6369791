"""Catches: trees that predict otherwise than scikit-learn's own, and arrays of a damaged state that are walked."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingRegressor

from fitness.predictors.trees import TreesPredictor, nodes_of
from tasks import UsageError, derive_rng

FEATURES = derive_rng(0, "features").normal(size=(90, 5)).round(1)  # many ties with the thresholds
TARGETS = FEATURES[:, 0] * FEATURES[:, 1] + FEATURES[:, 2]


def test_the_walk_equals_scikit_learns_prediction() -> None:
    model = GradientBoostingRegressor(n_estimators=30, max_depth=4, random_state=1).fit(FEATURES[:60], TARGETS[:60])
    arrays = nodes_of(model, float(TARGETS[:60].mean()))
    assert TreesPredictor().predict(arrays, FEATURES).tolist() == model.predict(FEATURES).tolist()


def test_many_candidates_are_predicted_as_few_are() -> None:
    arrays = TreesPredictor(trees=5).learn(FEATURES, TARGETS, 0)
    whole = TreesPredictor().predict(arrays, np.tile(FEATURES, (30, 1)))
    assert whole.tolist() == TreesPredictor().predict(arrays, FEATURES).tolist() * 30


def test_options_and_seed_have_a_say() -> None:
    known = TreesPredictor(trees=5, depth=2).learn(FEATURES, TARGETS, 0)
    assert known["roots"].shape == (5,)
    assert len(known["feature"]) <= 5 * 7
    for other in (TreesPredictor(trees=5, depth=2), TreesPredictor(trees=5, depth=2, learning_rate=0.5)):
        again = other.learn(FEATURES, TARGETS, 1)
        assert other.predict(again, FEATURES).tolist() != other.predict(known, FEATURES).tolist()


def test_a_single_leaf_is_a_tree() -> None:
    arrays = TreesPredictor(trees=1).learn(FEATURES[:3], TARGETS[:3], 0)
    TreesPredictor().check_arrays(arrays, 5)
    assert np.isfinite(TreesPredictor().predict(arrays, FEATURES[:2])).all()


def kind(name: str, dtype: Any) -> Callable[[dict[str, Any]], object]:
    """Return what makes an array one of other numbers."""
    return lambda arrays: arrays.update({name: arrays[name].astype(dtype)})


DAMAGES: list[Callable[[dict[str, Any]], object]] = [
    lambda arrays: arrays.pop("threshold"),
    lambda arrays: arrays.update(start=np.zeros(2)),
    lambda arrays: arrays.update(value=arrays["value"][1:]),
    lambda arrays: arrays.update(left=arrays["left"][1:]),
    lambda arrays: arrays.update(left=np.zeros_like(arrays["left"])),  # back to the first node, without end
    lambda arrays: arrays.update(right=arrays["right"] + 10_000),
    lambda arrays: arrays.update(roots=arrays["roots"] - 1),
    lambda arrays: arrays.update(roots=arrays["roots"] + 10_000),
    lambda arrays: arrays.update(feature=np.where(arrays["feature"] < 0, -1, 5)),
    lambda arrays: arrays.update(feature=np.where(arrays["feature"] < 0, -1, -2)),
    *(kind(name, float) for name in ("roots", "feature", "left", "right")),
    *(kind(name, int) for name in ("start", "threshold", "value")),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_state_is_refused(damage: Callable[[dict[str, Any]], object]) -> None:
    arrays = dict(TreesPredictor(trees=3).learn(FEATURES, TARGETS, 0))
    TreesPredictor().check_arrays(arrays, 5)
    damage(arrays)
    with pytest.raises((KeyError, ValueError)):
        TreesPredictor().check_arrays(arrays, 5)


@pytest.mark.parametrize("options", [{"trees": 0}, {"depth": 17}, {"learning_rate": 0.0}, {"reach": 9}])
def test_a_number_out_of_range_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=f"^predictor.{next(iter(options))} "):
        TreesPredictor(**options)
