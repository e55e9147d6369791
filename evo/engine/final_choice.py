"""How the best of a run is chosen at its end where its fitness has final weights: a function of the log, and of a file.

What a search itself goes by are positions in a frozen reference. Its end is where candidates beat the whole reference,
so the last word is their positions among reference and run together.

Letters: N candidates of the reference, R rows of a log.
"""

import logging
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evo.display.readable_numbers import counted
from evo.storage.durable_files import parse_json, read_json, write_json
from evo.storage.run_folder import REFERENCE, is_run, read_config
from evo.storage.run_log import logged_trials
from fitness.consensus.joined import final_scores
from fitness.reference import FAILED_MEMBER, ScoredSample
from tasks.foundation.errors import UsageError, bounded

logger = logging.getLogger(__name__)

FILE = "reference.json"
COLUMNS = ("metrics",)
"""What the choice takes from a log, beside what a summary does."""
JOINT = "joint"
"""What the number is called that the best is chosen by."""
LONGEST = 300
"""Characters of all weights in a line."""
CURE = "--resume writes it again"
_ABOUT = (
    "The best of the run has the highest weighted mean of the logarithms of its positions, by these weights. A "
    "position is a member's mid-rank / (n + 1) among the n different candidates of the reference and of the run's rows "
    "that have a fitness, an equal one with the scores of the run; that of a member that failed is 1 / (n + 1)."
)


@dataclass(frozen=True)
class FinalChoice:
    """Weights by label, and the reference: keys [N] and scores [N] by label, NaN where a member failed."""

    weights: Mapping[str, float]
    keys: Sequence[str]
    scores: Mapping[str, NDArray[np.float64]]

    def joint(self, rows: Sequence[Mapping[str, Any]]) -> NDArray[np.float64]:
        """Return the number that the best is chosen by [R], of rows of different keys that have a score."""
        run = {label: np.array([_value(row, label) for row in rows], dtype=np.float64) for label in self.weights}
        keys = {row["key"] for row in rows}
        others = np.array([key not in keys for key in self.keys], dtype=bool)
        reference = {label: self.scores[label][others] for label in self.weights}
        joint = final_scores(self.weights, reference, run)
        return np.where(np.isnan(joint), -np.inf, joint)

    def line(self, run: Collection[str]) -> str:
        """Return how the best of a run's candidates is chosen; run: the keys of those that have a fitness."""
        weights = ", ".join(f"{label} {weight:.2f}" for label, weight in self.weights.items())
        others = counted(len({*self.keys}.difference(run)), "other", "others")
        ours = counted(len(run), "candidate")
        return (
            f"best by {JOINT}: mean log position among {ours} of the run and {others} of the reference, weights "
            f"{bounded(weights, LONGEST)}; fitness is what the search went by"
        )


def keep_final(run_dir: Path, weights: Mapping[str, float], sample: ScoredSample, key_of: Callable[[str], str]) -> None:
    """Write by what a run's best is chosen; without weights that it is by the fitness, so that a lost file is told.

    A warning says so where the reference has other scores than the file had, as where a log of it was edited.

    key_of: identity of the candidate of a text, the same as in the run's rows
    """
    scores = {label: [None if math.isnan(one) else one for one in sample.scores[label].tolist()] for label in weights}
    keys = list(map(key_of, sample.texts))
    values = {"about": _ABOUT, "weights": dict(weights), "candidates": list(sample.texts), "keys": keys}
    path = run_dir / REFERENCE / FILE
    if _stored_scores(path) not in (None, scores):
        said = "held other scores of the reference, by which trials of this run were scored; one of them was edited"
        logger.warning("note: %s %s", path, said)
    write_json(path, {**values, "scores": scores})


def _stored_scores(path: Path) -> object:
    """Return the scores that a file holds, None where nothing of the kind can be read."""
    try:
        return parse_json(path)["scores"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_final(run_dir: Path) -> FinalChoice | None:
    """Return how a run's best is chosen, None where by the fitness alone; raises UsageError where that is damaged.

    Where it is lost, a warning says so, and the fitness has to do.
    """
    path = run_dir / REFERENCE / FILE
    if not path.exists():
        if _had_one(run_dir):
            logger.warning("note: %s is missing: the best shown is that of the highest fitness alone; %s", path, CURE)
        return None
    values = read_json(path, CURE)
    if values.get("weights") == {}:
        return None
    try:
        keys = [str(key) for key in values["keys"]]
        weights = {str(label): float(weight) for label, weight in values["weights"].items()}
        scores = {label: np.array(values["scores"][label], dtype=np.float64) for label in weights}
        _check(keys, weights, scores)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path}: is not what this version writes ({str(error)[:100]}); {CURE}") from error
    return FinalChoice(weights, keys, scores)


def _had_one(run_dir: Path) -> bool:
    """Return whether a run has begun its search after a reference, which is when the file is written."""
    return is_run(run_dir) and read_config(run_dir).reference_size > 0 and logged_trials(run_dir) > 0


def _check(keys: Sequence[str], weights: Mapping[str, float], scores: Mapping[str, NDArray[np.float64]]) -> None:
    """Raise ValueError for what no run has written."""
    if any(scored.shape != (len(keys),) for scored in scores.values()):
        raise ValueError("a member has not as many scores as there are candidates")
    if not all(0 <= weight < math.inf for weight in weights.values()) or not sum(weights.values()) > 0:
        raise ValueError("its weights are no weights")


def _value(row: Mapping[str, Any], label: str) -> float:
    """Return a member's score in a row, NaN where it failed."""
    metrics = dict(row["metrics"] or ())
    return math.nan if metrics.get(FAILED_MEMBER + label) else metrics.get(label, math.nan)
