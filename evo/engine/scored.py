"""One candidate's score, without a run: what ``evo.score`` and ``python -m evo.run --candidate`` return."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.engine.configuring import Asked, resolve_request
from evo.engine.evaluator import score_alone
from evo.engine.lone_reference import reference_for
from evo.engine.plugins import make
from evo.records.config import Limits
from evo.records.requests import SearchRequest
from evo.records.trial import AboutCandidate, Status
from fitness.rank_correlation.member_metrics import without_members
from spaces import read_candidate
from tasks.foundation.errors import UsageError, bounded, first_line
from tasks.foundation.trust import trusting_as_asked

if TYPE_CHECKING:
    from spaces import SearchSpace


@dataclass(frozen=True)
class Scored(AboutCandidate):
    """What a fitness says of a candidate, and what its network costs.

    value: higher is better; None where the candidate has no score, and ``status`` and ``error`` say why
    params: trainable weights; macs: multiply-adds of one input; None where the space builds no network
    seconds: that scoring took
    """

    candidate: str
    value: float | None
    status: Status
    metrics: Mapping[str, float] = field(default_factory=dict)
    params: int | None = None
    macs: int | None = None
    seconds: float | None = None
    error: str | None = None

    def _repr_html_(self) -> str:
        from evo.display.notebook_table import html_table

        values = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "metrics"}
        return html_table("score", ("", ""), [*values.items(), *without_members(self.metrics).items()])


def text_of(candidate: object) -> object:
    """Return the candidate of a record or a score as its text; a candidate or a text as it is."""
    return candidate.candidate if isinstance(candidate, AboutCandidate) else candidate


@trusting_as_asked
def score_request(request: SearchRequest, candidate: object) -> Scored:
    """Return the score of one candidate, or of its text, as a search would log it.

    Nothing is written but the scores of a reference, where the fitness asks for one that is not there yet.

    Raises UsageError where the request is wrong or the space refuses the candidate.
    """
    asked = resolve_request(request, proposes=False)
    if _trains_supernets(asked):
        raise UsageError(f"--candidate {candidate}: a differentiable search has none; score it by a fitness of its own")
    limits = Limits(trial_timeout_s=request.trial_timeout)
    space = make("space", asked.config, asked.objects)
    text = _encoded(space, candidate)
    outcome = score_alone(
        replace(asked.config, initial=()),
        text,
        timeout_s=limits.trial_timeout_s,
        download=request.download,
        objects={**asked.objects, "space": space},
        logged_in=_of_same_images(asked),
        refer=partial(reference_for, asked),
    )
    return Scored(
        candidate=text,
        value=outcome.fitness,
        status=outcome.status,
        metrics=outcome.metrics,
        params=outcome.params,
        macs=outcome.macs,
        seconds=outcome.evaluate_s,
        error=outcome.error,
    )


def _of_same_images(asked: Asked) -> Path | None:
    """Return the folder of the run whose score is asked for again, on its own images; None where others are named."""
    resumed = asked.request.resume and asked.stored is not None and asked.config.data == asked.stored.data
    return asked.run_dir if resumed else None


def _encoded(space: "SearchSpace[Any]", candidate: object) -> str:
    """Return a candidate, or what a person gives for one, as its space writes it; raises UsageError for anything else.

    candidate: one of the space's, its text, or a published form
    """
    try:
        if not isinstance(candidate, str):
            return space.encode(candidate)
    except Exception as error:  # the space may raise anything for what is no candidate of it
        raise UsageError(
            f"candidate {bounded(repr(candidate), 80)}: one of the space's, its text, or a record is needed "
            f"({first_line(error)[:100]})"
        ) from error
    try:
        return space.encode(read_candidate(space, candidate))
    except ValueError as error:
        raise UsageError(f"--candidate {candidate!r}: {error}") from error


def _trains_supernets(asked: Asked) -> bool:
    """Return whether the strategy, where one is named at all, scores no candidates."""
    if (asked.request.strategy is None and asked.stored is None) or "strategy" in asked.config.objects:
        return False
    from evo.strategies import STRATEGIES
    from evo.strategies.kinds import SearchKind

    return STRATEGIES.kind_of(asked.config.strategy.name) is SearchKind.DIFFERENTIABLE
