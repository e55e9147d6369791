"""Gradient-boosted regression trees (Friedman, 2001, Annals of Statistics 29), fitted by scikit-learn.

Letters: N candidates, F features, T trees, K nodes of all trees together.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.predictors.base import Floats
from fitness.predictors.featured import Arrays, FeaturedPredictor
from fitness.predictors.one_thread import one_thread
from fitness.predictors.origin import check_kinds
from tasks.foundation.ranges import check_range

MOST_TREES, MOST_DEPTH = 10_000, 16
_LEAF = -1
_LEAST_RATE = 1e-6
_OF_CANDIDATES, _OF_FEATURES = 0.7, 0.1  # what a tree and what each split draws
_SMALLEST_LEAF = 3
_ROWS_AT_ONCE = 2_048
KINDS = {
    **dict.fromkeys(("roots", "feature", "left", "right"), "i"),
    **dict.fromkeys(("start", "threshold", "value"), "f"),
}
_OF_NODES = ("feature", "threshold", "left", "right", "value")


@dataclass(frozen=True, kw_only=True)
class TreesPredictor(FeaturedPredictor):
    """Trees, each of which learns what those before it left over, from a random part of candidates and features.

    trees: how many, 1 to ``MOST_TREES``; depth: of each, 1 to ``MOST_DEPTH``
    learning_rate: share of its answer that each adds, at most 1
    reach, scores, scores_file, label: as in ``FeaturedPredictor``
    """

    trees: int = 300
    depth: int = 6
    learning_rate: float = 0.05

    def __post_init__(self) -> None:
        """Raise UsageError for a number out of range, and as ``FeaturedPredictor`` does."""
        super().__post_init__()
        check_range("predictor.trees", self.trees, 1, MOST_TREES)
        check_range("predictor.depth", self.depth, 1, MOST_DEPTH)
        check_range("predictor.learning_rate", self.learning_rate, _LEAST_RATE, 1)

    def learn(self, features: Floats, targets: Floats, seed: int) -> Arrays:
        """Return the nodes of all trees."""
        from sklearn.ensemble import GradientBoostingRegressor

        model = GradientBoostingRegressor(
            n_estimators=self.trees,
            max_depth=self.depth,
            learning_rate=self.learning_rate,
            subsample=_OF_CANDIDATES,
            max_features=_OF_FEATURES,
            min_samples_leaf=_SMALLEST_LEAF,
            random_state=seed,
        )
        with one_thread():
            model.fit(features, targets)
        return nodes_of(model, float(targets.mean()))

    def check_arrays(self, arrays: Arrays, features: int) -> None:
        """Raise KeyError or ValueError unless every way from a root ends, and no node asks for another feature."""
        check_kinds(arrays, KINDS)
        nodes, roots = len(arrays["feature"]), arrays["roots"]
        if {arrays[name].shape for name in _OF_NODES} != {(nodes,)} or roots.ndim != 1 or arrays["start"].shape != (1,):
            raise ValueError("its arrays differ in length")
        inner = arrays["feature"] != _LEAF
        children = np.stack([arrays["left"][inner], arrays["right"][inner]])
        if not (np.arange(nodes)[inner] < children).all() or (children >= nodes).any():
            raise ValueError("a node is not before its children")
        if not _within(roots, nodes) or not _within(arrays["feature"][inner], features):
            raise ValueError("a root or a feature is out of range")

    def predict(self, arrays: Arrays, features: Floats) -> Floats:
        """Return the sums [N] of what the trees say of features [N, F]."""
        parts = [features[first : first + _ROWS_AT_ONCE] for first in range(0, len(features), _ROWS_AT_ONCE)]
        return np.concatenate([_walk(arrays, part) for part in parts])


def nodes_of(model: Any, start: float) -> Arrays:
    """Return the nodes of a fitted model of scikit-learn, and what it starts from, as arrays.

    roots [T]: where in the others each tree begins; feature [K], -1 at a leaf; threshold [K]: up to which a feature
    leads to the child on the left; left, right [K]: children; value [K]: what a leaf adds to the start [1]
    """
    trees = [tree.tree_ for tree in model.estimators_[:, 0]]
    roots = np.cumsum([0, *(tree.node_count for tree in trees[:-1])])
    leaf = np.concatenate([tree.children_left for tree in trees]) == _LEAF
    shift = np.repeat(roots, [tree.node_count for tree in trees])
    left, right = (
        np.where(leaf, 0, np.concatenate([getattr(tree, f"children_{side}") for tree in trees]) + shift)
        for side in ("left", "right")
    )
    return {
        "start": np.array([start]),
        "roots": roots.astype(np.int64),
        "feature": np.where(leaf, _LEAF, np.concatenate([tree.feature for tree in trees])).astype(np.int64),
        "threshold": np.where(leaf, 0.0, np.concatenate([tree.threshold for tree in trees])),
        "left": left.astype(np.int64),
        "right": right.astype(np.int64),
        "value": model.learning_rate * np.concatenate([tree.value[:, 0, 0] for tree in trees]),
    }


def _walk(arrays: Arrays, features: Floats) -> Floats:
    """Return the sum [N] of start and leaves that features [N, F] lead to, tree by tree, as scikit-learn adds them."""
    feature, threshold, left, right = (arrays[name] for name in ("feature", "threshold", "left", "right"))
    values = features.astype(np.float32)  # as scikit-learn compares them
    rows = np.arange(len(values))
    node: NDArray[np.int64] = np.repeat(arrays["roots"][:, None], len(values), axis=1)
    while (inner := feature[node] != _LEAF).any():
        goes_left = values[rows, feature[node]] <= threshold[node]
        node = np.where(inner, np.where(goes_left, left[node], right[node]), node)
    total: Floats = np.full(len(values), arrays["start"][0])
    for leaves in arrays["value"][node]:
        total += leaves
    return total


def _within(numbers: NDArray[np.int64], end: int) -> bool:
    return bool(((numbers >= 0) & (numbers < end)).all())
