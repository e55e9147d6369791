"""Catches: a preset that is another setting than it says, one that silently overrides what is given, a stored name that
would mean something else tomorrow."""

from typing import Any

import pytest

from fitness import FITNESSES
from fitness.regression.presets import PRESETS, PUBLISHED, Preset, preset_of, settled_preset
from tasks.foundation.errors import UsageError


def test_the_names_are_lengths_and_statistics() -> None:
    assert {
        "published": Preset(100, "running"),
        "fast": Preset(30, "batch"),
        "thorough": Preset(300, "running"),
    } == PRESETS


def test_what_is_given_stands_where_the_preset_is_the_published_one() -> None:
    assert preset_of("published", 100, "running") == PUBLISHED
    assert preset_of("published", 7, "fresh") == Preset(7, "fresh")
    assert preset_of("fast", 100, "running") == preset_of("fast", 30, "batch") == Preset(30, "batch")


@pytest.mark.parametrize(("steps", "statistics"), [(50, "running"), (100, "fresh"), (30, "running")])
def test_a_preset_and_another_setting_are_refused(steps: int, statistics: Any) -> None:
    with pytest.raises(UsageError, match=r"^fitness.preset=fast: is steps=30, statistics=batch; give the preset, or"):
        preset_of("fast", steps, statistics)


def test_a_preset_is_stored_as_what_it_stands_for() -> None:
    assert settled_preset({"preset": "thorough"}) == {"preset": "published", "steps": 300, "statistics": "running"}
    assert settled_preset({"steps": 5}) == {}
    stored = FITNESSES.resolve("regression", {"preset": "fast"})
    assert {"steps": 30, "statistics": "batch"}.items() <= stored.items()
    assert "preset" not in stored
    assert FITNESSES.resolve("regression", stored) == stored


def test_an_unknown_preset_is_told_in_one_line() -> None:
    with pytest.raises(UsageError, match=r"quick.*published"):
        FITNESSES.resolve("regression", {"preset": "quick"})
