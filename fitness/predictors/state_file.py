"""What a predictor has learnt, in one file: arrays as safetensors, the notes as JSON in its metadata.

Nothing in a file is run or imported.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.predictors.base import FittedState
from fitness.predictors.learnt_members import check_members
from tasks import UsageError, first_line
from tasks.foundation.plain_files import read_plain
from tasks.foundation.whole_files import write_bytes

MOST_STATE_BYTES = 1 << 30
"""Bytes of a file that is read, 1 GiB: the published sizes take up to 300 MB."""
_NOTES = "selfnas.predictor"
_LENGTH_BYTES = 8  # of a safetensors file say how long its JSON is, which follows
_DIGITS = 16  # of a digest, which only has to notice a file that was replaced


def write_state(path: Path, state: FittedState) -> None:
    """Replace a file whole and durably, in a folder that is made where it is missing.

    Raises UsageError where the file system refuses, and ValueError for notes that JSON cannot hold.
    """
    content = pack_state(state)
    try:
        write_bytes(path, content, shared=True)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {first_line(error)}") from error


def read_state(path: Path) -> FittedState:
    """Return what ``write_state`` wrote; raises UsageError for a file that is not there, damaged, or another kind's."""
    return unpack_state(path, _content(path))


def state_digest(path: Path) -> str:
    """Return a digest of a file, so that one that was replaced is noticed; raises UsageError where it has none."""
    return hashlib.sha256(_content(path)).hexdigest()[:_DIGITS]


def pack_state(state: FittedState) -> bytes:
    """Return the content of a file, the same for equal states; raises ValueError for notes that JSON cannot hold."""
    from safetensors.numpy import save

    try:
        notes = json.dumps(dict(state.notes), sort_keys=True, allow_nan=False)
    except TypeError as error:
        raise ValueError(f"notes that JSON cannot hold: {error}") from error
    return save({name: np.asarray(value, order="C") for name, value in state.arrays.items()}, {_NOTES: notes})


def unpack_state(path: Path, content: bytes) -> FittedState:
    """Return what a file's content says; raises UsageError, which names the file, where that is no state."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        arrays = load(content)
        _check_finite(arrays)
        check_members(arrays)
        return FittedState(arrays, _notes_of(content))
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            f"{path}: is damaged, or no saved predictor ({first_line(error)}); fit one anew, or name another file"
        ) from error


def _content(path: Path) -> bytes:
    try:
        return read_plain(path, most=MOST_STATE_BYTES)
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({first_line(error)}); name the file of a saved predictor") from error


def _check_finite(arrays: Mapping[str, NDArray[Any]]) -> None:
    for name, values in arrays.items():
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            raise ValueError(f"{name} has a number that is not finite")


def _notes_of(content: bytes) -> Mapping[str, Any]:
    length = int.from_bytes(content[:_LENGTH_BYTES], "little")
    notes = json.loads(json.loads(content[_LENGTH_BYTES : _LENGTH_BYTES + length])["__metadata__"][_NOTES])
    if not isinstance(notes, dict):
        raise ValueError("its notes are no object")
    return notes
