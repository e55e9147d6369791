"""Catches: a check that is missing from the list, or twice in it, or without a word on what it asks; a check that
complains about spaces that keep their contract; a broken space that no check notices."""

from contextlib import suppress
from inspect import getdoc, getmembers, isfunction
from itertools import product

import pytest

from spaces.conformance import (
    CHECKS,
    Check,
    candidates,
    costs,
    diagrams,
    graphs,
    mutations,
    networks,
    proxy_tasks,
    published_forms,
    texts,
)
from spaces.conformance.case import NotApplicable, SpaceCase
from spaces.proxy_tasks.sequence_space import SequenceTasks
from tasks.conformance.global_states import global_states
from tests.tiny import TinyNetworks, TinySequences
from tests.toy import BitStrings, MirroredBitStrings


def is_check(name: str, function: object, module: str) -> bool:
    annotations = getattr(function, "__annotations__", {})
    here = getattr(function, "__module__", None) == module
    return here and not name.startswith("_") and annotations == {"case": SpaceCase, "return": str}


def test_every_check_is_listed_once() -> None:
    found = {
        function
        for module in (candidates, texts, mutations, networks, graphs, diagrams, costs, proxy_tasks, published_forms)
        for name, function in getmembers(module, isfunction)
        if is_check(name, function, module.__name__)
    }
    assert found == set(CHECKS)
    assert len(CHECKS) == len(found)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_check_says_in_one_line_what_it_asks(check: Check) -> None:
    assert len((getdoc(check) or "").splitlines()) == 1


NEEDED = {
    networks.__name__: "build",
    graphs.__name__: "to_graph",
    diagrams.__name__: "diagram",
    costs.__name__: "operation_costs",
    proxy_tasks.__name__: "to_task",
    published_forms.__name__: "from_published",
}


@pytest.mark.parametrize("space", [TinyNetworks, TinySequences, BitStrings, MirroredBitStrings, SequenceTasks])
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_a_space_that_keeps_its_contract_passes(check: Check, space: type) -> None:
    case = SpaceCase(space(), space(), members=8, networks=2)
    if hasattr(space, NEEDED.get(check.__module__, "sample")):
        assert check(case)
        return
    with pytest.raises(NotApplicable, match="the space has no"):
        check(case)


def test_checks_leave_the_global_generators_as_they_were() -> None:
    before = global_states()
    for check, space in product(CHECKS, [TinyNetworks(), SequenceTasks()]):
        with suppress(NotApplicable):
            check(SpaceCase(space, space, members=3, networks=1))
    assert global_states() == before
