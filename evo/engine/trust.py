"""What a folder may make this process import: what is built in or installed, and what the caller names again."""

from collections.abc import Set

from evo.engine.data_options import passed_again
from evo.engine.plugins import table_of
from evo.records.config import AXES, SearchConfig
from tasks.foundation.errors import UsageError


def check_trusted(config: SearchConfig, passed: Set[str]) -> None:
    """Raise UsageError where a configuration names a module of somebody's own that the caller does not pass again.

    passed: the axes, ``data`` among them, that the caller passes again.
    """
    names = {axis: getattr(config, axis).name for axis in AXES} | {"data": config.data}
    for axis, name in names.items():
        if axis not in passed and axis in config.objects:
            raise passed_again(axis, name)
        if axis not in passed and _is_foreign(axis, name):
            raise UsageError(
                f"{axis} {name!r} is neither built in nor installed; pass it again ({axis}={name!r}, or the object), "
                "or load the run with trust=True"
            )


def _is_foreign(axis: str, name: str) -> bool:
    if axis != "data":
        return ":" in name and name not in table_of(axis).names()
    from tasks.images.sources import SOURCES

    return ":" in name and name.partition(":")[0] not in SOURCES.names()
