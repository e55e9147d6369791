"""What a ranker's file says of itself beside what was learnt: its space, its predictor, and the labels it learnt."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evo.records.config import Choice, as_json
from fitness.predictors.base import FittedState
from fitness.predictors.origin import KEY as ORIGIN
from fitness.predictors.origin import NAMED
from fitness.predictors.saved_predictor import noted_options, with_options
from tasks.foundation.errors import UsageError, bounded, first_line

KEY = "ranker_file"
OF_SEARCH, OF_NOBODY = "trials of a search", "rows that it does not name"
"""Where the labels of a file come from that ``evo.rank`` did not write."""
_LONGEST = 120


@dataclass(frozen=True)
class RankerNotes:
    """What was fitted on what.

    space, predictor: None where they cannot be made by their name, or the file does not say it
    label: what the labels are, empty where the file does not say it
    source: where they come from, in words
    members: candidates that were learnt from
    """

    label: str
    source: str
    members: int
    seed: int = 0
    space: Choice | None = None
    predictor: Choice | None = None

    def noted(self, state: FittedState) -> FittedState:
        """Return a state that says this of itself."""
        if self.predictor is not None:
            state = with_options(state, as_json(self.predictor)["options"])
        named = None if self.predictor is None else self.predictor.name
        return replace(state, notes={**state.notes, KEY: {**as_json(self), "predictor": named}})


def read_notes(path: Path, state: FittedState) -> RankerNotes:
    """Return what a file says of itself; raises UsageError where that is nothing, or of another form.

    A file that ``evo.rank`` did not write, as the fit of a search's strategy, says how many labels it learnt, and what
    they are where its predictor was told.
    """
    options = noted_options(path, state)
    try:
        if KEY not in state.notes:
            origin = {name: state.notes[ORIGIN][name] for name in ("label", "members")}
            return RankerNotes(
                **_plain({**origin, "source": OF_SEARCH if NAMED in state.notes else OF_NOBODY, "seed": 0})
            )
        values = dict(state.notes[KEY])
        space, predictor = values.pop("space"), values.pop("predictor")
        named = None if predictor is None else _choice({"name": predictor, "options": options})
        return RankerNotes(**_plain(values), space=_choice(space), predictor=named)
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"{path}: is no file of a ranker, or damaged ({first_line(error)}); make one by python -m evo.rank fit"
        ) from error


def check_label(path: object, notes: RankerNotes, kind: str, *, other: bool) -> None:
    """Raise UsageError where labels are not of the kind that was learnt, unless ``other`` says that they may be."""
    if kind != notes.label and not other:
        learnt, given = (bounded(repr(each), _LONGEST) for each in (notes.label, kind))
        if not notes.label:
            raise UsageError(
                f"{path}: it does not say which label it learnt, and these are {given}; --other-labels ranks by them "
                "all the same"
            )
        raise UsageError(
            f"{path}: it learnt the label {learnt}, and these are {given}; name labels of that kind, or --other-labels "
            "to rank by others all the same"
        )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {"label": str, "source": str, "members": int, "seed": int}
    if values.keys() != kinds.keys() or any(type(values[name]) is not kind for name, kind in kinds.items()):
        raise ValueError("what it says has another form")
    return dict(values)


def _choice(values: object) -> Choice | None:
    if values is None:
        return None
    if not isinstance(values, Mapping) or values.keys() != {"name", "options"}:
        raise ValueError("a plug-in has another form")
    name, options = values["name"], values["options"]
    if not isinstance(name, str) or not isinstance(options, Mapping):
        raise ValueError("a plug-in has another form")
    return Choice(name, options)
