"""Catches: a strategy within that is not told, is asked for another's fit, or whose traits and words are lost."""

import numpy as np

from evo.records.trial import Evaluation, Proposal, Status
from evo.strategies.listed import Listed
from evo.strategies.random_search import RandomSearch
from evo.strategies.wrapped import WrappedStrategy
from tests.toy import Scripted


class Wrapped(WrappedStrategy):
    def ask(self, rng: np.random.Generator) -> Proposal | None:
        raise AssertionError("was asked")


class Plain:
    """A strategy of no class of the project's."""

    def tell(self, evaluation: Evaluation) -> None:
        self.told = evaluation


def test_what_is_told_reaches_the_one_within() -> None:
    within, evaluation = Scripted([]), Evaluation(0, None, (1,), Status.COMPLETED, 1.0, {})
    Wrapped(within).tell(evaluation)
    assert within.told == [evaluation]


def test_traits_are_those_of_the_one_within() -> None:
    within = Scripted([])
    within.draws_from_space, within.draws_everything = False, True
    wrapped = Wrapped(within)
    assert (wrapped.draws_from_space, wrapped.draws_everything) == (False, True)
    assert (Listed.draws_from_space, Wrapped(Plain()).draws_from_space, Wrapped(Plain()).draws_everything) == (
        False,
        True,
        False,
    )


def test_one_that_fits_nothing_waits_for_nothing_and_has_nothing_to_say() -> None:
    plain = Wrapped(Plain())
    assert plain.fit_request() is None
    assert list(plain.summary_lines()) == []


def test_what_needs_telling_is_for_the_one_within_to_say() -> None:
    assert not Wrapped(RandomSearch()).needs_telling()
    assert Wrapped(Scripted([])).needs_telling()
    assert Wrapped(Plain()).needs_telling()
