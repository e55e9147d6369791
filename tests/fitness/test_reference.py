"""Catches: a request that asks for something else than it says when nothing is said, a sample of the wrong length, or
one that can be changed by whoever is handed it, an ability that is misspelt and never asked for."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from fitness import FITNESSES, Reference, ReferenceMember, ReferenceRequest, ScoredSample
from tasks import UsageError


def sample(*texts: str) -> ScoredSample:
    ones = np.ones(len(texts))
    return ScoredSample(texts, {"size": ones}, params=ones, macs=ones)


def test_a_request_of_members_alone_is_for_as_many_drawn_candidates_as_suit() -> None:
    request = ReferenceRequest((ReferenceMember("size", "params"),))
    assert (request.seed, request.size, request.given) == (0, 0, ())
    assert (request.members[0].options, request.members[0].made) == ({}, None)


def test_a_sample_is_as_long_as_its_candidates() -> None:
    assert [len(sample()), len(sample("a", "b", "c"))] == [0, 3]


def test_what_was_drawn_and_what_was_given_are_told_apart_and_stay() -> None:
    reference = Reference(drawn=sample("a", "b"), given=sample("c"))
    assert (reference.drawn.texts, reference.given.texts) == (("a", "b"), ("c",))
    with pytest.raises(FrozenInstanceError):
        reference.given = reference.drawn  # type: ignore[misc]


@pytest.mark.parametrize("ability", ["reference_requests", "take_referense", "reference_line", "final_weight"])
def test_a_misspelt_ability_is_told(ability: str) -> None:
    own = type("Own", (), {"__call__": lambda self, candidate, context: 0.0, ability: lambda self, given: None})
    with pytest.raises(UsageError, match=f"has '{ability}', which is almost"):
        FITNESSES.accept(own(), "own")
