"""What in a step would let the processor wait for a GPU, told without one.

On a processor everything is where it is needed, so that nothing waits. ``Watch`` follows what would be on a GPU:
weights, images, what is drawn by a generator of the device, and all that is computed from those. It notes where one of
them is read as a number, or where numbers become a tensor beside them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._pytree import tree_flatten

READS = frozenset(
    [
        "item",
        "tolist",
        "cpu",
        "numpy",
        "nonzero",
        "argwhere",
        "masked_select",
        "equal",
        "unique",
        "bincount",
        "is_nonzero",
        "new_tensor",
        "__bool__",
        "__float__",
        "__int__",
        "__index__",
        "__array__",
        "__contains__",
    ]
)
_MARK = "_would_be_on_a_gpu"


class Watch(TorchFunctionMode):
    """Notes in ``found`` what would wait; hosts: generators that stay on the processor."""

    def __init__(self) -> None:
        """Note nothing yet."""
        super().__init__()
        self.found: list[str] = []
        self.hosts: list[torch.Generator] = []

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Call the function, and note it where it waits."""
        kwargs, name = kwargs or {}, getattr(func, "__name__", str(func))
        given = tree_flatten((args, kwargs))[0]
        there = any(is_there(each) for each in given if isinstance(each, Tensor))
        drawn = kwargs.get("generator")
        if there and (name in READS or (name == "__getitem__" and _has_mask(args))):
            self.found.append(name)
        if name == "tensor" and isinstance(kwargs.get("device"), torch.device):
            self.found.append(name)
        result = func(*args, **kwargs)
        if there or (drawn is not None and not any(drawn is host for host in self.hosts)):
            put_there(result)
        return result


def _has_mask(args: Any) -> bool:
    """Return whether a tensor is indexed by one of booleans, whose number has to be known."""
    return any(isinstance(each, Tensor) and each.dtype is torch.bool for each in tree_flatten(args[1:])[0])


def is_there(tensor: Tensor) -> bool:
    """Return whether a tensor would be on a GPU."""
    return bool(getattr(tensor, _MARK, False))


def put_there(values: Any) -> Any:
    """Mark all tensors among values as such that would be on a GPU; returns the values."""
    for each in tree_flatten(values)[0]:
        if isinstance(each, Tensor):
            setattr(each, _MARK, True)
    return values


Entered = Callable[[], Any]


def within(entered: Entered, function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, called in a context that is made anew each time."""

    def called(*args: Any, **kwargs: Any) -> Any:
        with entered():
            return function(*args, **kwargs)

    return called


def each_within(entered: Entered, values: Iterator[Any]) -> Iterator[Any]:
    """Yield the values, each drawn in a context that is made anew each time."""
    while True:
        with entered():
            value = next(values, None)
        if value is None:
            return
        yield value


@contextmanager
def no_waiting(mode: str) -> Iterator[None]:
    """Let CUDA do as the mode says where it is waited for within the block: ``error``, or ``default`` for nothing."""
    before = torch.cuda.get_sync_debug_mode()
    torch.cuda.set_sync_debug_mode(mode)
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode(before)
