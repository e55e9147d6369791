"""Counting, which every score is held against: the parameters of candidates' networks.

Letters: N candidates.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spaces import CostedSpace, InputSpec, NetworkSpace, SequenceSpec, network_complexity, reads_sequences

OUTPUTS = 10
"""Of the networks that are counted; any other number ranks them alike."""


def parameters(space: Any, texts: Sequence[str]) -> NDArray[np.float64] | None:
    """Return the parameters [N] of candidates' networks, None where the space builds none.

    Where it knows the costs of their operations no network is built.
    """
    counts = isinstance(space, CostedSpace | NetworkSpace)
    if not counts:
        return None
    return np.array([_parameters(space, space.decode(text)) for text in texts], dtype=np.float64)


def _parameters(space: Any, candidate: Any) -> int:
    read = SequenceSpec() if reads_sequences(space) else InputSpec()
    return network_complexity(space, candidate, read, read.width if isinstance(read, SequenceSpec) else OUTPUTS).params
