"""Catches: members or weights that are not a function of the seed, a member that is scored more often than it must be,
a limit for another process that ordinary candidates exceed, an answer that hides whether a network was looked at."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from fitness import EvalContext, Score
from fitness.conformance import case as of_case
from fitness.conformance.attempt import Attempt
from fitness.conformance.broken_networks import Broken
from fitness.conformance.case import AGAIN, Case
from spaces.conformance.case import Nonconformance
from tests.tiny_fitness import Brightness
from tests.toy import BitStrings, CountOnes, RaisesForSome

MakeCase = Callable[..., Case]


def test_members_and_scores_are_a_function_of_the_seed(make_case: MakeCase) -> None:
    one, same, other = (make_case(CountOnes, space=BitStrings(), seed=seed) for seed in (1, 1, 2))
    assert one.candidates == same.candidates != other.candidates
    assert [made.said for made in one.attempts] == [made.said for made in same.attempts]


def test_a_context_is_the_same_each_time_and_another_for_each_candidate(make_case: MakeCase) -> None:
    case = make_case(Brightness, seed=3)
    first, again, other = (case.context(width).rng.integers(2**62) for width in (1, 1, 2))
    assert first == again != other
    context = case.context(1)
    assert (context.space, context.images, context.data_seed) == (case.space, case.images.source, 3)
    assert (str(context.device), context.deadline, context.threshold) == ("cpu", None, None)


def test_members_are_scored_once_by_one_instance(make_case: MakeCase) -> None:
    made, calls = [], []

    class Watched(CountOnes):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

        def __call__(self, candidate: Any, context: EvalContext) -> Score:
            calls.append(candidate)
            return super().__call__(candidate, context)

    case = make_case(Watched, space=BitStrings())
    assert case.attempts is case.attempts
    assert case.fitness is made[-1]
    assert calls == case.candidates
    assert set(case.in_a_fresh_instance) == {0, 1}
    assert made[-1] is not case.fitness


def test_the_first_members_with_a_score_are_scored_again(make_case: MakeCase) -> None:
    case = make_case(RaisesForSome, space=BitStrings(), members=8)
    fine = [number for number, bits in enumerate(case.candidates) if bits[:2] != (1, 1)]
    assert len(fine) < 8
    assert case.scored == fine
    assert case.again == fine[:AGAIN]


def test_another_process_has_ample_time(make_case: MakeCase, monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[float] = []

    def elsewhere(texts: Sequence[str], limit_s: float) -> list[Attempt]:
        limits.append(limit_s)
        return case.answer(texts)

    case = make_case(CountOnes, space=BitStrings(), elsewhere=elsewhere)
    texts = [case.text(candidate) for candidate in case.candidates]
    assert [made.said for made in case.ask(texts)] == [made.said for made in case.attempts]
    assert limits == [60.0]
    monkeypatch.setattr(of_case, "_LEAST_LIMIT_S", 0.0)
    case.ask(texts)
    assert limits[1] == 20 * len(texts) * max(made.seconds for made in case.attempts)


def test_a_broken_network_is_asked_for_once_beside_the_members_of_the_space(make_case: MakeCase) -> None:
    spaces = []

    class Watches(Brightness):
        def __call__(self, candidate: Any, context: EvalContext) -> Score:
            spaces.append(context.space)
            assert context.space.decode("4") == 4
            return super().__call__(candidate, context)

    case = make_case(Watches)
    made = case.ask_about(Broken.CONSTANT)
    assert (made.built, made.scored) == (True, True)
    assert case.ask_about(Broken.CONSTANT) is made
    assert len(spaces) == 1
    assert spaces[0] is not case.space


def test_a_complaint_names_its_member(make_case: MakeCase) -> None:
    case = make_case(CountOnes, space=BitStrings())
    text = "".join(map(str, case.candidates[2]))
    with pytest.raises(Nonconformance, match=f"^KeyError: 'x'; for {text}$"), case.about(2):
        {}["x"]
    assert (case.describe(2), case.text(Broken.NAN)) == (text, "broken:nan")


def test_pictures_that_a_call_draws_are_told_from_those_before(make_case: MakeCase) -> None:
    case = make_case(Brightness)
    assert [len(made.drawn) for made in case.attempts] == [1, 0, 0, 0, 0]
    assert [len(made.drawn) for made in case.in_a_fresh_instance.values()] == [1, 0]
