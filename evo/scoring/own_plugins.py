"""Plug-ins that a caller made, for searches that are put together here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evo.engine.choices import Chosen
from evo.engine.data_options import own_source
from evo.records.requests import PluginLike


@dataclass(frozen=True)
class OwnPlugins:
    """The caller's own plug-ins.

    made: objects by axis, ``data`` among the axes
    unnamed: axes whose plug-in cannot be made by its name
    """

    made: Mapping[str, object] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()


def own_plugins(chosen: Mapping[str, Chosen], data: PluginLike | None) -> OwnPlugins:
    """Return what of the plug-ins of these axes, and of the images, the caller made."""
    source, named = own_source(data)
    made = {axis: one.made for axis, one in chosen.items() if one.made is not None}
    if source is not None:
        made["data"] = source
    unnamed = [axis for axis, one in chosen.items() if not one.by_name]
    return OwnPlugins(made, tuple([*unnamed, *([] if named else ["data"])]))
