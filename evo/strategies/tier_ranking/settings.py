"""The settings of a search by tiers, and the predictor that its options name."""

from dataclasses import dataclass
from enum import StrEnum

from evo.strategies.tier_ranking.rule import GuidanceRule
from evo.strategies.tier_ranking.traits import Trait
from fitness.predictors.predictor_texts import settled_predictor
from fitness.predictors.tiers import TIERS
from tasks import UsageError
from tasks.foundation.errors import bounded
from tasks.foundation.ranges import check_range

MOST = 1_000_000
PUBLISHED_ROUNDS = 50
PREDICTOR = "strategy.predictor"
"""The option that names the predictor."""
USUAL_SIZE = "small"
"""Of the ranker where none is given."""


class Refit(StrEnum):
    """When the predictor is fitted."""

    NEVER = "never"
    """Once, on the random trials, as published."""
    ROUND = "round"
    """Before every round, on all that has a label by then."""


@dataclass(frozen=True)
class RoundSettings:
    """What the rounds of a search are.

    first: random trials before them; chosen: candidates of a round that are tried; batch: those it is chosen from
    rounds: how many, None for as many as there are trials
    """

    first: int
    chosen: int
    batch: int
    rounds: int | None
    refit: Refit


def round_settings(n0: int, k: int, rounds: int, batch: int, refit: str) -> RoundSettings:
    """Return the options of rounds as settings; raises UsageError for one out of range, or an unknown ``refit``."""
    check_range("strategy.n0", n0, TIERS, MOST)
    check_range("strategy.batch", batch, 2, MOST)
    check_range("strategy.k", k, 1, batch)
    check_range("strategy.rounds", rounds, 0, MOST)
    if refit not in list(Refit):
        raise UsageError(f"strategy.refit={refit!r}: must be {' or '.join(Refit)}")
    unlimited = PUBLISHED_ROUNDS if refit == Refit.NEVER else None
    return RoundSettings(n0, k, batch, rounds or unlimited, Refit(refit))


def guidance_rule(thresholds: str, *, softmax: bool, uniform: bool) -> GuidanceRule:
    """Return the rule of options; raises UsageError for thresholds that are not three numbers of 0 or more."""
    if uniform and (thresholds or softmax):
        raise UsageError(
            "strategy.force_uniform leaves every statistic out: give neither strategy.thresholds nor "
            "strategy.softmax_counts beside it"
        )
    if not thresholds:
        return GuidanceRule(softmax=softmax, uniform=uniform)
    try:
        numbers = [float(part) for part in thresholds.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) != len(Trait) or not all(number >= 0 for number in numbers):
        raise UsageError(
            f"strategy.thresholds={thresholds[:80]!r}: three numbers of 0 or more are needed, with commas between: of "
            f"{', '.join(Trait)}; e.g. '0.1,0.1,0.02'"
        )
    return GuidanceRule(dict(zip(Trait, numbers, strict=True)), softmax, uniform)


def predictor_text(predictor: str, size: str) -> str:
    """Return the predictor that options name with all of its own; raises UsageError for what it refuses.

    So it does for a size, other than the usual one, beside a predictor that is none of that size.
    """
    text = settled_predictor(predictor or f"ranker(size={size})", option=PREDICTOR)
    if size not in (USUAL_SIZE, text.options.get("size")):
        raise UsageError(
            f"strategy.size={size} and strategy.predictor={bounded(predictor, 120)}: these are two predictors; write "
            f"'ranker(size={size})' as the predictor, or give strategy.size={USUAL_SIZE}, with which it counts alone"
        )
    return text.quoted()
