"""The format ``torch``: readable source that imports torch and the standard library alone."""

import sys
from textwrap import wrap
from types import ModuleType
from typing import Any

import torch
from torch import Tensor

from evo.cluster.caller_process import left_as_it_was
from evo.exporting.exportable import Exportable
from evo.exporting.formats import Written
from evo.exporting.sources.network_source import network_source, source_of
from evo.exporting.sources.plain_space import MadeSpace
from spaces import SPACES
from tasks.foundation.errors import UsageError, bounded, first_line

FILE = "model.py"
_NAME = "selfnas_exported_model"
_LONGEST = 300  # characters of a candidate's text in the source
_LINE = 116
_DESCRIPTION = """\
A network of the search space {space}.

{text}

It reads {reads}. ``create_model`` returns it with fresh weights, ``load`` with those of a file;
``forward_features`` and ``feature_info`` make it a backbone as timm's are. It needs torch alone.

Letters: B batch, C channels, H height, W width; L steps of a sequence.
"""


def write_torch(exportable: Exportable) -> Written:
    """Return ``model.py``; raises UsageError, naming the reason, for a network that has no such source."""
    text = torch_source(exportable)
    check_source(text, exportable)
    return Written({FILE: text.encode()}, (f"{FILE}: {text.count(chr(10))} lines, checked: same outputs, bit for bit",))


def torch_source(exportable: Exportable) -> str:
    """Return the source of a network; raises UsageError as ``write_torch``."""
    choice = exportable.config.space
    made = None
    if "space" not in exportable.config.objects:
        made = MadeSpace(SPACES.load(choice.name), dict(choice.options))
    shape = (exportable.spec, exportable.num_outputs)
    try:
        build = exportable.origin.build(exportable.space)
        source = source_of(exportable.space, made, exportable.candidate, *shape, build)
        description = _DESCRIPTION.format(
            space=_plain(choice.name), text=_wrapped(bounded(exportable.text, _LONGEST)), reads=source.reads
        )
        return network_source(source, description, made.package if made else "spaces")
    except UsageError as error:
        raise UsageError(f"--format torch: space {choice.name!r} cannot be written as source: {error}") from error


def check_source(text: str, exportable: Exportable) -> None:
    """Raise UsageError unless the source makes a network of the same state and the same outputs, bit for bit."""
    network, spec = exportable.network, exportable.spec
    state = {name: value.clone() for name, value in network.state_dict().items()}
    x = torch.randn(spec.shape(2), generator=torch.Generator().manual_seed(0))
    try:
        with left_as_it_was(), torch.no_grad():
            copy = imported(text).create_model()
            copy.load_state_dict(state)
            same = _equal(copy.eval()(x), network(x)) and list(copy.state_dict()) == list(state)
    except Exception as error:  # whatever the source of somebody's own space does
        raise UsageError(f"--format torch: the source does not run by itself: {first_line(error)}") from error
    finally:
        network.load_state_dict(state)
    if not same:
        raise UsageError("--format torch: the source computes something else than the network; report that")


def imported(text: str) -> Any:
    """Return the module of a source."""
    module = ModuleType(_NAME)
    sys.modules[_NAME] = module  # dataclasses look their module up
    try:
        exec(compile(text, FILE, "exec"), module.__dict__)
    finally:
        del sys.modules[_NAME]
    return module


def _equal(one: Tensor, other: Tensor) -> bool:
    return one.shape == other.shape and torch.equal(one, other)


def _wrapped(text: str) -> str:
    """Return a text as it can stand in a description, in lines."""
    return "\n".join(f"    {_plain(line)}" for line in wrap(text, _LINE, break_on_hyphens=False))


def _plain(text: str) -> str:
    """Return a text as it can stand in a description."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
