"""With which options of its space the candidates of a table were trained, and with which they are scored."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from evo.correlation.request import CorrelationRequest
from evo.engine.choices import Chosen, choose, split_text
from evo.engine.plugins import table_of
from spaces import SPACE_OPTIONS, TableInfo
from tasks.foundation.plugins import option_parameters
from tasks.foundation.trust import check_options


def choose_space(request: CorrelationRequest, stated: TableInfo) -> tuple[Chosen, tuple[str, ...]]:
    """Return the space of a request, and what to say of it where the table states options of the same space.

    An option that the table states and the request leaves open is the table's; raises UsageError as ``choose`` does.
    """
    table, asked = table_of("space"), dict(request.options.get("space", {}))
    chosen = choose(table, request.space, asked)
    theirs, default = _stated_options(request.table, stated, chosen), chosen.choice.options
    given = {**_in_text(request.space), **asked}
    if isinstance(request.space, str) and (open_ones := {name: theirs[name] for name in theirs if name not in given}):
        chosen = choose(table, request.space, {**open_ones, **asked})
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
