"""Catches: a preset that is another length than it says, one that silently overrides what is given, a stored name that
would mean something else tomorrow."""

from typing import Any

import pytest

from fitness import FITNESSES
from fitness.regression.presets import PRESETS, PUBLISHED, Preset, preset_of, settled_preset
from tasks.foundation.errors import UsageError


def test_the_names_are_lengths_and_ways_to_read_them() -> None:
    assert {
        "published": Preset(100, "last"),
        "fast": Preset(30, "third"),
        "thorough": Preset(300, "third"),
    } == PRESETS


def test_what_is_given_stands_where_the_preset_is_the_published_one() -> None:
    assert preset_of("published", 100, "last") == PUBLISHED
    assert preset_of("published", 7, "third") == Preset(7, "third")
    assert preset_of("fast", 100, "last") == preset_of("fast", 30, "third") == Preset(30, "third")


@pytest.mark.parametrize(("steps", "reading"), [(50, "last"), (100, "third"), (30, "last")])
def test_a_preset_and_another_setting_are_refused(steps: int, reading: Any) -> None:
    with pytest.raises(UsageError, match=r"^fitness.preset=fast: is steps=30, reading=third; give the preset, or"):
        preset_of("fast", steps, reading)


def test_a_preset_is_stored_as_what_it_stands_for() -> None:
    assert settled_preset({"preset": "thorough"}) == {"preset": "published", "steps": 300, "reading": "third"}
    assert settled_preset({"steps": 5}) == {}
    stored = FITNESSES.resolve("regression", {"preset": "fast"})
    assert {"steps": 30, "reading": "third"}.items() <= stored.items()
    assert "preset" not in stored
    assert FITNESSES.resolve("regression", stored) == stored


def test_an_unknown_preset_is_told_in_one_line() -> None:
    with pytest.raises(UsageError, match=r"quick.*published"):
        FITNESSES.resolve("regression", {"preset": "quick"})
