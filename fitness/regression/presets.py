"""How long regression trains and how it reads the training, and the settings of both that have a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tasks import UsageError

Reading = Literal["last", "third"]
"""Of a training the score is minus the loss after its last step, or minus the mean loss of the last third of steps."""
PresetName = Literal["published", "fast", "thorough"]


@dataclass(frozen=True)
class Preset:
    """A length of training in steps, and how it is read."""

    steps: int
    reading: Reading


PUBLISHED = Preset(100, "last")
PRESETS: Mapping[PresetName, Preset] = {
    "published": PUBLISHED,
    "fast": Preset(30, "third"),
    "thorough": Preset(300, "third"),
}


def preset_of(name: PresetName, steps: int, reading: Reading) -> Preset:
    """Return the setting of a name, or the one that is given; raises UsageError where both are, and differ."""
    given, named = Preset(steps, reading), PRESETS[name]
    if given not in (PUBLISHED, named) and named != PUBLISHED:
        raise UsageError(
            f"fitness.preset={name}: is steps={named.steps}, reading={named.reading}; give the preset, or these "
            f"(steps={steps}, reading={reading})"
        )
    return given if named == PUBLISHED else named


def settled_preset(options: Mapping[str, Any]) -> dict[str, object]:
    """Return what the preset among these options stands for, nothing for the published one; raises UsageError."""
    name: PresetName = options.get("preset", "published")
    steps, reading = options.get("steps", PUBLISHED.steps), options.get("reading", PUBLISHED.reading)
    length = preset_of(name, steps, reading)
    return {} if name == "published" else {"preset": "published", "steps": length.steps, "reading": length.reading}
