"""A reference for a fitness that asks for one, scored here and now: as a search scores it, of few candidates.

Letters: N candidates, K members.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from fitness.base import EvalContext, Fitness, as_score, network_shape
from fitness.conformance.attempt import left_as_they_were
from fitness.fitness_table import FITNESSES
from fitness.reference import Reference, ReferenceMember, ReferenceRequest, ScoredSample
from spaces import NetworkSpace, count_complexity, draw_distinct
from tasks import ImageSource, derive_rng

Array = NDArray[np.float64]

SIZE = 16
"""Candidates that are drawn, however many are asked for."""


def small_reference(request: ReferenceRequest, space: Any, images: ImageSource) -> Reference:
    """Return what was asked for, of ``SIZE`` candidates at most; raises UsageError where a member cannot be made."""
    members = {member.label: _made(member, images) for member in request.members}
    drawn = draw_distinct(space, SIZE, derive_rng(request.seed, "reference"))
    given = [space.decode(text) for text in request.given]

    def scored(candidates: Sequence[Any]) -> ScoredSample:
        scores = {
            label: np.array([_score(fitness, one, _context(one, space, images, request.seed)) for one in candidates])
            for label, fitness in members.items()
        }
        params, macs = _sizes(space, candidates, images)
        return ScoredSample(tuple(map(space.encode, candidates)), scores, params, macs)

    return Reference(scored(drawn), scored(given))


def _made(member: ReferenceMember, images: ImageSource) -> Fitness:
    made = FITNESSES.build(member.name, member.options, source=images) if member.made is None else member.made
    return Fitness.of(made)


def _context(candidate: Any, space: Any, images: ImageSource, seed: int) -> EvalContext:
    rng = derive_rng(seed, "conformance", "weights", space.encode(candidate))
    return EvalContext(space=space, images=images, data_seed=seed, rng=rng, device=torch.device("cpu"))


def _score(fitness: Fitness, candidate: Any, context: EvalContext) -> float:
    """Return the value, NaN where there is none."""
    with left_as_they_were():
        try:
            value = float(as_score(fitness(candidate, context)).value)
        except Exception:  # a row without a score
            return math.nan
    return value if math.isfinite(value) else math.nan


def _sizes(space: Any, candidates: Sequence[Any], images: ImageSource) -> tuple[Array, Array]:
    """Return parameters and multiply-adds [N], NaN where the space builds no networks."""
    if not isinstance(space, NetworkSpace):
        return np.full(len(candidates), math.nan), np.full(len(candidates), math.nan)
    counted = [count_complexity(space, candidate, *network_shape(images, space)) for candidate in candidates]
    return np.array([float(size.params) for size in counted]), np.array([float(size.macs) for size in counted])
