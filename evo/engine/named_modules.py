"""Which modules of somebody's own a search is made of: those that this process has imported because they were named.

What a file names and nobody trusts is not imported, and so it is not among them.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points

from evo.engine.plugins import table_of
from evo.records.config import Choice, SearchConfig
from tasks import SOURCES
from tasks.foundation.import_guard import PACKAGES

SCORED_BY = ("space", "fitness", "data")
"""The axes that a worker makes to score a candidate."""
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w.]*):[A-Za-z_]")


def named_modules(
    config: SearchConfig, objects: Mapping[str, object], axes: tuple[str, ...] = SCORED_BY
) -> tuple[str, ...]:
    """Return the dotted names of modules that axes of a configuration, and the caller's own objects, come from, sorted.

    Those of this project are not among them, nor that which a program itself is run as.
    """
    found = {module for axis in axes for module in _of_axis(config, axis)}
    found |= {_module_of(objects[axis]) for axis in axes if axis in objects}
    return tuple(sorted(name for name in found if _is_own(name)))


def _of_axis(config: SearchConfig, axis: str) -> Iterator[str]:
    choice = Choice(config.data) if axis == "data" else getattr(config, axis)
    texts = json.dumps([choice.name, choice.options], default=str, ensure_ascii=False)
    yield from _ATTRIBUTE.findall(texts)
    table = SOURCES if axis == "data" else table_of(axis)
    if choice.name not in table.builtin:
        yield from (point.module for point in entry_points(group=table.group, name=choice.name.partition("(")[0]))


def _module_of(made: object) -> str:
    return (made if isinstance(made, type) else type(made)).__module__


def _is_own(name: str) -> bool:
    return name in sys.modules and name != "__main__" and name.partition(".")[0] not in (*PACKAGES, "builtins")
