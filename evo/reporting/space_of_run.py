"""The space of a run for the diagrams of its candidates, made only where nothing foreign has to be imported for it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.engine.plugins import NO_OBJECTS, make
from evo.engine.trust import check_trusted, named_again
from evo.records.config import SearchConfig
from spaces import SearchSpace
from tasks.foundation.errors import UsageError, first_line
from tasks.foundation.trust import trusting

AXIS = "space"


@dataclass(frozen=True)
class SpaceOfRun:
    """A run's space, or why its candidates stand there as text alone."""

    space: SearchSpace[Any] | None
    why: str = ""


def space_of(
    path: Path, config: SearchConfig | None, *, objects: Mapping[str, object] = NO_OBJECTS, trust: bool = False
) -> SpaceOfRun:
    """Return the space that a configuration names: built in, installed, handed over, or trusted; else why not.

    objects: the caller's own, by axis; trust: whether whatever the folder names may be imported
    """
    if config is None:
        return SpaceOfRun(None, "The configuration cannot be read, so candidates stand here as text.")
    passed: dict[str, Any] = {AXIS: objects.get(AXIS)}
    try:
        with trusting(trust):
            check_trusted(path, config, named_again(passed), axes={AXIS}, taken=frozenset())
            return SpaceOfRun(make(AXIS, config, objects))
    except UsageError as error:
        return SpaceOfRun(None, f"Candidates stand here as text: {first_line(error)}")
    except Exception as error:  # a plug-in may raise anything
        named = f"{type(error).__name__}: {first_line(error)}"
        return SpaceOfRun(None, f"Candidates stand here as text, as the space cannot be made ({named}).")
