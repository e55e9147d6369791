"""Catches: an option out of range that a search begins with, thresholds in another order."""

import math
from typing import Any

import pytest

from evo.strategies.tier_ranking.settings import (
    PREDICTOR,
    Refit,
    RoundSettings,
    guidance_rule,
    predictor_text,
    round_settings,
)
from evo.strategies.tier_ranking.traits import Trait
from fitness.predictors.predictor_texts import made_predictor
from tasks import UsageError
from tests.tiny_predictor import MeanByToken

GOOD: dict[str, Any] = {"n0": 5, "k": 3, "rounds": 0, "batch": 8, "refit": "round"}


def test_rounds_are_fifty_as_published_and_as_many_as_there_are_trials_by_default() -> None:
    assert round_settings(**GOOD) == RoundSettings(5, 3, 8, None, Refit.ROUND)
    assert round_settings(**GOOD | {"refit": "never"}).rounds == 50
    assert round_settings(**GOOD | {"rounds": 7, "refit": "never"}).rounds == 7


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"n0": 4}, "strategy.n0"),
        ({"k": 0}, "strategy.k"),
        ({"k": 9}, "strategy.k"),
        ({"batch": 1}, "strategy.batch"),
        ({"rounds": -1}, "strategy.rounds"),
        ({"refit": "always"}, "strategy.refit='always': must be never or round"),
    ],
)
def test_an_option_out_of_range_is_refused(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        round_settings(**GOOD | wrong)


def test_thresholds_are_of_parameters_macs_and_operations() -> None:
    rule = guidance_rule("0.1, 0.2,inf", softmax=True, uniform=False)
    assert rule.thresholds == {Trait.PARAMS: 0.1, Trait.MACS: 0.2, Trait.OPERATIONS: math.inf}
    assert (rule.softmax, rule.uniform) == (True, False)
    assert guidance_rule("", softmax=False, uniform=True).thresholds is None


@pytest.mark.parametrize("more", [{"thresholds": "1,1,1", "softmax": False}, {"thresholds": "", "softmax": True}])
def test_a_rule_beside_forced_uniform_draws_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"strategy.force_uniform leaves every statistic out"):
        guidance_rule(uniform=True, **more)


@pytest.mark.parametrize("wrong", ["0.1", "0.1,0.2,x", "0.1,0.2,-1", "nan,1,1"])
def test_thresholds_that_are_not_three_numbers_are_refused(wrong: str) -> None:
    with pytest.raises(UsageError, match=r"strategy.thresholds='.*three numbers of 0 or more"):
        guidance_rule(wrong, softmax=False, uniform=False)


def test_a_predictor_is_written_out_with_its_options() -> None:
    text = predictor_text("tests.tiny_predictor:MeanByToken(deaths=2)", "small")
    assert text.startswith("tests.tiny_predictor:MeanByToken(")
    assert made_predictor(text, option=PREDICTOR) == MeanByToken(deaths=2)
    with pytest.raises(UsageError, match="nothing_like_it"):
        predictor_text("nothing_like_it", "small")


def test_a_size_beside_another_predictor_is_refused() -> None:
    assert predictor_text("", "published") == predictor_text("ranker(size=published)", "published")
    assert predictor_text("ranker(size=published)", "small").startswith("ranker(size=published")
    for other in ("ranker", "ridge"):
        with pytest.raises(UsageError, match=rf"^strategy.size=published and strategy.predictor={other}: .*give"):
            predictor_text(other, "published")
