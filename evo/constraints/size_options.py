"""The size at which candidates are counted, as options of the space: ``space.cells=20,space.channels=36``."""

from collections.abc import Mapping

from tasks.foundation.errors import UsageError, bounded

FLAG = "--constraint-size"
_PREFIX = "space."


def size_options(given: Mapping[str, object] | str) -> dict[str, object]:
    """Return options of the space by name, whose prefix ``space.`` may be left out; raises UsageError."""
    pairs = dict(map(_pair, given.split(","))) if isinstance(given, str) else given
    return {_option(name): value for name, value in pairs.items()}


def shown_size(options: Mapping[str, object]) -> str:
    """Return options as they are asked for."""
    return ",".join(f"{_PREFIX}{name}={value}" for name, value in options.items())


def _pair(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not (equals and name.strip() and value.strip()):
        raise _refused(text)
    return name.strip(), value.strip()


def _option(name: str) -> str:
    option = name.removeprefix(_PREFIX)
    if not option or "." in option:
        raise _refused(name)
    return option


def _refused(text: str) -> UsageError:
    return UsageError(
        f"{FLAG} {bounded(repr(text), 80)}: write options of the space with commas between, e.g. "
        f"{_PREFIX}cells=20,{_PREFIX}channels=36"
    )
