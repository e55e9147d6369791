"""Lengths of regression's training that have a name."""

from collections.abc import Mapping
from typing import Any, Literal

from tasks import UsageError

PresetName = Literal["published", "fast", "thorough"]

PUBLISHED = 100
"""Steps of the paper's training."""
PRESETS: Mapping[PresetName, int] = {"published": PUBLISHED, "fast": 20, "thorough": 300}
"""Steps by name."""


def steps_of(name: PresetName, steps: int) -> int:
    """Return the steps of a preset, or those that are given; raises UsageError where both are, and differ."""
    named = PRESETS[name]
    if steps not in (PUBLISHED, named) and named != PUBLISHED:
        raise UsageError(f"fitness.preset={name}: is steps={named}; give the preset, or fitness.steps={steps}")
    return steps if named == PUBLISHED else named


def settled_preset(options: Mapping[str, Any]) -> dict[str, object]:
    """Return what the preset among these options stands for, nothing for the published one; raises UsageError."""
    name: PresetName = options.get("preset", "published")
    steps = steps_of(name, options.get("steps", PUBLISHED))
    return {} if name == "published" else {"preset": "published", "steps": steps}
