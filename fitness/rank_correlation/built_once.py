"""Networks that are built once and start from the same weights again and again."""

from collections.abc import Hashable
from typing import Any

import torch
from torch import Tensor, nn

from spaces import FeatureNetwork

MOST_BYTES = 256 * 2**20
"""Initial weights kept; the networks that they belong to, with their gradients, take twice as much again."""


class BuiltOnce:
    """A space that builds the networks of another, each from each state of torch's generator once.

    What it returns for the same candidate, shape and state is the same network, put back to what it was: weights,
    buffers, training modes and whatever else its modules refer to, without gradients; the generator is left as after
    building. So nothing that is computed differs from building anew, as long as one network is used at a time and the
    modules keep nothing that changes inside an object of theirs. Networks are kept until their weights and buffers
    take ``most_bytes``, first come, first kept: those beyond it are built anew each time.
    """

    def __init__(self, space: Any, most_bytes: int = MOST_BYTES) -> None:
        """Build nothing yet."""
        self._space = space
        self._left = most_bytes
        self._built: dict[Hashable, tuple[_Start, Tensor]] = {}

    def __getattr__(self, name: str) -> Any:
        """Return what the other space has."""
        if name == "_space":  # nothing to ask yet
            raise AttributeError(name)
        return getattr(self._space, name)

    def build(self, candidate: Hashable, input_spec: Any, num_outputs: int) -> FeatureNetwork:
        """Return the candidate's network with the weights that torch's generator gives it now."""
        wanted = candidate, input_spec, num_outputs, torch.get_rng_state().numpy().tobytes()
        if wanted in self._built:
            start, generator_after = self._built[wanted]
            torch.set_rng_state(generator_after)
            return start.restored()
        network: FeatureNetwork = self._space.build(candidate, input_spec, num_outputs)
        size = sum(tensor.nbytes for tensor in _tensors(network))
        if size <= self._left:
            self._left -= size
            self._built[wanted] = _Start(network), torch.get_rng_state()
        return network


class _Start:
    """A network and what it was when it was new."""

    def __init__(self, network: FeatureNetwork) -> None:
        self._network = network
        self._attributes = [(module, dict(vars(module))) for module in network.modules()]
        self._values = [tensor.detach().clone() for tensor in _tensors(network)]

    @torch.no_grad()
    def restored(self) -> FeatureNetwork:
        """Return the network as it was, on the device and in the memory format that it is in."""
        for module, attributes in self._attributes:
            vars(module).clear()
            vars(module).update(attributes)
        for tensor, value in zip(_tensors(self._network), self._values, strict=True):
            tensor.copy_(value)
        for parameter in self._network.parameters():
            parameter.grad = None
        return self._network


def _tensors(network: nn.Module) -> list[Tensor]:
    return [*network.parameters(), *network.buffers()]
