"""Catches: an entry for an option that nobody has, or at a value that it cannot have; stored options that are taken for
newer or older than they are.
"""

import pytest

from evo.engine.plugins import table_of
from evo.records.former_options import FORMER_OPTIONS, FormerOption, former_options

SETTINGS = {"eigenvalue_every": 2, "architecture_every": 1, "epochs": 3}
FORMER = {"eigenvalue_mode": "eval", "shift": 4, "checkpointing": False, "micro_batches": 1}


@pytest.mark.parametrize("former", FORMER_OPTIONS, ids=lambda each: each.name)
def test_an_entry_is_of_an_option_that_there_is_now(former: FormerOption) -> None:
    table, plugin = table_of(former.kind), former.plugin or "darts"
    now = table.resolve(plugin, {})
    assert not former.beside or former.beside in now
    assert table.resolve(plugin, {former.name: former.value})[former.name] == former.value


def test_only_what_is_lacking_is_as_it_was() -> None:
    gdas = {**SETTINGS, "first_tau": 5.0}
    former = {**FORMER, "lean_gradient": True}
    assert former_options("strategy", "gdas", gdas) == former
    now = {"eigenvalue_mode": "train", "shift": None, "checkpointing": True, "micro_batches": 2, "lean_gradient": False}
    for name, value in now.items():
        lacking = {other: former[other] for other in former if other != name}
        assert former_options("strategy", "gdas", {**gdas, name: value}) == lacking
    assert former_options("strategy", "gdas", {**gdas, **now}) == {}


def test_other_plugins_lack_nothing() -> None:
    assert former_options("strategy", "a.module:Variant", SETTINGS) == FORMER
    assert former_options("strategy", "setn", {**SETTINGS, "first_tau": 5.0}) == {**FORMER, "finalists": 1}
    assert former_options("strategy", "regularized_evolution", {"population": 5}) == {}
    assert former_options("fitness", "gdas", {**SETTINGS, "first_tau": 5.0}) == {}
