"""From a proposal to a trial, and from its outcome to what the strategy is told.

``Search``, which has trials scored, and ``evo.Study``, whose caller scores them, do both alike.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from evo.engine.published_start import published_start
from evo.records.config import SearchConfig
from evo.records.failures import ContractError
from evo.records.requests import PUBLISHED
from evo.records.trial import Evaluation, Outcome, Proposal, Trial, evaluation_seed
from spaces import SearchSpace, read_candidate
from tasks.foundation.errors import UsageError


def started_with(config: SearchConfig, space: SearchSpace[Any], initial: Sequence[object] | str | None) -> SearchConfig:
    """Return the configuration with these candidates, or their texts, first; raises UsageError for one refused.

    initial: or ``PUBLISHED``, for those of ``published_start``
    """
    if initial is None:
        return config
    try:
        initial = published_start(config, space) if initial == PUBLISHED else initial
        candidates = [read_candidate(space, one) if isinstance(one, str) else one for one in initial]
        return replace(config, initial=tuple(space.encode(candidate) for candidate in candidates))
    except Exception as error:  # the space may raise anything for what is no candidate of it
        raise UsageError(f"--initial: {error}") from error


def trial_of(
    proposal: Any, trial_id: int, *, seed: int, space: SearchSpace[Any], key_of: Callable[[Any], str]
) -> Trial:
    """Return what a strategy proposes as a trial; raises ContractError where it, or the space, breaks its contract.

    seed: of the search; key_of: identity of a candidate, which its weights depend on
    """
    if not isinstance(proposal, Proposal):
        raise ContractError(f"the strategy's ask() returned {proposal!r}; a Proposal or None is needed")
    candidate = proposal.candidate
    text, key = _checked_text("encode", space.encode(candidate)), _checked_text("key", key_of(candidate))
    own_seed = evaluation_seed(seed, key)
    return Trial(trial_id, proposal.parent_id, candidate, text, key, own_seed, proposal.threshold, proposal.notes)


def evaluation_of(trial: Trial, outcome: Outcome) -> Evaluation:
    """Return what the strategy is told of a trial."""
    return Evaluation(
        trial.trial_id, trial.parent_id, trial.candidate, outcome.status, outcome.fitness, outcome.metrics
    )


def _checked_text(method: str, text: str) -> str:
    """Return what the space's ``method`` returned, where it can be logged; raises ContractError otherwise."""
    try:
        text.encode()
    except (AttributeError, UnicodeEncodeError) as error:
        raise ContractError(f"the space's {method}() returned {text!r}; text in UTF-8 is needed") from error
    return text
