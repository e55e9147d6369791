"""Plug-ins that a caller made, for searches that are put together here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from evo.engine.choices import Chosen


@dataclass(frozen=True)
class OwnPlugins:
    """The caller's own plug-ins.

    made: objects by axis, ``data`` among the axes
    unnamed: axes whose plug-in cannot be made by its name
    """

    made: Mapping[str, object] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()


def own_plugins(chosen: Mapping[str, Chosen], images: Chosen | None) -> OwnPlugins:
    """Return what of the plug-ins of these axes, and of the images, the caller made."""
    everything = {**chosen, **({} if images is None else {"data": images})}
    made = {axis: one.made for axis, one in everything.items() if one.made is not None}
    return OwnPlugins(made, tuple(axis for axis, one in everything.items() if not one.by_name))
