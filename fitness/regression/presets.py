"""Settings of regression that have a name: how long it trains, and by which statistics batch norms judge."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from fitness.training.norm_statistics import Statistics
from tasks import UsageError

PresetName = Literal["published", "fast", "thorough"]


@dataclass(frozen=True)
class Preset:
    """Steps of a training, and what batch norms judge by after it."""

    steps: int
    statistics: Statistics


PUBLISHED = Preset(100, "running")
PRESETS: Mapping[PresetName, Preset] = {
    "published": PUBLISHED,
    "fast": Preset(30, "batch"),  # running statistics lag behind by then, in deep networks so far that nothing is told
    "thorough": Preset(300, "running"),
}


def preset_of(name: PresetName, steps: int, statistics: Statistics) -> Preset:
    """Return the setting of a name, or the one that is given; raises UsageError where both are, and differ."""
    given, named = Preset(steps, statistics), PRESETS[name]
    if given not in (PUBLISHED, named) and named != PUBLISHED:
        raise UsageError(
            f"fitness.preset={name}: is steps={named.steps}, statistics={named.statistics}; give the preset, or these "
            f"(steps={steps}, statistics={statistics})"
        )
    return given if named == PUBLISHED else named


def settled_preset(options: Mapping[str, Any]) -> dict[str, object]:
    """Return what the preset among these options stands for, nothing for the published one; raises UsageError."""
    name: PresetName = options.get("preset", "published")
    given = (options.get("steps", PUBLISHED.steps), options.get("statistics", PUBLISHED.statistics))
    found = preset_of(name, *given)
    if name == "published":
        return {}
    return {"preset": "published", "steps": found.steps, "statistics": found.statistics}
