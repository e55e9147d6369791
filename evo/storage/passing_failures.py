"""Failures that say something of the machine or the hour, and nothing that lasts of a candidate."""

import builtins
import re

_KINDS = (
    *sorted(name for name, kind in vars(builtins).items() if isinstance(kind, type) and issubclass(kind, OSError)),
    "UnidentifiedImageError",  # Pillow's, an OSError
    "AcceleratorError",  # torch's
)
_RAISED = re.compile(rf"^(?:\w+\.)*(?:{'|'.join(_KINDS)})(?::|$)", re.MULTILINE)
_GPU = re.compile(r"CUDA error|CUDA driver error|cuDNN error|CUDNN_STATUS|CUBLAS_STATUS|CUSOLVER_STATUS|NCCL error")


def has_passing_cause(error: str | None) -> bool:
    """Return whether a failure comes from reading or writing files, or from a GPU; error: its traceback as text."""
    return error is not None and bool(_RAISED.search(error) or _GPU.search(error))
