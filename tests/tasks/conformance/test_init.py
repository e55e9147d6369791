"""Catches: a check that a sound source fails, or that leaves traces; a check that is not made."""

import inspect

import pytest

from tasks.conformance import CHECKS, Check, abilities, draws, repetition, splits
from tasks.conformance.global_states import global_states
from tasks.conformance.outcomes import NotApplicable
from tasks.images.base import Split
from tests.tasks.conformance.sources import Sound, case_of

OPTIONAL = (splits.further_splits,)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_sound_source_passes(check: Check) -> None:
    if check in OPTIONAL and len(Split) == 2:
        with pytest.raises(NotApplicable):
            check(case_of(Sound))
        return
    assert check(case_of(Sound))


def test_every_check_is_made_once() -> None:
    written = {
        each
        for module in (draws, repetition, splits, abilities)
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if each.__module__ == module.__name__ and not name.startswith("_")
    }
    assert written == set(CHECKS)
    assert len(CHECKS) == len(set(CHECKS))


def test_checks_leave_the_global_generators_as_they_were() -> None:
    before = global_states()
    for check in CHECKS:
        if check not in OPTIONAL:
            check(case_of(Sound))
    assert global_states() == before
