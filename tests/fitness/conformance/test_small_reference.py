"""Catches: a reference whose candidates, seeds or sizes are not those that a search would take, a member's failure that
ends the check, a given candidate that is lost."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from fitness import EvalContext, Fitness, Reference, ReferenceMember, ReferenceRequest, Score
from fitness.conformance import scores
from fitness.conformance.case import Case
from fitness.conformance.small_reference import SIZE, small_reference
from tasks import derive_rng
from tasks.images.noise import NoiseImages
from tests.tiny import TinyNetworks
from tests.toy import BitStrings

MakeCase = Callable[..., Case]


class Seeds:
    """Scores by what it is handed, and notes it; a candidate that begins with 1 fails."""

    def __init__(self) -> None:
        self.seen: list[EvalContext] = []

    def __call__(self, candidate: Any, context: EvalContext) -> float:
        self.seen.append(context)
        if candidate[0] == 1:
            raise ValueError("begins with 1")
        return math.inf if sum(candidate) == 1 else float(context.rng.random())


def request(*members: ReferenceMember, **rest: Any) -> ReferenceRequest:
    return ReferenceRequest(members, **rest)


def test_candidates_are_distinct_and_drawn_as_a_search_draws_them() -> None:
    space = BitStrings(length=5)
    found = small_reference(request(ReferenceMember("chance", "random"), seed=4), space, NoiseImages(16)).drawn
    assert len(found) == len(set(found.texts)) == SIZE
    rng = derive_rng(4, "reference")
    drawn = [space.encode(space.sample(rng)) for _ in range(200)]
    assert list(found.texts) == list(dict.fromkeys(drawn))[:SIZE]
    assert np.isfinite(found.scores["chance"]).all()
    assert np.isnan(found.params).all()
    assert np.isnan(found.macs).all()


def test_a_small_space_gives_fewer() -> None:
    found = small_reference(request(ReferenceMember("params", "params")), TinyNetworks(), NoiseImages(16)).drawn
    assert sorted(found.texts) == list("123456789")
    assert found.params.tolist() == found.scores["params"].tolist()
    assert (found.macs > found.params).all()


def test_members_score_by_the_requests_seed_and_may_fail() -> None:
    own = Seeds()
    asked = request(ReferenceMember("own", "Seeds", made=own), seed=6, given=("00000", "10000", "00100"))
    found = small_reference(asked, BitStrings(length=5), NoiseImages(16))
    assert {seen.data_seed for seen in own.seen} == {6}
    fails = [text[0] == "1" or text.count("1") == 1 for text in found.drawn.texts]
    assert np.isnan(found.drawn.scores["own"]).tolist() == fails
    assert found.given.texts == ("00000", "10000", "00100")
    assert np.isnan(found.given.scores["own"]).tolist() == [False, True, True]


def test_a_users_own_fitness_is_checked_with_its_reference(make_case: MakeCase) -> None:
    handed: list[Reference] = []

    class AboveTheMiddle(Fitness):
        """How far a width is above the reference's middle."""

        def reference_request(self, space: Any) -> ReferenceRequest:
            return request(ReferenceMember("size", "params"), seed=2)

        def take_reference(self, reference: Reference) -> None:
            handed.append(reference)
            self.middle = float(np.median(reference.drawn.params))

        def __call__(self, candidate: Any, context: EvalContext) -> Score:
            return Score(candidate - self.middle)

    case = make_case(AboveTheMiddle)
    assert "for 5 members" in scores.scores_are_finite(case)
    assert set(case.in_a_fresh_instance) == {0, 1}
    assert len(handed) == 2
    assert handed[0] is handed[1] is case.reference


def test_a_plain_class_is_handed_what_it_asks_for_and_others_nothing(make_case: MakeCase) -> None:
    class Plain:
        taken: Sequence[str] = ()

        def reference_request(self, space: Any) -> ReferenceRequest:
            return request(ReferenceMember("size", "params"))

        def take_reference(self, reference: Reference) -> None:
            self.taken = reference.drawn.texts

        def __call__(self, candidate: Any, context: EvalContext) -> float:
            return self.taken.index(str(candidate))

    assert all(made.scored for made in make_case(Plain).attempts)
    without = make_case(Seeds)
    assert (without.request, without.reference) == (None, None)
