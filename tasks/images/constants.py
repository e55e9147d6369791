"""Numbers that every batch needs, as tensors that are made once for each device.

To make one anew on a GPU is to wait until the GPU has done all that it was told.
"""

from functools import lru_cache

import torch
from torch import Tensor

Numbers = tuple[float, ...] | tuple[tuple[float, ...], ...]


def constant(values: Numbers, device: torch.device, dtype: torch.dtype | None = None) -> Tensor:
    """Return the numbers as a tensor on a device, which nobody may change; None is torch's default type."""
    return _made(values, device, dtype or torch.get_default_dtype())


@lru_cache(maxsize=256)
def _made(values: Numbers, device: torch.device, dtype: torch.dtype) -> Tensor:
    with torch.inference_mode(False):  # what is made inside it is of no use to a gradient later
        return torch.tensor(values, device=device, dtype=dtype)
