"""Where what a predictor knows comes from: model, space, kind and digest of labels; what is of another is refused.

A space is known by its class and by what it says of some of the candidates that were learnt from: options that change
what a predictor reads of a candidate, such as channels where it reads costs, make another space; others do not.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fitness.predictors.base import FittedState, Labelled, Predictor
from tasks import UsageError
from tasks.foundation.errors import bounded

Reads = Callable[[Sequence[str]], bytes]
"""Returns what a predictor reads of candidates' texts; raises ValueError for a text that is none."""

KEY = "origin"
OPTIONS = "options"
"""Note of a predictor's options by which it is made again where a file alone is there; never one that names a file."""
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


def check_origin(predictor: Predictor, space: object, state: FittedState, reads: Reads) -> None:
    """Raise UsageError for a state of another model, another space or another kind of label, or without an origin."""
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
            "else is read of candidates; give those, or fit one anew"
        )
    if predictor.label and known.get("label") != predictor.label:
        said = bounded(repr(known.get("label")), _LONGEST)
        raise UsageError(f"this predictor learnt labels {said}, and {predictor.label!r} is asked for; fit one on those")


def rows_digest(labelled: Labelled) -> str:
    """Return a digest of candidates and labels, in their order."""
    rows = json.dumps([labelled.texts, [float(label) for label in labelled.labels]])
    return hashlib.sha256(rows.encode()).hexdigest()


def _reads_alike(known: Mapping[str, Any], reads: Reads) -> bool:
    probes = known.get("probes")
    if not isinstance(probes, list) or len(probes) > _PROBES or not all(isinstance(probe, str) for probe in probes):
        return False
    try:
        return hashlib.sha256(reads(probes)).hexdigest() == known.get("read")
    except ValueError:  # a text of another space
        return False


def _class_of(made: object) -> str:
    return f"{type(made).__module__}:{type(made).__qualname__}"
