"""What options were before plug-ins had them, for what was stored until then.

A configuration holds every option of its plug-ins. One that lacks an option was written before there was it, and means
what was done then, whatever the default is now: it is read with the option as it was, so that a run goes on as it
began, is read as what it is, and is the same to whoever asks for it again. An option without an entry here makes of
every run from before it another search, unless its plug-in has it among its ``later_options``, which are left out of a
configuration at their defaults; those that are shared by all variants of a search need an entry, also where nothing
has changed at their default.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FormerOption:
    """An option, and what was done before there was it.

    kind: what the plug-in is, as configurations call it, e.g. ``strategy``; plugin: its name, empty for any
    beside: another option, which all of these plug-ins had before; empty for any
    """

    kind: str
    name: str
    value: object
    plugin: str = ""
    beside: str = ""

    def is_lacking(self, kind: str, plugin: str, options: Mapping[str, object]) -> bool:
        """Return whether stored options of a plug-in are from before this one."""
        return (
            kind == self.kind
            and self.plugin in ("", plugin)
            and (not self.beside or self.beside in options)
            and self.name not in options
        )


FORMER_OPTIONS = (
    FormerOption("strategy", "eigenvalue_mode", "eval", beside="eigenvalue_every"),
    FormerOption("strategy", "shift", 4, beside="architecture_every"),
    FormerOption("strategy", "checkpointing", False, beside="architecture_every"),
    FormerOption("strategy", "micro_batches", 1, beside="architecture_every"),
    FormerOption("strategy", "lean_gradient", True, plugin="gdas", beside="first_tau"),
    FormerOption("strategy", "finalists", 1, plugin="setn", beside="architecture_every"),
)


def former_options(kind: str, plugin: str, options: Mapping[str, object]) -> dict[str, object]:
    """Return the options that stored ones of a plug-in lack, as they were before it had them."""
    return {each.name: each.value for each in FORMER_OPTIONS if each.is_lacking(kind, plugin, options)}
