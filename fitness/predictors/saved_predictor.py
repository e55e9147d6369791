"""A predictor that was fitted and saved: which one it is, and what it predicts.

The file names its model; only a built-in one is taken, and nothing is imported for a name that is not in the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fitness.predictors.base import Fitted, FittedState, Predictor
from fitness.predictors.origin import KEY
from fitness.predictors.predictor_table import PREDICTORS
from fitness.predictors.state_file import read_state
from tasks import UsageError
from tasks.foundation.errors import bounded

_LONGEST = 120


@dataclass(frozen=True)
class SavedPredictor:
    """A file, what stands in it, and the name of its predictor."""

    path: Path
    state: FittedState
    name: str

    @classmethod
    def of(cls, path: Path) -> "SavedPredictor":
        """Return the predictor of a file; raises UsageError where it is damaged, or not of a built-in predictor."""
        state = read_state(path)
        return cls(path, state, _name_of(path, state))

    def restore(self, space: Any, label: str = "") -> Fitted:
        """Return it ready to predict on a space; raises UsageError where that, or the kind of label, is another."""
        predictor: Predictor = PREDICTORS.build(self.name, {"label": label})
        try:
            return predictor.restore(space, self.state)
        except UsageError as error:
            raise UsageError(f"{self.path}: {error}") from error


def _name_of(path: Path, state: FittedState) -> str:
    origin = state.notes.get(KEY)
    model = origin.get("model") if isinstance(origin, Mapping) else None
    for name, target in PREDICTORS.builtin.items():
        if target == model:
            return name
    raise UsageError(
        f"{path}: is of model {bounded(repr(model), _LONGEST)}, which is no predictor that is built in "
        f"({', '.join(PREDICTORS.builtin)}); restore it in Python by its own class"
    )
