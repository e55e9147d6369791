"""Tensors of a file in the format safetensors, read by torch and the standard library alone."""

import json
import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

DTYPES = {"F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64}


def read_safetensors(path: str | Path) -> dict[str, Tensor]:
    """Return the tensors of a file by name; raises ValueError for what is no such file, or is damaged.

    The file is the length of its header (8 bytes, the least first), the header, which is JSON, and the data.
    """
    content = bytearray(Path(path).read_bytes())
    end = 8 + int.from_bytes(content[:8], "little")
    if not 8 < end <= len(content):
        raise ValueError(f"{path}: is no safetensors file, or is cut off")
    try:
        header = json.loads(content[8:end])
        header.pop("__metadata__", None)
        return {name: _tensor(f"{path}: {name}", entry, content, end) for name, entry in header.items()}
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: its header does not describe tensors") from error


def _tensor(what: str, entry: dict[str, Any], content: bytearray, start: int) -> Tensor:
    """Return the tensor that an entry of the header describes; its data begin behind ``start``."""
    dtype, shape, (first, last) = DTYPES.get(entry["dtype"]), entry["shape"], entry["data_offsets"]
    if dtype is None:
        raise ValueError(f"{what} is of type {entry['dtype']}, not of {', '.join(DTYPES)}")
    if any(type(size) is not int or size < 0 for size in shape) or not 0 <= first <= last <= len(content) - start:
        raise ValueError(f"{what} has the shape {shape} at {first} to {last}, which is not in the file")
    if math.prod(shape) * dtype.itemsize != last - first:
        raise ValueError(f"{what} has {last - first} bytes, not those of {shape} as {dtype}")
    if first == last:
        return torch.empty(shape, dtype=dtype)
    return torch.frombuffer(content, dtype=dtype, count=math.prod(shape), offset=start + first).reshape(shape)
