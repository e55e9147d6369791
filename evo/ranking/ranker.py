"""A ranker in the hands of a Python caller: fitted or read from its file, it predicts and is judged."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evo.engine.asking import requested
from evo.engine.scored import text_of
from evo.ranking.evaluation import RankerEvaluation, evaluate
from evo.ranking.fitting import fit_ranker
from evo.ranking.learnt import Learnt
from evo.ranking.prediction import Predictions, predict
from evo.ranking.ranker_notes import RankerNotes
from evo.ranking.request import EvaluateRequest, FitRankerRequest, PredictRequest
from evo.ranking.request_checks import check_file
from evo.ranking.restoring import load_ranker
from evo.records.requests import PluginLike
from fitness.predictors.state_file import write_state
from tasks.foundation.errors import UsageError, first_line


class Ranker:
    """A predictor that has learnt from labelled candidates of a space; made by ``fit`` or ``load``."""

    def __init__(self, learnt: Learnt, *, path: Path | None = None) -> None:
        """Take what was learnt; path: of its file, None where it has none."""
        self.learnt = learnt
        self.path = path

    @staticmethod
    def fit(**asked: Any) -> "Ranker":
        """Return a ranker that has learnt; as ``python -m evo.rank fit`` does, and nothing is written.

        space: a name, ``name(option=value, ...)``, ``module:attribute``, a class, or an object; not needed beside run
        predictor: likewise, e.g. ``ranker(size=small)`` (the default), ``trees``, ``ridge``
        table and metric, panel, or run: what to learn from; sample, rows, rows_seed, lower_is_better, seed, options,
        trust: see ``FitRankerRequest``

        Raises UsageError for bad input, a space that cannot be ranked, and labels from which nothing can be learnt.
        """
        return Ranker(fit_ranker(requested(FitRankerRequest, asked)))

    @staticmethod
    def load(
        file: str | Path, *, space: PluginLike | None = None, predictor: PluginLike | None = None, trust: bool = False
    ) -> "Ranker":
        """Return the ranker of a file; raises UsageError where it is none, or of another space than the one named.

        space, predictor: where the file cannot make them, as those of your own
        trust: whether whatever the file names may be imported
        """
        return Ranker(load_ranker(Path(file), space=space, predictor=predictor, trust=trust), path=Path(file))

    def save(self, file: str | Path, *, force: bool = False) -> Path:
        """Write it to a .safetensors file and return the path; raises UsageError where that cannot be.

        force: whether to replace a file
        """
        path = Path(file)
        check_file(path, force=force)
        try:
            write_state(path, self.learnt.state)
        except UsageError:
            raise
        except ValueError as error:  # an option that JSON does not know
            raise UsageError(f"--out {path}: what was learnt cannot be written ({first_line(error)})") from error
        self.path = path
        return path

    def predict(self, candidates: Sequence[object] = (), **asked: Any) -> Predictions:
        """Return what it says of candidates, the best first.

        candidates: of the space, their texts, or records of a run; or table, or random: see ``PredictRequest``, also
        for sample, rows, rows_seed, seed and top

        Raises UsageError for a text that is no candidate.
        """
        if isinstance(candidates, str):
            raise UsageError(f"candidates={candidates!r}: a list of candidates is needed")
        texts = [self._text(candidate) for candidate in candidates]
        return predict(self.learnt, requested(PredictRequest, {"candidates": texts, **asked}))

    def evaluate(self, **asked: Any) -> RankerEvaluation:
        """Return how well it ranks labelled candidates that it has not learnt from, beside counting parameters.

        table and metric, panel, or run: what to hold it against; sample, rows, rows_seed, lower_is_better,
        other_labels: see ``EvaluateRequest``

        Raises UsageError for bad input, labels of another kind than those it learnt, and too few rows or equal labels.
        """
        return evaluate(requested(EvaluateRequest, asked), self.learnt, path=self.path or "the ranker")

    @property
    def notes(self) -> RankerNotes:
        """What it was fitted on."""
        return self.learnt.notes

    def __repr__(self) -> str:
        """Return what it is in a line."""
        return f"Ranker: {self.learnt.describe()}"

    def _text(self, candidate: object) -> str:
        found = text_of(candidate)
        return found if isinstance(found, str) else self.learnt.space.encode(found)
