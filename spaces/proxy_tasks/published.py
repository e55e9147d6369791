"""The shipped tasks as candidates, of whatever space of tasks knows them."""

from typing import Any

from spaces.base import SearchSpace, TaskSpace, reads_sequences
from tasks import preset_names, sequence_preset_names

PRESET = "preset="
"""What the text of a shipped task starts with."""


def published_tasks(space: SearchSpace[Any]) -> dict[str, Any]:
    """Return the shipped tasks that a space knows as its candidates, by their names; none of a space of networks."""
    if not isinstance(space, TaskSpace):
        return {}
    known = {}
    for name in sequence_preset_names() if reads_sequences(space) else preset_names():
        try:
            known[name] = space.decode(f"{PRESET}{name}")
        except ValueError:  # a user's space may know none, or others
            continue
    return known
