"""Parameters and multiply-adds of a candidate, counted without computing or storing a single weight.

The network is built on torch's ``meta`` device and run once, on shapes alone; operations are counted where they are
called. Written by hand because torch's own counter (``torch.utils.flop_counter``) cannot leave out initialisation and
what only keeps a shape, which take most of the time on that device.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from spaces.base import InputSpec, NetworkSpace, SequenceSpec

# Each multiplies every element of its weight once per position of a map: the output's, or of a transposed
# convolution the input's.
_CONVOLUTIONS = frozenset({functional.conv1d, functional.conv2d, functional.conv3d})
_TRANSPOSED = frozenset({functional.conv_transpose1d, functional.conv_transpose2d, functional.conv_transpose3d})

# Torch answers these for the meta device in Python, at ten to thirty times the price of a convolution, although all
# they say is that the shape stays.
_SHAPE_KEEPING = frozenset({functional.relu, functional.batch_norm})
_SUMS = frozenset({torch.add, Tensor.add, Tensor.__add__})


@dataclass(frozen=True)
class Complexity:
    """Size of a network.

    params: elements of all its parameters; macs: multiply-adds of its convolutions and linear layers for one input,
    biases, normalisation and pooling not counted.
    """

    params: int
    macs: int

    def __add__(self, other: "Complexity") -> "Complexity":
        """Return the size of two parts together."""
        return Complexity(self.params + other.params, self.macs + other.macs)


NOTHING = Complexity(0, 0)


def count_complexity(
    space: NetworkSpace, candidate: Any, input_spec: InputSpec | SequenceSpec, num_outputs: int
) -> Complexity:
    """Return the complexity of a candidate's network; random generators are left as they were.

    Raises whatever ``space.build`` raises.
    """
    return count_layers(lambda: space.build(candidate, input_spec, num_outputs), input_spec.shape(1))


def count_layers(build: Callable[[], nn.Module], shape: Sequence[int]) -> Complexity:
    """Return the complexity of layers for one input; random generators are left as they were.

    build: makes the layers, raises whatever it wants to; shape: of the input, its batch being 1.
    """
    with torch.inference_mode(), weightless() as counter:
        layers = build().eval()
        layers(torch.empty(tuple(shape)))
    return Complexity(params=count_parameters(layers), macs=counter.total)


@contextmanager
def weightless() -> Iterator["MultiplyAdds"]:
    """Let networks be built without computing or storing a weight, and count what they then multiply and add.

    They are on the meta device; random generators are left as they were.
    """
    counter = MultiplyAdds()
    with torch.random.fork_rng(devices=[]), torch.device("meta"), counter:
        yield counter


def count_parameters(network: nn.Module) -> int:
    """Return the number of elements of all parameters, shared ones once."""
    return sum(parameter.numel() for parameter in network.parameters())


class MultiplyAdds(TorchFunctionMode):
    """Counts the multiply-adds of every call made inside it, for inputs of batch size 1."""

    def __init__(self) -> None:
        """Start at nothing."""
        super().__init__()
        self.total = 0

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        """Run ``func`` and count it; leave out what initialises a weight or keeps a shape."""
        kwargs = kwargs or {}
        if getattr(func, "__module__", None) == "torch.nn.init":  # there is nothing to initialise
            return kwargs["tensor"] if "tensor" in kwargs else args[0]
        if _keeps_shape(func, args):
            return args[0]
        output = func(*args, **kwargs)
        self.total += _multiply_adds(func, output, *args, **kwargs)
        return output


def _keeps_shape(func: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    if func in _SUMS:
        shapes = [argument.shape for argument in args if isinstance(argument, Tensor)]
        return len(shapes) == 2 and shapes[0] == shapes[1]
    return func in _SHAPE_KEEPING and len(args) > 0


def _multiply_adds(func: Callable[..., Any], output: Any, *args: Any, **kwargs: Any) -> int:
    if func is functional.linear:
        return _linear(output, *args, **kwargs)
    if func in _CONVOLUTIONS:
        return _convolution(output, *args, **kwargs)
    if func in _TRANSPOSED:
        return _transposed(output, *args, **kwargs)
    return 0


def _linear(output: Tensor, input: Tensor, weight: Tensor, *_: Any, **__: Any) -> int:
    return output.numel() * weight.shape[1]


def _convolution(output: Tensor, input: Tensor, weight: Tensor, *_: Any, **__: Any) -> int:
    return output.shape[2:].numel() * weight.numel()


def _transposed(output: Tensor, input: Tensor, weight: Tensor, *_: Any, **__: Any) -> int:
    return input.shape[2:].numel() * weight.numel()
