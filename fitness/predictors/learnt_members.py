"""Which candidates a saved predictor has learnt from, so that none of them is taken for one that it has not seen.

A state keeps eight bytes for each, of a digest of the candidate's identity. Letters: N candidates, M learnt from.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fitness.predictors.base import FittedState

if TYPE_CHECKING:
    from spaces import SearchSpace

KEY = "learnt_members"
_BYTES = 8


def with_members(state: FittedState, space: "SearchSpace[Any]", texts: Sequence[str]) -> FittedState:
    """Return a state that keeps from which candidates it has learnt."""
    return replace(state, arrays={**state.arrays, KEY: np.unique(member_digests(space, texts))})


def without_members(state: FittedState) -> FittedState:
    """Return a state as it was fitted: without what ``with_members`` has put in."""
    return replace(state, arrays={name: values for name, values in state.arrays.items() if name != KEY})


def learnt_from(state: FittedState, space: "SearchSpace[Any]", texts: Sequence[str]) -> NDArray[np.bool_] | None:
    """Return which candidates [N] a state has learnt from; None where it does not say.

    Raises ValueError for a text that is no candidate.
    """
    kept = state.arrays.get(KEY)
    return None if kept is None else np.isin(member_digests(space, texts), kept)


def check_members(arrays: Mapping[str, NDArray[Any]]) -> None:
    """Raise ValueError where arrays say whom they have learnt from by anything but digests [M]."""
    kept = arrays.get(KEY)
    if kept is not None and (kept.dtype != np.uint64 or kept.ndim != 1):
        raise ValueError(f"{KEY} are {kept.dtype} {kept.shape}, and no list of digests")


def member_digests(space: "SearchSpace[Any]", texts: Sequence[str]) -> NDArray[np.uint64]:
    """Return a digest [N] of each candidate's identity, the same for texts of one candidate."""
    from spaces import candidate_key  # torch comes with it, and a file is checked without

    keys = (candidate_key(space, space.decode(text)) for text in texts)
    digests = b"".join(hashlib.sha256(key.encode()).digest()[:_BYTES] for key in keys)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
