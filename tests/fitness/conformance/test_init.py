"""Catches: a check that is missing from the list, or twice in it, or without a word on what it asks, or whose name does
not fit its column; a check that complains about a fitness that keeps its contract, or disturbs the process."""

from collections.abc import Callable
from inspect import getdoc, getmembers, isfunction

import pytest

from fitness.conformance import (
    CHECKS,
    Check,
    acceptance,
    costs,
    deadlines,
    direction,
    references,
    repetition,
    scores,
    survival,
    traces,
)
from fitness.conformance.attempt import torch_settings
from fitness.conformance.case import Case
from spaces.conformance.case import NotApplicable
from tasks.conformance.global_states import global_states
from tests.tiny import TinySequences
from tests.tiny_fitness import Brightness
from tests.toy import BitStrings, CountOnes, LikesNoSpace

MODULES = (acceptance, costs, deadlines, direction, references, repetition, scores, survival, traces)
OPTIONS = {"steps": 6}

every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)


def is_check(name: str, function: object, module: str) -> bool:
    annotations = getattr(function, "__annotations__", {})
    here = getattr(function, "__module__", None) == module
    return here and not name.startswith("_") and annotations == {"case": Case, "return": str}


def test_every_check_is_listed_once() -> None:
    found = {
        function
        for module in MODULES
        for name, function in getmembers(module, isfunction)
        if is_check(name, function, module.__name__)
    }
    assert found == set(CHECKS)
    assert len(CHECKS) == len(found)


@every_check
def test_every_check_says_in_one_line_what_it_asks(check: Check) -> None:
    assert len((getdoc(check) or "").splitlines()) == 1
    assert len(check.__name__) <= 32


@every_check
def test_a_fitness_that_keeps_its_contract_passes(check: Check, make_case: Callable[..., Case]) -> None:
    before = global_states(), torch_settings()
    assert check(make_case(Brightness, options=OPTIONS))
    assert (global_states(), torch_settings()) == before


@pytest.mark.parametrize("space", [BitStrings, TinySequences])
@every_check
def test_a_fitness_that_looks_at_candidates_alone_passes_too(
    check: Check, space: type, make_case: Callable[..., Case]
) -> None:
    class Spelt(CountOnes):
        def __call__(self, candidate, context):  # type: ignore[no-untyped-def]
            return super().__call__(tuple(map(int, context.space.encode(candidate))), context)

    case = make_case(Spelt, space=space())
    about_networks = check.__module__ in (survival.__name__, direction.__name__)
    unasked = check is traces.images_are_the_same_for_all
    if about_networks or unasked or (check is costs.size and space is BitStrings):
        with pytest.raises(NotApplicable):
            check(case)
        return
    assert check(case)


@every_check
def test_a_fitness_that_refuses_the_space_is_asked_nothing_else(check: Check, make_case: Callable[..., Case]) -> None:
    case = make_case(LikesNoSpace, options=OPTIONS)
    if check is acceptance.accepts_or_refuses:
        assert check(case).startswith("refuses the space")
        return
    with pytest.raises(NotApplicable, match="it refuses the space: it likes none"):
        check(case)
