"""The members of a panel, ready to be scored by one task after the other.

Letters: P members.
"""

import math
from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import numpy as np

from fitness.base import DeadlineExceededError, EvalContext, Fitness
from fitness.memory_errors import wants_memory
from fitness.rank_correlation.built_once import BuiltOnce
from spaces import SearchSpace, candidate_key, read_candidate
from tasks import Panel, UsageError, derive_rng


class PanelMembers:
    """The P members of a panel as candidates of their space, whose networks are built once and reset for each task.

    candidates, keys, labels: [P]; higher labels are better.
    """

    def __init__(self, panel: Panel, space: SearchSpace[Any]) -> None:
        """Raise UsageError for a text that is no candidate of ``space``."""
        self.space = space
        self.candidates = [_decoded(space, text, panel) for text in panel.texts]
        self.keys = [candidate_key(space, candidate) for candidate in self.candidates]
        self.labels = np.array(panel.labels)
        self._built: Any = BuiltOnce(space)

    def __len__(self) -> int:
        """Return the number P of members."""
        return len(self.candidates)

    def score(self, member: int, fitness: Fitness, context: EvalContext) -> float:
        """Return the score of one member, minus infinity where it has none or its scoring fails.

        Its initial weights depend on the run's seed and its own key alone. Raises DeadlineExceededError, and whatever
        says that memory ran out.
        """
        rng = derive_rng(context.data_seed, "panel", self.keys[member])
        try:
            score = fitness(self.candidates[member], replace(context, space=self._built, rng=rng, threshold=None))
        except DeadlineExceededError:
            raise
        except Exception as error:  # one member's failure is a bad rank, not the end of the task
            if wants_memory(error):  # the machine's state, not the member's worth
                raise
            return -math.inf
        return score.value if math.isfinite(score.value) else -math.inf


def check_distinct(name: str, *parts: PanelMembers) -> None:
    """Raise UsageError where two members of these parts of panel ``name`` are the same architecture."""
    first: dict[str, Any] = {}
    for part in parts:
        for key, candidate in zip(part.keys, part.candidates, strict=True):
            if key in first:
                texts = " and ".join(repr(part.space.encode(each)) for each in (first[key], candidate))
                raise UsageError(f"panel {name}: {texts} are one architecture; each needs one label")
            first[key] = candidate


def _decoded(space: SearchSpace[Any], text: str, panel: Panel) -> Hashable:
    try:
        candidate: Hashable = read_candidate(space, text)
    except ValueError as error:
        raise UsageError(f"panel {panel.name}: {text!r} is no candidate of its space: {error}") from error
    return candidate
