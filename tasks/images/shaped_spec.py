"""A text that names images, and how large and of how many channels they shall be."""

from collections.abc import Mapping

from tasks.foundation.errors import UsageError
from tasks.foundation.plugin_texts import PluginText
from tasks.foundation.plugins import option_parameters
from tasks.images.sources import SOURCES, parsed_spec

FLAGS = {"size": "--image-size", "channels": "--channels"}
"""Option of a source -> the command's own."""
USUAL = {"size": "32", "channels": "3"}
"""What sources of images make where nothing is said."""


def shaped_spec(spec: str, *, image_size: int | None = None, channels: int | None = None) -> str:
    """Return ``spec`` with these options in it, as ``photos(size=64)``; what is usual is left out, so that it means the
    same as nothing.

    Raises UsageError where the text itself says something else.
    """
    asked = {"size": image_size, "channels": channels}
    given = {name: str(value) for name, value in asked.items() if value is not None}
    if not given:
        return spec
    plugin = parsed_spec(spec)
    check_agreement(spec, plugin.options, given)
    _check_channels(plugin.name.partition(":")[0], given)
    unusual = {name: value for name, value in given.items() if value != USUAL[name]}
    return PluginText(plugin.name, {**plugin.options, **unusual}).quoted()


def _check_channels(name: str, given: Mapping[str, object]) -> None:
    """Raise UsageError where a built-in source cannot have the channels that are asked for."""
    if given.get("channels", USUAL["channels"]) == USUAL["channels"] or name not in SOURCES.builtin:
        return
    if "channels" not in option_parameters(SOURCES.load(name)):
        raise UsageError(
            f"--channels {given['channels']}: {name} has images of {USUAL['channels']}; imagefolder:DIR has 1, 3 or 4, "
            "and a source of your own what it says"
        )


def check_agreement(what: str, there: Mapping[str, object], given: Mapping[str, object]) -> None:
    """Raise UsageError where images that ``what`` names have another size, or other channels, than are asked for."""
    for name, value in given.items():
        if str(there.get(name, value)) != str(value):
            raise UsageError(f"{FLAGS[name]} {value}: {what} has {name}={there[name]} itself; say it in one place")
