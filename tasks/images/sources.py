"""Names of image sources, as ``--data`` takes them, to the sources themselves."""

import difflib
import inspect
from collections.abc import Mapping
from pathlib import Path

from tasks.foundation.default_images import IMAGES_GROUP
from tasks.foundation.errors import UsageError, unknown_name
from tasks.foundation.plugin_texts import NO_OPTIONS, PluginText, joined, parse_plugin
from tasks.foundation.plugins import Factory, PluginTable, option_parameters
from tasks.images.base import ImageSource
from tasks.images.folder_path import full_path

SOURCES = PluginTable(
    kind="data",
    group=IMAGES_GROUP,
    builtin={
        "cifar10": "tasks.images.cifar:open_cifar10",
        "cifar100": "tasks.images.cifar:open_cifar100",
        "digits": "tasks.images.digits:Digits",
        "imagefolder": "tasks.images.image_folder:open_folder",
        "noise": "tasks.images.noise:NoiseImages",
        "photos": "tasks.images.photos:Photos",
    },
    supplied=("data_root", "download"),
    methods=("draw",),
    abilities=("at", "count", "files_digest", "files_stamp", "whole"),
    traits=(
        "channels",
        "classes",
        "description",
        "identity",
        "normalisation",
        "num_classes",
        "remarks",
        "size",
        "splits",
    ),
)
NEEDED_TRAITS = ("num_classes", "size")


def image_names() -> list[str]:
    """Return every name that ``open_images`` knows, built in or installed."""
    return SOURCES.names()


def open_images(
    spec: "str | ImageSource | type[ImageSource]",
    *,
    size: int = 32,
    data_root: Path | None = None,
    download: bool = False,
) -> ImageSource:
    """Return a source of images, checked and ready to draw from; raises UsageError in one line.

    spec: a name, ``imagefolder:DIR`` or a third party's ``module:attribute``, each with options in parentheses if it
        has any, e.g. ``photos(size=64)``; or a class; or a source, which is returned itself
    size: height and width of an image in pixels, unless ``spec`` says otherwise
    data_root: where archives lie, ``data`` unless given
    download: whether anything may be fetched and written

    A third party's factory receives those of size, data_root and download that it has parameters for.
    """
    if isinstance(spec, str):
        name, factory, options = _read(spec)
    elif inspect.isclass(spec):
        name, factory, options = f"{spec.__module__}:{spec.__qualname__}", spec, {}
    else:
        return _with_traits(SOURCES.accept(spec, type(spec).__name__))
    if "size" in option_parameters(factory):
        options = {"size": size, **options}
    return _with_traits(SOURCES.make(factory, name, options, data_root=data_root, download=download))


def settle_spec(spec: str, more: Mapping[str, object] = NO_OPTIONS) -> str:
    """Return ``spec`` with a folder in it by its full path, so that it means the same from anywhere.

    more: options on top of those in it

    ``~`` is the home folder. Raises UsageError for a folder whose name no file of results could hold.
    """
    plugin = parsed_spec(spec)
    if more:
        options = joined("data", plugin.options, more)
        plugin = PluginText(plugin.name, {option: str(value) for option, value in options.items()})
        spec = plugin.quoted()
    name, _, folder = plugin.name.partition(":")
    named = {"folder": folder} if folder else {}
    folder = folder or plugin.options.get("folder", "")
    if name not in SOURCES.builtin or not folder:
        return spec
    joined("data", named, plugin.options)
    others = {option: value for option, value in plugin.options.items() if option != "folder"}
    return PluginText(f"{name}:{full_path(folder)}", others).quoted()


def parsed_spec(spec: str) -> PluginText:
    """Return the name and the options of a text that names images; raises UsageError for another form."""
    return parse_plugin(spec, option="--data", example="'photos(size=64)'", members=False)


def _read(spec: str) -> tuple[str, Factory, dict[str, object]]:
    """Return the name, the factory and the options that a text names."""
    plugin = parsed_spec(spec)
    name, _, folder = plugin.name.partition(":")
    if name not in SOURCES.builtin:
        return plugin.name, _load(plugin.name), dict(plugin.options)
    options = plugin.options | _folder_option(name, folder or plugin.options.get("folder", ""))
    return name, SOURCES.load(name), options


def _with_traits(source: ImageSource) -> ImageSource:
    for trait in NEEDED_TRAITS:
        if not hasattr(source, trait):
            raise UsageError(f"data {source!r} has no attribute {trait!r}; see tasks/images/base.py")
    return source


def _folder_option(name: str, folder: str) -> dict[str, object]:
    """Return the folder that follows a built-in name, where it takes one and has to have it."""
    takes_folder = "folder" in option_parameters(SOURCES.load(name))
    if takes_folder and not folder:
        raise UsageError(f"data {name!r} needs a folder: {name}:DIR")
    if folder and not takes_folder:
        raise UsageError(f"data {name!r} takes nothing after a colon, got {folder!r}")
    return {"folder": str(full_path(folder))} if takes_folder else {}


def _load(name: str) -> Factory:
    try:
        return SOURCES.load(name)
    except UsageError:
        base = name.partition(":")[0]
        if difflib.get_close_matches(base, SOURCES.builtin):  # e.g. imagefoldr:DIR, no module of the user's
            raise unknown_name("data", base, image_names()) from None
        raise
