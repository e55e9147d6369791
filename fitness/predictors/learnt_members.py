"""Which candidates a saved predictor has learnt from, so that none of them is taken for one that it has not seen.

A state keeps eight bytes for each, of a digest of the candidate's identity. Letters: N candidates, M learnt from.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fitness.predictors.base import FittedState
from spaces import SearchSpace, candidate_key

KEY = "learnt_members"
_BYTES = 8


def with_members(state: FittedState, space: SearchSpace[Any], texts: Sequence[str]) -> FittedState:
    """Return a state that keeps from which candidates it has learnt."""
    return replace(state, arrays={**state.arrays, KEY: np.unique(member_digests(space, texts))})


def learnt_from(state: FittedState, space: SearchSpace[Any], texts: Sequence[str]) -> NDArray[np.bool_]:
    """Return which candidates [N] a state has learnt from; none where it does not say.

    Raises ValueError for a text that is no candidate.
    """
    kept = state.arrays.get(KEY)
    if kept is None:
        return np.zeros(len(texts), dtype=bool)
    return np.isin(member_digests(space, texts), kept)


def member_digests(space: SearchSpace[Any], texts: Sequence[str]) -> NDArray[np.uint64]:
    """Return a digest [N] of each candidate's identity, the same for texts of one candidate."""
    keys = (candidate_key(space, space.decode(text)) for text in texts)
    digests = b"".join(hashlib.sha256(key.encode()).digest()[:_BYTES] for key in keys)
    return np.frombuffer(digests, dtype="<u8").astype(np.uint64)
