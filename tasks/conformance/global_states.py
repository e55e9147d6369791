"""The process's own random generators, which no plug-in may move or depend on."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch


def global_states() -> dict[str, Any]:
    """Return the states of the process's own generators by name, to be compared."""
    kind, numbers, *rest = np.random.get_state()
    return {
        "random": random.getstate(),
        "numpy.random": (kind, np.asarray(numbers).tobytes(), *rest),
        "torch": torch.get_rng_state().numpy().tobytes(),
    }


@contextmanager
def seeded_globally(seed: int) -> Iterator[None]:
    """Seed all of them for as long as the block lasts; afterwards they are where they were."""
    python, numpy = random.getstate(), np.random.get_state()
    with torch.random.fork_rng(devices=[]):
        random.seed(seed)
        np.random.seed(seed)
        torch.manual_seed(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(numpy)
