"""Catches: a default that is not the one which the documentation names."""

from evo.ranking.request import DEFAULT_PREDICTOR, EvaluateRequest, FitRankerRequest, LabelledRequest, PredictRequest


def test_what_is_not_said() -> None:
    fit = FitRankerRequest()
    assert (fit.predictor, fit.seed, fit.space, DEFAULT_PREDICTOR) == ("ranker", 0, None, "ranker")
    assert (LabelledRequest().sample, LabelledRequest().rows, LabelledRequest().rows_seed) == (None, None, 0)
    assert not EvaluateRequest().other_labels
    asked = PredictRequest()
    assert (len(asked.candidates), asked.table, asked.random, asked.seed, asked.top) == (0, None, None, 0, None)
