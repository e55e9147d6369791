"""The space that a panel's members are of: the one that an option names, or else the one that its file states."""

from collections.abc import Mapping
from typing import Any

from spaces import SPACE_OPTIONS, SPACES, NetworkSpace, SearchSpace, TableInfo
from tasks import UsageError, parse_plugins
from tasks.foundation.trust import check_name, check_options

EXAMPLE = "nasbench201(cells_per_stage=1)"


def panel_space(panel: str, info: TableInfo, given: str) -> SearchSpace[Any]:
    """Return the members' space.

    info: what the panel's file states; given: the option, empty where none is given

    Raises UsageError where no space is named, or several, one without networks, or by the file alone a module.
    """
    name, options = _named(given) if given else _stated(panel, info)
    if not name:
        raise UsageError(f"panel {panel} names no space: give it by --set fitness.panel_space=NAME")
    space: SearchSpace[Any] = SPACES.build(name, options)
    if not isinstance(space, NetworkSpace):
        raise UsageError(f"panel {panel}: space {name!r} builds no networks, and its members are to be trained")
    return space


def _named(text: str) -> tuple[str, Mapping[str, object]]:
    """Return name and options of the space that ``text`` names; raises UsageError where it names several."""
    named, *others = parse_plugins(text, option="fitness.panel_space", example=EXAMPLE)
    if others:
        raise UsageError(f"fitness.panel_space {text!r} names {len(others) + 1} spaces; give one, e.g. {EXAMPLE}")
    return named.name, named.given()


def _stated(panel: str, info: TableInfo) -> tuple[str, Mapping[str, object]]:
    """Return name and options of the space that a panel's file names; raises UsageError for a module unasked for."""
    check_name(SPACES, info.space, f"panel {panel}", "name it by fitness.panel_space=NAME")
    stated = info.details.get(SPACE_OPTIONS)
    options = stated if isinstance(stated, dict) else {}
    check_options(f"panel {panel}", "space", options)
    return info.space, options
