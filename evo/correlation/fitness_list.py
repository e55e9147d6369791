"""Several fitnesses in one text, e.g. ``regression(task=combo,steps=300),naswot``; see ``tasks.plugin_texts``."""

from dataclasses import dataclass

from evo.config import Choice, resolve_choice
from tasks.errors import UsageError
from tasks.plugin_texts import parse_plugins

EXAMPLE = '"regression(task=combo,steps=300),naswot"'


@dataclass(frozen=True)
class NamedFitness:
    """A fitness as the user calls it, e.g. ``regression(task=combo)``, and what that means."""

    label: str
    choice: Choice


def parse_fitnesses(text: str) -> list[NamedFitness]:
    """Return the fitnesses of a list; raises UsageError for another form, an unknown name or option, a repetition."""
    found = [
        NamedFitness(str(plugin), resolve_choice("fitness", plugin.name, plugin.options))
        for plugin in parse_plugins(text, option="--fitness", example=EXAMPLE)
    ]
    for i, fitness in enumerate(found):
        if fitness.choice in [earlier.choice for earlier in found[:i]]:
            raise UsageError(f"--fitness: {fitness.label} is listed twice")
    return found
