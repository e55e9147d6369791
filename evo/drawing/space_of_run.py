"""The space of a run for the diagrams of its candidates, made only where nothing foreign has to be imported for it."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evo.engine.plugins import NO_OBJECTS, make
from evo.engine.trust import check_trusted, named_again
from evo.records.config import SearchConfig
from spaces import SearchSpace
from tasks.foundation.errors import UsageError, first_line
from tasks.foundation.trust import trusting

SPACE = "space"
NAMED_AGAIN = frozenset((SPACE,))
"""What a command takes that lets a run's space be named again."""


@dataclass(frozen=True)
class SpaceOfRun:
    """A run's space, or why it is not made, so that its candidates are shown as text alone."""

    space: SearchSpace[Any] | None
    why: str = ""


def space_of(
    path: Path,
    config: SearchConfig | None,
    *,
    given: Mapping[str, object] = NO_OBJECTS,
    taken: Set[str] = frozenset(),
    trust: bool = False,
) -> SpaceOfRun:
    """Return the space that a configuration names: built in, installed, given, or trusted; else why not.

    given: the run's plug-ins by axis as the caller has them, objects or their names, which are the run's own
    taken: axes that the caller's command takes again
    trust: whether whatever the folder names may be imported
    """
    if config is None:
        return SpaceOfRun(None, "the configuration cannot be read")
    passed: dict[str, Any] = {SPACE: given.get(SPACE)}
    objects = {axis: one for axis, one in passed.items() if one is not None and not isinstance(one, str | type)}
    try:
        with trusting(trust):
            check_trusted(path, config, named_again(passed), axes={SPACE}, taken=taken)
            return SpaceOfRun(make(SPACE, config, objects))
    except UsageError as error:
        return SpaceOfRun(None, first_line(error))
