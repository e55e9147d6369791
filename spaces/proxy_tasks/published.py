"""The shipped tasks as candidates, of whatever space of tasks knows them."""

from typing import Any

from spaces.base import SearchSpace, TaskSpace, reads_sequences
from tasks import preset_names, sequence_preset_names

PRESET = "preset="
"""What the text of a shipped task starts with."""


def published_tasks(space: SearchSpace[Any]) -> dict[str, Any]:
    """Return the shipped tasks that a space knows as its candidates, by their names; none of a space of networks.

    It knows one whose text it decodes, and of which it makes a task: some spaces decode any text.
    """
    if not isinstance(space, TaskSpace):
        return {}
    known = {}
    for name in sequence_preset_names() if reads_sequences(space) else preset_names():
        try:
            candidate = space.decode(f"{PRESET}{name}")
            space.to_task(candidate)
        except ValueError:  # a user's space may know none, or others
            continue
        known[name] = candidate
    return known
