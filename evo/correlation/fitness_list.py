"""The fitnesses of a correlation as one text, in the form that ``tasks.named_options`` reads."""

from dataclasses import dataclass

from evo.config import Choice, resolve_choice
from tasks.errors import UsageError
from tasks.named_options import ListFormError, split_names

EXAMPLE = '"regression(task=combo,steps=300),naswot"'


@dataclass(frozen=True)
class NamedFitness:
    """A fitness as the user calls it, e.g. ``regression(task=combo)``, and what that means."""

    label: str
    choice: Choice


def parse_fitnesses(text: str) -> list[NamedFitness]:
    """Return the fitnesses of a list; raises UsageError for another form, an unknown name or option, a repetition."""
    try:
        listed = list(split_names(text))
    except ListFormError as error:
        raise UsageError(f"--fitness {error}, e.g. {EXAMPLE}") from error
    found = [NamedFitness(_label(name, options), resolve_choice("fitness", name, options)) for name, options in listed]
    for i, fitness in enumerate(found):
        if fitness.choice in [earlier.choice for earlier in found[:i]]:
            raise UsageError(f"--fitness: {fitness.label} is listed twice")
    return found


def _label(name: str, options: dict[str, str]) -> str:
    return name + (f"({','.join(f'{key}={value}' for key, value in options.items())})" if options else "")
