"""The maps that leave the blocks of any network, such as its cells, in the order in which they are computed.

Letters: B batch, C channels, H height, W width.
"""

from collections.abc import Iterator
from contextlib import ExitStack

from torch import Tensor, nn

from spaces import FeatureNetwork

_CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


def block_maps(network: nn.Module, inputs: Tensor) -> list[Tensor]:
    """Return the maps [B, C, H, W] between the blocks of a network that reads ``inputs`` [B, ...].

    Blocks are what is met when the network and its containers are opened: its cells, the pairs of convolution and norm
    of a stem. A module without parts, such as a convolution, is none. Of a network of less than two blocks that
    forward_features passes the maps are those of its stages.
    """
    assert isinstance(network, FeatureNetwork)
    found: list[Tensor] = []

    def keep(module: nn.Module, given: object, output: object) -> None:
        if isinstance(output, Tensor) and output.ndim == 4:
            found.append(output)

    with ExitStack() as hooks:
        for block in _blocks(network):
            hooks.callback(block.register_forward_hook(keep).remove)
        stages = network.forward_features(inputs)
    return found if len(found) > 1 else stages


def _blocks(opened: nn.Module) -> Iterator[nn.Module]:
    for part in opened.children():
        if isinstance(part, _CONTAINERS) and any(_has_parts(inner) for inner in part.children()):
            yield from _blocks(part)
        elif _has_parts(part) and not isinstance(part, nn.ModuleList | nn.ModuleDict):
            yield part


def _has_parts(module: nn.Module) -> bool:
    return next(module.children(), None) is not None
