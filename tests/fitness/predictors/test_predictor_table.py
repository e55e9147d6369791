"""Catches: a predictor that cannot be found by its name or a class of one's own, one that lacks a method."""

import pytest

from fitness.predictors.base import PlainPredictor, Predictor
from fitness.predictors.predictor_table import PREDICTORS
from tasks import UsageError
from tests.fitness.predictors.mean_predictor import MeanPredictor

HERE = "tests.fitness.predictors"


@pytest.mark.parametrize("name", sorted(PREDICTORS.builtin))
def test_every_name_makes_a_predictor_that_takes_a_label(name: str) -> None:
    made = PREDICTORS.build(name, {"label": "accuracy"})
    assert isinstance(made, Predictor)
    assert (made.label, made) == ("accuracy", PREDICTORS.build(name, {"label": "accuracy"}))


def test_a_class_of_ones_own_is_taken() -> None:
    assert PREDICTORS.build(f"{HERE}.mean_predictor:MeanPredictor", {"label": "x"}) == MeanPredictor("x")
    assert isinstance(PREDICTORS.build(f"{HERE}.mean_predictor:Bare", {}), PlainPredictor)


def test_what_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown predictor 'rankr'"):
        PREDICTORS.load("rankr")
    with pytest.raises(UsageError, match="MeanTimesLength lacks methods of a predictor"):
        PREDICTORS.load(f"{HERE}.mean_predictor:MeanTimesLength")
