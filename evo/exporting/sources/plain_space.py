"""Source of a network of a space that does not say what its networks are made from: the space itself builds it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from inspect import Parameter
from typing import Any

from evo.exporting.bundling.literals import literal, records_in
from evo.exporting.sources.source import LOAD_IMPORTS, Source, load_function
from spaces import InputSpec, SequenceSpec
from tasks.foundation.errors import UsageError
from tasks.foundation.plugins import option_parameters

_CREATE = '''\
def create_model({arguments}) -> nn.Module:
    """Return the network with fresh weights."""
    network = SPACE.build(CANDIDATE, {spec}, {outputs})
    network.feature_info = Stages(Stage(each.channels, each.reduction) for each in network.feature_info)
    return network
'''
_IMPORTS = """\
from torch import nn
from evo.exporting.networks.stages import Stage, Stages
from spaces.base import {spec}
from {module} import {name}
"""


@dataclass(frozen=True)
class MadeSpace:
    """A space as it is made: by a class or function of its own module, with these options."""

    made_by: Any
    options: dict[str, object]

    @property
    def package(self) -> str:
        """The top-level package that it is from; of a function with some arguments given, that of the function."""
        made_by = self.made_by
        while isinstance(made_by, partial):  # whose own module is functools
            made_by = made_by.func
        return str(made_by.__module__).partition(".")[0]


def plain_source(space: MadeSpace, candidate: object, spec: InputSpec | SequenceSpec, num_outputs: int) -> Source:
    """Return the source of a network; raises UsageError where space or candidate cannot be written down."""
    module = space.made_by.__module__
    name = getattr(space.made_by, "__qualname__", "<partial>")  # a class or function has one, a partial has none
    if "." in name or "<" in name or module == "__main__":
        raise UsageError(f"space {module}:{name} is no class at the top level of a module; move it there")
    imports = LOAD_IMPORTS + _IMPORTS.format(spec=type(spec).__name__, module=module, name=name)
    imports += "".join(
        f"from {kind.__module__} import {kind.__qualname__}\n" for kind in dict.fromkeys(records_in(candidate))
    )
    try:
        options = ", ".join(f"{option}={literal(value)}" for option, value in _said(space))
        constants = f"SPACE = {name}({options})\n\nCANDIDATE = {literal(candidate, used=12)}"
    except UsageError as error:
        raise UsageError(f"space {module}:{name} or its candidate is no constant: {error}") from error
    text = "\n\n".join((imports, constants, _create(spec, num_outputs), load_function("nn.Module")))
    return Source(text, "sequences [L, B, width]" if isinstance(spec, SequenceSpec) else "images [B, C, H, W]")


def _said(space: MadeSpace) -> Iterator[tuple[str, object]]:
    """Yield the options that differ from their defaults."""
    parameters = option_parameters(space.made_by)
    for option, value in space.options.items():
        default = parameters[option].default if option in parameters else Parameter.empty
        if default is Parameter.empty or default != value:
            yield option, value


def _create(spec: InputSpec | SequenceSpec, num_outputs: int) -> str:
    if isinstance(spec, SequenceSpec):
        arguments = f"num_outputs: int = {num_outputs}, width: int = {spec.width}, length: int = {spec.length}"
        return _CREATE.format(arguments=arguments, spec="SequenceSpec(width, length)", outputs="num_outputs")
    sizes = f"in_channels: int = {spec.channels}, image_size: int = {spec.size}"
    arguments = f"num_classes: int = {num_outputs}, {sizes}"
    return _CREATE.format(arguments=arguments, spec="InputSpec(in_channels, image_size)", outputs="num_classes")
