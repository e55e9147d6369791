"""With which options of its space the candidates of a table were trained, and with which they are scored."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from evo.correlation.request import CorrelationRequest
from evo.engine.choices import Chosen, choose, split_text
from evo.engine.plugins import table_of
from evo.records.requests import PluginLike
from spaces import SPACE_OPTIONS, TableInfo
from tasks.foundation.plugins import option_parameters
from tasks.foundation.trust import check_options


def choose_space(request: CorrelationRequest, stated: TableInfo) -> tuple[Chosen, tuple[str, ...]]:
    """Return the space of a request as ``space_as_stated`` does."""
    return space_as_stated(request.space, request.options.get("space", {}), stated, stated_by=request.table)


def space_as_stated(
    space: PluginLike, options: Mapping[str, object], stated: TableInfo, *, stated_by: Path
) -> tuple[Chosen, tuple[str, ...]]:
    """Return a space that is asked for, and what to say of it where a table states options of the same space.

    An option that the table states and the request leaves open is the table's; raises UsageError as ``choose`` does.

    options: beside those in the space's text; stated_by: the table's file
    """
    table, asked = table_of("space"), dict(options)
    chosen = choose(table, space, asked)
    theirs, default = _stated_options(stated_by, stated, chosen), chosen.choice.options
    given = {**_in_text(space), **asked}
    if isinstance(space, str) and (open_ones := {name: theirs[name] for name in theirs if name not in given}):
        chosen = choose(table, space, {**open_ones, **asked})
    defaults = _defaults(chosen)  # an option may be left out at its default
    ours, default = {**defaults, **chosen.choice.options}, {**defaults, **default}
    used = [f"{name}={theirs[name]}" for name in theirs if default[name] != theirs[name] == ours[name]]
    return chosen, tuple(_notes(theirs, ours, used))


def _stated_options(stated_by: Path, stated: TableInfo, chosen: Chosen) -> dict[str, object]:
    """Return the options that a table states of this space; none where it is of another.

    Raises UsageError for one that names a module of somebody's own.
    """
    options = stated.details.get(SPACE_OPTIONS)
    if stated.space != chosen.choice.name or not isinstance(options, dict):
        return {}
    check_options(stated_by, "space", options)
    return {name: value for name, value in options.items() if name in _defaults(chosen)}


def _defaults(chosen: Chosen) -> dict[str, object]:
    """Return every option of a space with its default."""
    parameters = option_parameters(table_of("space").load(chosen.choice.name))
    return {name: parameter.default for name, parameter in parameters.items()}


def _in_text(space: object) -> Mapping[str, object]:
    return split_text(space, "--space")[1] if isinstance(space, str) else {}


def _notes(theirs: Mapping[str, object], ours: Mapping[str, object], used: Sequence[str]) -> list[str]:
    other = [f"{name}={theirs[name]} (here {ours[name]})" for name in theirs if theirs[name] != ours[name]]
    return [
        *([f"Space options as the table states them: {', '.join(used)}."] if used else []),
        *([f"The table's labels were made with other space options: {', '.join(other)}."] if other else []),
    ]
