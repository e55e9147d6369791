"""Catches: a kind whose module or function is missing."""

import pytest

from spaces.tables.kinds import KINDS


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_a_reader(name: str) -> None:
    reader = KINDS[name].reader()
    assert reader.__name__ == "read"
    assert reader.__module__ == f"spaces.tables.{name}"


def test_pickles_are_marked() -> None:
    assert [name for name, kind in KINDS.items() if kind.pickled] == ["nasbench201", "nats"]
    assert [name for name, kind in KINDS.items() if kind.members] == ["nds"]
