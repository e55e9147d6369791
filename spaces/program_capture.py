"""Whether something else than autograd follows a computation: a tracer, an exporter, a compiler, torch.func.

Networks have faster ways of their own to train, functions of autograd and draws from generators, which such a program
can neither be made of nor seen through. Where a computation is captured they take torch's operations instead.
"""

import torch
from torch import Tensor, nn
from torch.autograd.forward_ad import unpack_dual


def is_captured(x: Tensor) -> bool:
    """Return whether what is computed with ``x`` becomes part of a program, or of a transform by torch.func."""
    if torch.compiler.is_compiling() or torch.jit.is_tracing():  # type: ignore[attr-defined, no-untyped-call]
        return True
    if torch._C._are_functorch_transforms_active() or type(x) not in _PLAIN:  # an exporter's tensors have their own
        return True
    return unpack_dual(x).tangent is not None  # type: ignore[no-untyped-call]


_PLAIN = (Tensor, nn.Parameter)
