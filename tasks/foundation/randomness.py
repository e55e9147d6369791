"""Seeds and generators: every random number comes from here, named by what it is for.

A generator is a pure function of a run seed and a list of names, so that the same purpose gets the same numbers
in every process, and two purposes never share a stream.
"""

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

Name = str | int


def derive_seed(seed: int, *names: Name) -> int:
    """Return the 63-bit seed of a purpose, e.g. ``derive_seed(0, "weights", key)``."""
    text = "\x1f".join(str(part) for part in (seed, *names))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little") >> 1


def derive_rng(seed: int, *names: Name) -> np.random.Generator:
    """Return the generator of a purpose; two calls with equal arguments give equal numbers."""
    return np.random.Generator(np.random.PCG64(derive_seed(seed, *names)))


def torch_generator(rng: np.random.Generator, device: "torch.device | str" = "cpu") -> "torch.Generator":
    """Return a torch generator on ``device`` whose seed is the next draw of ``rng``."""
    import torch

    return torch.Generator(device).manual_seed(int(rng.integers(2**63)))
