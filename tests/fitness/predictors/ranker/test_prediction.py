"""Catches: an answer that depends on the others that are asked about, or on what the process has set."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from fitness.predictors.base import Labelled
from fitness.predictors.ranker import prediction
from fitness.predictors.ranker.prediction import FittedRanker
from fitness.predictors.ranker.predictor import RankerPredictor
from tests.fitness.predictors.ranker.costed_cells import CostedCells

TEXTS = [f"{cost},{cost % 7}" for cost in range(1, 13)]


@pytest.fixture(scope="module")
def fitted() -> FittedRanker:
    predictor, labels = RankerPredictor(epochs=1), tuple(map(float, range(12)))
    return predictor.restore(CostedCells(), predictor.fit(CostedCells(), Labelled(tuple(TEXTS), labels), 0))


def test_candidates_are_answered_alone_and_in_their_order(
    fitted: FittedRanker, monkeypatch: pytest.MonkeyPatch
) -> None:
    scores, tiers = fitted.scores(TEXTS), fitted.tiers(TEXTS)
    monkeypatch.setattr(prediction, "_CHUNK", 5)
    assert np.allclose(fitted.scores(TEXTS[::-1]), scores[::-1], atol=1e-5)
    assert np.allclose(fitted.tiers(TEXTS[:7]), tiers[:7], atol=1e-5)
    assert scores.dtype == tiers.dtype == np.float64
    assert np.ptp(scores) > 0


def test_a_temperature_makes_tiers_less_sure_and_changes_no_score(fitted: FittedRanker) -> None:
    cool, warm = fitted.tiers(TEXTS), replace(fitted, temperature=2.0).tiers(TEXTS)
    assert np.allclose(np.diff(np.log(warm)), np.diff(np.log(cool)) / 2, atol=1e-5)
    assert np.allclose(warm.sum(1), 1)
    assert replace(fitted, temperature=2.0).scores(TEXTS).tolist() == fitted.scores(TEXTS).tolist()


def test_the_process_may_have_set_anything(fitted: FittedRanker) -> None:
    before = fitted.scores(TEXTS).tolist()
    torch.set_default_dtype(torch.float64)
    try:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            assert fitted.scores(TEXTS).tolist() == before
    finally:
        torch.set_default_dtype(torch.float32)
    assert fitted.scores(TEXTS).tolist() == before


def test_a_text_that_is_none_is_named(fitted: FittedRanker) -> None:
    for answer in (fitted.scores, fitted.tiers):
        with pytest.raises(ValueError, match="'x'"):
            answer(["1", "x"])
