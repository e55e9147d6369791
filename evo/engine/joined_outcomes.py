"""What follows from scores that are kept: a candidate's outcome where all members of its fitness have scored it alone.

So a fitness that joins others costs a scoring nothing where those have been scored already.
"""

import math
from collections.abc import Mapping, Sequence

from evo.engine.evolution import Evolution
from evo.engine.reference_members import scorers_of
from evo.records.trial import Outcome, Status
from evo.storage.score_store import NO_SCORES, Key, ScoreStore
from fitness import Fitness
from fitness.reference import ReferenceRequest


def joined_outcomes(evolution: Evolution, request: ReferenceRequest, scores: ScoreStore) -> Mapping[Key, Outcome]:
    """Return what is known of candidates by their members' kept scores, by text and seed of the evaluation.

    The fitness has taken its reference. Nothing where its members draw by another seed than the run's, as scores that
    are kept were drawn by one seed alone.
    """
    config, fitness = evolution.config, evolution.plugins.fitness
    if config.seed != request.seed:
        return NO_SCORES
    scorers = scorers_of(request, evolution.run_dir, config, evolution.plugins, evolution.objects)
    kept = {scorer.label: scores.known(scorer.config) for scorer in scorers}
    common = set.intersection(*map(set, kept.values()))
    joined = {key: _joined(fitness, {label: known[key] for label, known in kept.items()}) for key in common}
    return {key: outcome for key, outcome in joined.items() if outcome is not None}


def _joined(fitness: Fitness, outcomes: Mapping[str, Outcome]) -> Outcome | None:
    """Return the outcome that follows from those of the members, None where none does."""
    values = {label: math.nan if one.fitness is None else one.fitness for label, one in outcomes.items()}
    score = fitness.score_by_members(values)
    if score is None or not math.isfinite(score.value):
        return None
    any_one = next(iter(outcomes.values()))
    return Outcome(
        Status.COMPLETED,
        fitness=score.value,
        metrics=score.metrics,
        params=any_one.params,
        macs=any_one.macs,
        build_s=sum(one.build_s or 0.0 for one in outcomes.values()),
        evaluate_s=sum(one.evaluate_s or 0.0 for one in outcomes.values()),
        cpu_s=_together([one.cpu_s for one in outcomes.values()]),
    )


def _together(seconds: Sequence[float | None]) -> float | None:
    """Return the sum of what members took, None where it is not known of one."""
    known = [one for one in seconds if one is not None]
    return sum(known) if len(known) == len(seconds) else None
