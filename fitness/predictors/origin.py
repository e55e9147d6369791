"""Where what a predictor knows comes from: model, space, kind and digest of labels; what is of another is refused.

A space is known by its class and by what it says of some of the candidates that were learnt from: options that change
what a predictor reads of a candidate, such as channels where it reads costs, make another space; others do not.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.predictors.base import Fitted, FittedState, Floats, Labelled, Predictor, TieredFitted
from fitness.predictors.tiers import TIERS
from tasks import UsageError
from tasks.foundation.errors import bounded

Reads = Callable[[Sequence[str]], bytes]
"""Returns what a predictor reads of candidates' texts; raises ValueError for a text that is none."""

KEY = "origin"
OPTIONS = "options"
"""Note of a predictor's options by which it is made again where a file alone is there; never one that names a file."""
NAMED = "selfnas.fit"
"""Note in a file of a search's fit that repeats its name, so that one which took another's place is noticed."""
DAMAGE = (ArithmeticError, LookupError, TypeError, ValueError, RuntimeError)
"""What numbers and notes of a damaged state make a predictor raise."""
_PROBES = 8
_LONGEST = 120


def origin_of(predictor: Predictor, space: object, labelled: Labelled, reads: Reads) -> dict[str, Any]:
    """Return the notes by which ``check_origin`` knows a state: ``{"origin": {...}}``, to be put among its others."""
    probes = sorted(set(labelled.texts))[:_PROBES]
    found = {
        "model": _class_of(predictor),
        "space": _class_of(space),
        "probes": probes,
        "read": hashlib.sha256(reads(probes)).hexdigest(),
        "label": predictor.label,
        "members": len(labelled.texts),
        "rows": rows_digest(labelled),
    }
    return {KEY: found}


def check_origin(
    predictor: Predictor, space: object, state: FittedState, reads: Reads, *, cure: str = "give those"
) -> None:
    """Raise UsageError for a state of another model, another space or another kind of label, or without an origin.

    cure: what to do where something else is read of candidates
    """
    known = state.notes.get(KEY)
    if not isinstance(known, Mapping):
        raise UsageError("this is no state of a predictor: its notes do not say what it was fitted on")
    for what, ours in (("model", _class_of(predictor)), ("space", _class_of(space))):
        if known.get(what) != ours:
            said = bounded(repr(known.get(what)), _LONGEST)
            raise UsageError(f"this predictor was fitted as {what} {said}, and this is {ours!r}; fit one of it")
    if not _reads_alike(known, reads):
        raise UsageError(
            f"this predictor was fitted on {known['space']!r} with other options, or other scores, by which something "
            f"else is read of candidates; {cure}, or fit one anew"
        )
    if predictor.label and known.get("label") != predictor.label:
        said = bounded(repr(known.get("label")), _LONGEST)
        raise UsageError(f"this predictor learnt labels {said}, and {predictor.label!r} is asked for; fit one on those")


def check_probes(fitted: Fitted, state: FittedState) -> None:
    """Predict the candidates by which a space is known; raises ValueError, or what a damaged state makes it raise.

    Whatever ``check_origin`` and the shapes of arrays leave open is then told where a state is restored, not later.
    """
    probes = state.notes[KEY]["probes"]
    with np.errstate(all="ignore"):  # what overflows is told
        _check_numbers("scores", fitted.scores(probes), len(probes))
        if isinstance(fitted, TieredFitted):
            _check_numbers("tiers", fitted.tiers(probes), len(probes), TIERS)


def _check_numbers(name: str, values: Floats, *shape: int) -> None:
    if values.shape != shape or not np.isfinite(values).all():
        raise ValueError(f"its {name} of known candidates are not finite, or not {shape} numbers")


def check_kinds(arrays: Mapping[str, NDArray[Any]], kinds: Mapping[str, str]) -> None:
    """Raise KeyError for an array that is not there, ValueError for one of another kind; ``f``: real, ``i``: whole."""
    for name, kind in kinds.items():
        if arrays[name].dtype.kind != kind:
            raise ValueError(f"{name} are {arrays[name].dtype} numbers")


def rows_digest(labelled: Labelled) -> str:
    """Return a digest of candidates and labels, in their order."""
    rows = json.dumps([labelled.texts, [float(label) for label in labelled.labels]])
    return hashlib.sha256(rows.encode()).hexdigest()


def _reads_alike(known: Mapping[str, Any], reads: Reads) -> bool:
    probes = known.get("probes")
    if not isinstance(probes, list) or not 0 < len(probes) <= _PROBES:
        return False
    if not all(isinstance(probe, str) for probe in probes):
        return False
    try:
        return hashlib.sha256(reads(probes)).hexdigest() == known.get("read")
    except ValueError:  # a text of another space
        return False


def _class_of(made: object) -> str:
    kind = made.__class__  # what a space within constraints shares with the space itself
    return f"{kind.__module__}:{kind.__qualname__}"
