"""A predictor that was fitted and saved: which one it is, and what it predicts.

The file names its model; only a built-in one is taken, and nothing is imported for a name that is not in the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fitness.predictors.base import Fitted, FittedState, Predictor
from fitness.predictors.origin import KEY, OPTIONS
from fitness.predictors.predictor_table import PREDICTORS
from fitness.predictors.state_file import read_state
from tasks import UsageError
from tasks.foundation.errors import bounded

FILE_OPTIONS = frozenset({"scores", "scores_file"})
"""Options that have files read; what a saved predictor's file says of them is left out, and has to be given again."""
_LONGEST = 120


def with_options(state: FittedState, options: Mapping[str, Any]) -> FittedState:
    """Return a state that keeps the options, JSON values, of the predictor that was fitted."""
    return replace(state, notes={**state.notes, OPTIONS: dict(options)})


def noted_options(path: Path, state: FittedState) -> Mapping[str, Any]:
    """Return the options that a state of a file keeps, none where it does not; raises UsageError for a damaged one."""
    options = state.notes.get(OPTIONS, {})
    if not isinstance(options, Mapping):
        raise UsageError(f"{path}: its options are {bounded(repr(options), _LONGEST)}, and no table; fit one anew")
    return {name: value for name, value in options.items() if name not in FILE_OPTIONS}


def given_again(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return those options of a predictor that its file does not bring back: its scores, none where it has none."""
    return {name: value for name, value in sorted(options.items()) if name in FILE_OPTIONS and value}


@dataclass(frozen=True)
class SavedPredictor:
    """A file, what stands in it, the name of its predictor, and the options of that one as far as it keeps them."""

    path: Path
    state: FittedState
    name: str
    options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, path: Path) -> "SavedPredictor":
        """Return the predictor of a file; raises UsageError where it is damaged, or not of a built-in predictor."""
        return cls.of_state(path, read_state(path))

    @classmethod
    def of_state(cls, path: Path, state: FittedState) -> "SavedPredictor":
        """Return the predictor of what a file holds; raises UsageError as ``of`` does."""
        return cls(path, state, _name_of(path, state), noted_options(path, state))

    def restore(self, space: Any, label: str = "") -> Fitted:
        """Return it ready to predict on a space; raises UsageError where that, or the kind of label, is another."""
        try:
            predictor: Predictor = PREDICTORS.build(self.name, {**self.options, "label": label})
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
