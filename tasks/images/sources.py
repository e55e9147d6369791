"""Names of picture sources, as ``--data`` takes them, to the sources themselves."""

import difflib
from pathlib import Path

from tasks.foundation.errors import UsageError, unknown_name
from tasks.foundation.plugins import Factory, PluginTable, option_parameters
from tasks.images.base import ImageSource

SOURCES = PluginTable(
    kind="data",
    group="selfnas.images",
    builtin={
        "cifar10": "tasks.images.cifar:open_cifar10",
        "cifar100": "tasks.images.cifar:open_cifar100",
        "digits": "tasks.images.digits:Digits",
        "imagefolder": "tasks.images.image_folder:open_folder",
        "noise": "tasks.images.noise:NoiseImages",
        "photos": "tasks.images.photos:Photos",
    },
    methods=("draw",),
)


def image_names() -> list[str]:
    """Return every name that ``open_images`` knows, built in or installed."""
    return SOURCES.names()


def open_images(spec: str, *, size: int = 32, data_root: Path | None = None, download: bool = False) -> ImageSource:
    """Return a source of pictures of ``size`` x ``size`` pixels, checked and ready to draw from.

    spec: a name, ``imagefolder:DIR``, or a third party's ``module:attribute``. data_root: where archives lie,
    ``data`` unless given. Only ``download`` lets anything be fetched or written. A third party's factory receives
    those of size, data_root and download that it has parameters for. Raises UsageError in one line.
    """
    name, _, folder = spec.partition(":")
    options: dict[str, object] = {"size": size, "data_root": data_root, "download": download}
    if name in SOURCES.builtin:
        options |= _folder_option(name, folder)
    else:
        name = spec
    known = option_parameters(_load(name))
    source: ImageSource = SOURCES.build(name, {key: value for key, value in options.items() if key in known})
    return source


def settle_spec(spec: str) -> str:
    """Return ``spec`` with a folder in it by its full path, so that it means the same from anywhere."""
    name, _, folder = spec.partition(":")
    return f"{name}:{Path(folder).absolute()}" if name in SOURCES.builtin and folder else spec


def _folder_option(name: str, folder: str) -> dict[str, object]:
    """Return the folder that follows a built-in name, where it takes one and has to have it."""
    takes_folder = "folder" in option_parameters(SOURCES.load(name))
    if takes_folder and not folder:
        raise UsageError(f"data {name!r} needs a folder: {name}:DIR")
    if folder and not takes_folder:
        raise UsageError(f"data {name!r} takes nothing after a colon, got {folder!r}")
    return {"folder": folder} if takes_folder else {}


def _load(name: str) -> Factory:
    try:
        return SOURCES.load(name)
    except UsageError:
        base = name.partition(":")[0]
        if difflib.get_close_matches(base, SOURCES.builtin):  # e.g. imagefoldr:DIR, no module of the user's
            raise unknown_name("data", base, image_names()) from None
        raise
