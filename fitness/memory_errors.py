"""Telling want of memory from other errors."""

import torch

_CPU_ALLOCATION_FAILED = "DefaultCPUAllocator: can't allocate memory"  # torch raises a plain RuntimeError for it


def wants_memory(error: BaseException) -> bool:
    """Return whether an error says that memory, the machine's or a GPU's, ran out."""
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or _CPU_ALLOCATION_FAILED in str(error)
