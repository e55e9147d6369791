"""What a folder may make this process import: what is built in or installed, and what the caller names again."""

import re
from collections.abc import Set

from evo.engine.data_options import passed_again
from evo.engine.plugins import table_of
from evo.records.config import AXES, Choice, SearchConfig
from tasks.foundation.errors import UsageError

_ATTRIBUTE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*\s*(\(.*\))?$", re.DOTALL)


def check_trusted(config: SearchConfig, passed: Set[str]) -> None:
    """Raise UsageError where a configuration names a module of somebody's own that the caller does not pass again.

    passed: the axes, ``data`` among them, that the caller passes again.
    """
    names = {axis: getattr(config, axis).name for axis in AXES} | {"data": config.data}
    for axis, name in names.items():
        if axis != "data" and axis not in passed:
            _check_options(axis, getattr(config, axis))
        if axis not in passed and axis in config.objects:
            raise passed_again(axis, name)
        if axis not in passed and _is_foreign(axis, name):
            raise UsageError(
                f"{axis} {name!r} is neither built in nor installed; pass it again ({axis}={name!r}, or the object), "
                "or load the run with trust=True"
            )


def _check_options(axis: str, choice: Choice) -> None:
    """Raise UsageError where an option names an attribute of a module, which the plug-in may import."""
    for option, value in choice.options.items():
        if isinstance(value, str) and _ATTRIBUTE.match(value):
            raise UsageError(
                f"{axis}.{option}={value!r} may name a module of somebody's own; pass {axis}= again, or load the run "
                "with trust=True"
            )


def _is_foreign(axis: str, name: str) -> bool:
    if axis != "data":
        return ":" in name and name not in table_of(axis).names()
    from tasks.images.sources import SOURCES

    return ":" in name and name.partition(":")[0] not in SOURCES.names()
