"""Where images come from, as a caller says it."""

import inspect
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from evo.engine.choices import Chosen, choose, parse_named
from evo.records.config import Choice, SearchConfig
from evo.records.requests import PluginLike
from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import NO_OPTIONS, PluginText

if TYPE_CHECKING:
    from tasks import ImageSource


class AsksForImages(Protocol):
    """A request that says something of images, None where it does not."""

    @property
    def options(self) -> Mapping[str, Mapping[str, object]]:
        """Options of the plug-ins by axis, ``data`` among them."""
        ...

    @property
    def data(self) -> PluginLike | None:
        """The images: a name, a class or an object."""
        ...

    @property
    def image_size(self) -> int | None:
        """Their height and width in pixels."""
        ...

    @property
    def channels(self) -> int | None:
        """How many channels they have."""
        ...


def asked_data(request: AsksForImages, default: PluginLike | None = None) -> Chosen | None:
    """Return what a request means by images; None where it says nothing of them and there is no default.

    default: what its size, channels and options are of where it names no images; raises UsageError as ``choose_data``
    does.
    """
    options = request.options.get("data", {})
    says = any(given is not None for given in (request.data, request.image_size, request.channels))
    if not says and not options:
        return None
    named = request.data
    if named is None:
        named, options = (_with(default, options), {}) if isinstance(default, str) else (default, options)
    return choose_data(named, options, image_size=request.image_size, channels=request.channels)


def _with(text: str, options: Mapping[str, object]) -> str:
    """Return a text that nobody has just given with these options in place of its own."""
    named = parse_named(text, "--data")
    given = {option: str(value) for option, value in options.items()}
    return replace(named, options={**named.options, **given}).quoted() if given else text


def choose_data(
    data: PluginLike | None,
    options: Mapping[str, object] = NO_OPTIONS,
    *,
    image_size: int | None = None,
    channels: int | None = None,
) -> Chosen | None:
    """Return what a caller means by images, its name the text that a configuration keeps; None where nothing is given.

    options: on top of those in a text
    image_size, channels: of the images, None where nothing is said; part of that text, as ``photos(size=64)``

    Folders have their full paths, which mean the same from anywhere. Raises UsageError for what is no source.
    """
    from tasks.images.shaped_spec import shaped_spec
    from tasks.images.sources import SOURCES, settle_spec  # torch comes with it

    if data is None:
        return None
    if isinstance(data, str):
        return Chosen(Choice(shaped_spec(settle_spec(data, options), image_size=image_size, channels=channels)))
    chosen = choose(SOURCES, data, {**options, **_shape(data, image_size, channels)})
    kept = {name: str(value) for name, value in chosen.choice.options.items()}
    return replace(chosen, choice=Choice(PluginText(chosen.choice.name, kept).quoted()))


def _shape(data: PluginLike, image_size: int | None, channels: int | None) -> dict[str, object]:
    """Return the options that a class is made with; an object has them already, and raises UsageError for others."""
    from tasks import channels_of
    from tasks.images.shaped_spec import check_agreement

    given = {"size": image_size, "channels": channels}
    asked: dict[str, object] = {name: value for name, value in given.items() if value is not None}
    if inspect.isclass(data) or not asked:
        return asked
    check_agreement(repr(data)[:100], {"size": data.size, "channels": channels_of(data)}, asked)
    return {}


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


def of_one_origin(data: str, other: str) -> bool:
    """Return whether two texts name the same images, whatever their size, channels and how they are told apart."""
    one, two = (parse_named(text, "--data") for text in (data, other))
    names = one.options.keys() | two.options.keys()
    differ = {name for name in names if one.options.get(name) != two.options.get(name)}
    return one.name == two.name and differ <= {"size", "channels", "digest"}


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
