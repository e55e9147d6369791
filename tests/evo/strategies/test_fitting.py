"""Catches: a fit that is asked of a strategy which knows of none, a seed that is not the rows' own."""

import numpy as np

from evo.strategies.fitting import request_fit, wanted_fit
from evo.strategies.random_search import RandomSearch
from fitness.predictors.base import Labelled
from tests.tiny_predictor import Learns, MeanByToken
from tests.toy import Mute


def test_only_a_strategy_that_fits_is_asked_what_it_wants() -> None:
    assert wanted_fit(RandomSearch()) is None
    assert wanted_fit(Mute(None)) is None
    assert wanted_fit(Learns()) is None  # not yet


def test_the_seed_of_a_fit_follows_from_its_labelled_candidates_alone() -> None:
    one = Labelled(("01", "10"), (1.0, 0.5))
    same = Labelled(("01", "10"), (float(np.float64(1.0)), np.float64(0.5)))
    seed = request_fit(MeanByToken(), one).seed
    assert seed == request_fit(MeanByToken(fails="usage"), same).seed
    others = [Labelled(("10", "01"), (1.0, 0.5)), Labelled(("01", "10"), (1.0, 0.25)), Labelled(("01",), (1.0,))]
    assert len({seed, *(request_fit(MeanByToken(), other).seed for other in others)}) == 4
