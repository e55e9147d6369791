"""Computing in the caller's process as in a worker's, and leaving it as it was."""

import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


@contextmanager
def left_as_it_was() -> Iterator[None]:
    """Compute as a worker does, whatever the caller has set, and give all of it back.

    That is torch's threads, default type, grad mode and treatment of denormal numbers, and every random state.
    """
    import numpy as np
    import torch

    threads, flushes, dtype = torch.get_num_threads(), _flushes_denormals(), torch.get_default_dtype()
    states = random.getstate(), np.random.get_state(), torch.get_rng_state()
    gpus = torch.cuda.get_rng_state_all() if torch.cuda.is_initialized() else None  # type: ignore[no-untyped-call]
    try:
        torch.set_default_dtype(torch.float32)
        with torch.inference_mode(False), torch.enable_grad():
            yield
    finally:
        torch.set_num_threads(threads)
        torch.set_default_dtype(dtype)
        torch.set_flush_denormal(flushes)
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.set_rng_state(states[2])
        if gpus is not None:
            torch.cuda.set_rng_state_all(gpus)


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM, which schedulers send, end a search as Ctrl-C does; only a main thread can."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before: Any = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _flushes_denormals() -> bool:
    import torch

    return not bool((torch.full((1,), 1e-40, dtype=torch.float32) * 1.0).item())
