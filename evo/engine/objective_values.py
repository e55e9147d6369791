"""What a trial is worth by each objective of a search: from its size and its metrics to ``objective.NAME``.

Both ``Search`` and ``evo.Study`` have outcomes go through ``judged``, as does the score of a single candidate. Nothing
is done where the fitness is the only objective.
"""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from evo.records.config import TOLD, SearchConfig
from evo.records.search_objectives import (
    FITNESS,
    LATENCY,
    OF_NETWORKS,
    PREFIX,
    Objectives,
    SearchObjective,
    objectives_of,
)
from evo.records.trial import Outcome, Status, Trial
from fitness import Fitness
from fitness.base import scored_key
from fitness.rank_correlation.member_metrics import without_members
from spaces import NetworkSpace, SearchSpace, candidate_key
from tasks.foundation.errors import UsageError, bounded

_LONGEST_LIST = 200


def judged(outcome: Outcome, objectives: Objectives) -> Outcome:
    """Return an outcome with the value of each further objective among its metrics, signed, so that higher is better.

    Sizes are those of the candidate itself. A completed trial that lacks an objective, or has one that is not finite,
    becomes a failed one. What a fitness itself calls by such a name is left out: strategies go by all that have one.
    """
    if not objectives or outcome.status is not Status.COMPLETED:
        return outcome
    found: dict[str, float] = {}
    for objective in objectives[1:]:
        value = measured(objective, outcome)
        if value is None:
            return _failed(outcome, lacking(objective, outcome.metrics))
        if not math.isfinite(value):
            return _failed(outcome, f"the objective {objective.name} is not finite ({value})")
        found[objective.metric] = objective.sign * value + 0.0  # no minus before a zero
    others = {name: value for name, value in outcome.metrics.items() if not name.startswith(PREFIX)}
    return replace(outcome, metrics=others | found)


def measured(objective: SearchObjective, outcome: Outcome) -> float | None:
    """Return what was counted or measured of an objective, without its sign; None where nothing was."""
    if objective.name == FITNESS:
        return outcome.fitness
    counted = {"params": outcome.params, "macs": outcome.macs}.get(objective.name)
    return outcome.metrics.get(objective.name) if counted is None else float(counted)


def lacking(objective: SearchObjective, metrics: Mapping[str, float]) -> str:
    """Return that a trial has no value of an objective, and which metrics it has."""
    known = bounded(", ".join(without_members(metrics)), _LONGEST_LIST) or "none"
    return (
        f"there is no metric {bounded(objective.name, 80)!r} for the objective of that name; the metrics are: {known}"
    )


def _failed(outcome: Outcome, reason: str) -> Outcome:
    return replace(outcome, status=Status.FAILED, fitness=None, error=reason)


def without_threshold(trial: Trial, objectives: Objectives) -> Trial:
    """Return a trial whose exact fitness matters however low it is, as by another objective it may be the best."""
    return replace(trial, threshold=None) if objectives and trial.threshold is not None else trial


def is_timed(config: SearchConfig) -> bool:
    """Return whether a search measures how long networks take."""
    return any(one.name == LATENCY for one in objectives_of(config)) and config.fitness.name != TOLD


def key_in(config: SearchConfig, space: SearchSpace[Any], fitness: Fitness, candidate: Any) -> str:
    """Return the identity by which a search scores candidates once; those of one function take different times."""
    return candidate_key(space, candidate) if is_timed(config) else scored_key(space, fitness, candidate)


def check_objectives(config: SearchConfig, space: SearchSpace[Any]) -> None:
    """Raise UsageError for objectives that candidates of ``space`` cannot have."""
    for objective in objectives_of(config):
        if objective.name in OF_NETWORKS and not isinstance(space, NetworkSpace):
            raise UsageError(
                f"--objectives: {objective} is for networks, and space {config.space.name!r} builds none; name a "
                "metric of the fitness"
            )


def objective_lines(config: SearchConfig) -> list[str]:
    """Return what there is to say of a search's objectives before it begins, no line for the fitness alone."""
    objectives = objectives_of(config)
    if not objectives:
        return []
    named = ", ".join(map(str, objectives))
    lines = [f"objectives {named}: of each, its sign applied, higher is better; no trial is abandoned early"]
    if is_timed(config):
        lines.append(
            "note: latency is measured one candidate at a time on each device, beside whatever else runs there; rows "
            "are gone on with exactly, but another run of this seed measures others"
        )
    return lines
