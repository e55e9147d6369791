"""Telling want of memory from other errors."""

import torch

_SAID = (
    "DefaultCPUAllocator: can't allocate memory",
    "CUDA error: out of memory",
    "CUBLAS_STATUS_ALLOC_FAILED",
    "CUDNN_STATUS_ALLOC_FAILED",
)
"""What a plain RuntimeError of torch says where memory lacks: of a processor, or of a GPU for context and libraries."""


def wants_memory(error: BaseException) -> bool:
    """Return whether an error says that memory, the machine's or a GPU's, ran out."""
    said = str(error)
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or any(words in said for words in _SAID)
