"""A frozen sample of a space, scored before a search: what a fitness may ask for, and what it is handed.

Letters: N candidates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

FAILED_MEMBER = "failed: "
"""Before a label, the name of the metric that is 1 where that member has no score for a candidate."""


@dataclass(frozen=True)
class ReferenceMember:
    """A fitness that scores the sample.

    label: what its scores are called, in the metrics of a row, too
    name, options: of the fitness, as a configuration keeps them
    made: the caller's own object in its place, None where the name makes it
    """

    label: str
    name: str
    options: Mapping[str, object] = field(default_factory=dict)
    made: Any = None


@dataclass(frozen=True)
class ReferenceRequest:
    """What a fitness asks the engine to score before the first trial.

    members: by whom
    seed: what the sample is drawn and scored with, whatever the run's own; images and targets depend on it
    size: candidates to draw, 0 for as many as suit the length of the search
    given: texts of candidates to score beside those drawn
    """

    members: tuple[ReferenceMember, ...]
    seed: int = 0
    size: int = 0
    given: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScoredSample:
    """Candidates and what each member says of them.

    texts: N candidates
    scores: by label [N], higher is better, NaN where a member failed
    params, macs: of the networks [N], NaN where the space builds none
    """

    texts: tuple[str, ...]
    scores: Mapping[str, NDArray[np.float64]]
    params: NDArray[np.float64]
    macs: NDArray[np.float64]

    def __len__(self) -> int:
        """Return the number of candidates."""
        return len(self.texts)


@dataclass(frozen=True)
class Reference:
    """What was asked for: the sample that was drawn, and the candidates that were given."""

    drawn: ScoredSample
    given: ScoredSample
