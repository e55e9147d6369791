"""Catches: a random search that learns, names parents or samples by another generator than the one given."""

import numpy as np

from evo.records.trial import Evaluation, Proposal, Status
from evo.strategies.random_search import RandomSearch
from tasks import derive_rng
from tests.toy import BitStrings


def test_a_proposal_is_the_spaces_sample_of_the_same_generator() -> None:
    strategy, space = RandomSearch(), BitStrings()
    strategy.begin(BitStrings())
    for number in range(20):
        assert strategy.ask(derive_rng(number)) == Proposal(space.sample(derive_rng(number)))


def test_nothing_told_changes_what_is_proposed() -> None:
    strategy = RandomSearch()
    strategy.begin(BitStrings())
    before = strategy.ask(np.random.default_rng(1))
    strategy.tell(Evaluation(0, None, (1,) * 10, Status.COMPLETED, 99.0))
    assert strategy.ask(np.random.default_rng(1)) == before
