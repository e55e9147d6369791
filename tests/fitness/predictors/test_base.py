"""Catches: labels from which nothing can be learnt that are let through, a plain class that is refused."""

import pickle

import pytest

from fitness.predictors.base import Labelled, Predictor
from tasks import UsageError
from tests.fitness.predictors.mean_predictor import Bare, MeanPredictor


def test_labels_are_finite_and_one_for_each_text() -> None:
    with pytest.raises(ValueError, match="2 candidates have 1 labels"):
        Labelled(("a", "b"), (1.0,))
    for bad in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="not finite"):
            Labelled(("a", "b"), (1.0, bad))


def test_too_few_and_equal_labels_are_refused_in_one_line() -> None:
    Labelled(("a", "b"), (1.0, 2.0)).check_learnable(2)
    with pytest.raises(UsageError, match=r"^2 labelled candidates: at least 3 are needed to learn from$"):
        Labelled(("a", "b"), (1.0, 2.0)).check_learnable(3)
    with pytest.raises(UsageError, match=r"^all 2 labels are 0\.5: nothing can be learnt from them$"):
        Labelled(("a", "b"), (0.5, 0.5)).check_learnable(2)
    with pytest.raises(UsageError, match=r"^0 labelled candidates"):
        Labelled((), ()).check_learnable(1)


def test_a_class_without_the_base_gets_its_defaults() -> None:
    plain = Predictor.of(Bare())
    labelled = Labelled(("ab", "c"), (1.0, 4.0))
    for predictor in (plain, pickle.loads(pickle.dumps(plain)), MeanPredictor()):
        fitted = predictor.restore(None, predictor.fit(None, labelled, 0))
        assert fitted.scores(["abcd"]).tolist() == [10.0]
        assert (predictor.label, predictor.accepts(None)) == ("", None)
    whole = MeanPredictor()
    assert Predictor.of(whole) is whole
