"""Catches: an ending that is told in other words than users and stored runs know."""

from evo.engine.ending import Ending


def test_endings_are_words() -> None:
    assert [str(ending) for ending in Ending] == ["finished", "out of time", "exhausted", "on target", "stopped"]
