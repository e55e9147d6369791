"""Source of a network, and the functions that every one ends with."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from evo.exporting.bundling.closure import Symbol
from spaces import InputSpec


@dataclass(frozen=True)
class Source:
    """Python that defines ``create_model`` and ``load``.

    text: it, which imports what it needs; reads: what the network reads, in words
    tables: keys of the entries that it needs, by table
    """

    text: str
    reads: str
    tables: Mapping[Symbol, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Shape:
    """What the network of a run reads, and its logits: defaults of what can be asked for; coarsest: of the stages."""

    spec: InputSpec
    num_outputs: int
    coarsest: int


_CREATE = '''\
def create_model(num_classes: int = {classes}, in_channels: int = {channels}, image_size: int = {size}) -> {kind}:
    """Return the network with fresh weights.

    image_size: height and width of the images that it will read, a multiple of {coarsest}; no weight depends on it
    """
    if image_size < 1 or image_size % {coarsest}:
        raise ValueError(f"image_size is {{image_size}}; a multiple of {coarsest} is needed")
{body}
'''

_LOAD = '''\
def load(path: str | Path = "weights.safetensors", **arguments: int) -> {kind}:
    """Return the network with the weights in a file, in evaluation mode; arguments: as of ``create_model``."""
    network = create_model(**arguments)
    network.load_state_dict(read_safetensors(path))
    return network.eval()
'''

LOAD_IMPORTS = """\
from pathlib import Path
from evo.exporting.networks.safetensors import read_safetensors
"""


def image_source(
    shape: Shape, *, kind: str, imports: str, definitions: str, body: str, tables: Mapping[Symbol, Collection[str]]
) -> Source:
    """Return the source of a network of images.

    kind: its class; imports, definitions: what it needs; body: of ``create_model``, which knows the number of classes
    and channels
    """
    create = _CREATE.format(
        classes=shape.num_outputs,
        channels=shape.spec.channels,
        size=shape.spec.size,
        coarsest=shape.coarsest,
        kind=kind,
        body=indented(body),
    )
    parts = (LOAD_IMPORTS + imports, definitions, create, load_function(kind))
    reads = f"images [B, C, H, W], H and W multiples of {shape.coarsest}"
    return Source("\n\n".join(part for part in parts if part), reads, tables)


def load_function(kind: str) -> str:
    """Return the function that reads weights, of a network of a class."""
    return _LOAD.format(kind=kind)


def info_text(channels: Iterable[int], reductions: Iterable[int]) -> str:
    """Return the list of stages of these channels and reductions."""
    stages = (f"Stage({width}, {reduction})" for width, reduction in zip(channels, reductions, strict=True))
    return f"[{', '.join(stages)}]"


def indented(text: str, by: int = 4) -> str:
    """Return a text whose lines are set in, but for empty ones."""
    return "\n".join(f"{' ' * by}{line}" if line.strip() else "" for line in text.rstrip("\n").split("\n"))
