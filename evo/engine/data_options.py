"""Where images come from, as a caller says it."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evo.engine.choices import choose
from evo.records.config import Choice, SearchConfig
from evo.records.requests import PluginLike
from tasks.foundation.errors import UsageError

if TYPE_CHECKING:
    from tasks import ImageSource


def settled_data(data: PluginLike | None, data_root: str | None) -> dict[str, Any]:
    """Return ``data`` and ``data_root`` with full paths, which mean the same from anywhere; None where not given.

    A caller's own source is kept as its name.
    """
    from tasks.images.sources import settle_spec  # torch comes with it

    return {
        "data": None if data is None else settle_spec(data) if isinstance(data, str) else _described(data)[0],
        "data_root": data_root and str(Path(data_root).absolute()),
    }


def own_source(data: PluginLike | None) -> tuple[object | None, bool]:
    """Return the caller's own source, None where it is given by name, and whether it can be made by its name."""
    if data is None or isinstance(data, str):
        return None, True
    return _described(data)[1:]


def open_source(config: SearchConfig, objects: Mapping[str, object], *, download: bool = False) -> "ImageSource":
    """Return the images of a configuration, the caller's own where they handed them over; raises UsageError."""
    from tasks import open_images

    if "data" in config.objects and "data" not in objects:
        raise passed_again("data", config.data)
    given: Any = objects.get("data", config.data)
    root = Path(config.data_root) if config.data_root else None
    return open_images(given, data_root=root, download=download)


def passed_again(axis: str, name: str) -> UsageError:
    """Return the error for a plug-in that only its caller can make."""
    return UsageError(
        f"{axis} {name!r} was handed over as an object and cannot be made by its name; go on from Python, and pass it "
        f"again: evo.search(..., {axis}=...) or run.resume({axis}=...)"
    )


def _described(data: PluginLike) -> tuple[str, object | None, bool]:
    from tasks.images.sources import SOURCES

    chosen = choose(SOURCES, data, {})
    return _text(chosen.choice), chosen.made, chosen.by_name


def _text(choice: Choice) -> str:
    options = ",".join(f"{name}={value}" for name, value in choice.options.items())
    return f"{choice.name}({options})" if options else choice.name
