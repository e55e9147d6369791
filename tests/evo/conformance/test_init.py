"""Catches: a check that a sound strategy fails, or that leaves traces; a check that is not made."""

import inspect

import pytest

from evo.conformance import STRATEGY_CHECKS, VARIANT_CHECKS, Check, proposals, telling, variants
from tasks.conformance.global_states import global_states
from tests.evo.conformance.strategies import Prepared, case_of


@pytest.mark.parametrize("check", STRATEGY_CHECKS, ids=lambda check: check.__name__)
def test_a_sound_strategy_passes_and_nothing_is_left(check: Check) -> None:
    before = global_states()
    assert check(case_of(Prepared))
    assert global_states() == before


def test_every_check_is_made_once() -> None:
    written = {
        each
        for module in (proposals, telling, variants)
        for name, each in inspect.getmembers(module, inspect.isfunction)
        if each.__module__ == module.__name__ and not name.startswith("_") and name != "rows"
    }
    assert written == {*STRATEGY_CHECKS, *VARIANT_CHECKS}
    assert len(STRATEGY_CHECKS) + len(VARIANT_CHECKS) == len(written)
