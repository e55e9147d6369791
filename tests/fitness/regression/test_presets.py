"""Catches: a preset that is another length than it says, one that silently overrides what is given, a stored name that
would mean something else tomorrow."""

import pytest

from fitness import FITNESSES
from fitness.regression.presets import PRESETS, settled_preset, steps_of
from tasks.foundation.errors import UsageError


def test_the_names_are_numbers_of_steps() -> None:
    assert PRESETS == {"published": 100, "fast": 20, "thorough": 300}


def test_what_is_given_stands_where_the_preset_is_the_published_one() -> None:
    assert steps_of("published", 100) == 100
    assert steps_of("published", 7) == 7
    assert steps_of("fast", 100) == steps_of("fast", 20) == 20


def test_a_preset_and_another_number_are_refused() -> None:
    message = r"^fitness.preset=fast: is steps=20; give the preset, or fitness.steps=50$"
    with pytest.raises(UsageError, match=message):
        steps_of("fast", 50)


def test_a_preset_is_stored_as_what_it_stands_for() -> None:
    assert settled_preset({"preset": "thorough"}) == {"preset": "published", "steps": 300}
    assert settled_preset({"steps": 5}) == {}
    stored = FITNESSES.resolve("regression", {"preset": "fast"})
    assert stored["steps"] == 20
    assert "preset" not in stored
    assert FITNESSES.resolve("regression", stored) == stored


def test_an_unknown_preset_is_told_in_one_line() -> None:
    with pytest.raises(UsageError, match=r"quick.*published"):
        FITNESSES.resolve("regression", {"preset": "quick"})
