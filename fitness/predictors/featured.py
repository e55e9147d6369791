"""Predictors that learn from a table of features: words of candidates' graphs, operations' costs, label-free scores.

Letters: N candidates, F features, S scores among them.
"""

import json
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.predictors.base import Fitted, FittedState, Floats, Labelled, Predictor
from fitness.predictors.descriptions import describe
from fitness.predictors.feature_table import FeatureTable
from fitness.predictors.origin import DAMAGE, OPTIONS, check_origin, check_probes, origin_of
from fitness.predictors.score_columns import ScoreColumns, score_names
from spaces import GraphSpace
from tasks import UsageError, derive_seed
from tasks.foundation.errors import bounded, first_line
from tasks.foundation.ranges import check_range

Arrays = Mapping[str, NDArray[Any]]

FEWEST = 8
"""Labelled candidates below which nothing is learnt."""
MOST_REACH = 8
_LONGEST = 120
_CENTRES, _SCALES = "feature_centres", "feature_scales"


@dataclass(frozen=True)
class Readings:
    """What is read of candidates of a space; reach: edges that words see; scores: None for none."""

    space: Any
    reach: int
    scores: ScoreColumns | None

    def choose(self, texts: Sequence[str], *, least: int) -> FeatureTable:
        """Return the columns to learn from candidates; raises UsageError for a score that none of them has."""
        if self.scores:
            self.scores.check_known(texts)
        return FeatureTable.choose(describe(self.space, texts, reach=self.reach), self._scores(texts), least=least)

    def rows(self, table: FeatureTable, texts: Sequence[str]) -> Floats:
        """Return the features [N, F] of candidates; raises ValueError for a text that is none."""
        return table.rows(describe(self.space, texts, reach=self.reach), self._scores(texts))

    def in_bytes(self, texts: Sequence[str]) -> bytes:
        """Return all that is read of candidates, to tell whether it is still the same."""
        described = [dict(description) for description in describe(self.space, texts, reach=self.reach)]
        return json.dumps([described, self._scores(texts).tolist()], sort_keys=True).encode()

    def _scores(self, texts: Sequence[str]) -> Floats:
        return self.scores.numbers(texts) if self.scores else np.zeros((len(texts), 0))


@dataclass(frozen=True, kw_only=True)
class FeaturedPredictor(Predictor):
    """A model that learns the labels' normal scores from features; what it learns are a few arrays.

    reach: edges that words of the graph see, 0 to ``MOST_REACH``
    scores: label-free fitnesses of one batch whose scores are further features, e.g. ``logsynflow,meco``
    scores_file: Parquet or CSV file of these, a column each, as ``evo.correlate`` leaves it; a candidate that it lacks
        has the mean of those that were learnt from
    label: as in ``Predictor``
    """

    reach: int = 2
    scores: str = ""
    scores_file: Path | None = None
    label: str = ""

    def __post_init__(self) -> None:
        """Raise UsageError for a number out of range, and unless scores and a file that has them are there together."""
        check_range("predictor.reach", self.reach, 0, MOST_REACH)
        if bool(score_names(self.scores)) != bool(self.scores_file):
            raise UsageError(
                f"predictor.scores={bounded(repr(self.scores), _LONGEST)} and predictor.scores_file="
                f"{bounded(repr(str(self.scores_file or '')), _LONGEST)}: give both or neither; the file has a column "
                "for each of the scores, as that of evo.correlate"
            )
        self._scores()  # a search is not begun with a file that cannot be read

    @staticmethod
    def settle(options: dict[str, object]) -> dict[str, object]:
        """Return the options with the file of scores by its full path, so that it is found from anywhere."""
        given = options["scores_file"]
        return {**options, "scores_file": str(Path(str(given)).absolute()) if given else None}

    def accepts(self, space: object) -> str | None:
        """Return why candidates of a space cannot be ranked, None where they can."""
        return None if isinstance(space, GraphSpace) else "its words are of graphs, and this space has none (to_graph)"

    def fewest(self) -> int:
        """Return how many labelled candidates it needs to learn from."""
        return FEWEST

    def score_seconds(self) -> float:
        """Return the mean seconds that all scores of one candidate took, NaN where their file says it not of all."""
        scores = self._scores()
        return sum(scores.seconds_each().values()) if scores else 0.0

    @abstractmethod
    def learn(self, features: Floats, targets: Floats, seed: int) -> Arrays:
        """Return what the model learns from features [N, F] and targets [N], in one thread; seed: below 2 ** 32."""

    @abstractmethod
    def check_arrays(self, arrays: Arrays, features: int) -> None:
        """Raise KeyError, ValueError or TypeError unless these can be what was learnt from so many features."""

    @abstractmethod
    def predict(self, arrays: Arrays, features: Floats) -> Floats:
        """Return the predictions [N] for features [N, F]."""

    def fit(self, space: Any, labelled: Labelled, seed: int) -> FittedState:
        """Learn from labelled candidates.

        Raises UsageError for a space that is not accepted, too few labels or equal ones, and scores that are missing.
        """
        self._check_space(space)
        labelled.check_learnable(self.fewest())
        readings = self._readings(space)
        table = readings.choose(labelled.texts, least=2)
        features = readings.rows(table, labelled.texts)
        arrays = self.learn(features, normal_scores(np.array(labelled.labels)), derive_seed(seed, "model") % 2**32)
        origin = origin_of(self, space, labelled, readings.in_bytes)
        options = {"reach": self.reach, **({"scores": self.scores} if self.scores else {})}
        notes = {**origin, "features": list(table.names), OPTIONS: options}
        return FittedState({**arrays, _CENTRES: table.centres, _SCALES: table.scales}, notes)

    def restore(self, space: Any, state: FittedState) -> Fitted:
        """Return what a fit has learnt; raises UsageError for a state of another model, space or kind of label."""
        self._check_space(space)
        readings = self._readings(space)
        check_origin(self, space, state, readings.in_bytes, cure=self._cure(state))
        try:
            table = FeatureTable(tuple(state.notes["features"]), state.arrays[_CENTRES], state.arrays[_SCALES])
            self.check_arrays(state.arrays, len(table.scales))
            fitted = FittedFeatures(self, readings, table, state.arrays)
            check_probes(fitted, state)
        except DAMAGE as error:
            raise UsageError(f"the state of this predictor is damaged ({first_line(error)}); fit it anew") from error
        return fitted

    def _cure(self, state: FittedState) -> str:
        """Return what to give where a state reads something else of candidates: scores that it has and this lacks."""
        options = state.notes.get(OPTIONS)
        scores = options.get("scores") if isinstance(options, Mapping) else None
        if not isinstance(scores, str) or not scores or self.scores:
            return "give those"
        said = bounded(json.dumps(scores), _LONGEST)
        return (
            f"give its scores again, which evo.rank takes by --predictor 'PREDICTOR(scores={said},scores_file=FILE)', "
            "and the fitness ranker does not"
        )

    def _check_space(self, space: object) -> None:
        reason = self.accepts(space)
        if reason:
            raise UsageError(f"predictor {type(self).__name__}: {reason}")

    def _readings(self, space: Any) -> Readings:
        return Readings(space, self.reach, self._scores())

    def _scores(self) -> ScoreColumns | None:
        file = self.scores_file
        return ScoreColumns(Path(file), score_names(self.scores)) if file else None  # settled options are texts


class FittedFeatures(Fitted):
    """A model of features that has learnt."""

    def __init__(self, model: FeaturedPredictor, readings: Readings, table: FeatureTable, arrays: Arrays) -> None:
        """Keep them."""
        self._model, self._readings, self._table, self._arrays = model, readings, table, arrays

    def scores(self, texts: Sequence[str]) -> Floats:
        """Return the scores [N] of candidates, higher is better; raises ValueError for a text that is none."""
        if not texts:
            return np.zeros(0)
        return self._model.predict(self._arrays, self._readings.rows(self._table, texts))


def normal_scores(labels: Floats) -> Floats:
    """Return for each label [N] the standard normal quantile of its mid-rank / (N + 1): its scale has no say."""
    from scipy.stats import norm, rankdata

    quantiles: Floats = norm.ppf(rankdata(labels) / (len(labels) + 1))
    return quantiles
