"""Where images come from, as a caller says it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from evo.engine.choices import Chosen, choose
from evo.records.config import Choice, SearchConfig
from evo.records.requests import PluginLike
from tasks.foundation.default_images import DEFAULT_DATA
from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import PluginText

if TYPE_CHECKING:
    from tasks import ImageSource

NO_OPTIONS: Mapping[str, object] = MappingProxyType({})


def choose_data(
    data: PluginLike | None, options: Mapping[str, object] = NO_OPTIONS, *, default: str = DEFAULT_DATA
) -> Chosen | None:
    """Return what a caller means by images, its name the text that a configuration keeps; None where nothing is given.

    options: on top of those in a text; those of ``default`` where they alone are given
    Folders have their full paths, which mean the same from anywhere. Raises UsageError for what is no source.
    """
    from tasks.images.sources import SOURCES, settle_spec  # torch comes with it

    if data is None and not options:
        return None
    given = default if data is None else data
    if isinstance(given, str):
        return Chosen(Choice(settle_spec(given, options)))
    chosen = choose(SOURCES, given, options)
    kept = {name: str(value) for name, value in chosen.choice.options.items()}
    return replace(chosen, choice=Choice(PluginText(chosen.choice.name, kept).quoted()))


def settled_data(images: Chosen | None, data_root: str | None) -> dict[str, Any]:
    """Return ``data`` and ``data_root`` as a configuration keeps them; None where not given."""
    return {
        "data": None if images is None else images.choice.name,
        "data_root": data_root and str(Path(data_root).absolute()),
    }


def open_source(config: SearchConfig, objects: Mapping[str, object], *, download: bool = False) -> "ImageSource":
    """Return the images of a configuration, the caller's own where they handed them over; raises UsageError."""
    from tasks import open_images

    if "data" in config.objects and "data" not in objects:
        raise passed_again("data", config.data)
    given: Any = objects.get("data", config.data)
    root = Path(config.data_root) if config.data_root else None
    return open_images(given, data_root=root, download=download)


def identified(config: SearchConfig, images: "ImageSource") -> SearchConfig:
    """Return the configuration of a search on these very images."""
    from tasks import identity_of

    return replace(config, data_identity=identity_of(images))


def check_same(config: SearchConfig, images: "ImageSource", where: object) -> None:
    """Raise UsageError where a search of ``where`` was on other images, or on these divided otherwise."""
    if other := config.other_images(identified(config, images).data_identity):
        raise UsageError(f"{where}: {other}; search anew, or take other images")


def passed_again(axis: str, name: str) -> UsageError:
    """Return the error for a plug-in that only its caller can make."""
    return UsageError(
        f"{axis} {name!r} was handed over as an object and cannot be made by its name; go on from Python, and pass it "
        f"again: evo.search(..., {axis}=...) or run.resume({axis}=...)"
    )
